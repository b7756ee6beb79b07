"""How long the event loop was held up."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

_BEAT = 0.005


class Heartbeat:
    """Beats on the loop it is entered on; `longest` is the longest pause since `reset`, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0

    def reset(self) -> None:
        """Begin anew."""
        self.longest = 0.0

    async def __aenter__(self) -> Heartbeat:
        self._task = asyncio.ensure_future(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            self.longest = max(self.longest, now - before - _BEAT)
            before = now
