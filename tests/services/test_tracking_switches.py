"""The switches of tracking: one or many, undone, kept through deletion and copying, and nobody's wish overridden."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.campaign import CampaignDraft, CampaignStatus
from kkdesk.model.change import Applied, Change
from kkdesk.model.customer import Customer
from kkdesk.model.errors import Conflict, NotFound
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.customers import Customers
from kkdesk.services.history import History
from kkdesk.services.tracking_switches import TrackingSwitches, untracked_customers
from kkdesk.store.database import Database
from tests.sample import DRAFT, SENT, Sample, in_sample

OFF = "Χωρίς καταγραφή ανοιγμάτων και κλικ"
STRANGERS = "(SELECT id FROM customers WHERE org_id <> 'org_kktires' LIMIT 2)"


def switches(sample: Sample, db: Database | None = None) -> TrackingSwitches:
    return TrackingSwitches(db or sample.db, sample.actor, sample.clock)


def customers(sample: Sample) -> Customers:
    return Customers(sample.db, sample.actor, sample.clock)


def campaigns(sample: Sample) -> Campaigns:
    return Campaigns(sample.db, sample.actor, sample.clock)


async def undo_last(sample: Sample) -> None:
    history = History(sample.db, sample.actor, sample.clock)
    [last, *_] = await history.recent()
    await history.undo(last.id)


async def off(sample: Sample, table: str = "kk_untracked_customers") -> dict[str, int]:
    return {row["id"]: row["since"] for row in await sample.rows(f"SELECT id, since FROM {table}")}


async def some(sample: Sample, count: int = 3) -> list[str]:
    sql = "SELECT id FROM customers WHERE org_id = 'org_kktires' ORDER BY id LIMIT ?"
    return [row["id"] for row in await sample.rows(sql, count)]


class Meanwhile:
    """A database on which somebody else writes between one's looking and one's writing."""

    def __init__(self, sample: Sample, *writes: tuple[str, object]) -> None:
        self.query, self.data_version, self.close = sample.db.query, sample.db.data_version, sample.db.close
        self.clock = sample.db.clock
        self._sample, self._writes = sample, writes

    async def apply(self, change: Change) -> Applied:
        for sql, arg in self._writes:
            await self._sample.write(sql, arg)
        return await self._sample.db.apply(change)


def test_a_campaign_is_switched_off_and_on_whatever_its_status(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        for campaign_id in (DRAFT, SENT):
            assert await switches(sample).tracks_campaign(campaign_id)
            await switches(sample).switch_campaign(campaign_id, tracked=False)
            assert not await switches(sample).tracks_campaign(campaign_id)
            assert not (await campaigns(sample).get(campaign_id)).draft.tracked
            again = await switches(sample).switch_campaign(campaign_id, tracked=False)
            assert again.change_id is None, "it is off already"
            await undo_last(sample)
            assert await switches(sample).tracks_campaign(campaign_id)
            await undo_last(sample)
            assert not await switches(sample).tracks_campaign(campaign_id)
            sample.now += 60
            await switches(sample).switch_campaign(campaign_id, tracked=True)
            assert await switches(sample).tracks_campaign(campaign_id)

    in_sample(tmp_path, body)


def test_labels_name_the_campaign_and_the_customer(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("cust_a", None, first_name="Νίκος", last_name="Παππάς")
        await sample.add_customer("cust_b", "b@x.example", company="Ελαστικά Α.Ε.")
        await sample.add_campaign("camp_a", None, name="Χειμερινά")
        await switches(sample).switch_customers(["cust_a"], tracked=False)
        await switches(sample).switch_customers(["cust_a", "cust_b", "cust_b"], tracked=False)
        await switches(sample).switch_customers(["cust_a", "cust_b"], tracked=True)
        await switches(sample).switch_campaign("camp_a", tracked=False)
        labels = [entry.label.el for entry in await History(sample.db, sample.actor, sample.clock).recent(4)]
        assert labels == [
            f"{OFF}: «Χειμερινά»",
            "Καταγραφή ανοιγμάτων και κλικ: 2 πελάτες",
            f"{OFF}: Ελαστικά Α.Ε.",
            f"{OFF}: Νίκος Παππάς",
        ]
        entries = await sample.rows("SELECT title FROM customer_activities WHERE customer_id = 'cust_a'")
        assert [row["title"] for row in entries] == [OFF, "Καταγραφή ανοιγμάτων και κλικ"]

    in_sample(tmp_path, body)


def test_many_customers_at_once(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        everybody = await some(sample, 5_000)
        first = await switches(sample).switch_customers(everybody[:3], tracked=False)
        assert first.count == 3
        sample.now += 60
        rest = await switches(sample).switch_customers(everybody, tracked=False)
        assert rest.count == len(everybody) - 3
        assert set(await off(sample)) == set(everybody)
        assert (await off(sample))[everybody[0]] == sample.now - 60, "who was off already is left alone"
        assert await untracked_customers(sample.db, sample.actor.org_id) == set(everybody)
        await undo_last(sample)
        assert set(await off(sample)) == set(everybody[:3])
        await switches(sample).switch_customers(everybody, tracked=True)
        assert await off(sample) == {}

    in_sample(tmp_path, body)


def test_another_organisations_are_out_of_reach(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        strangers = [row["id"] for row in await sample.rows(f"SELECT id FROM customers WHERE id IN {STRANGERS}")]
        await sample.write(
            f"INSERT INTO kk_untracked_customers SELECT id, 5 FROM customers WHERE id = '{strangers[0]}'"
        )
        await switches(sample).switch_customers(strangers, tracked=False)
        await switches(sample).switch_customers(strangers, tracked=True)
        assert await off(sample) == {strangers[0]: 5}
        assert await untracked_customers(sample.db, sample.actor.org_id) == frozenset()
        await sample.add_campaign("camp_theirs", None, org_id="org_notia")
        for wanted in (False, True):
            with pytest.raises(NotFound):
                await switches(sample).switch_campaign("camp_theirs", tracked=wanted)
        assert await off(sample, "kk_untracked_campaigns") == {}

    in_sample(tmp_path, body)


def test_who_is_switched_off_anew_meanwhile_stays_off(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        ids = await some(sample)
        await switches(sample).switch_customers(ids[:2], tracked=False)
        anew = ("UPDATE kk_untracked_customers SET since = since + 5 WHERE id = ?", ids[1])
        with pytest.raises(Conflict, match="switched the tracking off anew"):
            await switches(sample, Meanwhile(sample, anew)).switch_customers(ids, tracked=True)
        assert set(await off(sample)) == set(ids[:2]), "nothing is done by halves"
        # Somebody of whom one did not see that they were off is none of those who are switched on.
        third = ("INSERT INTO kk_untracked_customers (id, since) VALUES (?, 1)", ids[2])
        gone = ("DELETE FROM kk_untracked_customers WHERE id = ?", ids[0])
        await switches(sample, Meanwhile(sample, third, gone)).switch_customers(ids, tracked=True)
        assert set(await off(sample)) == {ids[2]}

    in_sample(tmp_path, body)


def test_switching_off_holds_whatever_others_did(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        ids = await some(sample)
        others = (
            ("INSERT INTO kk_untracked_customers (id, since) VALUES (?, 1)", ids[0]),
            ("DELETE FROM customers WHERE id = ?", ids[1]),
        )
        await switches(sample, Meanwhile(sample, *others)).switch_customers(ids, tracked=False)
        assert await off(sample) == {ids[0]: 1, ids[2]: sample.now}
        await sample.add_campaign("camp_a", None)
        gone = ("DELETE FROM email_campaigns WHERE id = ?", "camp_a")
        await switches(sample, Meanwhile(sample, gone)).switch_campaign("camp_a", tracked=False)
        assert await off(sample, "kk_untracked_campaigns") == {}

    in_sample(tmp_path, body)


def test_a_draft_is_saved_and_copied_with_its_switch(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        new = await campaigns(sample).create(CampaignDraft("Νέα", tracked=False))
        seen = await campaigns(sample).get(new)
        assert not seen.draft.tracked
        # Another who edits the text of it leaves the switch alone.
        saved = await campaigns(sample).save(seen, replace(seen.draft, tracked=True))
        assert saved.draft.tracked
        assert saved.updated_at == sample.now
        text = await campaigns(sample).save(seen, replace(seen.draft, subject="Θέμα"))
        assert (text.draft.tracked, text.draft.subject) == (True, "Θέμα")
        await campaigns(sample).save(text, replace(text.draft, tracked=False))
        copy = await campaigns(sample).get(await campaigns(sample).duplicate(new))
        assert (copy.status, copy.draft.tracked) == (CampaignStatus.DRAFT, False)
        await undo_last(sample)
        assert set(await off(sample, "kk_untracked_campaigns")) == {new}

    in_sample(tmp_path, body)


def test_a_new_campaign_that_is_not_tracked_can_be_undone(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        new = await campaigns(sample).create(CampaignDraft("Νέα", tracked=False))
        await undo_last(sample)
        with pytest.raises(NotFound):
            await campaigns(sample).get(new)
        assert await off(sample, "kk_untracked_campaigns") == {}

    in_sample(tmp_path, body)


def test_a_deleted_campaign_comes_back_with_its_switch(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await switches(sample).switch_campaign(DRAFT, tracked=False)
        kept = await off(sample, "kk_untracked_campaigns")
        sample.now += 60
        await campaigns(sample).delete(DRAFT)
        assert await off(sample, "kk_untracked_campaigns") == {}
        await undo_last(sample)
        assert await off(sample, "kk_untracked_campaigns") == kept == {DRAFT: sample.now - 60}

    in_sample(tmp_path, body)


def test_a_customer_is_saved_with_the_switch_in_one_change(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        made = await customers(sample).create(Customer(company="Νέα Α.Ε."), tracked=False)
        seen = await customers(sample).get(made.ids[0])
        assert not await switches(sample).tracks_customer(seen.id)
        await customers(sample).update(seen, replace(seen, city="Βόλος"))
        assert not await switches(sample).tracks_customer(seen.id), "an ordinary edit leaves it"
        await customers(sample).update(seen, replace(seen, notes="x"), tracked=True)
        assert await switches(sample).tracks_customer(seen.id)
        await undo_last(sample)
        now = await customers(sample).get(seen.id)
        assert (await switches(sample).tracks_customer(seen.id), now.notes, now.city) == (False, "", "Βόλος")
        only = await customers(sample).update(now, now, tracked=True)
        assert only.change_id
        history = await History(sample.db, sample.actor, sample.clock).recent(1)
        assert history[0].label.en == "Edit Νέα Α.Ε.: Tracking of opens and clicks"
        await undo_last(sample)
        await customers(sample).update(now, now, tracked=False)

    in_sample(tmp_path, body)


def test_a_new_customer_who_is_not_tracked_can_be_undone(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        made = await customers(sample).create(Customer(company="Νέα Α.Ε."), tracked=False)
        await undo_last(sample)
        with pytest.raises(NotFound):
            await customers(sample).get(made.ids[0])
        assert await off(sample) == {}

    in_sample(tmp_path, body)


def test_a_deleted_customer_comes_back_with_switch_and_visits(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        row = (await sample.rows("SELECT * FROM campaign_recipients WHERE status = 'sent' LIMIT 1"))[0]
        customer_id, visit = row["customer_id"], (row["campaign_id"], row["id"])
        for number, actor in enumerate(("person", "machine")):
            await sample.write(
                "INSERT INTO kk_visits (id, campaign_id, recipient_id, type, actor, rule, network, at_ms) "
                "VALUES (?, ?, ?, 'open', ?, 'r', '1.2.3.0/24', 5)",
                f"visit_{number}",
                *visit,
                actor,
            )
        await switches(sample).switch_customers([customer_id], tracked=False)
        kept = await off(sample)
        visits = [tuple(one) for one in await sample.rows("SELECT * FROM kk_visits ORDER BY id")]
        sample.now += 60
        await customers(sample).delete([customer_id])
        assert await off(sample) == {}
        assert await sample.rows("SELECT 1 FROM kk_visits") == []
        await undo_last(sample)
        assert await off(sample) == kept
        assert [tuple(one) for one in await sample.rows("SELECT * FROM kk_visits ORDER BY id")] == visits
        assert len(visits) == 2

    in_sample(tmp_path, body)
