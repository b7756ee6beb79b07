"""The search index's file: two threads that read it, one that writes it, and throwing it away when it is no good."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StoreError
from kkdesk.store.search_errors import BUSY_SECONDS, is_unfit
from kkdesk.store.sqlite_errors import as_store_error

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_Identity = tuple[Path, int, int]

READERS: Final = 2
#: How long other processes get to let go of a file that is to be deleted (Windows deletes no open file).
DELETE_SECONDS: Final = 3.0


class IndexUnfit(Exception):
    """The file is damaged or holds something else. Never leaves the store: the index is made anew."""


class IndexFile:
    """Runs work on connections to the index. Raises `StoreError`, or `IndexUnfit` for what `discard` cures."""

    def __init__(self, path: Path, source: Callable[[], Path], org_id: str) -> None:
        """`source` tells the CRM's file, attached where the index is written; it may be another one every time, and is
        asked on threads. Nothing is opened yet.
        """
        self.path = path
        self.source = source
        self.org_id = org_id
        #: How often a file has been attached for writing: another number is another file, or the same one anew.
        self.attachments = 0
        self._attached: _Identity | None = None
        self._closed = False
        self._reading: ThreadPoolExecutor
        self._writing: ThreadPoolExecutor
        self._local: threading.local
        self._readers: list[sqlite3.Connection]
        self._writer: sqlite3.Connection | None
        self._begin()

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that only reads. Cancelling the call interrupts its statement."""
        started: list[sqlite3.Connection] = []

        def run() -> T:
            connection = self._reader()
            started.append(connection)
            return work(connection)

        future = asyncio.get_running_loop().run_in_executor(self._open(self._reading), self._guarded(run))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if not future.cancel() and started:
                started[0].interrupt()
            future.add_done_callback(_retrieve)
            raise

    async def write(self, work: Work[T]) -> T:
        """Run `work` on the connection that writes and has the CRM's file attached as `crm`."""

        def run() -> T:
            return work(self._writing_connection())

        return await asyncio.get_running_loop().run_in_executor(self._open(self._writing), self._guarded(run))

    async def aside(self, work: Work[T]) -> T:
        """Run long `work` that only reads, with the CRM's file attached, while others go on reading and writing."""

        def run() -> T:
            from kkdesk.store.search_build import open_index

            with closing(open_index(self.path, self.source(), self.org_id)) as connection:
                connection.execute("PRAGMA query_only = ON")
                return work(connection)

        self._open(self._writing)
        return await asyncio.to_thread(self._guarded(run))

    async def discard(self) -> None:
        """Delete the file; the next `write` makes a new one. Raises `StoreError` when another process holds it."""
        await asyncio.to_thread(self._end)
        try:
            await asyncio.to_thread(_delete, self.path)
        finally:
            self._begin()

    async def close(self) -> None:
        """Let go of everything once what runs has ended."""
        self._closed = True
        await asyncio.to_thread(self._end)

    def _begin(self) -> None:
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="kkdesk-search")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="kkdesk-index")
        self._local = threading.local()
        self._readers = []
        self._writer = None

    def _end(self) -> None:
        self._reading.shutdown(wait=True)
        self._writing.shutdown(wait=True)
        for connection in (*self._readers, self._writer):
            if connection is not None:
                connection.close()

    def _open(self, pool: ThreadPoolExecutor) -> ThreadPoolExecutor:
        if self._closed:
            raise StoreError(Bilingual("Το ευρετήριο αναζήτησης έχει κλείσει.", "The search index has been closed."))
        return pool

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._readers.append(connection)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -8192")
            self._local.connection = connection
        return connection

    def _writing_connection(self) -> sqlite3.Connection:
        source = self.source()
        # Before it is attached: a file that takes its place in between is then noticed the next time.
        identity = _identity(source)
        if self._writer is not None and identity != self._attached:
            # Not DETACH and ATTACH: should the second fail, this connection would be of no use.
            self._writer.close()
            self._writer = None
        if self._writer is None:
            from kkdesk.store.search_build import open_index

            self._writer = open_index(self.path, source, self.org_id)
            self._attached = identity
            self.attachments += 1
        return self._writer

    def _guarded(self, run: Callable[[], T]) -> Callable[[], T]:
        def guarded() -> T:
            try:
                return run()
            except sqlite3.Error as error:
                if is_unfit(error):
                    raise IndexUnfit(str(error)) from error
                raise as_store_error(error, str(self.path)) from error

        return guarded


def _identity(source: Path) -> _Identity:
    """Which file it is: a replica that was built anew has the path of the old one."""
    try:
        found = source.stat()
    except OSError:
        return source, 0, 0  # Whoever opens it says what is wrong.
    return source, found.st_dev, found.st_ino


def _delete(path: Path) -> None:
    deadline = time.monotonic() + DELETE_SECONDS
    for name in (f"{path.name}-wal", f"{path.name}-shm", path.name):
        while True:
            try:
                path.with_name(name).unlink(missing_ok=True)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise _cannot_delete(path) from error
                time.sleep(0.05)


def _cannot_delete(path: Path) -> StoreError:
    return StoreError(
        Bilingual(
            f"Το ευρετήριο αναζήτησης είναι κατεστραμμένο και δεν διαγράφεται: {path}",
            f"The search index is damaged and cannot be deleted: {path}",
        ),
        kept=Bilingual("Οι πελάτες σας είναι ασφαλείς.", "Your customers are safe."),
        next_step=Bilingual(
            "Κλείστε τα άλλα παράθυρα του KK Desk και ξεκινήστε το ξανά.",
            "Close the other windows of KK Desk and start it again.",
        ),
    )


def _retrieve(future: asyncio.Future[T]) -> None:
    if not future.cancelled():
        future.exception()
