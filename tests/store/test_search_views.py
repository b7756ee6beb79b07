"""The index follows whichever file the CRM is read from: the replica, a fork of it, and the replica again."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from array import array
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement, Touched
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.store import search_index
from kkdesk.store.local import LocalDatabase
from kkdesk.store.search_index import SearchIndex
from kkdesk.store.search_source import load_seen
from tests.store.search_shop import ORG, OTHER_ORG, search_shop

LABEL = Bilingual("Δοκιμή", "Test")


class Views:
    """Two files that hold the same at first, and an index that reads the one in front."""

    def __init__(self, replica: LocalDatabase, fork: LocalDatabase) -> None:
        self.replica, self.fork = replica, fork
        self.front = replica
        self.index = SearchIndex(replica.path.with_name("search.db"), lambda: self.front.file, ORG)

    async def names(self) -> list[str]:
        """The names that the list shows, in its order, after a refresh."""
        await self.index.refresh()
        found: array[int] = await self.index.docs(CustomerQuery())
        ids = await self.index.ids_of(found)
        rows = await self.front.query("SELECT id, company FROM customers")
        companies = {str(row["id"]): str(row["company"]) for row in rows}
        return [companies[ids[number]] for number in found]

    async def finds(self, text: str) -> int:
        await self.index.refresh()
        return await self.index.count(CustomerQuery(text=text))


async def write(db: LocalDatabase, sql: str, *args: str | int) -> None:
    """A change that leaves images and a ledger row, as ours do."""
    await db.apply(Change(LABEL, (Statement(sql, args),), undo=(Touched("customers", ("c1", "c2", "c3", "c4")),)))


async def add(db: LocalDatabase, customer_id: str, company: str, at: int = 100) -> None:
    await write(
        db,
        "INSERT INTO customers (id, org_id, first_name, company, created_at, updated_at) VALUES (?, ?, '', ?, ?, ?)",
        *(customer_id, ORG, company, at, at),
    )


def two_views(tmp_path: Path, body: Callable[[Views], Awaitable[None]]) -> None:
    async def run() -> None:
        replica = await LocalDatabase.open(tmp_path / "replica.db")
        organisations = [(org, org) for org in (ORG, OTHER_ORG)]
        insert = "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES (?, 'O', ?, 1, 1)"
        await replica.apply(Change(LABEL, (Statement(insert, many=organisations),)))
        await add(replica, "c1", "Άλφα")
        await add(replica, "c2", "Βήτα")
        with closing(sqlite3.connect(replica.path)) as own:
            own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(replica.path, tmp_path / "fork-2.db")
        fork = await LocalDatabase.open(tmp_path / "fork-2.db")
        views = Views(replica, fork)
        try:
            await body(views)
        finally:
            await views.index.close()
            await fork.close()
            await replica.close()

    asyncio.run(run())


def test_what_differs_between_the_files_is_found_on_every_change_of_view(tmp_path: Path) -> None:
    async def body(views: Views) -> None:
        assert await views.names() == ["Άλφα", "Βήτα"]
        await add(views.fork, "c3", "Γάμα")
        # Old times, as after an undo: only a comparison of everybody finds it.
        await write(views.fork, "UPDATE customers SET company = 'Ωμέγα', updated_at = 1 WHERE id = 'c1'")
        assert await views.names() == ["Άλφα", "Βήτα"]
        views.front = views.fork
        assert await views.names() == ["Βήτα", "Γάμα", "Ωμέγα"]
        assert await views.finds("ωμεγα") == 1
        # Both changes were withdrawn, and somebody else's arrived.
        await add(views.replica, "c4", "Δέλτα", at=50)
        views.front = views.replica
        assert await views.names() == ["Άλφα", "Βήτα", "Δέλτα"]
        assert await views.finds("γαμα") == 0
        views.front = views.fork
        assert await views.finds("γαμα") == 1

    two_views(tmp_path, body)


def test_each_file_is_followed_by_its_own_numbers(tmp_path: Path) -> None:
    async def body(views: Views) -> None:
        await add(views.fork, "c3", "Γάμα")
        await add(views.fork, "c4", "Δέλτα")
        views.front = views.fork
        assert len(await views.names()) == 4
        views.front = views.replica
        assert len(await views.names()) == 2
        with closing(sqlite3.connect(tmp_path / "search.db")) as index:
            seen = load_seen(index)
        rows = await views.replica.query("SELECT max(rowid) AS newest FROM kk_changes")
        assert (seen.ledger, seen.file) == (rows[0]["newest"], str(views.replica.path))
        # The ledger of this file alone tells of a change that left an old time.
        await write(views.replica, "UPDATE customers SET company = 'Ζήτα', updated_at = 1 WHERE id = 'c2'")
        assert await views.names() == ["Άλφα", "Ζήτα"]
        assert await views.finds("ζητα") == 1

    two_views(tmp_path, body)


def test_a_file_that_was_built_anew_under_its_name_is_read_anew(tmp_path: Path) -> None:
    async def body(views: Views) -> None:
        assert await views.finds("αλφα") == 1
        await write(views.fork, "UPDATE customers SET company = 'Ωμέγα', updated_at = 1 WHERE id = 'c1'")
        await views.fork.close()
        await views.replica.close()
        views.fork.path.replace(views.replica.path)
        assert await views.finds("ωμεγα") == 1
        assert await views.finds("αλφα") == 0

    two_views(tmp_path, body)


def test_a_program_that_ended_on_one_file_may_begin_on_the_other(tmp_path: Path) -> None:
    async def body(views: Views) -> None:
        await write(views.fork, "UPDATE customers SET company = 'Ωμέγα', updated_at = 1 WHERE id = 'c1'")
        views.front = views.fork
        assert await views.finds("ωμεγα") == 1
        await views.index.close()
        again = SearchIndex(tmp_path / "search.db", lambda: views.replica.file, ORG)
        try:
            assert await again.count(CustomerQuery(text="αλφα")) == 1
            assert await again.count(CustomerQuery(text="ωμεγα")) == 0
        finally:
            await again.close()

    two_views(tmp_path, body)


def test_many_differences_are_taken_in_by_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "HERE", 1)

    async def body(views: Views) -> None:
        await views.index.refresh()
        await add(views.fork, "c3", "Γάμα")
        await write(views.fork, "UPDATE customers SET company = 'Ωμέγα ' || id, updated_at = 1")
        views.front = views.fork
        assert await views.finds("ωμεγα") == 3
        views.front = views.replica
        assert await views.names() == ["Άλφα", "Βήτα"]

    two_views(tmp_path, body)


def test_a_file_that_is_gone_is_an_error_and_not_the_end(tmp_path: Path) -> None:
    from kkdesk.model.errors import StoreError

    async def body(views: Views) -> None:
        assert await views.finds("αλφα") == 1
        there, gone = views.front, Gone(tmp_path / "fork-3.db")
        views.front = gone  # type: ignore[assignment]
        with pytest.raises(StoreError):
            await views.index.refresh()
        assert not gone.file.exists()
        # What is indexed answers meanwhile.
        assert await views.index.count(CustomerQuery(text="αλφα")) == 1
        views.front = there
        assert await views.finds("αλφα") == 1

    two_views(tmp_path, body)


def test_what_was_written_here_is_waited_for(tmp_path: Path) -> None:
    async def body(views: Views) -> None:
        async def arrive() -> None:
            await add(views.replica, "c9", "Νέος")

        assert await views.finds("Νέος") == 0
        late = SearchIndex(tmp_path / "late.db", lambda: views.front.file, ORG, arrive)
        await late.refresh()
        assert await late.count(CustomerQuery(text="Νέος")) == 1
        await late.close()

    two_views(tmp_path, body)


def test_nothing_is_compared_while_the_file_stays(tmp_path: Path) -> None:
    with search_shop() as shop:
        shop.put("cust_1", {"company": "Άλφα", "updated_at": 100})
        shop.refresh()
        shop.set("cust_1", company="Βήτα")
        # Neither ledger nor time tell of it, and the file is the same: it waits for the next thorough look.
        assert shop.refresh().changed == 0
        assert shop.refresh(thorough=True).changed == 1


class Gone:
    """A view whose file is not there."""

    def __init__(self, file: Path) -> None:
        self.file = file
