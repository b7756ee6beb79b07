"""Sending: everybody once, what each answer leads to, and nobody who opted out meanwhile."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


def test_everybody_gets_one_mail_and_it_is_on_record(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(230)
        report = await shop.worker().once()
        assert (report.sent, report.finished, report.error) == (230, 1, None)
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(230)})
        assert await shop.campaign_status(campaign_id) == "sent"
        campaign = (await shop.rows("SELECT * FROM email_campaigns"))[0]
        assert (campaign["total_recipients"], campaign["sent_count"], campaign["sent_at"]) == (230, 230, shop.now)
        row = (await shop.rows("SELECT * FROM campaign_recipients LIMIT 1"))[0]
        assert (row["status"], row["sent_at"], row["attempt_count"]) == ("sent", shop.now, 1)
        assert (row["error_message"], row["failure_category"]) == (None, None)
        event = (await shop.rows("SELECT * FROM email_delivery_events WHERE recipient_id = ?", row["id"]))[0]
        assert (event["event_type"], event["event_category"], event["smtp_code"]) == ("sent", "success", 250)
        job = (await shop.rows("SELECT * FROM email_jobs"))[0]
        assert (job["status"], job["locked_by"], job["completed_at"]) == ("completed", None, shop.now)
        assert await shop.value("SELECT count(*) FROM email_job_items") == 0
        assert await shop.value("SELECT count(*) FROM kk_workers") == 0

    in_shop(tmp_path, body)


def test_the_message_id_on_record_is_the_mails(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(3)
        await shop.worker().once()
        found = await shop.pairs(
            "SELECT r.email, s.message_id FROM kk_sends s JOIN campaign_recipients r ON r.id = s.recipient_id"
        )
        for mail in shop.sink.mails:
            match = re.search(rb"^Message-ID: (\S+)\r$", mail.content, re.MULTILINE)
            assert match is not None
            assert match[1].decode() == found[mail.recipients[0]]

    in_shop(tmp_path, body)


def test_a_dead_address_fails_and_is_suppressed(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        report = await shop.worker().once()
        assert (report.sent, report.failed) == (4, 1)
        row = (await shop.rows("SELECT * FROM campaign_recipients WHERE email = 'c1@x.example'"))[0]
        assert (row["status"], row["failure_category"], row["bounce_type"]) == ("failed", "bounce", "hard")
        assert row["failure_reason_detailed"] == "hard_bounce"
        assert row["error_message"] == "SMTP_SEND_FAILED: 550 5.1.1 no such user"
        event = (await shop.rows("SELECT * FROM email_delivery_events WHERE event_type <> 'sent'"))[0]
        assert (event["event_type"], event["smtp_code"], event["diagnostic_code"]) == ("bounce", 550, "5.1.1")
        suppressed = (await shop.rows("SELECT * FROM email_suppressions"))[0]
        assert (suppressed["email"], suppressed["suppression_type"]) == ("c1@x.example", "hard_bounce")
        assert (suppressed["source_campaign_id"], suppressed["source_event_id"]) == (campaign_id, event["id"])
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, Behaviour(refuse={"c1@x.example": "550 5.1.1 no such user"}))


def test_a_greylisted_recipient_is_tried_again_in_time(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        report = await shop.worker().once()
        assert (report.sent, report.deferred, report.finished) == (2, 1, 0)
        row = (await shop.rows("SELECT * FROM campaign_recipients WHERE email = 'c1@x.example'"))[0]
        assert (row["status"], row["next_retry_at"], row["attempt_count"]) == ("pending", shop.now + 1800, 1)
        assert (
            await shop.value("SELECT event_type FROM email_delivery_events WHERE recipient_id = ?", row["id"])
            == "deferred"
        )
        assert await shop.campaign_status(campaign_id) == "sending"
        assert await shop.value("SELECT run_at FROM email_jobs") == shop.now + 1800
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert (progress.deferred, progress.next_attempt_at) == (1, shop.now + 1800)
        shop.now += 1799
        assert (await shop.worker().once()).jobs == 0
        shop.now += 1
        shop.sink.behaviour.refuse.clear()
        assert (await shop.worker().once()).sent == 1
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(3)})
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, Behaviour(refuse={"c1@x.example": "451 4.7.1 greylisted, come back later"}))


def test_a_recipient_who_is_always_put_off_fails_in_the_end(tmp_path: Path) -> None:
    """email_retry_config: three retries after 1800 s, each wait half as long again."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(1)
        waits = []
        while await shop.campaign_status(campaign_id) == "sending":
            await shop.worker().once()
            due = await shop.value("SELECT run_at FROM email_jobs")
            if due > shop.now:
                waits.append(due - shop.now)
                shop.now = due
        assert waits == [1800, 2700, 4050]
        assert await shop.campaign_status(campaign_id) == "failed"
        assert await shop.value("SELECT status FROM campaign_recipients") == "failed"
        assert await shop.value("SELECT count(*) FROM email_delivery_events") == 4

    in_shop(tmp_path, body, Behaviour(refuse={"c0@x.example": "450 4.3.2 busy"}))


async def _opt_out(shop: Shop, email: str, way: str) -> None:
    customer = await shop.value("SELECT customer_id FROM campaign_recipients WHERE email = ?", email)
    org = shop.workspace.actor.org_id
    if way == "flag":
        await shop.write("UPDATE customers SET unsubscribed = 1 WHERE id = ?", customer)
    elif way == "inactive":
        await shop.write("UPDATE customers SET is_active = 0 WHERE id = ?", customer)
    elif way == "deleted":
        await shop.write("DELETE FROM customers WHERE id = ?", customer)
    elif way == "other customer":
        await shop.write(
            "INSERT INTO customers (id, org_id, first_name, email, unsubscribed, created_at, updated_at) "
            "VALUES ('twin', ?, 'Άλλος', ?, 1, 0, 0)", org, f" {email.upper()} "
        )  # fmt: skip
    elif way in {"unsubscribes", "odd spelling"}:
        written = email.title() if way == "unsubscribes" else f"Μαρία <{email}>"
        await shop.write("INSERT INTO unsubscribes (id, org_id, email, created_at) VALUES ('u', ?, ?, 0)", org, written)
    else:
        expires = shop.now + 100 if way == "suppressed" else shop.now - 100
        await shop.write(
            "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at, expires_at) "
            "VALUES ('s', ?, ?, 'manual', 0, ?)", org, email, expires
        )  # fmt: skip


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("flag", "unsubscribed"),
        ("inactive", "inactive"),
        ("deleted", None),
        ("other customer", "unsubscribed"),
        ("unsubscribes", "unsubscribed"),
        ("odd spelling", "unsubscribed"),
        ("suppressed", "suppressed"),
    ],
)
def test_who_opts_out_after_the_list_was_made_is_not_mailed(tmp_path: Path, way: str, reason: str | None) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(4)
        await shop.worker().drain(max_items=1, max_jobs=1)
        email = await shop.value("SELECT email FROM campaign_recipients WHERE status = 'pending' LIMIT 1")
        await _opt_out(shop, email, way)
        report = await shop.worker().once()
        assert report.sent == 2
        assert email not in shop.received()
        if reason is not None:
            row = (await shop.rows("SELECT * FROM campaign_recipients WHERE email = ?", email))[0]
            assert (row["status"], row["error_message"]) == ("failed", f"SEND_SKIPPED: {reason}")
            assert report.skipped == 1
            assert (await shop.workspace.queue_progress.progress(campaign_id)).skipped == 1
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_an_expired_suppression_does_not_count(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(2)
        await shop.worker().drain(max_items=1, max_jobs=1)
        email = await shop.value("SELECT email FROM campaign_recipients WHERE status = 'pending' LIMIT 1")
        await _opt_out(shop, email, "expired suppression")
        assert (await shop.worker().once()).sent == 1

    in_shop(tmp_path, body)


def test_an_edit_while_it_is_being_sent_does_not_reach_the_mails(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(4, subject="Before", content="<p>Before</p>")
        await shop.worker().drain(max_items=1, max_jobs=1)
        await shop.write("UPDATE email_campaigns SET subject = 'After', content = '<p>After</p>'")
        await shop.worker().once()
        assert len(shop.sink.mails) == 4
        for mail in shop.sink.mails:
            assert b"Subject: Before" in mail.content
            assert b"After" not in mail.content

    in_shop(tmp_path, body)


def _once_after(shop: Shop, mails: int, action: Callable[[], object]) -> None:
    """Call `action` when the server has taken so many mails."""
    taken = 0

    def count(_recipients: list[str], _message: bytes) -> None:
        nonlocal taken
        taken += 1
        if taken == mails:
            action()

    shop.sink.behaviour.after_mail = count


@pytest.mark.parametrize("what", ["pause", "cancel"])
def test_pause_and_cancel_are_obeyed_within_a_batch(tmp_path: Path, what: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(600)
        queue = shop.workspace.send_queue
        tasks: list[asyncio.Task[None]] = []
        act = queue.pause if what == "pause" else queue.cancel
        _once_after(shop, 30, lambda: tasks.append(asyncio.create_task(act(campaign_id))))
        report = await shop.worker().once()
        await tasks[0]
        assert report.sent == len(shop.received()) < 300
        states = await shop.states(campaign_id)
        rest = "pending" if what == "pause" else "cancelled"
        assert states == {"sent": report.sent, rest: 600 - report.sent}
        assert await shop.campaign_status(campaign_id) == ("paused" if what == "pause" else "cancelled")
        assert await shop.value("SELECT count(*) FROM email_job_items WHERE status = 'processing'") == 0
        if what == "pause":
            await queue.resume(campaign_id)
            await shop.worker().once()
            assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(600)})
            assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_who_opts_out_while_slow_mails_hold_up_a_claimed_batch_is_not_mailed(tmp_path: Path) -> None:
    """A batch that waits behind a slow server is looked through once more before it leaves."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(40)

        def opt_out() -> None:
            shop.now += 60
            with closing(sqlite3.connect(tmp_path / "crm.db", timeout=10)) as others, others:
                others.execute("UPDATE customers SET unsubscribed = 1 WHERE email <> 'c39@x.example'")

        _once_after(shop, 3, opt_out)
        report = await shop.worker().once()
        # Those who were on their way at that moment.
        assert report.sent == len(shop.received()) <= 3 + 4 + 1
        assert "c39@x.example" in shop.received()
        assert await shop.states(campaign_id) == {"sent": report.sent, "skipped": 40 - report.sent}

    in_shop(tmp_path, body)


def test_a_worker_told_to_end_gives_back_what_it_has_not_begun(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(600)
        worker = shop.worker()
        _once_after(shop, 30, worker.request_stop)
        report = await worker.once()
        assert report.sent == len(shop.received()) < 300
        assert await shop.states(campaign_id) == {"sent": report.sent, "pending": 600 - report.sent}
        assert set((await shop.statuses(campaign_id)).values()) == {"sent", "pending"}
        assert await shop.value("SELECT status FROM email_jobs") == "queued"
        assert list((tmp_path / "queue").glob("*.journal")) == []
        await shop.worker().once()
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(600)})

    in_shop(tmp_path, body)


def test_a_finished_campaign_never_sends_again(tmp_path: Path) -> None:
    """Whatever somebody does to its status: the recipients have been mailed."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().once()
        await shop.write("UPDATE email_campaigns SET status = 'draft'")
        await shop.workspace.send_queue.enqueue(campaign_id)
        assert (await shop.worker().once()).sent == 0
        await shop.write("UPDATE email_campaigns SET status = 'sending'")
        await shop.write("UPDATE campaign_recipients SET status = 'pending'")
        await shop.workspace.send_queue.enqueue(campaign_id)
        assert (await shop.worker().once()).sent == 0
        assert len(shop.received()) == 3
        assert set((await shop.statuses(campaign_id)).values()) == {"sent"}
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_an_address_that_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().drain(max_items=1, max_jobs=1)
        victim = await shop.value("SELECT id FROM campaign_recipients WHERE status = 'pending' LIMIT 1")
        await shop.write("UPDATE campaign_recipients SET email = 'a@b.gr, c@d.gr' WHERE id = ?", victim)
        report = await shop.worker().once()
        assert (report.sent, report.failed) == (1, 1)
        row = (await shop.rows("SELECT * FROM campaign_recipients WHERE id = ?", victim))[0]
        assert (row["status"], row["failure_category"]) == ("failed", "syntax")
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_without_a_mail_server_mails_go_into_the_folder(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(5)
        assert (await shop.worker().once()).sent == 5
        files = sorted((tmp_path / "mail").iterdir())
        assert len(files) == 5
        assert all(file.suffix == ".eml" for file in files)
        assert {file.name.split(" ")[2] for file in files} == {f"c{n}@x.example" for n in range(5)}
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in files[0].read_bytes()

    in_shop(tmp_path, body, to_folder=True)
