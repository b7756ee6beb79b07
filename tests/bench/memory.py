"""Memory of a worker: the peak of sending to 100,000, beside the peak of sending to 10,000; from a file, and a server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench import Context
from tests.bench.worker import environment, make_profile, place_of, sink_process

FEW, MANY = 10_000, 100_000
_PLACES = ("local", "sqld")


# A child begins with the peak of its parent, which is large by now; this parent is small.
_LAUNCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_megabytes(profile: Path, settings: Mapping[str, str]) -> float:
    """The most memory that `kkdesk worker --once` ever holds while it empties the profile's queue.

    Raises `CalledProcessError` when it fails.
    """
    worker = [sys.executable, "-m", "kkdesk", "--data", str(profile), "worker", "--once"]
    launch = [sys.executable, "-c", _LAUNCH, *worker]
    launched = subprocess.run(launch, env={**os.environ, **settings}, check=True, capture_output=True, text=True)
    return int(launched.stdout) / 1024


def measure(context: Context) -> dict[str, int | float]:
    """Both peaks in megabytes, and their ratio, in each place."""
    peaks: dict[tuple[str, int], float] = {}
    with sink_process() as port:
        for number in (FEW, MANY):
            profile = context.scratch / f"memory {number}"
            asyncio.run(make_profile(profile, number))
            for place in _PLACES:
                with place_of(place, profile, context.scratch / f"memory {number} {place}") as (folder, settings):
                    peaks[place, number] = peak_megabytes(folder, environment(port, 10) | settings)
    results = {f"peak MB, {number:,} recipients, {place}": round(peak, 1) for (place, number), peak in peaks.items()}
    return results | {f"many of few, {place}": round(peaks[place, MANY] / peaks[place, FEW], 2) for place in _PLACES}
