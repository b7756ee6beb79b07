"""How a change is written to a SQLite file: ledger, guards, images for undo, statements, all in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import cast

from kkdesk.model.change import WHOLE_ROW, Applied, Change, FailedGuard, Guard, Statement
from kkdesk.model.conflicts import already_undone, somebody_else_changed
from kkdesk.model.row import Row, as_text
from kkdesk.store.row_image import image_columns, image_sql, quoted
from kkdesk.store.undo import UNDO_SECONDS, Schema, after_statements, before_statements


def write_change(connection: sqlite3.Connection, change: Change, now: int) -> Applied:
    """Write `change` at time `now` (Unix seconds). `connection` must be in autocommit mode.

    Raises `Conflict` when a guard fails, `sqlite3.Error` when a statement does; nothing is written then.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _enter(connection, change, now):
            connection.execute("ROLLBACK")
            return Applied(change.id, repeated=True)
        _check_guards(connection, change)
        applied = _write(connection, change)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk or an interrupted statement may have rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return applied


def read_schema(connection: sqlite3.Connection, tables: list[str]) -> Schema:
    """Columns of `tables`, and which foreign keys of any table point at them."""
    columns = {
        table: [str(row[0]) for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        for table in tables
    }
    references: dict[str, list[tuple[str, str]]] = {table: [] for table in tables}
    pairs = connection.execute(
        'SELECT m.name, f."from", f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
        "WHERE m.type = 'table'"
    )
    for child, column, parent in pairs:
        if parent in references:
            references[parent].append((child, column))
    return Schema(columns, references)


def _enter(connection: sqlite3.Connection, change: Change, now: int) -> bool:
    label = json.dumps({"el": change.label.el, "en": change.label.en}, ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO kk_changes (id, label, actor, applied_at, undo_until, undo_of) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        (change.id, label, change.actor, now, now + UNDO_SECONDS if change.undo else None, change.undo_of),
    )
    if cursor.rowcount == 0:
        return False
    if change.undo_of is not None:
        marked = connection.execute(
            "UPDATE kk_changes SET undone_by = ? WHERE id = ? AND undone_by IS NULL AND undo_until > ?",
            (change.id, change.undo_of, now),
        )
        if marked.rowcount == 0:
            raise already_undone()
    return True


def _check_guards(connection: sqlite3.Connection, change: Change) -> None:
    failed = failed_guards(connection, change.guards)
    if failed:
        raise somebody_else_changed(failed)


def failed_guards(connection: sqlite3.Connection, guards: Sequence[Guard]) -> list[FailedGuard]:
    """Those of `guards` that do not hold, in their order."""
    groups: dict[tuple[str, str], list[int]] = {}
    for place, guard in enumerate(guards):
        groups.setdefault((guard.table, current_sql(guard)), []).append(place)
    failed: dict[int, FailedGuard] = {}
    # One query for each table and column: a change of many customers has thousands of guards.
    for (table, current), places in groups.items():
        ids = json.dumps([guards[place].row_id for place in places])
        rows = connection.execute(
            f"SELECT g.key, t.id IS NULL, {current} FROM json_each(?) g LEFT JOIN {table} t ON t.id = g.value", (ids,)
        )
        for key, missing, value in rows:
            guard = guards[places[key]]
            if missing and guard.column == WHOLE_ROW:
                continue  # The person wants it gone, and it is.
            if missing or value != guard.old:
                failed[places[key]] = FailedGuard(guard, None if missing else value, missing=bool(missing))
    return [failed[place] for place in sorted(failed)]


def current_sql(guard: Guard) -> str:
    """The SQL expression for what the guard is about as it is now, in a statement that calls the table `t`.

    Of a whole row it has the columns of the image that the guard was made with.
    """
    if guard.column == WHOLE_ROW:
        return image_sql(image_columns(as_text(guard.old)), "t")
    return f"t.{quoted(guard.column)}"


def _write(connection: sqlite3.Connection, change: Change) -> Applied:
    schema = read_schema(connection, [touched.table for touched in change.undo]) if change.undo else Schema({}, {})
    for statement in before_statements(change, schema.columns):
        connection.execute(statement.sql, statement.args)
    rows: list[tuple[Row, ...]] = []
    counts: list[int] = []
    for statement in change.statements:
        found, count = _run(connection, statement)
        rows.append(found)
        counts.append(count)
    for statement in after_statements(change, schema.columns):
        connection.execute(statement.sql, statement.args)
    return Applied(change.id, tuple(rows), tuple(counts))


def _run(connection: sqlite3.Connection, statement: Statement) -> tuple[tuple[Row, ...], int]:
    if statement.many is not None:
        return (), connection.executemany(statement.sql, statement.many).rowcount
    cursor = connection.execute(statement.sql, statement.args)
    found = tuple(cast("list[Row]", cursor.fetchall()))
    return found, max(cursor.rowcount, 0)
