"""Visits on this server's disk while the database does not answer: kept, and recorded when it does again.

A file belongs to the process that writes it, by its lock; one whose process has ended is taken over by the next. Each
line is a checksum and a JSON object, so that a line which a crash cut is known for what it is: a visit that nobody was
told had been kept.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, StoreError
from kkdesk.model.ids import ulid
from kkdesk.model.os_reasons import os_reason
from kkdesk.services.tracking.group_commit import GroupCommit
from kkdesk.services.tracking.visits import Visit, visit_of
from kkdesk.store.file_lock import try_lock

SUFFIX: Final = ".visits"
#: Bytes of all files together; a database that is away for longer than this takes is away.
MAX_BYTES: Final = 64_000_000

_to_disk = getattr(os, "fdatasync", os.fsync)  # Windows has no fdatasync.
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY
_log = structlog.get_logger(__name__)


class Spool:
    """The kept visits of one folder. Several processes may share it."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        """Touches nothing yet."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._commit = GroupCommit(self._write)
        self._file: int | None = None
        #: Writing and taking happen on threads.
        self._lock = threading.Lock()

    async def keep(self, visit: Visit) -> None:
        """Return when `visit` is on the disk. Raises `DiskFull` or `StoreError` when it cannot be kept."""
        await self._commit.add(visit)

    async def take(self) -> Kept | None:
        """The oldest file that no living process writes to, this one's own included; None when there is none.

        Raises `StoreError` when the folder cannot be read.
        """
        return await asyncio.to_thread(self._take)

    async def close(self) -> None:
        """Let go of the file; what is in it stays for the next process."""
        await self._commit.close()
        with self._lock:
            self._let_go()

    async def _write(self, visits: Sequence[Visit]) -> None:
        await asyncio.to_thread(self._append, b"".join(_line(visit) for visit in visits))

    def _append(self, lines: bytes) -> None:
        with self._lock:
            try:
                self._check_room(len(lines))
                descriptor = self._file if self._file is not None else self._open()
                rest = memoryview(lines)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                _to_disk(descriptor)
            except OSError as error:
                # What half a line holds was promised to nobody; the next one must not be glued to it.
                self._let_go()
                raise _unwritable(error) from error

    def _check_room(self, more: int) -> None:
        if self._size() + more > self._max_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _open(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            path = self._folder / f"{ulid()}{SUFFIX}"
            descriptor = os.open(path, _FLAGS, 0o600)
            # Between the two another process may have taken the new file for one that was left behind.
            if try_lock(descriptor) and path.exists():
                break
            os.close(descriptor)
        _sync_folder(self._folder)
        self._file = descriptor
        return descriptor

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else []

    def _take(self) -> Kept | None:
        with self._lock:
            self._let_go()
            try:
                for path in self._files():
                    if (descriptor := _locked(path)) is not None:
                        return Kept(path, descriptor)
            except OSError as error:
                raise _unwritable(error) from error
        return None

    def _let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None


class Kept:
    """One file of kept visits, locked against other processes."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Takes over the open, locked `descriptor`."""
        self._path = path
        self._descriptor = descriptor

    async def visits(self) -> list[Visit]:
        """Everything in it. Raises `StoreError` when it cannot be read."""
        return await asyncio.to_thread(self._read)

    async def remove(self) -> None:
        """Everything is recorded: the file goes. Raises `StoreError` when it cannot."""
        await asyncio.to_thread(self._remove)

    def let_go(self) -> None:
        """Leave it for another time. May be called after `remove`."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> list[Visit]:
        try:
            lines = self._path.read_bytes().split(b"\n")
        except OSError as error:
            raise _unwritable(error) from error
        found = [_read_line(line) for line in lines if line]
        if damaged := sum(visit is None for visit in found):
            _log.warning("spool_damaged", lines=damaged)
        return [visit for visit in found if visit is not None]

    def _remove(self) -> None:
        try:
            # Windows does not remove an open file: its content goes first, so that nobody reads it twice.
            os.ftruncate(self._descriptor, 0)
            self.let_go()
            self._path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unwritable(error) from error


def _locked(path: Path) -> int | None:
    """An open, locked descriptor of a file that nobody writes to any more; None for another."""
    try:
        descriptor = os.open(path, os.O_RDWR | _BINARY)
    except FileNotFoundError:
        return None
    if try_lock(descriptor) and path.exists():
        return descriptor
    os.close(descriptor)
    return None


def _line(visit: Visit) -> bytes:
    content = orjson.dumps(visit.plain())
    return b"%08x %b\n" % (zlib.crc32(content), content)


def _read_line(line: bytes) -> Visit | None:
    checksum, _, content = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(content):
        return None
    try:
        return visit_of(orjson.loads(content))
    except ValueError:
        return None


def _sync_folder(folder: Path) -> None:
    """A new file's name must be on the disk, too. Windows does not open folders, and sees to it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(error: OSError) -> StoreError:
    reason = os_reason(error)
    kind = DiskFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else StoreError
    return kind(
        Bilingual(
            f"Δεν γράφεται ο φάκελος όπου περιμένουν ανοίγματα και κλικ: {reason.el}.",
            f"The folder in which opens and clicks wait cannot be written: {reason.en}.",
        ),
        kept=Bilingual("Ό,τι είχε φυλαχτεί μένει εκεί.", "What had been kept stays there."),
        next_step=Bilingual("Ελέγξτε τον δίσκο και τα δικαιώματα.", "Check the disk and the permissions."),
    )
