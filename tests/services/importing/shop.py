"""A profile to import into, and files as Greek businesses have them."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import openpyxl

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import SqlValue, row_dict
from kkdesk.services.history import History
from kkdesk.services.importing.job import JobSetting, run_import
from kkdesk.services.importing.plan import Choices, ImportPlan, QuickImport
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.services.importing.source import ReadOptions
from kkdesk.services.local_actor import local_actor
from kkdesk.store.local import LocalDatabase, prepare

NOW = 1_790_000_000  # a day in September 2026

VALID_AFMS = ("094429812", "090000045", "123456783")


@lru_cache(maxsize=1)
def _empty() -> Path:
    path = Path(mkdtemp(prefix="kkdesk-import-")) / "crm.db"
    prepare(path)
    return path


@dataclass
class Shop:
    """An open database, and what was said while importing into it."""

    db: LocalDatabase
    actor: Actor
    folder: Path
    heard: list[Progress | ImportReport] = field(default_factory=list)

    @property
    def history(self) -> History:
        return History(self.db, self.actor, lambda: NOW)

    async def bring(
        self,
        path: Path,
        *,
        wishes: Mapping[str, str] | None = None,
        options: ReadOptions | None = None,
        dry_run: bool = False,
        **choices: Any,
    ) -> ImportReport:
        """Import a file in this very process."""
        request = QuickImport(path, options or ReadOptions(), wishes or {}, Choices(**choices))
        return await self.work(request, dry_run=dry_run)

    async def work(self, request: ImportPlan | QuickImport, *, dry_run: bool = False) -> ImportReport:
        setting = JobSetting(self.actor, self.folder / "refused.csv", dry_run=dry_run)
        return await run_import(self.db, request, setting, lambda: NOW, self.heard.append)

    async def customers(self) -> list[dict[str, SqlValue]]:
        """All of them, in the order of their creation."""
        return [{**row_dict(row)} for row in await self.db.query("SELECT * FROM customers ORDER BY created_at, id")]

    async def customer(self) -> dict[str, SqlValue]:
        """The only one."""
        (only,) = await self.customers()
        return only

    async def add(self, **values: SqlValue) -> str:
        """Put a customer into the database by hand; its id."""
        count = len(await self.customers())
        given: dict[str, SqlValue] = {
            "id": f"cust_{count:021}",
            "org_id": self.actor.org_id,
            "first_name": "",
            "created_at": NOW - 1000 + count,
            "updated_at": NOW - 1000,
        }
        row = given | values
        marks = ", ".join("?" * len(row))
        await self.write(f"INSERT INTO customers ({', '.join(row)}) VALUES ({marks})", *row.values())
        return str(row["id"])

    async def write(self, sql: str, *args: SqlValue) -> None:
        await self.db.apply(Change(Bilingual("Δείγμα", "Sample"), (Statement(sql, args),)))

    async def value(self, sql: str, *args: SqlValue) -> SqlValue:
        return (await self.db.query(sql, args))[0][0]

    async def tags(self) -> dict[str, set[str]]:
        """Names of tags by the name of who has them."""
        found: dict[str, set[str]] = {}
        sql = """SELECT coalesce(c.company, c.last_name, c.first_name) AS who, t.name FROM customer_tags ct
                 JOIN customers c ON c.id = ct.customer_id JOIN tags t ON t.id = ct.tag_id"""
        for row in await self.db.query(sql):
            found.setdefault(str(row["who"]), set()).add(str(row["name"]))
        return found


def in_shop(tmp_path: Path, body: Callable[[Shop], Awaitable[None]]) -> None:
    """Run `body` on a new profile."""

    async def run() -> None:
        path = tmp_path / "crm.db"
        shutil.copy(_empty(), path)
        db = LocalDatabase(path, lambda: NOW)
        try:
            await body(Shop(db, await local_actor(db, "org_kktires", lambda: NOW), tmp_path))
        finally:
            await db.close()

    asyncio.run(run())


def csv_file(
    tmp_path: Path,
    rows: Sequence[Sequence[object]],
    *,
    name: str = "pelates.csv",
    delimiter: str = ";",
    encoding: str = "utf-8-sig",
) -> Path:
    """A text file; cells are quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = tmp_path / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def xlsx_file(
    tmp_path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    name: str = "pelates.xlsx",
    merged: Sequence[str] = (),
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    """A workbook with `rows` on the first sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Πελάτες"
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    for title, more in (sheets or {}).items():
        extra = book.create_sheet(title)
        for row in more:
            extra.append(list(row))
    path = tmp_path / name
    book.save(path)
    return path


def afm(eight: int) -> str:
    """A valid tax number that begins with the eight digits of a number."""
    digits = f"{eight:08}"
    return digits + str(sum(int(digit) << (8 - at) for at, digit in enumerate(digits)) % 11 % 10)
