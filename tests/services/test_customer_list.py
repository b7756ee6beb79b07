"""Lists over the web CRM's sample database, kept current under edits, undo, other processes and damage."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.customer import Customer
from kkdesk.model.customer_query import SORTS
from kkdesk.model.errors import InvalidInput, NotFound, StoreError
from kkdesk.model.greek import fold, name_sort_key
from kkdesk.services.customer_list import CustomerQuery
from kkdesk.store import search_index
from kkdesk.workspace import Workspace
from tests.services.indexed_sample import in_workspace, some_ids

ALL = "SELECT id FROM customers WHERE org_id = 'org_kktires'"


async def found(workspace: Workspace, query: CustomerQuery) -> list[str]:
    """What the list shows, checked to be the same by each way of asking."""
    refs = await workspace.customer_list.ids(query)
    ids = await workspace.customer_list.customer_ids(refs)
    assert len(ids) == len(refs) == await workspace.customer_list.count(query)
    page = await workspace.customer_list.page(query, 7)
    assert [row.customer.id for row in page] == ids[:7]
    assert [row.ref for row in page] == list(refs[:7])
    return ids


def test_everybody_in_alphabetical_order(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        assert set(await found(workspace, CustomerQuery())) == set(await some_ids(workspace, ALL))
        refs = await workspace.customer_list.ids(CustomerQuery())
        rows = [row for row in await workspace.customer_list.rows(refs) if row is not None]
        assert [row.ref for row in rows] == list(refs)
        keys = [name_sort_key(row.customer.listing_name) for row in rows if row.customer.listing_name != "—"]
        assert keys == sorted(keys)
        tagged = next(row for row in rows if len(row.tags) > 1)
        expected = await some_ids(
            workspace, "SELECT DISTINCT tag_id FROM customer_tags WHERE customer_id = ?", tagged.customer.id
        )
        assert {tag.id for tag in tagged.tags} == set(expected)

    in_workspace(tmp_path, body)


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        (CustomerQuery(vip=True), "is_vip = 1"),
        (CustomerQuery(has_email=False), "trim(coalesce(email, '')) = ''"),
        (CustomerQuery(subscribed=False, active=True), "unsubscribed = 1 AND is_active IS NOT 0"),
        (CustomerQuery(category="garage"), "category = 'garage'"),
        (
            CustomerQuery(tag_id="tag"),
            "id IN (SELECT customer_id FROM customer_tags WHERE tag_id = (SELECT min(id) FROM tags WHERE org_id = 'org_kktires'))",
        ),
        (CustomerQuery(segment_id="segment", vip=True), "revenue > 500 AND is_vip = 1"),
    ],
)
def test_filters(tmp_path: Path, query: CustomerQuery, condition: str) -> None:
    async def body(workspace: Workspace) -> None:
        wanted = query
        if query.tag_id:
            (tag,) = await some_ids(workspace, "SELECT min(id) FROM tags WHERE org_id = 'org_kktires'")
            wanted = replace(query, tag_id=tag)
        if query.segment_id:
            rule = {"logic": "and", "conditions": [{"field": "revenue", "operator": "greaterThan", "value": 500}]}
            await workspace.db.apply(_segment(json.dumps(rule)))
        ids = await found(workspace, wanted)
        assert ids
        assert set(ids) == set(await some_ids(workspace, f"{ALL} AND {condition}"))

    in_workspace(tmp_path, body)


@pytest.mark.parametrize("sort", SORTS)
def test_orders(tmp_path: Path, sort: str) -> None:
    async def body(workspace: Workspace) -> None:
        upwards = await found(workspace, CustomerQuery(text="α", sort=sort, has_email=True))
        downwards = await found(workspace, CustomerQuery(text="α", sort=sort, has_email=True, descending=True))
        assert upwards
        assert set(upwards) == set(downwards)
        refs = await workspace.customer_list.ids(CustomerQuery(sort=sort, descending=True))
        assert len(refs) == len(await some_ids(workspace, ALL))

    in_workspace(tmp_path, body)


def test_facets_count_what_the_filters_find(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        facets = await workspace.customer_list.facets()
        assert facets.total == len(await some_ids(workspace, ALL))
        assert sum(facet.count for facet in facets.categories) == facets.total
        for facet in facets.categories:
            assert len(await found(workspace, CustomerQuery(category=facet.key))) == facet.count
        for facet in facets.cities[:3]:
            assert fold(facet.label) == facet.key
            assert not facet.label.isupper()
            assert len(await found(workspace, CustomerQuery(city=facet.key))) == facet.count
        for tag in facets.tags:
            assert tag.name
            assert len(await found(workspace, CustomerQuery(tag_id=tag.id))) == tag.count
        assert [facet.count for facet in facets.cities] == sorted((f.count for f in facets.cities), reverse=True)

    in_workspace(tmp_path, body)


def test_what_cannot_be_asked_is_said(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        with pytest.raises(InvalidInput):
            await workspace.customer_list.ids(CustomerQuery(sort="notes; DROP TABLE doc"))
        with pytest.raises(NotFound):
            await workspace.customer_list.ids(CustomerQuery(segment_id="gone"))
        await workspace.db.apply(_segment('{"logic":"and","conditions":[{"field":"moon"}]}'))
        with pytest.raises(InvalidInput):
            await workspace.customer_list.count(CustomerQuery(segment_id="segment"))

    in_workspace(tmp_path, body)


def test_own_changes_and_their_undo_are_in_the_next_list(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        customers, listed = workspace.customers, workspace.customer_list
        before = await listed.refresh()
        everybody = await found(workspace, CustomerQuery())
        made = await customers.create(Customer(company="Ζβζ Μοναδική", city="Κάρπαθος", mobile="6900000001"))
        assert await listed.refresh() != before
        for query in (
            CustomerQuery(text="zvz"),
            CustomerQuery(city="ΚΑΡΠΑΘΟΣ", text="690000"),
            CustomerQuery(text="0001 κάρ"),
        ):
            assert await found(workspace, query) == list(made.ids)
        tag = (await workspace.tags.all())[0]
        tagged = await customers.tag(made.ids, [tag.id])
        await listed.refresh()
        assert made.ids[0] in await found(workspace, CustomerQuery(tag_id=tag.id, text="ζβζ"))
        assert tagged.change_id
        await workspace.history.undo(tagged.change_id)
        await listed.refresh()
        assert await found(workspace, CustomerQuery(tag_id=tag.id, text="ζβζ")) == []
        (ref,) = await listed.ids(CustomerQuery(text="ζβζ"))
        deleted = await customers.delete(made.ids)
        await listed.refresh()
        assert await found(workspace, CustomerQuery()) == everybody
        assert await listed.rows([ref]) == [None]
        assert await listed.customer_ids([ref]) == []
        assert deleted.change_id
        await workspace.history.undo(deleted.change_id)
        await listed.refresh()
        assert await found(workspace, CustomerQuery(text="ζβζ")) == list(made.ids)
        same = await listed.refresh()
        assert await listed.refresh() == same

    in_workspace(tmp_path, body)


def test_another_program_writes_and_the_next_list_has_it(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        before = await workspace.customer_list.refresh()
        with closing(sqlite3.connect(workspace.profile.database)) as other, other:
            other.execute(
                "INSERT INTO customers (id, org_id, first_name, last_name, created_at, updated_at) "
                "VALUES ('new', 'org_kktires', 'Ζβζίνα', 'Άλλη', unixepoch(), unixepoch())"
            )
            other.execute(
                "DELETE FROM customers WHERE id = (SELECT max(id) FROM customers WHERE org_id = 'org_kktires' AND id <> 'new')"
            )
        assert await workspace.customer_list.refresh() != before
        assert await found(workspace, CustomerQuery(text="ζβζινα")) == ["new"]
        assert set(await found(workspace, CustomerQuery())) == set(await some_ids(workspace, ALL))

    in_workspace(tmp_path, body)


def test_a_write_that_leaves_no_trace_is_found_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "COMPARE_SECONDS", 0.0)
    monkeypatch.setattr(search_index, "SETTLING_SECONDS", 0.0)

    async def body(workspace: Workspace) -> None:
        listed = workspace.customer_list
        (customer_id,) = await some_ids(workspace, "SELECT min(id) FROM customers WHERE org_id = 'org_kktires'")
        assert customer_id not in await found(workspace, CustomerQuery(text="ζβζεταιρια"))
        with closing(sqlite3.connect(workspace.profile.database)) as other, other:
            other.execute("UPDATE customers SET company = 'Ζβζεταιρία' WHERE id = ?", (customer_id,))
        query = CustomerQuery(text="ζβζεταιρια")
        async with asyncio.timeout(60):
            # The index moves on between two questions here, so `found`, which asks thrice, would not agree with itself.
            while await listed.customer_ids(await listed.ids(query)) != [customer_id]:
                await listed.refresh()

    in_workspace(tmp_path, body)


def test_a_thorough_look_finds_many_silent_writes_by_a_process(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        with closing(sqlite3.connect(workspace.profile.database)) as other, other:
            count = other.execute("UPDATE customers SET city = 'Κάρπαθος' WHERE org_id = 'org_kktires'").rowcount
        await workspace.search_index.refresh(thorough=True)
        assert len(await found(workspace, CustomerQuery(city="καρπαθος"))) == count > search_index.HERE

    in_workspace(tmp_path, body)


def test_many_at_once_are_indexed_by_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(workspace: Workspace) -> None:
        written = await workspace.customers.edit(await some_ids(workspace, ALL), {"city": "Κάρπαθος"})
        assert written.count > search_index.HERE
        await workspace.customer_list.refresh()
        assert workspace.customer_list.preparing is None
        assert len(await found(workspace, CustomerQuery(city="Καρπαθος"))) == written.count

    in_workspace(tmp_path, body)


def test_a_first_start_shows_customers_while_the_index_is_built(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        listed = workspace.customer_list
        shown = len(await listed.ids(CustomerQuery()))
        total = len(await some_ids(workspace, ALL))
        assert shown < total
        assert listed.preparing is not None and listed.preparing.total == total
        await listed.refresh()
        assert len(await listed.ids(CustomerQuery())) == total

    in_workspace(tmp_path, body, index=False)


def test_closing_while_the_index_is_built_ends_the_process(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await workspace.customer_list.count(CustomerQuery())
        assert workspace.customer_list.preparing is not None
        await workspace.close()
        with pytest.raises(StoreError):
            await workspace.customer_list.count(CustomerQuery())

    in_workspace(tmp_path, body, index=False)


_UNFIT = ("garbage", "torn", "no table")


@pytest.mark.parametrize(
    "damage",
    ["emptied", *(pytest.param(damage, marks=pytest.mark.logs("search_index_unfit")) for damage in _UNFIT)],
)
def test_a_damaged_index_is_made_anew_by_itself(tmp_path: Path, damage: str) -> None:
    async def body(workspace: Workspace) -> None:
        path = workspace.profile.search_index
        if damage == "garbage":
            path.write_bytes(b"This is no database, and it is long enough to be looked at." * 400)
        elif damage == "torn":
            content = bytearray(path.read_bytes())
            content[4096:] = bytes(len(content) - 4096)
            path.write_bytes(content)
        elif damage == "emptied":
            path.write_bytes(b"")
        else:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("DROP TABLE listing")
        await workspace.customer_list.refresh()
        assert set(await found(workspace, CustomerQuery())) == set(await some_ids(workspace, ALL))

    in_workspace(tmp_path, body)


@pytest.mark.logs("search_index_unfit")
def test_an_index_that_is_damaged_while_open_is_made_anew(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await workspace.customer_list.refresh()
        with closing(sqlite3.connect(workspace.profile.search_index)) as other:
            other.execute("DROP TABLE doc")
        await workspace.customer_list.ids(CustomerQuery(text="παπ"))
        await workspace.customer_list.refresh()
        assert set(await found(workspace, CustomerQuery())) == set(await some_ids(workspace, ALL))

    in_workspace(tmp_path, body)


def test_a_search_that_is_overtaken_is_given_up(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        listed = workspace.customer_list
        await listed.refresh()
        tasks = [asyncio.create_task(listed.ids(CustomerQuery(text=text))) for text in ("π", "πα", "παπ", "παπα")]
        await asyncio.sleep(0)
        for task in tasks[:-1]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results[:-1])
        assert not isinstance(results[-1], BaseException)
        assert list(results[-1]) == list(await listed.ids(CustomerQuery(text="παπα")))

    in_workspace(tmp_path, body)


def test_two_windows_share_an_index(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        second = await Workspace.open(tmp_path, {})
        try:
            await asyncio.gather(workspace.customer_list.refresh(), second.customer_list.refresh())
            made = await second.customers.create(Customer(company="Ζβζ"))
            await asyncio.gather(second.customer_list.refresh(), workspace.customer_list.refresh())
            for each in (workspace, second):
                assert await found(each, CustomerQuery(text="ζβζ")) == list(made.ids)
        finally:
            await second.close()

    in_workspace(tmp_path, body)


def _segment(filters: str):  # type: ignore[no-untyped-def]
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.change import Change, Statement

    insert = (
        "INSERT INTO segments (id, org_id, name, filters, created_at, updated_at) "
        "VALUES ('segment', 'org_kktires', 'x', ?, 1, 1)"
    )
    return Change(Bilingual("x", "x"), (Statement(insert, (filters,)),))
