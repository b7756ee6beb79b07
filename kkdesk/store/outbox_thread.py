"""The outbox on a thread of its own, so that the event loop never waits for its disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from kkdesk.store.outbox import Outbox

T = TypeVar("T")


class OutboxThread:
    """Runs work on the outbox, one piece after the other."""

    def __init__(self, path: Path) -> None:
        """Opens nothing yet."""
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kkdesk-outbox")
        self._outbox: Outbox | None = None
        self._seen: tuple[int, int] = (0, 0)

    async def do(self, work: Callable[[Outbox], T]) -> T:
        """The answer of `work`. Raises the `StoreError` family."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def written_by_others(self) -> bool:
        """Whether another process has written since the last look. A look at the folder, no more."""
        return self._signature() != self._seen

    def taken_in(self) -> None:
        """What is written by now has been looked at."""
        self._seen = self._signature()

    async def close(self) -> None:
        """Finish what is under way and let go of the file."""
        await asyncio.to_thread(self._thread.shutdown, wait=True)
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None

    def _do(self, work: Callable[[Outbox], T]) -> T:
        if self._outbox is None:
            self._outbox = Outbox(self.path)
        before = self._signature()
        unchanged = before == self._seen
        answer = work(self._outbox)
        if unchanged:
            # Only our own writing lies between the two looks.
            self._seen = self._signature()
        return answer

    def _signature(self) -> tuple[int, int]:
        try:
            found = self.path.with_name(f"{self.path.name}-wal").stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)
