"""Reading one SQLite file on a few threads, a connection each, so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, StoreError
from kkdesk.store.sqlite_errors import sqlite_errors

if TYPE_CHECKING:
    from kkdesk.model.row import Row
    from kkdesk.store.database import Args

T = TypeVar("T")

#: Seconds after which any single statement of a read is interrupted.
QUERY_DEADLINE = 30.0
READERS = 3
#: Steps of SQLite's virtual machine (about 0.1 ms) between two looks at whether a read is still wanted.
_STEPS_BETWEEN_LOOKS = 10_000


class Readers:
    """Threads that read one file. Opens it at the first question."""

    def __init__(self, path: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
        """`connect` makes a connection that only reads; it may raise `sqlite3.Error`."""
        self.path = path
        self._connect = connect
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="kkdesk-read")
        # One thread, and so one connection: the number tells only what has changed since its own last look.
        self._watching = ThreadPoolExecutor(1, thread_name_prefix="kkdesk-watch")
        self._thread = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        abandoned = threading.Event()

        def read() -> list[Row]:
            with sqlite_errors(str(self.path)):
                connection = self._connection()
                # Unlike interrupt(), which may strike the next statement of the connection, this ends ours alone.
                connection.set_progress_handler(abandoned.is_set, _STEPS_BETWEEN_LOOKS)
                return cast("list[Row]", connection.execute(sql, tuple(args)).fetchall())

        future = self._run(self._reading, read)
        try:
            # Not `wait_for`: until Python 3.12 it loses a cancellation that comes together with the result.
            async with asyncio.timeout(QUERY_DEADLINE):
                return await future
        except TimeoutError:
            raise _too_slow() from None
        finally:
            abandoned.set()

    async def data_version(self) -> int:
        """See `Database.data_version`."""

        def read() -> int:
            with sqlite_errors(str(self.path)):
                return int(self._connection().execute("PRAGMA data_version").fetchone()[0])

        return await self._run(self._watching, read)

    async def close(self) -> None:
        """Let go of the file once what runs has ended. May be called twice."""
        if self._closed:
            return
        self._closed = True
        for pool in (self._reading, self._watching):
            await asyncio.to_thread(pool.shutdown, wait=True)
        for connection in self._connections:
            connection.close()

    def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> asyncio.Future[T]:
        if self._closed:
            raise closed()
        return asyncio.get_running_loop().run_in_executor(pool, work)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._thread, "connection", None)
        if connection is None:
            connection = self._connect(self.path)
            self._thread.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection


def closed() -> StoreError:
    """What a person is told who asks a database that was closed."""
    return StoreError(Bilingual("Η βάση έχει κλείσει.", "The database has been closed."))


def _too_slow() -> DatabaseBusy:
    return DatabaseBusy(
        Bilingual(
            f"Η βάση δεν απάντησε σε {QUERY_DEADLINE:.0f} δευτερόλεπτα.",
            f"The database did not answer within {QUERY_DEADLINE:.0f} seconds.",
        ),
        next_step=Bilingual("Δοκιμάστε ξανά με πιο στενή αναζήτηση.", "Try again with a narrower search."),
    )
