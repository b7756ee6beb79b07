"""Conflicts as a person meets and settles them, against the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import LAST_EDIT, WHOLE_ROW, Change, Guard, Statement
from kkdesk.model.customer import Customer
from kkdesk.model.errors import NotFound
from kkdesk.model.sync_state import KeptConflict
from kkdesk.services.synchronisation import Edited, Keep, Synchronisation
from kkdesk.workspace import Workspace
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import quiet, until

Body = Callable[[Workspace, Synchronisation, Customer], Awaitable[None]]


def in_conflict(folder: Path, sqld: Sqld, network: TcpProxy, edit: Body, theirs: str, body: Body) -> None:
    """`edit` is done offline while `theirs` is run on the server; `body` is told when all has met."""

    async def work() -> None:
        environment = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
        workspace = await Workspace.open(folder, environment)
        synchronisation = workspace.synchronisation
        assert synchronisation is not None
        try:
            draft = Customer(company="Ελαστικά Νότου", phone="2101234567", city="Πάτρα", notes="παλιά")
            created = await workspace.customers.create(draft)
            await synchronisation.sync_now()
            customer = await workspace.customers.get(created.ids[0])
            network.refuse()
            await edit(workspace, synchronisation, customer)
            sqld.execute(theirs, (customer.id,))
            network.passing()
            await synchronisation.sync_now()
            await quiet(workspace.db)  # type: ignore[arg-type]
            await body(workspace, synchronisation, customer)
        finally:
            await workspace.close()

    asyncio.run(work())


async def edited(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
    """Three fields in one change."""
    mine = replace(customer, phone="2109999999", city="Βόλος", notes="νέα")
    await workspace.customers.update(customer, mine)


THEIRS = "UPDATE customers SET phone = '2610000000', city = 'Ρίο', updated_at = updated_at + 5 WHERE id = ?"


async def only(synchronisation: Synchronisation) -> KeptConflict:
    (conflict,) = await synchronisation.conflicts()
    return conflict


async def settle(workspace: Workspace, synchronisation: Synchronisation, **decisions: Keep | Edited) -> None:
    conflict = await only(synchronisation)
    by_column = {failed.guard.column: failed.guard for failed in conflict.failed}
    await synchronisation.settle(conflict.id, {by_column[name]: what for name, what in decisions.items()})
    await synchronisation.sync_now()
    await quiet(workspace.db)  # type: ignore[arg-type]
    assert synchronisation.state.conflicts == 0


def values(customer: Customer) -> tuple[str | None, ...]:
    return (customer.phone, customer.city, customer.notes)


def test_a_conflict_shows_both_values_who_and_when(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        seen = {f.guard.column: (f.guard.old, f.guard.new, f.current) for f in conflict.failed}
        assert seen == {"phone": ("2101234567", "2109999999", "2610000000"), "city": ("Πάτρα", "Βόλος", "Ρίο")}
        assert dict(conflict.names) == {customer.id: "Ελαστικά Νότου"}
        assert conflict.their_change is not None
        assert conflict.their_change.at == (customer.updated_at or 0) + 5
        assert values(await workspace.customers.get(customer.id)) == ("2610000000", "Ρίο", "παλιά")

    in_conflict(tmp_path, sqld, network, edited, THEIRS, body)


def test_mine_theirs_and_a_third_value_in_one_change(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        await settle(workspace, synchronisation, phone=Edited("2103333333"), city=Keep.THEIRS)
        # What was not in conflict is done as it was meant.
        assert values(await workspace.customers.get(customer.id)) == ("2103333333", "Ρίο", "νέα")
        assert sqld.execute("SELECT phone, city, notes FROM customers") == [["2103333333", "Ρίο", "νέα"]]

    in_conflict(tmp_path, sqld, network, edited, THEIRS, body)


def test_all_mine_goes_over_what_is_there_now(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        await settle(workspace, synchronisation, phone=Keep.MINE, city=Keep.MINE)
        assert values(await workspace.customers.get(customer.id)) == ("2109999999", "Βόλος", "νέα")
        sent = await synchronisation.sent()
        assert len({change.id for change in sent}) == len(sent)

    in_conflict(tmp_path, sqld, network, edited, THEIRS, body)


def test_what_changes_again_meanwhile_is_a_conflict_again(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        sqld.execute("UPDATE customers SET phone = '2611111111' WHERE id = ?", (customer.id,))
        await synchronisation.settle(conflict.id, {failed.guard: Keep.MINE for failed in conflict.failed})
        await until(lambda: synchronisation.state.conflicts == 1 and not synchronisation.state.waiting)
        again = await only(synchronisation)
        assert [(f.guard.column, f.current) for f in again.failed] == [("phone", "2611111111")]
        await settle(workspace, synchronisation, phone=Keep.MINE)
        assert values(await workspace.customers.get(customer.id)) == ("2109999999", "Βόλος", "νέα")

    in_conflict(tmp_path, sqld, network, edited, THEIRS, body)


def test_a_change_can_be_given_up(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        await synchronisation.give_up(conflict.id)
        assert await synchronisation.conflicts() == []
        assert synchronisation.state.conflicts == 0
        assert [change.id for change in await synchronisation.sent() if change.given_up] == [conflict.id]
        assert values(await workspace.customers.get(customer.id)) == ("2610000000", "Ρίο", "παλιά")
        with pytest.raises(NotFound):
            await synchronisation.settle(conflict.id, {})

    in_conflict(tmp_path, sqld, network, edited, THEIRS, body)


def test_deleting_what_another_has_edited_is_a_conflict(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def deleted(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
        await workspace.customers.delete([customer.id])

    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        (failed,) = conflict.failed
        assert failed.guard.column == WHOLE_ROW
        assert dict(conflict.names) == {customer.id: "Ελαστικά Νότου"}
        assert (await workspace.customers.get(customer.id)).phone == "2610000000"
        await synchronisation.settle(conflict.id, {failed.guard: Keep.MINE})
        await synchronisation.sync_now()
        assert sqld.execute("SELECT count(*) FROM customers") == [[0]]

    in_conflict(tmp_path, sqld, network, deleted, THEIRS, body)


def test_editing_what_another_has_deleted_is_a_conflict(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        assert all(failed.missing for failed in conflict.failed)
        await synchronisation.settle(conflict.id, {failed.guard: Keep.THEIRS for failed in conflict.failed})
        assert await synchronisation.conflicts() == []
        with pytest.raises(NotFound):
            await workspace.customers.get(customer.id)

    in_conflict(tmp_path, sqld, network, edited, "DELETE FROM customers WHERE id = ?", body)


def test_later_changes_of_ones_own_follow_the_one_they_rest_on(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def twice(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
        await workspace.customers.update(customer, replace(customer, phone="2109999999"))
        seen = await workspace.customers.get(customer.id)
        await workspace.customers.update(seen, replace(seen, phone="2108888888"))

    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        first, second = await synchronisation.conflicts()
        assert [f.guard.new for f in second.failed] == ["2108888888"]
        await synchronisation.settle(first.id, {failed.guard: Keep.MINE for failed in first.failed})
        await synchronisation.sync_now()
        await quiet(workspace.db)  # type: ignore[arg-type]
        assert synchronisation.state.conflicts == 0
        assert (await workspace.customers.get(customer.id)).phone == "2108888888"

    in_conflict(tmp_path, sqld, network, twice, THEIRS, body)


def test_of_many_those_that_are_gone_are_left_out(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def many(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
        other = await workspace.customers.create(Customer(company="Άλλος"))
        await workspace.customers.edit([customer.id, *other.ids], {"city": "Χανιά"})

    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        assert [failed.missing for failed in conflict.failed] == [True]
        await synchronisation.settle(conflict.id, {failed.guard: Keep.MINE for failed in conflict.failed})
        await synchronisation.sync_now()
        await quiet(workspace.db)  # type: ignore[arg-type]
        assert synchronisation.state.conflicts == 0
        assert sqld.execute("SELECT company, city FROM customers") == [["Άλλος", "Χανιά"]]

    in_conflict(tmp_path, sqld, network, many, "DELETE FROM customers WHERE id = ?", body)


@pytest.mark.parametrize(("decision", "phone", "city"), [(Keep.MINE, "1", "Ρίο"), (Keep.THEIRS, "2610000000", "Ρίο")])
def test_of_very_many_a_row_is_taken_whole(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, decision: Keep, phone: str, city: str
) -> None:
    """As an import of thousands guards them: by their last edit alone."""
    other = ""

    async def phones(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
        nonlocal other
        made = await workspace.customers.create(Customer(company="Άλλη"))
        other = made.ids[0]
        rows = await workspace.db.query("SELECT id, updated_at FROM customers")
        statement = Statement("UPDATE customers SET phone = '1', updated_at = updated_at + 1")
        guards = tuple(Guard("customers", str(row["id"]), LAST_EDIT, row["updated_at"]) for row in rows)
        assert customer.id in {guard.row_id for guard in guards}
        await workspace.db.apply(Change(Bilingual("Εισαγωγή", "Import"), (statement,), guards))

    async def body(workspace: Workspace, synchronisation: Synchronisation, customer: Customer) -> None:
        conflict = await only(synchronisation)
        (failed,) = conflict.failed
        assert (failed.guard.row_id, failed.guard.column) == (customer.id, LAST_EDIT)
        await synchronisation.settle(conflict.id, {failed.guard: decision})
        await synchronisation.sync_now()
        await quiet(workspace.db)  # type: ignore[arg-type]
        assert synchronisation.state.conflicts == 0
        now = await workspace.customers.get(customer.id)
        assert (now.phone, now.city) == (phone, city)
        assert (await workspace.customers.get(other)).phone == "1"

    in_conflict(tmp_path, sqld, network, phones, THEIRS, body)


def test_deleting_what_another_has_deleted_is_no_conflict(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def deleted(workspace: Workspace, _: Synchronisation, customer: Customer) -> None:
        await workspace.customers.delete([customer.id])

    async def body(workspace: Workspace, synchronisation: Synchronisation, _: Customer) -> None:
        assert (synchronisation.state.conflicts, synchronisation.state.waiting) == (0, 0)
        assert await workspace.db.query("SELECT id FROM customers") == []

    in_conflict(tmp_path, sqld, network, deleted, "DELETE FROM customers WHERE id = ?", body)
