"""Coroutines that belong to a page or to the window, and end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """Runs coroutines for one owner. What they raise goes to `report`; closing the owner cancels them."""

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        """`report` shows an exception to the person, once."""
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Run `work` on the running loop; None when the owner is gone already."""
        if self._closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def busy(self) -> bool:
        """Whether anything is still running."""
        return bool(self._running)

    async def settled(self) -> None:
        """Wait until nothing runs, what was started meanwhile included."""
        while others := self._running - {asyncio.current_task()}:
            await asyncio.wait(others)

    async def close(self) -> None:
        """Cancel everything and wait for its end; later `start` does nothing."""
        self.cancel()
        await self.settled()

    def cancel(self) -> None:
        """Ask everything to end; later `start` does nothing."""
        self._closed = True
        for task in self._running:
            task.cancel()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
