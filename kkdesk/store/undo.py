"""Undo: the images of rows before and after a change, and the change that puts them back.

Images (`kkdesk.store.row_image`) are taken and put back by SQL alone, so that it works alike on a file and over the
network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kkdesk.model.change import Change, Statement, Touched
from kkdesk.store.row_image import image_sql, portable, quoted, schema_name

if TYPE_CHECKING:
    from kkdesk.model.bilingual import Bilingual

#: How long a change can be taken back, in seconds.
UNDO_SECONDS = 30 * 24 * 3600

#: Column names of a table, in order, by table name.
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Schema:
    """What undo needs to know of the tables: their columns, and who refers to their rows.

    `references` has, by table, the (child table, child column) pairs of its incoming foreign keys.
    """

    columns: Columns
    references: Mapping[str, Sequence[tuple[str, str]]]


def before_statements(change: Change, columns: Columns) -> list[Statement]:
    """Statements that store the images of the touched rows before `change` runs.

    Raises `ValueError` when a table is named twice: one image of a row can hold one set of columns only.
    """
    if len({touched.table for touched in change.undo}) != len(change.undo):
        raise ValueError("a change touches each table once")
    return [
        Statement(
            f"INSERT INTO kk_undo (change_id, seq, tbl, row_id, before) "
            f"SELECT ?1, ?2, '{schema_name(touched.table)}', id, {_image(touched, columns)} FROM {touched.table} "
            f"WHERE {_keys(touched)} ON CONFLICT (change_id, tbl, row_id) DO NOTHING",
            (change.id, sequence, json.dumps(touched.keys)),
        )
        for sequence, touched in enumerate(change.undo)
    ]


def after_statements(change: Change, columns: Columns) -> list[Statement]:
    """Statements that store the images of the touched rows once `change` has run."""
    # A row that no longer matches the key (a task whose customer was deleted) is found by its image from before.
    return [
        Statement(
            f"INSERT INTO kk_undo (change_id, seq, tbl, row_id, after) "
            f"SELECT ?1, ?2, '{schema_name(touched.table)}', id, {_image(touched, columns)} FROM {touched.table} "
            f"WHERE {_keys(touched)} "
            f"OR id IN (SELECT row_id FROM kk_undo WHERE change_id = ?1 AND tbl = '{touched.table}') "
            f"ON CONFLICT (change_id, tbl, row_id) DO UPDATE SET after = excluded.after",
            (change.id, sequence, json.dumps(touched.keys)),
        )
        for sequence, touched in enumerate(change.undo)
    ]


@dataclass(frozen=True, slots=True)
class Imaged:
    """The rows of one table that a change has left images of, and the columns in those images."""

    table: str
    ids: tuple[str, ...]
    columns: tuple[str, ...]


def undo_change(
    change_id: str, label: Bilingual, imaged: Sequence[Imaged], schema: Schema, actor: str | None
) -> Change:
    """The change that takes `change_id` back; `imaged` in the order of the change, parents first.

    Deleted rows come back. An updated value returns to what it was unless somebody gave it a third one since. An
    inserted row goes, unless somebody edited it since or other rows have come to rest on it: later work is never
    overwritten.
    """
    statements: list[Statement] = []
    for item in imaged:
        statements.append(_bring_back(change_id, item.table, schema.columns[item.table]))
        statements += _restore(change_id, item)
    # Children go before their parents.
    statements += [_take_away(change_id, item, schema.references.get(item.table, ())) for item in reversed(imaged)]
    # Whole rows are kept, so that the undo can be undone whatever it did.
    undo = tuple(Touched(item.table, item.ids) for item in imaged)
    return Change(label=label, statements=tuple(statements), undo=undo, actor=actor, undo_of=change_id)


def touched_columns(touched: Touched, columns: Columns) -> Sequence[str]:
    """The columns whose values an image holds: the given ones, or all of the table's."""
    known = columns[touched.table]
    return [name for name in touched.columns if name in known] or known


def _bring_back(change_id: str, table: str, columns: Sequence[str]) -> Statement:
    names = ", ".join(quoted(column) for column in columns)
    values = ", ".join(f"json_extract(u.before, '$.{schema_name(column)}')" for column in columns)
    return Statement(
        f"INSERT INTO {schema_name(table)} ({names}) SELECT {values} FROM kk_undo u "
        f"WHERE u.change_id = ? AND u.tbl = '{table}' AND u.before IS NOT NULL AND u.after IS NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = u.row_id)",
        (change_id,),
    )


def _restore(change_id: str, item: Imaged) -> list[Statement]:
    name = schema_name(item.table)
    columns = [column for column in item.columns if column != "id"]
    if not columns:
        return []
    values = ", ".join(
        f"CASE WHEN {portable(f'{name}.{quoted(column)}')} IS json_extract(u.after, '$.{column}') "
        f"THEN json_extract(u.before, '$.{column}') ELSE {name}.{quoted(column)} END"
        for column in columns
    )
    names = ", ".join(quoted(column) for column in columns)
    return [
        Statement(
            f"UPDATE {name} SET ({names}) = (SELECT {values} FROM kk_undo u "
            f"WHERE u.change_id = ?1 AND u.tbl = '{name}' AND u.row_id = {name}.id) "
            f"WHERE id IN (SELECT row_id FROM kk_undo WHERE change_id = ?1 AND tbl = '{name}' "
            f"AND before IS NOT NULL AND after IS NOT NULL)",
            (change_id,),
        )
    ]


def _take_away(change_id: str, item: Imaged, references: Sequence[tuple[str, str]]) -> Statement:
    name = schema_name(item.table)
    conditions = [
        f"{portable(f't.{quoted(column)}')} IS json_extract(u.after, '$.{column}')" for column in item.columns
    ]
    conditions += [
        f"NOT EXISTS (SELECT 1 FROM {schema_name(child)} c WHERE c.{quoted(column)} = t.id)"
        for child, column in references
    ]
    return Statement(
        f"DELETE FROM {name} WHERE id IN (SELECT u.row_id FROM kk_undo u JOIN {name} t ON t.id = u.row_id "
        f"WHERE u.change_id = ? AND u.tbl = '{name}' AND u.before IS NULL AND u.after IS NOT NULL "
        f"AND {' AND '.join(conditions)})",
        (change_id,),
    )


def _image(touched: Touched, columns: Columns) -> str:
    return image_sql(touched_columns(touched, columns), exact=True)


def _keys(touched: Touched) -> str:
    column = quoted(touched.key_column)
    given = f"{column} IN (SELECT value FROM json_each(?3))"
    if not touched.below:
        return given
    parents = f"SELECT row_id FROM kk_undo WHERE change_id = ?1 AND tbl = '{schema_name(touched.below)}'"
    return f"({given} OR {column} IN ({parents}))"
