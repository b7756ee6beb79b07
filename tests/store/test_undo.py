"""Undo: every table comes back exactly; later work is never overwritten; the undo can be undone."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement, Touched
from kkdesk.model.errors import Conflict, NotFound
from kkdesk.model.row import Row, as_int
from kkdesk.services.history import History
from kkdesk.store.local import LocalDatabase
from kkdesk.store.undo import UNDO_SECONDS

LABEL = Bilingual("Δοκιμή", "Test")
ACTOR = Actor("1e3fa16d-cb68-48bb-a16d-364443ab1ab1", "org_kktires", "Ιδιοκτήτης")
SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"
TABLES = ("customers", "customer_tags", "customer_notes", "tasks", "tags")
IN_KEYS = "IN (SELECT value FROM json_each(?))"


def in_sample(tmp_path: Path, body: Any) -> None:
    path = tmp_path / "crm.db"
    shutil.copy(SAMPLE, path)

    async def run() -> None:
        now = [1_800_000_000]
        db = await LocalDatabase.open(path, lambda: now[0])
        try:
            await body(db, History(db, ACTOR, lambda: now[0]), now)
        finally:
            await db.close()

    asyncio.run(run())


async def dump(db: LocalDatabase, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in await db.query(f"SELECT * FROM {table} ORDER BY id")] for table in tables}


async def some_customers(db: LocalDatabase, count: int = 40) -> tuple[str, ...]:
    rows: list[Row] = await db.query(
        "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM campaign_recipients) "
        "AND id NOT IN (SELECT converted_to_customer_id FROM leads WHERE converted_to_customer_id IS NOT NULL) "
        "AND id NOT IN (SELECT customer_id FROM customer_activities) ORDER BY id LIMIT ?",
        (count,),
    )
    return tuple(str(row["id"]) for row in rows)


def deletion(ids: tuple[str, ...]) -> Change:
    return Change(
        LABEL,
        (Statement(f"DELETE FROM customers WHERE id {IN_KEYS}", (json.dumps(ids),)),),
        undo=(
            Touched("customers", ids),
            Touched("customer_tags", ids, "customer_id"),
            Touched("customer_notes", ids, "customer_id"),
            Touched("tasks", ids, "customer_id", ("customer_id",)),
        ),
    )


def test_a_deletion_comes_back_exactly_and_can_be_done_again(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, _now: list[int]) -> None:
        ids = await some_customers(db)
        before = await dump(db, *TABLES)
        change = deletion(ids)
        await db.apply(change)
        after = await dump(db, *TABLES)
        assert len(before["customers"]) - len(after["customers"]) == len(ids)
        undo = await history.undo(change.id)
        assert await dump(db, *TABLES) == before
        await history.undo(undo.change_id)
        assert await dump(db, *TABLES) == after

    in_sample(tmp_path, body)


def test_a_change_is_undone_once(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, _now: list[int]) -> None:
        change = deletion(await some_customers(db, 2))
        await db.apply(change)
        await history.undo(change.id)
        with pytest.raises(Conflict):
            await history.undo(change.id)
        with pytest.raises(NotFound):
            await history.undo("unknown")

    in_sample(tmp_path, body)


def test_after_thirty_days_it_is_too_late_and_the_images_go(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, now: list[int]) -> None:
        change = deletion(await some_customers(db, 2))
        await db.apply(change)
        assert [past.id for past in await history.recent()] == [change.id]
        now[0] += UNDO_SECONDS + 1
        assert await history.recent() == []
        with pytest.raises(Conflict):
            await history.undo(change.id)
        await history.prune()
        assert await db.query("SELECT 1 FROM kk_undo") == []

    in_sample(tmp_path, body)


def test_a_change_is_not_applied_again_for_ninety_days(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, now: list[int]) -> None:
        change = Change(LABEL, (Statement("UPDATE tags SET description = coalesce(description, '') || 'x'"),))
        undoable = deletion(await some_customers(db, 2))
        await db.apply(change)
        await db.apply(undoable)
        for days in (31, 58):
            now[0] += days * 24 * 3600
            await history.prune()
            # Another computer was off all the while, and does not know that its changes have arrived.
            assert (await db.apply(change)).repeated
            assert (await db.apply(undoable)).repeated
        assert await db.query("SELECT 1 FROM kk_undo") == []
        now[0] += 2 * 24 * 3600
        await history.prune()
        rows = await db.query("SELECT id FROM kk_changes WHERE id IN (?, ?)", (change.id, undoable.id))
        assert rows == []

    in_sample(tmp_path, body)


def test_whose_clock_is_ahead_forgets_nothing_of_others(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, _history: History, now: list[int]) -> None:
        change = deletion(await some_customers(db, 2))
        await db.apply(change)
        ahead = History(db, ACTOR, lambda: now[0] + 200 * 24 * 3600)
        await ahead.prune()
        assert (await db.apply(change)).repeated
        assert len(await db.query("SELECT 1 FROM kk_undo WHERE change_id = ?", (change.id,))) >= 2

    in_sample(tmp_path, body)


def test_nothing_is_written_where_nothing_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(db: LocalDatabase, history: History, now: list[int]) -> None:
        ids = await some_customers(db, 5)
        await db.apply(deletion(ids))
        ledger = "SELECT count(*) FROM kk_changes"
        before = as_int((await db.query(ledger))[0][0])
        await history.prune()
        assert (await db.query(ledger))[0][0] == before
        # Much is forgotten in several transactions.
        monkeypatch.setattr("kkdesk.services.history._FORGOTTEN_AT_ONCE", 2)
        now[0] += UNDO_SECONDS + 1
        await history.prune()
        assert await db.query("SELECT 1 FROM kk_undo") == []
        assert as_int((await db.query(ledger))[0][0]) >= before + 3

    in_sample(tmp_path, body)


def test_the_history_is_in_the_order_in_which_changes_arrived(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, now: list[int]) -> None:
        first, second, third, *_ = await some_customers(db)
        # Ids tell when a computer made a change by its own clock, which may be wrong by days.
        for change_id, customer_id, seconds in (("Z", first, 0), ("M", second, 0), ("A", third, 1)):
            now[0] += seconds
            await db.apply(replace(deletion((customer_id,)), id=change_id))
        assert [past.id for past in await history.recent()] == ["A", "M", "Z"]

    in_sample(tmp_path, body)


def test_an_edit_made_since_is_kept(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, _now: list[int]) -> None:
        first, second, third = await some_customers(db, 3)
        ids = (first, second, third)
        before = {row["id"]: (row["city"], row["notes"]) for row in await db.query("SELECT * FROM customers")}
        change = Change(
            LABEL,
            (
                Statement(
                    f"UPDATE customers SET city = 'Βόλος', notes = 'μαζικά' WHERE id {IN_KEYS}", (json.dumps(ids),)
                ),
            ),
            undo=(Touched("customers", ids, columns=("city", "notes")),),
        )
        await db.apply(change)
        await db.apply(Change(LABEL, (Statement("UPDATE customers SET city = 'Χανιά' WHERE id = ?", (second,)),)))
        await db.apply(Change(LABEL, (Statement("DELETE FROM customers WHERE id = ?", (third,)),)))
        await history.undo(change.id)
        rows = {row["id"]: (row["city"], row["notes"]) for row in await db.query("SELECT * FROM customers")}
        assert rows[first] == before[first]
        assert rows[second] == ("Χανιά", before[second][1]), "only the field nobody touched since goes back"
        assert third not in rows, "what somebody deleted since stays deleted"

    in_sample(tmp_path, body)


def test_inserted_rows_go_unless_somebody_works_with_them(tmp_path: Path) -> None:
    async def body(db: LocalDatabase, history: History, _now: list[int]) -> None:
        ids = ("n1", "n2", "n3")
        insert = "INSERT INTO customers (id, org_id, first_name, created_at, updated_at) VALUES (?, 'org_kktires', 'Ν', 1, 1)"
        change = Change(
            LABEL,
            (Statement(insert, many=[(new,) for new in ids]),),
            undo=(Touched("customers", ids, columns=("updated_at",)),),
        )
        await db.apply(change)
        await db.apply(Change(LABEL, (Statement("UPDATE customers SET updated_at = 2 WHERE id = 'n2'"),)))
        task = "INSERT INTO tasks (id, org_id, title, customer_id, created_at, updated_at) VALUES ('t', 'org_kktires', 't', 'n3', 1, 1)"
        await db.apply(Change(LABEL, (Statement(task),)))
        undo = await history.undo(change.id)
        left = [
            row["id"] for row in await db.query("SELECT id FROM customers WHERE id IN ('n1', 'n2', 'n3') ORDER BY id")
        ]
        assert left == ["n2", "n3"]
        await history.undo(undo.change_id)
        back = await db.query("SELECT first_name, updated_at FROM customers WHERE id = 'n1'")
        assert [(row["first_name"], row["updated_at"]) for row in back] == [("Ν", 1)]

    in_sample(tmp_path, body)


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30),
    st.integers(-(2**63), 2**63 - 1),
    # Money and coordinates. SQLite's own text to number conversion is not exact beyond some 10^±100.
    st.floats(-1e15, 1e15, allow_subnormal=False).filter(lambda number: number == 0 or abs(number) > 1e-15),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_every_value_survives_deletion_and_undo(tmp_path: Path, values: list[tuple[object, object, object]]) -> None:
    async def run() -> None:
        (tmp_path / "crm.db").unlink(missing_ok=True)
        db = await LocalDatabase.open(tmp_path / "crm.db")
        history = History(db, Actor("u", "o", "x"), lambda: 0)
        ids = tuple(f"c{place}" for place in range(len(values)))
        await db.apply(
            Change(
                LABEL,
                (
                    Statement(
                        "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', '', '', 0, 0)"
                    ),
                    Statement(
                        "INSERT INTO customers (id, org_id, first_name, created_at, updated_at, notes, latitude, lead_score) "
                        "VALUES (?, 'o', '', 0, 0, ?, ?, ?)",
                        many=[(new, *row) for new, row in zip(ids, values, strict=True)],  # type: ignore[arg-type]
                    ),
                ),
            )
        )
        before = [tuple(row) for row in await db.query("SELECT * FROM customers")]
        types = [
            tuple(row)
            for row in await db.query("SELECT typeof(notes), typeof(latitude), typeof(lead_score) FROM customers")
        ]
        change = deletion(ids)
        await db.apply(change)
        db._clock = lambda: 1
        await history.undo(change.id)
        assert [tuple(row) for row in await db.query("SELECT * FROM customers")] == before
        assert [
            tuple(row)
            for row in await db.query("SELECT typeof(notes), typeof(latitude), typeof(lead_score) FROM customers")
        ] == types
        await db.close()

    asyncio.run(run())
