"""Errors by cause, and one recipient's history."""

from __future__ import annotations

from pathlib import Path

from kkdesk.model.campaign_figures import RecipientState
from kkdesk.services.queue.causes import CauseCount
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop

REFUSED = Behaviour(
    refuse={
        "c1@x.example": "550 5.1.1 no such user",
        "c2@x.example": "550 5.1.1 no such user",
        "c3@x.example": "552 5.2.2 mailbox full",
        "c4@x.example": "450 4.2.1 come back",
    }
)
FAILED, BOUNCED = RecipientState.FAILED, RecipientState.BOUNCED


async def bounced(shop: Shop, address: str) -> None:
    """It came back afterwards."""
    sql = """UPDATE kk_sends SET state = 'bounced', reason = 'hard_bounce' WHERE recipient_id =
        (SELECT id FROM campaign_recipients WHERE email = ?)"""
    await shop.write(sql, address)
    await shop.write("UPDATE campaign_recipients SET status = 'bounced' WHERE email = ?", address)


async def recipient(shop: Shop, address: str) -> str:
    return str(await shop.value("SELECT id FROM campaign_recipients WHERE email = ?", address))


def test_causes_are_counted_bounces_apart_and_the_list_agrees(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        await bounced(shop, "c7@x.example")
        found = await shop.workspace.send_causes.of(campaign_id)
        assert found == [
            CauseCount(FAILED, "hard_bounce", 2),
            CauseCount(BOUNCED, "hard_bounce", 1),
            CauseCount(FAILED, "soft_bounce", 1),
        ]
        statistics = shop.workspace.campaign_statistics
        for cause in found:
            page = await statistics.recipients(campaign_id, only=cause.state, reason=cause.reason)
            assert page.total == len(page.rows) == cause.number
            assert {(row.state, row.reason) for row in page.rows} == {(cause.state, cause.reason)}
        searched = await statistics.recipients(campaign_id, only=FAILED, reason="hard_bounce", search="c2@")
        assert [row.email for row in searched.rows] == ["c2@x.example"]
        assert (await statistics.recipients(campaign_id, only=FAILED, reason="")).total == 0

    in_shop(tmp_path, body, REFUSED)


def test_a_campaign_of_the_web_crm_has_causes_too(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        await shop.write("DELETE FROM kk_sends")
        found = await shop.workspace.send_causes.of(campaign_id)
        assert found == [CauseCount(FAILED, "hard_bounce", 2), CauseCount(FAILED, "soft_bounce", 1)]
        page = await shop.workspace.campaign_statistics.recipients(campaign_id, only=FAILED, reason="hard_bounce")
        assert page.total == 2

    in_shop(tmp_path, body, REFUSED)


def test_another_companys_campaign_says_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        mail = await recipient(shop, "c1@x.example")
        await shop.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('org_x', 'X', 'x', 1, 1)"
        )
        await shop.write("UPDATE email_campaigns SET org_id = 'org_x'")
        await shop.write("UPDATE email_delivery_events SET org_id = 'org_x'")
        assert await shop.workspace.send_causes.of(campaign_id) == []
        assert await shop.workspace.send_causes.history(mail) == []

    in_shop(tmp_path, body, REFUSED)


def test_a_history_tells_attempts_answers_and_what_the_recipient_did(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        mail = await recipient(shop, "c4@x.example")
        (first,) = await shop.workspace.send_causes.history(mail)
        assert (first.kind, first.code, first.status, first.attempt) == ("deferred", 450, "4.2.1", 1)
        assert first.text == "come back" and first.next_attempt_at is not None
        shop.sink.behaviour = Behaviour()
        shop.now = first.next_attempt_at
        await shop.worker().once()
        click = """INSERT INTO email_tracking (id, campaign_id, recipient_id, type, link_url, created_at)
            VALUES (?, ?, ?, ?, ?, ?)"""
        sent_at = await shop.value("SELECT sent_at FROM campaign_recipients WHERE id = ?", mail)
        await shop.write(click, "track_a", campaign_id, mail, "click", "https://kk.example", sent_at + 60)
        await shop.write(click, "track_b", campaign_id, mail, "open", None, sent_at)
        told = await shop.workspace.send_causes.history(mail)
        assert [entry.kind for entry in told] == ["deferred", "sent", "open", "click"]
        assert told[-1].link == "https://kk.example" and told[1].attempt == 2

    in_shop(tmp_path, body, REFUSED)


def test_what_bounced_may_be_tried_again(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().once()
        await bounced(shop, "c1@x.example")
        assert await shop.workspace.send_queue.retry([await recipient(shop, "c1@x.example")]) == 1
        assert (await shop.worker().once()).sent == 1
        assert await shop.states(campaign_id) == {"sent": 3} and shop.received().count("c1@x.example") == 2

    in_shop(tmp_path, body)
