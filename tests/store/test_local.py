"""`LocalDatabase`: exactly once, all or nothing, guarded; busy, full and damaged files; several processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.model.errors import Conflict, DatabaseBusy, DiskFull, StatementRefused, StoreError
from kkdesk.store import local, readers
from kkdesk.store.local import LocalDatabase

LABEL = Bilingual("Δοκιμή", "Test")
Body = Callable[[LocalDatabase], Coroutine[Any, Any, None]]


def with_database(path: Path, body: Body) -> None:
    async def run() -> None:
        db = await LocalDatabase.open(path)
        try:
            await body(db)
        finally:
            await db.close()

    asyncio.run(run())


def tag(tag_id: str, name: str = "Στόλος") -> Statement:
    return Statement("INSERT INTO tags (id, org_id, name, created_at) VALUES (?, 'o', ?, 0)", (tag_id, name))


ORGANISATION = Statement(
    "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'o', 'o', 0, 0)"
)


async def tag_names(db: LocalDatabase) -> list[object]:
    return [row["name"] for row in await db.query("SELECT name FROM tags ORDER BY id")]


def test_a_change_takes_effect_once_however_often_it_is_given(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        change = Change(LABEL, (ORGANISATION, tag("t1")))
        first = await db.apply(change)
        again = await db.apply(change)
        assert not first.repeated
        assert again.repeated
        assert await tag_names(db) == ["Στόλος"]

    with_database(tmp_path / "crm.db", body)


def test_a_change_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (ORGANISATION,)))
        change = Change(LABEL, (tag("t1"), tag("t1")))
        with pytest.raises(StatementRefused):
            await db.apply(change)
        assert await tag_names(db) == []
        assert await db.query("SELECT 1 FROM kk_changes WHERE id = ?", (change.id,)) == []

    with_database(tmp_path / "crm.db", body)


def test_foreign_keys_are_enforced(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        with pytest.raises(StatementRefused):
            await db.apply(Change(LABEL, (tag("t1"),)))

    with_database(tmp_path / "crm.db", body)


def test_returning_rows_and_counts_come_back(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        many = Statement(
            "INSERT INTO tags (id, org_id, name, created_at) VALUES (?, 'o', ?, 0)", many=[("a", "1"), ("b", "2")]
        )
        renamed = Statement("UPDATE tags SET name = 'x' RETURNING id")
        applied = await db.apply(Change(LABEL, (ORGANISATION, many, renamed)))
        assert applied.counts == (1, 2, 2)
        assert sorted(str(row["id"]) for row in applied.rows[2]) == ["a", "b"]

    with_database(tmp_path / "crm.db", body)


def test_a_guard_that_fails_stops_the_change_and_says_both_values(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (ORGANISATION, tag("t1", "παλιό"))))
        await db.apply(Change(LABEL, (Statement("UPDATE tags SET name = 'δικό τους'"),)))
        mine = Change(
            LABEL,
            (Statement("UPDATE tags SET name = 'δικό μου'"),),
            guards=(Guard("tags", "t1", "name", "παλιό"), Guard("tags", "gone", "name", "x")),
        )
        with pytest.raises(Conflict) as raised:
            await db.apply(mine)
        assert [(failed.guard.old, failed.current, failed.missing) for failed in raised.value.failed] == [
            ("παλιό", "δικό τους", False),
            ("x", None, True),
        ]
        assert await tag_names(db) == ["δικό τους"]

    with_database(tmp_path / "crm.db", body)


def test_different_fields_of_one_row_do_not_collide(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (ORGANISATION, tag("t1"))))
        await db.apply(Change(LABEL, (Statement("UPDATE tags SET color = '#000000'"),)))
        guard = Guard("tags", "t1", "name", "Στόλος")
        await db.apply(Change(LABEL, (Statement("UPDATE tags SET name = 'Νέο'"),), guards=(guard,)))
        rows = await db.query("SELECT name, color FROM tags")
        assert (rows[0]["name"], rows[0]["color"]) == ("Νέο", "#000000")

    with_database(tmp_path / "crm.db", body)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"

    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (ORGANISATION, tag("t1"))))
        pages = (await db.query("PRAGMA page_count"))[0][0]
        assert isinstance(pages, int)
        # SQLite's own limit answers with the very code of a full disk.
        await db.apply(Change(LABEL, (Statement(f"PRAGMA max_page_count = {pages + 4}"),)))
        with pytest.raises(DiskFull) as raised:
            await db.apply(Change(LABEL, (tag("t2", "x" * 200_000),)))
        assert "δίσκος" in raised.value.message("el")
        assert await tag_names(db) == ["Στόλος"]

    with_database(path, body)


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_another_process_holding_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "BUSY_SECONDS", 0.05)
    path = tmp_path / "crm.db"

    async def body(db: LocalDatabase) -> None:
        await db.apply(Change(LABEL, (ORGANISATION,)))
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdin is not None
            assert holder.stdout.readline() == "held\n"
            change = Change(LABEL, (tag("t1"),))
            with pytest.raises(DatabaseBusy):
                await db.apply(change)
            assert await tag_names(db) == [], "reading goes on meanwhile"
            holder.stdin.write("\n")
            holder.stdin.close()
            holder.wait()
        assert not (await db.apply(change)).repeated, "the very same change can be given again"
        assert await tag_names(db) == ["Στόλος"]

    with_database(path, body)


def test_writes_of_another_process_move_the_data_version(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"

    async def body(db: LocalDatabase) -> None:
        before = await db.data_version()
        assert await db.data_version() == before
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA user_version = 7")
            other.commit()
        after = await db.data_version()
        assert after != before
        await db.apply(Change(LABEL, (ORGANISATION,)))
        assert await db.data_version() != after

    with_database(path, body)


def test_readers_cannot_write(tmp_path: Path) -> None:
    async def body(db: LocalDatabase) -> None:
        with pytest.raises(StoreError):
            await db.query("DELETE FROM tags RETURNING id")

    with_database(tmp_path / "crm.db", body)


def test_a_cancelled_query_is_interrupted_and_the_database_goes_on(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    async def body(db: LocalDatabase) -> None:
        # One more than there are reading threads: the last has not begun when it is cancelled.
        tasks = [asyncio.create_task(db.query(endless)) for _ in range(readers.READERS + 1)]
        while len(db._readers._connections) < readers.READERS:
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        assert (await db.query("SELECT 1 AS one"))[0]["one"] == 1

    with_database(tmp_path / "crm.db", body)


def test_a_query_cancelled_as_its_answer_comes_is_cancelled(tmp_path: Path) -> None:
    async def body() -> None:
        db = await LocalDatabase.open(tmp_path / "crm.db")
        answers: list[asyncio.Future[object]] = []

        def submit(_pool: object, _work: object) -> asyncio.Future[object]:
            answers.append(asyncio.get_running_loop().create_future())
            return answers[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "run_in_executor", submit)
            asking = asyncio.create_task(db.query("SELECT 1"))
            while not answers:
                await asyncio.sleep(0)
            answers[0].set_result([])
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        await db.close()

    asyncio.run(body())


def test_a_query_past_its_deadline_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "QUERY_DEADLINE", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    async def body(db: LocalDatabase) -> None:
        with pytest.raises(DatabaseBusy):
            await db.query(endless)

    with_database(tmp_path / "crm.db", body)


def test_closing_twice_and_using_afterwards(tmp_path: Path) -> None:
    async def run() -> None:
        db = await LocalDatabase.open(tmp_path / "crm.db")
        await db.query("SELECT 1")
        await db.close()
        await db.close()
        with pytest.raises(StoreError):
            await db.query("SELECT 1")

    asyncio.run(run())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    async def run() -> None:
        with pytest.raises(StoreError) as raised:
            await LocalDatabase.open(tmp_path / "file" / "crm.db")
        assert "file" in raised.value.message("el")

    asyncio.run(run())
