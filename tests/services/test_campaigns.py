"""Campaigns as documents: what may be edited, copied and deleted, and that nobody's work is overwritten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.campaign import CampaignDraft, CampaignStatus, RecipientFilters
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed, NotFound
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.history import History
from tests.sample import DRAFT, SCHEDULED, SENT, Sample, in_sample


def campaigns(sample: Sample) -> Campaigns:
    return Campaigns(sample.db, sample.actor, sample.clock)


async def undo_last(sample: Sample) -> None:
    history = History(sample.db, sample.actor, sample.clock)
    [last, *_] = await history.recent()
    await history.undo(last.id)


def test_a_new_campaign_is_a_draft_for_nobody(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        new = await campaigns(sample).create(CampaignDraft("  Νέα   καμπάνια "))
        found = await campaigns(sample).get(new)
        assert new.startswith("camp_")
        assert (found.name, found.status) == ("Νέα καμπάνια", CampaignStatus.DRAFT)
        assert found.draft.filters.is_nobody
        assert found.is_editable
        await undo_last(sample)
        with pytest.raises(NotFound):
            await campaigns(sample).get(new)

    in_sample(tmp_path, body)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_campaign_needs_a_name(tmp_path: Path, name: str) -> None:
    async def body(sample: Sample) -> None:
        with pytest.raises(InvalidInput):
            await campaigns(sample).create(CampaignDraft(name))

    in_sample(tmp_path, body)


def test_saving_writes_what_changed(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        seen = await campaigns(sample).get(DRAFT)
        sample.now += 60
        assert await campaigns(sample).save(seen, seen.draft) == seen, "nothing changed, nothing written"
        everyone = RecipientFilters(everyone=True)
        draft = replace(seen.draft, subject="Νέο θέμα", filters=everyone, from_email="KK <k@kk.gr>")
        saved = await campaigns(sample).save(seen, draft)
        assert saved.draft == draft
        assert saved.updated_at == sample.now
        assert saved.stored_filters == everyone.dump()
        # Its own editor goes on from what was saved.
        assert (
            await campaigns(sample).save(saved, replace(saved.draft, content="<p>2</p>"))
        ).draft.content == "<p>2</p>"

    in_sample(tmp_path, body)


def test_two_people_who_edit_different_parts_do_not_collide(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        seen = await campaigns(sample).get(DRAFT)
        await campaigns(sample).save(seen, replace(seen.draft, subject="Της Άννας"))
        saved = await campaigns(sample).save(seen, replace(seen.draft, content="<p>Του Νίκου</p>"))
        assert (saved.draft.subject, saved.draft.content) == ("Της Άννας", "<p>Του Νίκου</p>")
        with pytest.raises(Conflict) as caught:
            await campaigns(sample).save(seen, replace(seen.draft, subject="Του Νίκου"))
        assert [failed.current for failed in caught.value.failed] == ["Της Άννας"]

    in_sample(tmp_path, body)


def test_a_stored_audience_that_is_not_understood_is_kept_until_somebody_chooses_another(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_odd", {"cities": "Αθήνα"})
        seen = await campaigns(sample).get("camp_odd")
        saved = await campaigns(sample).save(seen, replace(seen.draft, subject="Άλλο"))
        assert saved.stored_filters == seen.stored_filters
        assert saved.draft.filters.not_understood == ("cities",)
        chosen = await campaigns(sample).save(saved, replace(saved.draft, filters=RecipientFilters(cities=("Αθήνα",))))
        assert chosen.draft.filters == RecipientFilters(cities=("Αθήνα",))

    in_sample(tmp_path, body)


@pytest.mark.parametrize("status", [status for status in CampaignStatus if status is not CampaignStatus.DRAFT])
def test_only_drafts_are_edited(tmp_path: Path, status: CampaignStatus) -> None:
    async def body(sample: Sample) -> None:
        seen = await campaigns(sample).get(DRAFT)
        await sample.write("UPDATE email_campaigns SET status = ? WHERE id = ?", status.value, DRAFT)
        # As somebody sees it who opened it before it was sent, and as it is now.
        for known in (seen, await campaigns(sample).get(DRAFT)):
            with pytest.raises(NotAllowed):
                await campaigns(sample).save(known, replace(seen.draft, subject="Άλλο"))
        assert await sample.value("SELECT subject FROM email_campaigns WHERE id = ?", DRAFT) == seen.draft.subject

    in_sample(tmp_path, body)


def test_a_copy_has_everything_but_the_past(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        for original_id in (SENT, DRAFT):
            original = await campaigns(sample).get(original_id)
            copy = await campaigns(sample).get(await campaigns(sample).duplicate(original_id))
            assert copy.draft == replace(original.draft, name=f"{original.name} (αντίγραφο)")
            assert copy.stored_filters == original.stored_filters
            assert (copy.status, copy.sent_at, copy.total_recipients) == (CampaignStatus.DRAFT, None, 0)
            columns = "asset_id, role, embed_inline, display_width_px, align, alt_text, sort_order"
            assets = f"SELECT {columns} FROM campaign_assets WHERE campaign_id = ? ORDER BY asset_id"
            copied = [tuple(row) for row in await sample.rows(assets, copy.id)]
            assert copied == [tuple(row) for row in await sample.rows(assets, original_id)]
        assert len(copied) == 2
        await undo_last(sample)
        assert not await sample.rows("SELECT 1 FROM campaign_assets WHERE campaign_id = ?", copy.id)

    in_sample(tmp_path, body)


def test_a_deleted_campaign_comes_back(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        before = await campaigns(sample).get(DRAFT)
        assets = "SELECT * FROM campaign_assets WHERE campaign_id = ? ORDER BY id"
        kept = [tuple(row) for row in await sample.rows(assets, DRAFT)]
        await campaigns(sample).delete(DRAFT)
        with pytest.raises(NotFound):
            await campaigns(sample).get(DRAFT)
        await undo_last(sample)
        assert await campaigns(sample).get(DRAFT) == before
        assert [tuple(row) for row in await sample.rows(assets, DRAFT)] == kept

    in_sample(tmp_path, body)


def test_a_campaign_whose_mails_people_have_is_kept(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        for campaign_id in (SENT, SCHEDULED):
            with pytest.raises(NotAllowed):
                await campaigns(sample).delete(campaign_id)
        # Cancelled after one mail had left: its unsubscribe link must go on working.
        await sample.write("UPDATE email_campaigns SET status = 'cancelled' WHERE id = ?", SENT)
        await sample.write("DELETE FROM campaign_recipients WHERE campaign_id = ? AND status <> 'sent'", SENT)
        await sample.write("DELETE FROM email_tracking WHERE campaign_id = ?", SENT)
        await sample.write("UPDATE unsubscribes SET campaign_id = NULL")
        with pytest.raises(NotAllowed):
            await campaigns(sample).delete(SENT)
        await sample.write("DELETE FROM campaign_recipients WHERE campaign_id = ?", SENT)
        await campaigns(sample).delete(SENT)

    in_sample(tmp_path, body)


def test_a_mail_in_doubt_keeps_its_campaign(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.write(
            "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) "
            "SELECT 'rcpt_doubt', ?, id, 'a@b.example', 'failed' FROM customers LIMIT 1",
            DRAFT,
        )
        await sample.write(
            "INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, state, due_at) "
            "VALUES ('rcpt_doubt', ?, 'j', 'a@b.example', 'unconfirmed', 1)",
            DRAFT,
        )
        with pytest.raises(NotAllowed):
            await campaigns(sample).delete(DRAFT)

    in_sample(tmp_path, body)


def test_campaigns_of_another_organisation_are_not_there(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_theirs", None, org_id="org_notia")
        for action in (campaigns(sample).get, campaigns(sample).duplicate, campaigns(sample).delete):
            with pytest.raises(NotFound):
                await action("camp_theirs")

    in_sample(tmp_path, body)
