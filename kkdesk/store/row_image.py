"""A row's image: its columns as one JSON text, made by SQL alone, so that it is alike in a file and over the network.

SQLite's JSON would round real numbers to 15 digits, so they are kept as text; a column's affinity turns it back into a
number.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kkdesk.model.change import WHOLE_ROW, Guard
from kkdesk.model.row import Row, SqlValue, as_text

if TYPE_CHECKING:
    from kkdesk.store.database import Database

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def image_sql(columns: Iterable[str], alias: str = "", *, exact: bool = False) -> str:
    """The SQL expression for the image of a row: a JSON object of `columns`, in their order.

    The same row has the same image on SQLite 3.40 and all later ones, except with `exact`, which keeps every bit of a
    real number. `alias` is what the statement calls the table. Raises `ValueError` for what is no column's name.
    """
    prefix = f"{schema_name(alias)}." if alias else ""
    value = portable if exact else _comparable
    pairs = ", ".join(f"'{schema_name(column)}', {value(f'{prefix}{quoted(column)}')}" for column in columns)
    return f"json_object({pairs})"


def image_columns(image: str) -> tuple[str, ...]:
    """The columns that an image has, in its order."""
    return tuple(json.loads(image))


async def guards_on_rows(db: Database, table: str, ids: Sequence[str], columns: Sequence[str]) -> list[Guard]:
    """Guards of a deletion: they hold for as long as nobody changes `columns` of the rows as they are now.

    In the order of their ids, in which a file is read fastest; a row that is not there gets none.
    """
    rows = await _read(db, table, ids, f"{image_sql(columns, 't')} AS image")
    return [Guard(table, as_text(row["id"]), WHOLE_ROW, as_text(row["image"])) for row in rows]


async def guards_on_columns(
    db: Database, table: str, ids: Sequence[str], wanted: Mapping[str, SqlValue]
) -> tuple[Guard, ...]:
    """Guards on what the columns of `wanted` have now, with the values that they are to get, row by row.

    In the order of their ids, in which a file is read fastest; a row that is not there gets none.
    """
    if not wanted:
        return ()
    rows = await _read(db, table, ids, ", ".join(f"t.{quoted(column)} AS {quoted(column)}" for column in wanted))

    def made() -> tuple[Guard, ...]:
        return tuple(Guard(table, str(row["id"]), name, row[name], new) for row in rows for name, new in wanted.items())

    # On a thread: of 100,000 rows it is a while's work.
    return await asyncio.to_thread(made)


async def _read(db: Database, table: str, ids: Sequence[str], values: str) -> list[Row]:
    return await db.query(
        f"SELECT t.id AS id, {values} FROM {schema_name(table)} t WHERE t.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY t.id",
        (json.dumps(list(ids)),),
    )


def portable(expression: str) -> str:
    """SQL for the value of `expression` as an exact image holds it."""
    return f"CASE typeof({expression}) WHEN 'real' THEN printf('%!.17g', {expression}) ELSE {expression} END"


def _comparable(expression: str) -> str:
    """SQL for the value of `expression` as an image holds it: a real number as whole parts of 10^-10.

    SQLite's versions (3.43 changed it) print one in 600 real numbers with another last digit; a product and a whole
    number are the same on all of them.
    """
    parts = f"CAST({expression} * 1e10 AS INTEGER) || 'e-10'"
    whole = f"CAST({expression} AS INTEGER) || ''"
    real = f"CASE WHEN abs({expression}) < 9e8 THEN {parts} ELSE {whole} END"
    return f"CASE typeof({expression}) WHEN 'real' THEN {real} ELSE {expression} END"


def quoted(column: str) -> str:
    """A column's name as SQL has it. Raises `ValueError` for anything else."""
    return f'"{schema_name(column)}"'


def schema_name(name: str) -> str:
    """`name` itself; table and column names are ours and never input, and this keeps it so: raises `ValueError`."""
    if not _NAME.match(name):
        raise ValueError(f"not a schema name: {name!r}")
    return name
