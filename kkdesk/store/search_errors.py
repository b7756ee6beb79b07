"""When the search index's file is to blame, and how long it is waited for."""

from __future__ import annotations

import sqlite3
from typing import Final

#: Seconds that a connection waits for another one's lock.
BUSY_SECONDS: Final = 15.0

_UNFIT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT})


def is_unfit(error: sqlite3.Error) -> bool:
    """Whether the index, and not the disk or another process, is to blame: it is to be made anew."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    # A missing table is a plain SQLITE_ERROR, like an index that some other program has written over.
    return code & 0xFF in _UNFIT or (code == sqlite3.SQLITE_ERROR and "no such" in str(error))
