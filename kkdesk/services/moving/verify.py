"""Comparing two files row by row: what was uploaded, and what came back as a replica."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StoreError
from kkdesk.services.moving.progress import MovingProgress
from kkdesk.services.moving.upload import Table, open_file, rows_of, tables_of

if TYPE_CHECKING:
    from kkdesk.services.child_process import Say


def verify(say: Say, ours: Path, theirs: Path) -> tuple[int, int]:
    """Compare every row of `ours` with `theirs`, in a process of its own; rows and tables.

    Raises `StoreError` naming the first table that differs.
    """
    with closing(open_file(ours)) as mine, closing(open_file(theirs)) as other:
        tables = tables_of(mine)
        total = sum(mine.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0] for table in tables)
        done = 0
        for table in tables:
            if _digest(mine, table) != _digest(other, table):
                raise _differs(table.name)
            done += mine.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
            say(MovingProgress("verifying", done, total))
        return total, len(tables)


def _digest(connection: sqlite3.Connection, table: Table) -> tuple[int, str]:
    """The number of rows, and a checksum of all their values and types."""
    count = 0
    digest = hashlib.sha256()
    try:
        for text in _texts(rows_of(connection, table)):
            count += 1
            digest.update(text)
    except sqlite3.Error:
        return -1, ""
    return count, digest.hexdigest()


def _texts(rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    for row in rows:
        yield repr(row).encode() + b"\n"


def _differs(table: str) -> StoreError:
    return StoreError(
        Bilingual(f"Ο πίνακας {table} δεν έφτασε όπως έφυγε.", f"Table {table} has not arrived as it left."),
        kept=Bilingual(
            "Τα δεδομένα αυτού του υπολογιστή δεν πειράχτηκαν· το πρόγραμμα δουλεύει ακόμη με αυτά.",
            "This computer's data was not touched; the program still works with it.",
        ),
        next_step=Bilingual("Δοκιμάστε ξανά με κενή βάση.", "Try again with an empty database."),
    )
