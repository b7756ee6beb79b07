"""The one place where SQLite's errors become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    KKDeskError,
    StatementRefused,
    StoreError,
)
from kkdesk.store.disk_room import is_full

_NOTHING_WRITTEN = Bilingual(
    "Τίποτα δεν γράφτηκε· τα δεδομένα είναι όπως πριν.", "Nothing was written; the data is as it was."
)
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNREACHABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
#: Errors that a full disk also makes when not even the small file beside the database can be made.
_MAY_BE_FULL = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}


def as_store_error(error: sqlite3.Error, where: str = "") -> KKDeskError:
    """What a person is told about `error`; `where` names the file. Unknown kinds become a plain `StoreError`."""
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if primary in _BUSY:
        return DatabaseBusy(
            Bilingual("Η βάση είναι απασχολημένη από άλλο πρόγραμμα.", "The database is in use by another program."),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a moment."),
        )
    if primary in _DAMAGED:
        return damaged(where)
    if primary == sqlite3.SQLITE_FULL or (where and primary in _MAY_BE_FULL and is_full(Path(where).parent)):
        return DiskFull(
            Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Ελευθερώστε χώρο και δοκιμάστε ξανά.", "Free some space and try again."),
        )
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(
            Bilingual(
                f"Ο δίσκος με τη βάση δεν διαβάζεται ή δεν γράφεται: {where or error}",
                f"The disk that has the database cannot be read or written: {where or error}",
            ),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual(
                "Ελέγξτε ότι ο δίσκος έχει χώρο και είναι συνδεδεμένος, και δοκιμάστε ξανά.",
                "Check that the disk has room and is connected, and try again.",
            ),
        )
    if primary in _UNREACHABLE:
        return StoreError(
            Bilingual(
                f"Το αρχείο της βάσης δεν ανοίγει ή δεν γράφεται: {where or error}",
                f"The database file cannot be opened or written: {where or error}",
            ),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual(
                "Ελέγξτε ότι ο φάκελος υπάρχει και ότι έχετε δικαίωμα εγγραφής.",
                "Check that the folder exists and that you may write to it.",
            ),
        )
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return StatementRefused(
            Bilingual(f"Η βάση αρνήθηκε μια τιμή: {error}", f"The database refused a value: {error}"),
            kept=_NOTHING_WRITTEN,
            next_step=Bilingual("Διορθώστε την τιμή και δοκιμάστε ξανά.", "Correct the value and try again."),
        )
    return StoreError(Bilingual(f"Σφάλμα της βάσης: {error}", f"Database error: {error}"), kept=_NOTHING_WRITTEN)


def damaged(where: str) -> DatabaseDamaged:
    """What a person is told about a file that is not, or no longer, a sound database."""
    return DatabaseDamaged(
        Bilingual(
            f"Το αρχείο δεν είναι βάση δεδομένων ή έχει υποστεί ζημιά: {where}",
            f"The file is not a database, or it is damaged: {where}",
        ),
        kept=Bilingual("Το αρχείο δεν πειράχτηκε.", "The file was left as it is."),
        next_step=Bilingual(
            "Επαναφέρετε ένα αντίγραφο ασφαλείας ή ανοίξτε άλλο φάκελο προφίλ.",
            "Restore a backup, or open another profile folder.",
        ),
    )


@contextmanager
def sqlite_errors(where: str = "") -> Iterator[None]:
    """Inside, every `sqlite3.Error` is raised as one of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise as_store_error(error, where) from error
