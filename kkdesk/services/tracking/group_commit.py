"""Group commit: what comes in while one batch is being written is the next batch; each waits for its own.

So a hundred requests at once cost the database two batches, and each of them is answered when its own is durable.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")

#: What one batch holds at most; more would keep the others waiting.
MOST_TOGETHER: Final = 500
#: Seconds in which those who have just been answered come again: a batch that has them too is worth the wait.
GATHERING: Final = 0.003


class GroupCommit(Generic[T]):
    """Gathers items for `write`, which is given one batch after the other and never two at once."""

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[None]],
        *,
        most: int = MOST_TOGETHER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`write` returns when its batch is durable. `clock` counts seconds."""
        self._write = write
        self._most = most
        self._clock = clock
        self._waiting: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._since: float | None = None

    @property
    def waiting(self) -> int:
        """Items that no batch has taken yet."""
        return len(self._waiting)

    @property
    def under_way(self) -> float:
        """Seconds since the batch that is being written was begun; 0 when there is none."""
        return 0.0 if self._since is None else self._clock() - self._since

    async def add(self, item: T) -> None:
        """Return when `item` is durable. Raises what `write` raised for its batch.

        Cancelled, the item is written all the same if its batch has been begun, and else not.
        """
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append((item, durable))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await durable

    async def close(self) -> None:
        """Return when everything that was added has been written or has failed."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_all(self) -> None:
        try:
            while batch := self._next_batch():
                self._since = self._clock()
                await self._write_one(batch)
                self._since = None
                if len(batch) > 1:
                    await asyncio.sleep(GATHERING)
        finally:
            self._since = None
            self._writing = None
            for _, durable in self._waiting:
                durable.cancel()

    async def _write_one(self, batch: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        waiters = [durable for _, durable in batch]
        try:
            await self._write([item for item, _ in batch])
        except asyncio.CancelledError:
            for durable in waiters:
                durable.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits for this batch is told, whatever it is
            for durable in waiters:
                if not durable.done():
                    durable.set_exception(error)
        else:
            for durable in waiters:
                if not durable.done():
                    durable.set_result(None)

    def _next_batch(self) -> list[tuple[T, asyncio.Future[None]]]:
        batch: list[tuple[T, asyncio.Future[None]]] = []
        while self._waiting and len(batch) < self._most:
            item, durable = self._waiting.popleft()
            # Whoever gave up has done something else about it.
            if not durable.done():
                batch.append((item, durable))
        return batch
