"""The fork: a copy of the replica with this computer's waiting changes applied, so that reads include one's own work.

Derived data: made when a change cannot be delivered at once, thrown away when the replica has everything.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from kkdesk.model.errors import Conflict, StoreError
from kkdesk.store.ledger import write_change
from kkdesk.store.migrate import migrate
from kkdesk.store.replica_file import connect_to_replica, delete
from kkdesk.store.sqlite_errors import sqlite_errors

if TYPE_CHECKING:
    from kkdesk.model.change import Applied, Change
    from kkdesk.model.clock import Clock

T = TypeVar("T")
#: Gives changes of the outbox with their numbers, in order: those after a number.
Unconfirmed = Callable[[int], Awaitable[list[tuple[int, "Change"]]]]

_BUSY_SECONDS: Final = 15.0

_log = structlog.get_logger(__name__)


class Fork:
    """One file, written by one thread. `PRAGMA user_version` holds the number of the last change it was given."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Opens nothing yet."""
        self.path = path
        self._clock = clock
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="kkdesk-fork")
        self._connection: sqlite3.Connection | None = None

    async def copy(self, replica: Path) -> None:
        """Make the file anew from the replica as it is now. Raises the `StoreError` family."""
        await self._run(lambda: self._copy(replica))

    async def take_in(self, unconfirmed: Unconfirmed) -> None:
        """Apply what the outbox has and the fork has not. What cannot be applied is left to the server to judge."""
        while changes := await unconfirmed(await self._run(self._last)):
            await self._run(partial(self._replay, changes))

    async def apply(self, change: Change) -> Applied:
        """Apply one more. Raises `Conflict` and the `StoreError` family as `Database.apply` does."""

        def write() -> Applied:
            with sqlite_errors(str(self.path)):
                return write_change(self._open(), change, self._clock())

        return await self._run(write)

    async def close(self, *, forget: bool = False) -> None:
        """Let go of the file, and delete it with `forget`."""
        await asyncio.to_thread(self._writer.shutdown, wait=True)
        if self._connection is not None:
            self._connection.close()
        if forget:
            await asyncio.to_thread(delete, self.path)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def _copy(self, replica: Path) -> None:
        delete(self.path)
        part = self.path.with_name(f"{self.path.name}.part")
        delete(part)
        with sqlite_errors(str(self.path)):
            with closing(connect_to_replica(replica)) as source, closing(sqlite3.connect(part)) as target:
                target.execute("PRAGMA synchronous = OFF")
                source.backup(target)
            part.replace(self.path)
            connection = self._open()
            # A newer program may read an older replica while the server cannot be reached.
            migrate(connection)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection = connection
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            # Sound after a power cut, and what is lost then comes from the outbox again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -32768")
        return self._connection

    def _last(self) -> int:
        with sqlite_errors(str(self.path)):
            return int(self._open().execute("PRAGMA user_version").fetchone()[0])

    def _replay(self, changes: list[tuple[int, Change]]) -> None:
        connection = self._open()
        for _seq, change in changes:
            try:
                with sqlite_errors(str(self.path)):
                    write_change(connection, change, self._clock())
            except (Conflict, StoreError) as error:
                _log.info("change_not_in_fork", change=change.id, code=error.code)
        with sqlite_errors(str(self.path)):
            connection.execute(f"PRAGMA user_version = {int(changes[-1][0])}")
