"""Importing, checked and undoable, beside a bare `executemany` of the same rows into the same schema; and exporting."""

from __future__ import annotations

import asyncio
import csv
import random
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from kkdesk.model.afm import afm_checksum
from kkdesk.services.importing.plan import QuickImport
from kkdesk.store.local import connect, prepare
from kkdesk.workspace import Workspace
from tests.bench import Context

_TITLES = (
    "Επωνυμία", "Όνομα", "Επώνυμο", "Α.Φ.Μ.", "Δ.Ο.Υ.", "Οδός και αριθμός", "Πόλη", "Τ.Κ.", "Τηλέφωνο", "Κινητό",
    "E-mail", "Κατηγορία", "VIP", "Σημειώσεις",
)  # fmt: skip
#: The columns that the import of such a file writes.
_WRITTEN = (
    "id", "org_id", "first_name", "last_name", "company", "email", "email_secondary", "phone", "phone_secondary",
    "mobile", "street", "city", "postal_code", "afm", "doy", "category", "lead_source", "notes", "is_vip",
    "unsubscribed", "created_at", "updated_at", "created_by",
)  # fmt: skip
_FIRST = ("Γιώργος", "Μαρία", "Νίκος", "Ελένη", "Κώστας", "Σοφία", "Δημήτρης", "Κατερίνα", "Παναγιώτης", "Άννα")
_LAST = ("Παπαδόπουλος", "Παπαδάκης", "Οικονόμου", "Νικολάου", "Γεωργίου", "Βλάχος", "Αγγέλου", "Δημητρίου")
_TOWNS = ("Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Λάρισα", "Βόλος", "Ηράκλειο", "Ιωάννινα", "Χανιά")


def measure(context: Context) -> dict[str, float | int]:
    """Rows a second from a CSV file to the committed change, its process's start and the undo images included.

    The best of two rounds, ours and the bare one turn about.
    """
    source = context.scratch / "pelates.csv"
    _write_file(source, context.customers)
    rounds = [_round(source, context.scratch / f"importing-{number}") for number in range(2)]
    ours, bare, export, undo = (min(seconds) for seconds in zip(*rounds, strict=True))
    return {
        "import_rows_per_second": round(context.customers / ours),
        "bare_rows_per_second": round(context.customers / bare),
        "import_of_bare": round(bare / ours, 2),
        "export_rows_per_second": round(context.customers / export),
        "undo_seconds": round(undo, 2),
    }


def _round(source: Path, folder: Path) -> tuple[float, float, float, float]:
    """Seconds of the import, of the bare insertion of the same rows, of an export to CSV, and of the undo."""
    ours, export, rows = asyncio.run(_import(folder, source))
    bare = _bare(folder / "crm.db", folder / "bare.db", rows)
    return ours, bare, export, asyncio.run(_undo(folder))


async def _import(folder: Path, source: Path) -> tuple[float, float, list[tuple[Any, ...]]]:
    workspace = await Workspace.open(folder, {})
    try:
        began = time.perf_counter()
        report = await workspace.importing.run(QuickImport(source))
        ours = time.perf_counter() - began
        began = time.perf_counter()
        exported = await workspace.exporting.export(folder / "export.csv")
        export = time.perf_counter() - began
        rows = await workspace.db.query(f"SELECT {', '.join(_WRITTEN)} FROM customers ORDER BY id")
    finally:
        await workspace.close()
    if not report.counts.created == exported.rows == len(rows):
        raise AssertionError("rows got lost")
    return ours, export, [tuple(row) for row in rows]


async def _undo(folder: Path) -> float:
    workspace = await Workspace.open(folder, {})
    try:
        (change, *_) = await workspace.history.recent()
        began = time.perf_counter()
        await workspace.history.undo(change.id)
        return time.perf_counter() - began
    finally:
        await workspace.close()


def _bare(imported: Path, target: Path, rows: list[tuple[Any, ...]]) -> float:
    """Seconds of one transaction that does nothing but insert `rows`."""
    prepare(target)
    with closing(connect(target)) as connection:
        connection.execute("ATTACH ? AS imported", (str(imported),))
        for table in ("organizations", "users"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM imported.{table}")
        connection.execute("DETACH imported")
        marks = ", ".join("?" * len(_WRITTEN))
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO customers ({', '.join(_WRITTEN)}) VALUES ({marks})", rows)
        connection.execute("COMMIT")
        return time.perf_counter() - began


def _write_file(path: Path, count: int) -> None:
    """A list of customers as an accounting program writes it; the same for the same count."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_TITLES)
        for at in range(count):
            company = at % 2 == 0
            writer.writerow(
                [
                    f"Ελαστικά {at} ΑΕ" if company else "",
                    "" if company else chance.choice(_FIRST),
                    "" if company else f"{chance.choice(_LAST)} {at}",
                    _afm(10_000_000 + at),
                    "Α΄ Θεσσαλονίκης",
                    f"Ερμού {at % 300}, {at % 90}ος όροφος",
                    chance.choice(_TOWNS),
                    str(10_431 + at % 70_000),
                    f"2310 {at % 1_000_000:06}",
                    f"69{at:08}",
                    f"pelatis{at}@example{at % 50}.gr",
                    chance.choice(("Λιανική", "Χονδρική", "Στόλος")),
                    chance.choice(("Ναι", "Όχι")),
                    "",
                ]
            )


def _afm(eight: int) -> str:
    return next(str(eight) + last for last in "0123456789" if afm_checksum(str(eight) + last))
