"""Images of rows, and the guards on them: what counts as changed, and thousands of guards in few queries."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import WHOLE_ROW, Change, FailedGuard, Guard, Statement
from kkdesk.model.errors import Conflict
from kkdesk.store.ledger import failed_guards
from kkdesk.store.local import LocalDatabase
from kkdesk.store.row_image import guards_on_rows, image_columns, image_sql

LABEL = Bilingual("Δοκιμή", "Test")
COLUMNS = ("id", "name", "color", "description")
TAG = "INSERT INTO tags (id, org_id, name, color, description, created_at) VALUES (?, 'o', ?, ?, ?, 1)"


def with_tags(tmp_path: Path, body: Callable[[LocalDatabase], Awaitable[None]]) -> None:
    async def run() -> None:
        db = await LocalDatabase.open(tmp_path / "crm.db")
        try:
            organisation = Statement(
                "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'O', 'o', 1, 1)"
            )
            tags = [("t1", "Στόλος", "#111", None), ("t2", 'Με "εισαγωγικά"', "#222", "α\nβ")]
            await db.apply(Change(LABEL, (organisation, Statement(TAG, many=tags))))
            await body(db)
        finally:
            await db.close()

    asyncio.run(run())


def test_a_row_guard_holds_while_nobody_changes_the_row(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        guards = await guards_on_rows(db, "tags", ["t2", "nobody", "t1"], COLUMNS)
        assert [(guard.row_id, guard.column, guard.new) for guard in guards] == [
            ("t1", WHOLE_ROW, None),
            ("t2", WHOLE_ROW, None),
        ]
        assert json.loads(str(guards[1].old)) == {
            "id": "t2",
            "name": 'Με "εισαγωγικά"',
            "color": "#222",
            "description": "α\nβ",
        }
        # A column that the image does not have is nobody's business here.
        await db.apply(Change(LABEL, (Statement("UPDATE tags SET created_at = 2"),)))
        await db.apply(Change(LABEL, (Statement("DELETE FROM tags"),), guards=tuple(guards)))
        assert await db.query("SELECT id FROM tags") == []

    with_tags(tmp_path, body)


def test_a_row_that_was_edited_fails_its_guard_and_one_that_is_gone_does_not(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        guards = tuple(await guards_on_rows(db, "tags", ["t1", "t2"], COLUMNS))
        others = (
            Statement("UPDATE tags SET color = '#fff' WHERE id = 't1'"),
            Statement("DELETE FROM tags WHERE id = 't2'"),
        )
        await db.apply(Change(LABEL, others))
        with pytest.raises(Conflict) as raised:
            await db.apply(Change(LABEL, (Statement("DELETE FROM tags"),), guards=guards))
        (edited,) = raised.value.failed
        assert (edited.guard, edited.missing) == (guards[0], False)
        assert json.loads(str(edited.current)) == {"id": "t1", "name": "Στόλος", "color": "#fff", "description": None}
        assert len(await db.query("SELECT id FROM tags")) == 1

    with_tags(tmp_path, body)


def test_thousands_of_guards_take_one_query_for_each_column(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (Statement(TAG, many=[(f"n{n}", f"N{n}", "#333", None) for n in range(3000)]),)))
        rows = await guards_on_rows(db, "tags", [f"n{n}" for n in range(3000)], COLUMNS)
        guards = [guard for row in rows for guard in (row, Guard("tags", row.row_id, "color", "#333"))]
        guards[10] = Guard("tags", "n5", "color", "other")
        guards[4001] = Guard("tags", "missing", "color", "#333")
        statements: list[str] = []
        with closing(sqlite3.connect(db.path)) as connection:
            connection.set_trace_callback(statements.append)
            failed = failed_guards(connection, guards)
        assert failed == [
            FailedGuard(guards[10], "#333"),
            FailedGuard(guards[4001], None, missing=True),
        ]
        assert len(statements) == 2

    with_tags(tmp_path, body)


def test_null_differs_from_empty_and_a_number_from_its_text() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (id TEXT, v)")
        connection.execute("INSERT INTO t VALUES ('null', NULL), ('one', 1), ('half', 0.5)")
        held = [Guard("t", "null", "v", None), Guard("t", "one", "v", 1), Guard("t", "half", "v", 0.5)]
        assert failed_guards(connection, held) == []
        broken = [Guard("t", "null", "v", ""), Guard("t", "one", "v", "1"), Guard("t", "half", "v", None)]
        assert [failed.guard for failed in failed_guards(connection, broken)] == broken


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_real_numbers_are_kept_to_ten_decimals(first: float, second: float) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (v REAL)")
        connection.execute("INSERT INTO t VALUES (?), (?)", (first, second))
        images = [row[0] for row in connection.execute(f"SELECT {image_sql(['v'], 't')} FROM t ORDER BY rowid")]
    values = [float(json.loads(image)["v"]) for image in images]
    assert image_columns(images[0]) == ("v",)
    for value, seen in zip((first, second), values, strict=True):
        # Beyond 2^63 no customer's figure goes.
        if abs(value) < 9e18:
            assert abs(value - seen) <= max(1e-10, abs(value) * 2**-52) if abs(value) < 9e8 else abs(value - seen) < 1
    if abs(first - second) > 1 and abs(first) < 9e18:
        assert images[0] != images[1]


def test_a_name_that_is_none_of_the_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="not a schema name"):
        image_sql(['name", (SELECT 1)'])
    with pytest.raises(ValueError, match="not a schema name"):
        image_sql(["name"], "t; DROP")
