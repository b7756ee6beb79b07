"""Campaigns that hold by themselves, and say why."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kkdesk.model.errors import NotAllowed
from kkdesk.services.queue.pauses import ENOUGH
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


@pytest.mark.parametrize(
    ("answer", "category", "reason"),
    [
        ("550 5.7.1 poor reputation", "policy", "blocked"),
        ("552 5.3.4 message too big", "content", "too_large"),
        ("554 5.6.0 malformed", "content", "refused_content"),
    ],
)
def test_a_refusal_that_is_ours_to_put_right_holds_the_campaign(
    tmp_path: Path, answer: str, category: str, reason: str
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        report = await shop.worker().once()
        assert (report.failed, report.paused) == (0, 1)
        assert await shop.campaign_status(campaign_id) == "paused"
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert progress.last_error is not None and answer in progress.last_error.en and answer in progress.last_error.el
        assert (progress.failed, progress.in_flight) == (0, 0)
        assert progress.pending + progress.sent == 30, "nobody pays for it"
        assert (await shop.worker().once()).jobs == 0, "it waits for a person"
        told = (await shop.rows("SELECT * FROM email_delivery_events WHERE event_type = 'deferred'"))[0]
        assert (told["failure_reason"], told["smtp_code"]) == (reason, int(answer[:3]))
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0
        row = (await shop.rows("SELECT * FROM campaign_recipients WHERE email = 'c3@x.example'"))[0]
        assert (row["status"], row["attempt_count"], row["failure_category"]) == ("pending", 0, category)
        # Put right: everybody gets it, once.
        shop.sink.behaviour = Behaviour()
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).sent == 30 - progress.sent
        assert await shop.campaign_status(campaign_id) == "sent"
        assert set(Counter(shop.received()).values()) == {1} and len(shop.received()) == 30

    in_shop(tmp_path, body, Behaviour(refuse={"c3@x.example": answer}))


def test_let_go_on_the_same_refusal_fails_its_own_mail_only(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        await shop.workspace.send_queue.resume(campaign_id)
        report = await shop.worker().once()
        assert (report.failed, report.paused) == (2, 0)
        assert await shop.states(campaign_id) == {"sent": 28, "failed": 2}
        rows = await shop.rows("SELECT * FROM campaign_recipients WHERE status = 'failed'")
        assert {(row["failure_category"], row["failure_reason_detailed"], row["bounce_type"]) for row in rows} == {
            ("policy", "blocked", None)
        }
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0, "the address is not to blame"

    refuse = {f"c{n}@x.example": "550 5.7.1 poor reputation" for n in (3, 17)}
    in_shop(tmp_path, body, Behaviour(refuse=refuse))


def test_another_cause_holds_it_again(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        await shop.worker().once()
        shop.sink.behaviour.refuse = {"c3@x.example": "552 5.3.4 message too big"}
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).paused == 1
        causes = await shop.rows("SELECT cause, resumed_at IS NOT NULL FROM kk_send_pauses ORDER BY rowid")
        assert [tuple(row) for row in causes] == [("blocked", 1), ("too_large", 0)]

    in_shop(tmp_path, body, Behaviour(refuse={"c3@x.example": "550 5.7.1 poor reputation"}))


def test_errors_that_pile_up_hold_the_campaign_and_a_person_may_insist(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(400)
        report = await shop.worker().once()
        assert report.paused == 1
        assert ENOUGH <= report.failed < 400, "soon, but not at the first"
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert progress.status == "paused"
        assert progress.last_error is not None and "hard_bounce" in progress.last_error.en
        assert progress.pending == 400 - progress.failed - progress.sent
        shop.now += 10
        shop.sink.behaviour = Behaviour()
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).sent == progress.pending, "what lies before counts no more"
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, Behaviour(answers={"RCPT": "550 5.1.1 no such user"}))


def test_a_few_failures_among_many_hold_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(200)
        assert (await shop.worker().once()).paused == 0
        assert await shop.states(campaign_id) == {"sent": 160, "failed": 40}

    refuse = {f"c{n}@x.example": "550 5.1.1 no such user" for n in range(0, 200, 5)}
    in_shop(tmp_path, body, Behaviour(refuse=refuse))


def test_a_campaign_called_off_meanwhile_stays_so(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().once()
        await shop.workspace.send_queue.cancel(campaign_id)
        with pytest.raises(NotAllowed):
            await shop.workspace.send_queue.resume(campaign_id)
        states = await shop.states(campaign_id)
        assert set(states) <= {"sent", "cancelled"} and sum(states.values()) == 30

    in_shop(tmp_path, body, Behaviour(refuse={"c3@x.example": "550 5.7.1 poor reputation"}))
