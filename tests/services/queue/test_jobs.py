"""Queueing, pausing, resuming, cancelling: what people do with the queue."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.errors import NotAllowed, NotFound
from kkdesk.services.queue.jobs import SendQueue
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


async def job(shop: Shop, campaign_id: str) -> dict[str, object]:
    rows = await shop.rows("SELECT * FROM email_jobs WHERE campaign_id = ? ORDER BY created_at DESC", campaign_id)
    return {name: rows[0][name] for name in rows[0].keys()}  # noqa: SIM118 - a Row iterates over values


def test_a_campaign_is_queued_for_now_or_for_later(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        now, later = await shop.campaign(), await shop.campaign()
        first = await shop.workspace.send_queue.enqueue(now)
        second = await shop.workspace.send_queue.enqueue(later, shop.now + 3600)
        assert (first.run_at, first.existing) == (shop.now, False)
        assert second.run_at == shop.now + 3600
        assert await shop.campaign_status(now) == "sending"
        assert await shop.campaign_status(later) == "scheduled"
        assert await shop.value("SELECT scheduled_at FROM email_campaigns WHERE id = ?", later) == shop.now + 3600
        found = await job(shop, now)
        assert (found["status"], found["attempts"], found["max_attempts"]) == ("queued", 0, 3)
        assert found["sender_user_id"] == shop.workspace.actor.user_id
        assert str(found["id"]).startswith("job_")

    in_shop(tmp_path, body)


def test_many_callers_at_once_make_one_job(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.campaign()
        workspace = shop.workspace
        queues = [SendQueue(workspace.db, workspace.actor, shop.clock) for _ in range(8)]
        made = await asyncio.gather(*(queue.enqueue(campaign_id) for queue in queues))
        assert len({one.job_id for one in made}) == 1
        assert sorted(one.existing for one in made) == [False] + [True] * 7
        assert await shop.value("SELECT count(*) FROM email_jobs") == 1

    in_shop(tmp_path, body)


@pytest.mark.parametrize("status", ["sent", "paused", "cancelled"])
def test_what_is_over_or_held_is_not_queued(tmp_path: Path, status: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.campaign(status=status)
        with pytest.raises(NotAllowed):
            await shop.workspace.send_queue.enqueue(campaign_id)
        assert await shop.value("SELECT count(*) FROM email_jobs") == 0
        assert await shop.campaign_status(campaign_id) == status

    in_shop(tmp_path, body)


def test_a_campaign_of_another_organisation_is_not_found(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o2','o2','o2',0,0)"
        )
        campaign_id = await shop.campaign(org_id="o2")
        with pytest.raises(NotFound):
            await shop.workspace.send_queue.enqueue(campaign_id)
        with pytest.raises(NotFound):
            await shop.workspace.send_queue.pause(campaign_id)
        assert await shop.value("SELECT count(*) FROM email_jobs") == 0

    in_shop(tmp_path, body)


def test_a_paused_campaign_is_nobodys_to_send_until_resumed(tmp_path: Path) -> None:
    """Its job is not queued either, which is all that the web CRM's sender looks at."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        queue = shop.workspace.send_queue
        await queue.pause(campaign_id)
        assert (await job(shop, campaign_id))["status"] == "cancelled"
        assert (await shop.worker().once()).jobs == 0
        await queue.resume(campaign_id)
        assert await shop.campaign_status(campaign_id) == "sending"
        assert (await shop.worker().once()).sent == 3
        with pytest.raises(NotAllowed):
            await queue.pause(campaign_id)
        with pytest.raises(NotAllowed):
            await queue.cancel(campaign_id)

    in_shop(tmp_path, body)


def test_a_scheduled_campaign_keeps_its_time_over_a_pause(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(2)
        campaign_id = await shop.campaign()
        queue = shop.workspace.send_queue
        await queue.enqueue(campaign_id, shop.now + 3600)
        await queue.pause(campaign_id)
        await queue.resume(campaign_id)
        assert await shop.campaign_status(campaign_id) == "scheduled"
        assert (await shop.worker().once()).sent == 0
        shop.now += 3600
        assert (await shop.worker().once()).sent == 2

    in_shop(tmp_path, body)


def test_a_campaign_paused_in_the_web_crm_is_obeyed_and_can_be_resumed_here(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.write("UPDATE email_campaigns SET status = 'paused' WHERE id = ?", campaign_id)
        assert (await shop.worker().once()).jobs == 0
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).sent == 3

    in_shop(tmp_path, body)


def test_a_cancelled_campaign_mails_nobody_and_says_so_of_everybody(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        await shop.worker().drain(max_items=2, max_jobs=1)
        await shop.workspace.send_queue.cancel(campaign_id)
        assert (await shop.worker().once()).sent == 0
        assert await shop.states(campaign_id) == {"sent": 2, "cancelled": 3}
        assert sorted((await shop.statuses(campaign_id)).values()) == ["failed"] * 3 + ["sent"] * 2
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert (progress.sent, progress.cancelled, progress.pending, progress.total) == (2, 3, 0, 5)
        assert await shop.campaign_status(campaign_id) == "cancelled"
        assert len(shop.received()) == 2

    in_shop(tmp_path, body)


def test_an_empty_audience_fails_and_can_be_put_right(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        nobody: dict[str, list[str]] = {"cities": [], "tags": [], "segments": [], "categories": []}
        campaign_id = await shop.campaign(nobody)
        await shop.workspace.send_queue.enqueue(campaign_id)
        report = await shop.worker().once()
        assert report.error is not None
        assert (await job(shop, campaign_id))["status"] == "failed"
        assert (await job(shop, campaign_id))["attempts"] == 1
        assert await shop.campaign_status(campaign_id) == "failed"
        await shop.customers(2)
        await shop.write(
            "UPDATE email_campaigns SET subject = 'Νέο θέμα', recipient_filters = '{\"everyone\":true}' WHERE id = ?",
            campaign_id,
        )
        await shop.workspace.send_queue.enqueue(campaign_id)
        assert (await shop.worker().once()).sent == 2
        assert b"=?utf-8?B?zp3Orc6/IM64zq3OvM6x?=" in shop.sink.mails[0].content

    in_shop(tmp_path, body)


def test_progress_of_an_unknown_campaign_is_not_found(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        with pytest.raises(NotFound):
            await shop.workspace.queue_progress.progress("camp_none")

    in_shop(tmp_path, body)


def test_chosen_failures_are_tried_again(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(4)
        await shop.worker().once()
        failed = [
            str(row["id"]) for row in await shop.rows("SELECT id FROM campaign_recipients WHERE status = 'failed'")
        ]
        assert len(failed) == 2
        shop.sink.behaviour.refuse.clear()
        queue = shop.workspace.send_queue
        assert await queue.resend(failed) == 0  # They are not in doubt.
        assert await queue.retry([failed[0], "rcpt_unknown"]) == 1
        assert await shop.campaign_status(campaign_id) == "sending"
        assert (await shop.worker().once()).sent == 1
        assert await shop.campaign_status(campaign_id) == "sent"
        assert await shop.states(campaign_id) == {"sent": 3, "failed": 1}
        assert await shop.value("SELECT sent_count FROM email_campaigns") == 3
        row = (await shop.rows("SELECT * FROM campaign_recipients WHERE id = ?", failed[0]))[0]
        assert (row["status"], row["error_message"], row["failure_category"]) == ("sent", None, None)

    refuse = {f"c{n}@x.example": "550 5.3.0 not today" for n in (1, 2)}
    in_shop(tmp_path, body, Behaviour(refuse=refuse))


def test_who_may_not_be_mailed_is_not_mailed_by_trying_again(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        await shop.worker().once()
        failed = str(await shop.value("SELECT id FROM campaign_recipients WHERE status = 'failed'"))
        shop.sink.behaviour.refuse.clear()
        assert await shop.workspace.send_queue.retry([failed]) == 1
        report = await shop.worker().once()
        assert (report.sent, report.skipped) == (0, 1)  # The dead address has been suppressed.
        assert await shop.states(campaign_id) == {"sent": 1, "skipped": 1}
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, Behaviour(refuse={"c1@x.example": "550 5.1.1 gone"}))


def test_in_a_paused_campaign_what_is_sent_again_waits_too(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        await shop.worker().drain(max_items=2, max_jobs=1)
        failed = str(await shop.value("SELECT id FROM campaign_recipients WHERE status = 'failed'"))
        shop.sink.behaviour.refuse.clear()
        queue = shop.workspace.send_queue
        await queue.pause(campaign_id)
        assert await queue.retry([failed]) == 1
        assert await shop.campaign_status(campaign_id) == "paused"
        assert (await shop.worker().once()).jobs == 0
        await queue.resume(campaign_id)
        await shop.worker().once()
        assert await shop.states(campaign_id) == {"sent": 5}
        assert len(shop.received()) == len(set(shop.received())) == 5

    in_shop(tmp_path, body, Behaviour(refuse={"c0@x.example": "550 5.3.0 not today"}))


def test_another_organisations_recipients_are_out_of_reach(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(1)
        await shop.worker().once()
        recipient = str(await shop.value("SELECT id FROM campaign_recipients"))
        await shop.write("UPDATE kk_sends SET state = 'unconfirmed'")
        actor = shop.workspace.actor
        stranger = SendQueue(shop.workspace.db, Actor(actor.user_id, "o2", "Άλλος"), shop.clock)
        assert await stranger.resend([recipient]) == 0
        assert await stranger.leave([recipient]) == 0
        assert await shop.value("SELECT state FROM kk_sends") == "unconfirmed"

    in_shop(tmp_path, body)
