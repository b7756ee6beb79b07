"""What every `Database` promises, asked of the file, the server, and a replica with and without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import WHOLE_ROW, Change, Guard, Statement, Touched
from kkdesk.model.clock import system_clock
from kkdesk.model.errors import Conflict, StatementRefused, StoreError
from kkdesk.services.company_database import open_replica
from kkdesk.services.history import History
from kkdesk.store.database import Database
from kkdesk.store.local import LocalDatabase
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.profile import Profile
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.row_image import guards_on_rows
from tests.store.desktops import Token

LABEL = Bilingual("Δοκιμή", "Test")
Body = Callable[[Database], Coroutine[Any, Any, None]]
WithDatabase = Callable[[Body], None]

ORGANISATION = Statement(
    "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'o', 'o', 0, 0)"
)


def tag(tag_id: str, name: str = "Στόλος") -> Statement:
    return Statement("INSERT INTO tags (id, org_id, name, created_at) VALUES (?, 'o', ?, 0)", (tag_id, name))


def renamed(name: str, tag_id: str = "t1") -> Statement:
    return Statement("UPDATE tags SET name = ? WHERE id = ?", (name, tag_id))


async def names(db: Database) -> list[object]:
    return [row["name"] for row in await db.query("SELECT name FROM tags ORDER BY id")]


async def _local(request: pytest.FixtureRequest) -> Database:
    folder: Path = request.getfixturevalue("tmp_path")
    return await LocalDatabase.open(folder / "crm.db")


def _remote(request: pytest.FixtureRequest) -> Callable[[], Awaitable[Database]]:
    sqld = request.getfixturevalue("sqld")

    async def token() -> str:
        return str(sqld.token())

    async def opened() -> Database:
        db = RemoteDatabase(sqld.url, token)
        await db.migrate()
        return db

    return opened


def _replica(request: pytest.FixtureRequest, *, offline: bool) -> Callable[[], Awaitable[Database]]:
    network = request.getfixturevalue("network")
    token = Token(request.getfixturevalue("sqld").token())

    async def opened() -> Database:
        db = await open_replica(Profile(request.getfixturevalue("tmp_path")), network.url, token, PrimaryClock())
        await db.sync.fetch()
        if offline:
            network.refuse()
        return db

    return opened


@pytest.fixture(params=["local", "remote", "replica", "replica offline"])
def with_database(request: pytest.FixtureRequest) -> WithDatabase:
    ways = {
        "local": lambda: lambda: _local(request),
        "remote": lambda: _remote(request),
        "replica": lambda: _replica(request, offline=False),
        "replica offline": lambda: _replica(request, offline=True),
    }
    opened = ways[request.param]()

    def run(body: Body) -> None:
        async def whole() -> None:
            db = await opened()
            try:
                await db.apply(Change(LABEL, (ORGANISATION,)))
                await body(db)
            finally:
                await db.close()
                await db.close()

        asyncio.run(whole())

    return run


def test_a_change_takes_effect_once_however_often_it_is_given(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        change = Change(LABEL, (tag("t1"), Statement("UPDATE tags SET name = name || '!'")))
        assert not (await db.apply(change)).repeated
        again = await db.apply(change)
        assert (again.repeated, again.rows, again.counts) == (True, (), ())
        assert await names(db) == ["Στόλος!"]

    with_database(body)


def test_a_change_given_many_times_at_once_takes_effect_once(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        change = Change(LABEL, (tag("t1"),))
        applied = await asyncio.gather(*(db.apply(change) for _ in range(5)))
        assert sorted(one.repeated for one in applied) == [False, True, True, True, True]

    with_database(body)


def test_a_change_is_written_whole_or_not_at_all(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        change = Change(LABEL, (tag("t1"), tag("t1")), undo=(Touched("tags", ("t1",)),))
        with pytest.raises(StatementRefused):
            await db.apply(change)
        assert await names(db) == []
        assert await db.query("SELECT 1 FROM kk_changes WHERE id = ?", (change.id,)) == []
        assert await db.query("SELECT 1 FROM kk_undo") == []
        assert not (await db.apply(Change(LABEL, (tag("t1"),)))).repeated

    with_database(body)


def test_references_are_enforced(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        orphan = Statement("INSERT INTO tags (id, org_id, name, created_at) VALUES ('t', 'nobody', 'x', 0)")
        with pytest.raises(StatementRefused):
            await db.apply(Change(LABEL, (orphan,)))
        assert await names(db) == []

    with_database(body)


def test_what_a_trigger_refuses_is_refused_with_its_words(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        customer = Statement(
            "INSERT INTO customers (id, org_id, first_name, last_name, afm, created_at, updated_at) "
            "VALUES ('c', 'o', 'Άννα', 'Π', '12', 0, 0)"
        )
        with pytest.raises(StatementRefused) as raised:
            await db.apply(Change(LABEL, (tag("t1"), customer)))
        assert "AFM must be exactly 9 digits" in raised.value.what.el
        assert await names(db) == []

    with_database(body)


def test_rows_of_returning_and_counts_come_back(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        insert = "INSERT INTO tags (id, org_id, name, created_at) VALUES (?, 'o', ?, 0)"
        statements = (
            Statement(insert, many=[("a", "1"), ("b", "2"), ("c", "3")]),
            Statement(insert, many=[]),
            Statement("UPDATE tags SET color = '#000000' WHERE id <> 'c' RETURNING id, name AS called"),
            Statement("DELETE FROM tags WHERE id = 'nobody'"),
            Statement("DELETE FROM tags"),
            Statement(f"{insert} RETURNING id", many=[("d", "4"), ("e", "5")]),
        )
        applied = await db.apply(Change(LABEL, statements, undo=(Touched("tags", ("a", "b", "c")),)))
        assert applied.counts[:5] == (3, 0, 2, 0, 3)
        assert [len(rows) for rows in applied.rows] == [0, 0, 2, 0, 0, 0]
        assert sorted((row["id"], row["called"], row[1]) for row in applied.rows[2]) == [
            ("a", "1", "1"),
            ("b", "2", "2"),
        ]

    with_database(body)


def test_rows_are_read_by_name_and_by_place(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        (row,) = await db.query("SELECT 1 AS One, ? AS two, x'00ff' AS three, NULL AS four, 0.1 AS five", ("β",))
        assert list(row.keys()) == ["One", "two", "three", "four", "five"]
        assert list(row) == [1, "β", b"\x00\xff", None, 0.1]
        assert (row["one"], row[1], row[-1]) == (1, "β", 0.1)
        with pytest.raises(IndexError):
            row["six"]

    with_database(body)


def test_a_guard_that_fails_stops_the_change_and_says_both_values(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (tag("t1", "παλιό"), tag("t2"))))
        await db.apply(Change(LABEL, (renamed("δικό τους"),)))
        guards = (
            Guard("tags", "t2", "name", "Στόλος"),
            Guard("tags", "t1", "name", "παλιό", "δικό μου"),
            Guard("tags", "gone", "name", "x"),
            Guard("tags", "t2", "color", "#123456"),
        )
        mine = Change(LABEL, (renamed("δικό μου"),), guards=guards)
        with pytest.raises(Conflict) as raised:
            await db.apply(mine)
        color = (await db.query("SELECT color FROM tags WHERE id = 't2'"))[0]["color"]
        assert [(failed.guard, failed.current, failed.missing) for failed in raised.value.failed] == [
            (guards[1], "δικό τους", False),
            (guards[2], None, True),
            (guards[3], color, False),
        ]
        assert await names(db) == ["δικό τους", "Στόλος"]
        assert await db.query("SELECT 1 FROM kk_changes WHERE id = ?", (mine.id,)) == []

    with_database(body)


@pytest.mark.parametrize("value", [None, 0, -(2**63), 2**53 + 1, 0.1, 1e300, "", "α\0β", '"\\', "Α", b"", b"\x00\x80"])
def test_guards_compare_exactly(with_database: WithDatabase, value: Any) -> None:
    # A column without a type of its own keeps what it is given.
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (Statement("CREATE TABLE probe (id TEXT PRIMARY KEY, v)"),)))
        await db.apply(Change(LABEL, (Statement("INSERT INTO probe VALUES ('p', ?)", (value,)),)))
        same = Change(LABEL, (Statement("UPDATE probe SET id = 'p'"),), guards=(Guard("probe", "p", "v", value),))
        assert not (await db.apply(same)).repeated
        for other in (None, 1, 0.1 + 2**-55, 2**53, "α", "α\0γ", "α\0β ", "0", "a", b"\x00", 1e300 * (1 + 2**-52)):
            if other == value:
                continue
            wrong = Change(LABEL, same.statements, guards=(Guard("probe", "p", "v", other),))
            with pytest.raises(Conflict) as raised:
                await db.apply(wrong)
            assert raised.value.failed[0].current == value

    with_database(body)


def test_different_fields_of_one_row_do_not_collide(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (tag("t1"),)))
        await db.apply(Change(LABEL, (Statement("UPDATE tags SET color = '#000000'"),)))
        await db.apply(Change(LABEL, (renamed("Νέο"),), guards=(Guard("tags", "t1", "name", "Στόλος"),)))
        rows = await db.query("SELECT name, color FROM tags")
        assert (rows[0]["name"], rows[0]["color"]) == ("Νέο", "#000000")

    with_database(body)


def test_a_row_that_anybody_edited_is_not_deleted(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (tag("t1"), tag("t2"))))
        guards = tuple(await guards_on_rows(db, "tags", ["t1", "t2"], ["id", "name", "color", "created_at"]))
        await db.apply(Change(LABEL, (renamed("άλλο", "t2"),)))
        deletion = Change(LABEL, (Statement("DELETE FROM tags"),), guards=guards)
        with pytest.raises(Conflict) as raised:
            await db.apply(deletion)
        (failed,) = raised.value.failed
        assert (failed.guard.row_id, failed.guard.column) == ("t2", WHOLE_ROW)
        assert "άλλο" in str(failed.current)
        assert not (await db.apply(Change(LABEL, deletion.statements, guards=guards[:1]))).repeated
        assert await names(db) == []

    with_database(body)


@pytest.mark.parametrize("count", [2, 40])
def test_a_row_that_is_gone_is_deleted_once_more_without_a_conflict(with_database: WithDatabase, count: int) -> None:
    async def body(db: Database) -> None:
        ids = [f"t{number}" for number in range(count)]
        await db.apply(Change(LABEL, tuple(map(tag, ids))))
        guards = tuple(await guards_on_rows(db, "tags", ids, ["id", "name"]))
        await db.apply(Change(LABEL, (Statement("DELETE FROM tags WHERE id = 't0'"),)))
        await db.apply(Change(LABEL, (Statement("DELETE FROM tags"),), guards=guards))
        assert await names(db) == []

    with_database(body)


def test_ten_thousand_guards(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        ids = [f"t{number}" for number in range(10_000)]
        insert = Statement(
            "INSERT INTO tags (id, org_id, name, created_at) WITH RECURSIVE n (i) AS "
            "(SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 10000) SELECT 't' || i, 'o', 'τ', 0 FROM n"
        )
        await db.apply(Change(LABEL, (insert,)))
        guards = tuple(Guard("tags", tag_id, "name", "τ") for tag_id in ids)
        await db.apply(Change(LABEL, (renamed("άλλο", "t77"), renamed("άλλο", "t9999")), guards=guards))
        with pytest.raises(Conflict) as raised:
            await db.apply(Change(LABEL, (renamed("x"),), guards=guards))
        assert [failed.guard.row_id for failed in raised.value.failed] == ["t77", "t9999"]

    with_database(body)


def test_a_change_is_undone_once(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        history = History(db, Actor("u", "o", "Άννα"), system_clock)
        change = Change(LABEL, (tag("t1"), tag("t2", "β")), undo=(Touched("tags", ("t1", "t2")),))
        await db.apply(change)
        edit = Change(LABEL, (renamed("νέο"),), undo=(Touched("tags", ("t1",), columns=("name",)),))
        await db.apply(edit)
        await history.undo(edit.id)
        assert await names(db) == ["Στόλος", "β"]
        with pytest.raises(Conflict) as raised:
            await db.apply(Change(LABEL, (renamed("x"),), undo_of=edit.id))
        assert raised.value.failed == ()
        assert await names(db) == ["Στόλος", "β"]

    with_database(body)


def test_the_data_version_moves_with_writes_and_stays_without(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (tag("t1"),)))
        before = await db.data_version()
        assert await db.data_version() == before
        await db.query("SELECT count(*) FROM tags")
        assert await db.data_version() == before
        await db.apply(Change(LABEL, (renamed("x"),)))
        assert await db.data_version() != before

    with_database(body)


def test_a_query_does_not_write(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.apply(Change(LABEL, (tag("t1"),)))
        with pytest.raises(StoreError):
            await db.query("DELETE FROM tags RETURNING id")
        assert await names(db) == ["Στόλος"]

    with_database(body)


def test_a_query_that_fails_says_so_and_the_next_one_works(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        for wrong in ("SELECT missing FROM tags", "SELEC 1", "SELECT * FROM nowhere"):
            with pytest.raises(StoreError):
                await db.query(wrong)
        assert await names(db) == []

    with_database(body)


def test_a_cancelled_read_ends_at_once_and_the_database_goes_on(with_database: WithDatabase) -> None:
    long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT max(i) FROM n"

    async def body(db: Database) -> None:
        reading = asyncio.create_task(db.query(long))
        await db.query("SELECT 1")
        assert not reading.done()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await names(db) == []

    with_database(body)


def test_after_closing_nothing_is_taken(with_database: WithDatabase) -> None:
    async def body(db: Database) -> None:
        await db.close()
        with pytest.raises(StoreError):
            await db.query("SELECT 1")
        with pytest.raises(StoreError):
            await db.apply(Change(LABEL, (tag("t1"),)))

    with_database(body)
