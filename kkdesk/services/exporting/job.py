"""Writing the file, in the worker process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kkdesk.model.row import Row, SqlValue, as_text
from kkdesk.services.exporting.cell_values import TextOf, TypedOf, TypedValue, text_of, typed_of
from kkdesk.services.exporting.columns import CUSTOMER_ID, TAGS, ExportColumn
from kkdesk.services.exporting.writers import writer_for
from kkdesk.services.importing.tag_list import tags_text
from kkdesk.store.database import Database

_TOGETHER: Final = 2000
_TELL_EVERY: Final = 0.1
_EVERYBODY: Final = "SELECT id FROM customers WHERE org_id = ? ORDER BY created_at, id"
_TAGS: Final = """
SELECT ct.customer_id, t.name FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id
WHERE ct.customer_id IN (SELECT value FROM json_each(?)) GROUP BY ct.customer_id, t.name ORDER BY t.name"""


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What to write. `ids` None: everybody of the organisation. `part` is where, `ending` what kind of file."""

    org_id: str
    part: Path
    ending: str
    columns: tuple[ExportColumn, ...]
    ids: tuple[str, ...] | None
    language: str


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How many customers are written."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Written:
    """What the file holds. `cut` counts texts that were too long for a cell of a workbook."""

    rows: int
    cut: int


async def run_export(db: Database, job: ExportJob, tell: Callable[[ExportProgress], None]) -> Written:
    """Write the file at `job.part`. Raises `OSError`, `InvalidInput` and the `StoreError` family."""
    ids = job.ids if job.ids is not None else tuple(as_text(r["id"]) for r in await db.query(_EVERYBODY, (job.org_id,)))
    writer = writer_for(job.part, job.ending, job.language)
    make = typed_of if job.ending.lower() == ".xlsx" else text_of
    forms = [make(column, job.language) for column in job.columns]
    count, told = 0, 0.0
    try:
        writer.titles([column.label.in_language(job.language) for column in job.columns])
        for start in range(0, len(ids), _TOGETHER):
            block = await _block(db, job, ids[start : start + _TOGETHER])
            for values in _rows(block, forms):
                writer.row(values)
            count += len(block.rows)
            if time.monotonic() - told >= _TELL_EVERY:
                told = time.monotonic()
                tell(ExportProgress(start + len(block.rows), len(ids)))
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
    return Written(count, writer.cut)


@dataclass(frozen=True, slots=True)
class _Block:
    """Customers in the order asked for; each column's values, tags as one text."""

    rows: Sequence[Row]
    columns: Sequence[Sequence[SqlValue]]


async def _block(db: Database, job: ExportJob, ids: Sequence[str]) -> _Block:
    wanted = json.dumps(list(ids))
    names = [column.key for column in job.columns if column.key != TAGS]
    found = await db.query(
        f"SELECT {', '.join(dict.fromkeys((CUSTOMER_ID, *names)))} FROM customers "
        "WHERE id IN (SELECT value FROM json_each(?)) AND +org_id = ?",
        (wanted, job.org_id),
    )
    by_id = {as_text(row["id"]): row for row in found}
    rows = [by_id[customer_id] for customer_id in ids if customer_id in by_id]
    tags: dict[str, list[str]] = {}
    if len(names) < len(job.columns):
        for row in await db.query(_TAGS, (wanted,)):
            tags.setdefault(as_text(row["customer_id"]), []).append(as_text(row["name"]))
    columns: list[Sequence[SqlValue]] = [
        [tags_text(tags.get(as_text(row["id"]), ())) for row in rows]
        if column.key == TAGS
        else [row[column.key] for row in rows]
        for column in job.columns
    ]
    return _Block(rows, columns)


def _rows(block: _Block, forms: Sequence[TextOf | TypedOf]) -> Iterator[tuple[TypedValue, ...]]:
    return zip(
        *([form(value) for value in values] for form, values in zip(forms, block.columns, strict=True)), strict=True
    )
