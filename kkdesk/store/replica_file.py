"""The replica's files: their names, how far they are, whether they are sound, and throwing them away."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

#: What the driver and SQLite keep beside the file.
_BESIDE: Final = ("", "-wal", "-shm", "-client_wal_index", "-info")
_HEADER: Final = b"SQLite format 3\0"
_NO_FRAME: Final = (1 << 64) - 1


def connect_to_replica(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing, as the file must never be written by anybody but the driver.

    The caller closes it. Raises `sqlite3.Error`.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


def frames_in(path: Path) -> int:
    """The number of the last frame that the replica has, 0 when nothing tells.

    The driver keeps it beside the file: 16 bytes that name the server's log, and a little-endian 64-bit number. Turso
    Cloud's newer protocol keeps something else; nothing then tells.
    """
    try:
        kept = path.with_name(f"{path.name}-client_wal_index").read_bytes()
    except OSError:
        return 0
    number = int.from_bytes(kept[16:24], "little") if len(kept) == 32 else 0
    # The driver's word for none is the largest number there is.
    return 0 if number == _NO_FRAME else number


def size_of(path: Path) -> int:
    """Bytes on the disk, the log included."""
    total = 0
    for ending in ("", "-wal"):
        with contextlib.suppress(OSError):
            total += path.with_name(path.name + ending).stat().st_size
    return total


def is_begun(path: Path) -> bool:
    """Whether the file looks like a database with something in it, at a glance."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def is_sound(path: Path) -> bool:
    """Whether every page of the file is as SQLite left it. Takes a tenth of a second for 20 MB."""
    try:
        with closing(connect_to_replica(path)) as connection:
            return [row[0] for row in connection.execute("PRAGMA quick_check(1)")] == ["ok"]
    except sqlite3.Error:
        return False


def delete(path: Path) -> None:
    """Delete a replica, or a fork, with what lies beside it. What another process holds open stays, for next time."""
    for ending in reversed(_BESIDE):
        with contextlib.suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def delete_others(folder: Path, pattern: str, kept: Path | None) -> None:
    """Delete the files of a folder that match `pattern` (`replica-*.db`), all but one."""
    for path in folder.glob(pattern):
        if path != kept:
            delete(path)
