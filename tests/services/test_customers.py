"""Customers: guarded edits, bulk changes, and undo that brings everything back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.model.customer import Customer
from kkdesk.model.errors import Conflict, InvalidInput, NotFound
from kkdesk.services.customers import Customers
from kkdesk.store.database import Database
from kkdesk.workspace import Workspace

SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"
Body = Callable[[Workspace], Awaitable[None]]
TABLES = (
    "customers",
    "customer_tags",
    "customer_notes",
    "customer_activities",
    "campaign_recipients",
    "email_tracking",
    "tasks",
    "leads",
)


def in_sample(tmp_path: Path, body: Body) -> None:
    """Run on the web CRM's sample database, at a time after its last."""
    shutil.copy(SAMPLE, tmp_path / "crm.db")

    async def run() -> None:
        workspace = await Workspace.open(tmp_path, {}, lambda: 1_800_000_000)
        try:
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(run())


async def dump(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: [tuple(row) for row in await workspace.db.query(f"SELECT * FROM {table} ORDER BY id")]
        for table in TABLES
    }


async def ids(workspace: Workspace, condition: str = "true") -> list[str]:
    rows = await workspace.db.query(
        f"SELECT id FROM customers WHERE org_id = 'org_kktires' AND {condition} ORDER BY id"
    )
    return [str(row["id"]) for row in rows]


def test_a_new_customer_is_tidied_and_can_be_undone(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        before = await dump(workspace)
        tags = await workspace.tags.all()
        draft = Customer(first_name=" Νίκος ", afm="EL 094429812", postal_code="546 21", website="www.nikos.gr")
        written = await workspace.customers.create(draft, [tags[0].id])
        made = await workspace.customers.get(written.ids[0])
        assert (made.first_name, made.afm, made.postal_code) == ("Νίκος", "094429812", "54621")
        assert made.website == "https://www.nikos.gr"
        assert made.id.startswith("cust_")
        assert [tag.id for tag in await workspace.tags.of(made.id)] == [tags[0].id]
        assert written.change_id
        await workspace.history.undo(written.change_id)
        assert await dump(workspace) == before

    in_sample(tmp_path, body)


@pytest.mark.parametrize(
    "draft",
    [
        Customer(),
        Customer(company="x", email="nobody"),
        Customer(company="x", afm="12"),
        Customer(company="x", postal_code="1"),
    ],
)
def test_what_the_database_would_refuse_is_named_and_nothing_is_written(tmp_path: Path, draft: Customer) -> None:
    async def body(workspace: Workspace) -> None:
        before = await dump(workspace)
        with pytest.raises(InvalidInput):
            await workspace.customers.create(draft)
        assert await dump(workspace) == before

    in_sample(tmp_path, body)


def test_two_people_edit_different_fields(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        (customer_id, *_) = await ids(workspace)
        seen = await workspace.customers.get(customer_id)
        await workspace.customers.update(seen, replace(seen, city="Βόλος"))
        await workspace.customers.update(seen, replace(seen, notes="Τηλεφωνεί πρωί"))
        now = await workspace.customers.get(customer_id)
        assert (now.city, now.notes) == ("Βόλος", "Τηλεφωνεί πρωί")

    in_sample(tmp_path, body)


def test_two_people_edit_the_same_field(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        (customer_id, *_) = await ids(workspace)
        seen = await workspace.customers.get(customer_id)
        await workspace.customers.update(seen, replace(seen, city="Βόλος"))
        mine = replace(seen, city="Χανιά", notes="Δική μου σημείωση")
        with pytest.raises(Conflict) as raised:
            await workspace.customers.update(seen, mine)
        assert [(failed.guard.column, failed.current) for failed in raised.value.failed] == [("city", "Βόλος")]
        assert (await workspace.customers.get(customer_id)).notes == seen.notes, "nothing is written by halves"
        await workspace.customers.update(seen, mine, overwrite=["city"])
        now = await workspace.customers.get(customer_id)
        assert (now.city, now.notes) == ("Χανιά", "Δική μου σημείωση")

    in_sample(tmp_path, body)


def test_an_edit_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        (customer_id, *_) = await ids(workspace)
        before = await dump(workspace)
        seen = await workspace.customers.get(customer_id)
        assert (await workspace.customers.update(seen, seen)).change_id is None
        assert await dump(workspace) == before

    in_sample(tmp_path, body)


def test_deleting_everybody_comes_back_whole(tmp_path: Path) -> None:
    """Tags, notes, mails got and opened, tasks and converted leads included."""

    async def body(workspace: Workspace) -> None:
        before = await dump(workspace)
        everybody = await ids(workspace)
        written = await workspace.customers.delete(everybody)
        assert written.count == len(everybody) == 2000
        assert await ids(workspace) == []
        assert await workspace.db.query("PRAGMA foreign_key_check") == []
        assert written.change_id
        await workspace.history.undo(written.change_id)
        assert await dump(workspace) == before

    in_sample(tmp_path, body)


def test_who_opted_out_stays_out_after_being_deleted_and_entered_again(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        (customer_id, *_) = await ids(workspace, "unsubscribed = 1 AND email LIKE '%@%'")
        customer = await workspace.customers.get(customer_id)
        await workspace.db.query("SELECT 1")
        await workspace.customers.delete([customer_id])
        rows = await workspace.db.query("SELECT 1 FROM unsubscribes WHERE email = ?", (customer.email,))
        assert len(rows) == 1

    in_sample(tmp_path, body)


def test_customers_of_another_organisation_are_out_of_reach(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        rows = await workspace.db.query("SELECT id FROM customers WHERE org_id = 'org_notia' LIMIT 3")
        foreign = [str(row["id"]) for row in rows]
        with pytest.raises(NotFound):
            await workspace.customers.get(foreign[0])
        await workspace.customers.edit(foreign, {"city": "Βόλος"})
        await workspace.customers.delete(foreign)
        tags = await workspace.tags.all()
        await workspace.customers.tag(foreign, [tags[0].id])
        left = await workspace.db.query("SELECT city FROM customers WHERE id = ?", (foreign[0],))
        assert left[0]["city"] != "Βόλος"

    in_sample(tmp_path, body)


def test_tagging_many_and_taking_it_back(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        everybody = await ids(workspace)
        tag = await workspace.tags.create("Αλλαγή εποχής", "#16A34A")
        before = [tuple(row) for row in await workspace.db.query("SELECT * FROM customer_tags ORDER BY id")]
        written = await workspace.customers.tag(everybody, [tag.id])
        assert written.count == 2000
        assert (await workspace.customers.tag(everybody, [tag.id])).change_id is None, "nobody gets it twice"
        (counted,) = [found for found in await workspace.tags.counted() if found.id == tag.id]
        assert counted.count == 2000
        removed = await workspace.customers.untag(everybody[:10], [tag.id])
        assert removed.count == 10
        assert removed.change_id
        await workspace.history.undo(removed.change_id)
        assert written.change_id
        await workspace.history.undo(written.change_id)
        assert [tuple(row) for row in await workspace.db.query("SELECT * FROM customer_tags ORDER BY id")] == before

    in_sample(tmp_path, body)


def test_editing_many(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        before = await dump(workspace)
        written = await workspace.customers.edit(await ids(workspace), {"category": "fleet", "is_vip": True})
        assert written.count == 2000
        assert len(await ids(workspace, "category = 'fleet' AND is_vip = 1")) == 2000
        with pytest.raises(InvalidInput):
            await workspace.customers.edit(["x"], {"afm": "094429812"})
        assert written.change_id
        await workspace.history.undo(written.change_id)
        assert (await dump(workspace))["customers"] == before["customers"]

    in_sample(tmp_path, body)


def test_a_bulk_edit_whose_answer_was_lost_on_the_way_is_told_as_done(tmp_path: Path) -> None:
    class AnswersAreLost:
        def __init__(self, db: Database) -> None:
            self.query, self.data_version, self.close, self._db = db.query, db.data_version, db.close, db

        async def apply(self, change: Change) -> Applied:
            await self._db.apply(change)
            return await self._db.apply(change)

    async def body(workspace: Workspace) -> None:
        customers = Customers(AnswersAreLost(workspace.db), workspace.actor, lambda: 1_800_000_000)
        written = await customers.edit(await ids(workspace), {"category": "fleet"})
        assert written.count == 2000
        assert written.change_id
        await workspace.history.undo(written.change_id)

    in_sample(tmp_path, body)


def test_the_way_back_for_somebody_who_opted_out_is_explicit(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        (customer_id, *_) = await ids(workspace, "unsubscribed = 0 AND email LIKE '%@%'")
        await workspace.customers.unsubscribe([customer_id])
        assert (await workspace.customers.get(customer_id)).unsubscribed
        seen = await workspace.customers.get(customer_id)
        await workspace.customers.update(seen, replace(seen, unsubscribed=False, city="Βόλος"))
        assert (await workspace.customers.get(customer_id)).unsubscribed, "an ordinary edit does not opt anybody in"
        await workspace.customers.resubscribe([customer_id])
        assert not (await workspace.customers.get(customer_id)).unsubscribed

    in_sample(tmp_path, body)


def test_notes_and_the_timeline(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        rows = await workspace.db.query("SELECT customer_id FROM campaign_recipients WHERE status = 'sent' LIMIT 1")
        customer_id = str(rows[0]["customer_id"])
        await workspace.notes.add(customer_id, "Θέλει προσφορά")
        (note, *_) = [found for found in await workspace.notes.of(customer_id) if found.content == "Θέλει προσφορά"]
        await workspace.notes.edit(note, "Πήρε προσφορά")
        with pytest.raises(Conflict):
            await workspace.notes.edit(note, "Κάτι άλλο")
        (note, *_) = [found for found in await workspace.notes.of(customer_id) if found.content == "Πήρε προσφορά"]
        await workspace.notes.pin(note, pinned=True)
        assert (await workspace.notes.of(customer_id))[0].is_pinned
        page = await workspace.timeline.page(customer_id)
        assert {"note", "mail"} <= {entry.kind for entry in page.entries}
        seen, after = [], None
        while True:
            part = await workspace.timeline.page(customer_id, after, limit=1)
            seen += part.entries
            if (after := part.next) is None:
                break
        assert seen == list(page.entries), "pages neither repeat nor skip"
        deleted = await workspace.notes.delete(note)
        assert deleted.change_id
        await workspace.history.undo(deleted.change_id)
        assert (await workspace.notes.of(customer_id))[0].content == "Πήρε προσφορά"

    in_sample(tmp_path, body)
