"""`LocalDatabase`: the embedded file. SQLite in WAL mode; several processes may have it open.

Reads run on a few threads with a connection each, writes on one thread, so the event loop never waits for the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, system_clock
from kkdesk.model.errors import StoreError
from kkdesk.store.migrations import LATEST
from kkdesk.store.place import LocalPlace
from kkdesk.store.readers import Readers, closed
from kkdesk.store.sqlite_errors import damaged, sqlite_errors

if TYPE_CHECKING:
    from kkdesk.model.change import Applied, Change
    from kkdesk.model.row import Row
    from kkdesk.store.database import Args

#: Seconds that a write waits for another process's write, and a read for a checkpoint.
BUSY_SECONDS = 15.0
#: KiB of the file that a connection keeps in memory: for a window's lists, and for a worker, which reads little twice.
CACHE_KIB = 32_768
SMALL_CACHE_KIB = 8_192
#: Bytes: a page of SQLite has no fewer, and it takes less than a page for an empty file.
_SMALLEST_FILE = 512


class LocalDatabase:
    """The embedded default: one SQLite file. Implements `kkdesk.store.database.Database`."""

    def __init__(self, path: Path, clock: Clock = system_clock, *, cache_kib: int = CACHE_KIB) -> None:
        """Use `LocalDatabase.open`, which also brings the schema up to date."""
        self.path = path
        self.clock = clock
        self._cache_kib = cache_kib
        self._readers = Readers(path, lambda file: connect(file, readonly=True, cache_kib=cache_kib))
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="kkdesk-write")
        self._writing: sqlite3.Connection | None = None
        self._closed = False

    @classmethod
    async def open(cls, path: Path, clock: Clock = system_clock, *, cache_kib: int = CACHE_KIB) -> LocalDatabase:
        """Open the file, or make it, and run pending migrations. `cache_kib` is the memory of each connection.

        Raises `DatabaseDamaged`, `DatabaseNewer`, `DatabaseBusy` or `StoreError` (not writable).
        """
        await asyncio.to_thread(prepare, path)
        return cls(path, clock, cache_kib=cache_kib)

    @property
    def file(self) -> Path:
        """See `Placed.file`."""
        return self.path

    def place(self) -> LocalPlace:
        """See `Placed.place`."""
        return LocalPlace(self.path)

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        return await self._readers.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        """See `Database.apply`. A write that has begun is finished even when the caller is cancelled."""

        def write() -> Applied:
            from kkdesk.store.ledger import write_change

            with sqlite_errors(str(self.path)):
                if self._writing is None:
                    self._writing = connect(self.path, cache_kib=self._cache_kib)
                return write_change(self._writing, change, self.clock())

        if self._closed:
            raise closed()
        return await asyncio.get_running_loop().run_in_executor(self._writer, write)

    async def data_version(self) -> int:
        """See `Database.data_version`."""
        return await self._readers.data_version()

    async def close(self) -> None:
        """See `Database.close`."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._writer.shutdown, wait=True)
        await self._readers.close()
        if self._writing is not None:
            self._writing.close()


def connect(path: Path, *, readonly: bool = False, cache_kib: int = CACHE_KIB) -> sqlite3.Connection:
    """A connection in autocommit mode, as every part of the program opens the file.

    The caller closes it. Raises `sqlite3.Error`.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = {-cache_kib}")
    if readonly:
        connection.execute("PRAGMA query_only = ON")
    else:
        # FULL: what the caller was told is written survives a power cut, above all "this mail is being sent".
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing. The caller closes it. Raises `sqlite3.Error`."""
    return connect(path, readonly=True)


def prepare(path: Path) -> list[str]:
    """Make the file or bring it up to date; the names of the migrations that ran.

    A file that has data is first copied beside itself (`crm.db.before-0004`), whatever happens next.
    """
    _make_folder(path.parent)
    _refuse_emptied(path)
    with sqlite_errors(str(path)), closing(connect(path)) as connection:
        # Fails here, and not later, when the file is no database.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if _is_current(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            return []
        from kkdesk.store.migrate import migrate, pending

        due = pending(connection)
        if due:
            _keep_copy(connection, path, due[0].number)
        connection.execute("PRAGMA journal_mode = WAL")
        return [migration.name for migration in migrate(connection)]


def _is_current(connection: sqlite3.Connection) -> bool:
    """Whether all migrations have run, and none of a newer version: most starts read none of their files."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kk_migrations'").fetchone():
        return False
    applied = {row[0] for row in connection.execute("SELECT number FROM kk_migrations")}
    return applied == set(range(1, LATEST + 1))


def _keep_copy(connection: sqlite3.Connection, path: Path, number: int) -> None:
    if not connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]:
        return
    copy = path.with_name(f"{path.name}.before-{number:04}")
    if copy.exists():
        return
    # Under its name only once it is whole: the next start would take half a copy for a good one.
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as target:
            connection.backup(target)
        part.replace(copy)
    except OSError as error:
        raise _unwritable(path.parent) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _refuse_emptied(path: Path) -> None:
    """Raise `DatabaseDamaged` when the file was a database once and has nothing, or next to nothing, in it now.

    SQLite would begin anew in it, and throw away the changes that the log beside it still has.
    """
    beside = (path.with_name(f"{path.name}-wal"), path.with_name("search.db"))
    size = _size(path)
    if size is not None and size < _SMALLEST_FILE and (size or any(map(_size, beside))):
        raise damaged(str(path))


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        # Not there, or not to be looked at: whoever opens it says which.
        return None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder) from error


def _unwritable(folder: Path) -> StoreError:
    return StoreError(
        Bilingual(
            f"Ο φάκελος δεδομένων δεν υπάρχει ή δεν είναι εγγράψιμος: {folder}",
            f"The data folder is missing or cannot be written: {folder}",
        ),
        kept=Bilingual("Δεν γράφτηκε τίποτα.", "Nothing was written."),
        next_step=Bilingual(
            "Επιλέξτε άλλον φάκελο ή δώστε δικαίωμα εγγραφής σε αυτόν.",
            "Choose another folder, or allow writing to this one.",
        ),
    )
