"""Memory of a worker: the peak of sending to 100,000, beside the peak of sending to 10,000."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.bench import Context
from tests.bench.worker import environment, make_profile, sink_process

FEW, MANY = 10_000, 100_000


# A child begins with the peak of its parent, which is large by now; this parent is small.
_LAUNCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_megabytes(profile: Path, port: int) -> float:
    """The most memory that `kkdesk worker --once` ever holds while it empties the profile's queue.

    Raises `CalledProcessError` when it fails.
    """
    worker = [sys.executable, "-m", "kkdesk", "--data", str(profile), "worker", "--once"]
    settings = {**os.environ, **environment(port, 10)}
    launch = [sys.executable, "-c", _LAUNCH, *worker]
    launched = subprocess.run(launch, env=settings, check=True, capture_output=True, text=True)
    return int(launched.stdout) / 1024


def measure(context: Context) -> dict[str, int | float]:
    """Both peaks in megabytes, and their ratio."""
    peaks: dict[int, float] = {}
    with sink_process() as port:
        for number in (FEW, MANY):
            profile = context.scratch / f"memory {number}"
            asyncio.run(make_profile(profile, number))
            peaks[number] = peak_megabytes(profile, port)
    return {
        f"peak MB, {FEW:,} recipients": round(peaks[FEW], 1),
        f"peak MB, {MANY:,} recipients": round(peaks[MANY], 1),
        "many of few": round(peaks[MANY] / peaks[FEW], 2),
    }
