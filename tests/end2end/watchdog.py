"""How long an event loop was held up by its own process, and not by a machine that had other things to do.

A second process notes when it was itself kept waiting; what falls into such a time does not count.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from types import TracebackType

#: Seconds between two beats, and what more is noted as a gap.
BEAT = 0.005
NOTED = 0.015

_CONTROL = """
import json, sys, threading, time
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
print("ready", flush=True)
gaps, before = [], time.monotonic()
while not stop.is_set():
    time.sleep(0.002)
    now = time.monotonic()
    if now - before > 0.008:
        gaps.append((before, now))
    before = now
print(json.dumps(gaps))
"""


class Watchdog:
    """Watches the loop it is entered on; `longest` then has the longest time it was held up, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._gaps: list[tuple[float, float]] = []

    async def __aenter__(self) -> Watchdog:
        self._control = await asyncio.to_thread(
            subprocess.Popen, [sys.executable, "-c", _CONTROL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._control.stdout is not None
        await asyncio.to_thread(self._control.stdout.readline)
        self._task = asyncio.ensure_future(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        said, _ = await asyncio.to_thread(self._control.communicate)
        elsewhere = [(float(start), float(end)) for start, end in json.loads(said)]
        self.longest = max((_own(gap, elsewhere) for gap in self._gaps), default=0.0)

    async def _beat(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            if now - before > NOTED:
                self._gaps.append((before, now))
            before = now


def _own(gap: tuple[float, float], elsewhere: list[tuple[float, float]]) -> float:
    """What of a gap is not the machine's."""
    start, end = gap
    others = sum(max(0.0, min(end, stop) - max(start, begin)) for begin, stop in elsewhere)
    return end - start - BEAT - others
