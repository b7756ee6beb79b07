"""What a worker that died left behind: told apart by its journal, in doubt without it; and restored databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.claims import UNCONFIRMED, Claimed, claim_request
from kkdesk.services.queue.home import Home
from kkdesk.services.queue.journal import Journal
from kkdesk.services.queue.leases import Leases
from kkdesk.services.queue.preparation import prepare
from kkdesk.services.queue.results import Settled, result_statements
from kkdesk.services.queue.retry import DEFAULTS
from kkdesk.services.queue.settling import settle_dead
from tests.services.queue.shop import Shop, in_shop

DEAD = "shop-pc:4711:dead"


async def crash(
    shop: Shop, *, size: int, started: int = 0, answers: Sequence[Outcome] = (), home: Path | None = None
) -> Sequence[Claimed]:
    """A worker claims `size` recipients, starts `started`, hears `answers` to the first of them, and dies."""
    place = Home(home or shop.folder / "queue")
    org = shop.workspace.actor.org_id
    leases = Leases(shop.workspace.db, org, DEAD, place.id, 900)
    lease = await leases.take(shop.now)
    assert lease is not None
    await prepare(shop.workspace.db, lease, shop.workspace.audience, home=place.id, clock=shop.clock)
    request = claim_request(lease, home=place.id, message_domain="x.example", size=size, per_minute=None, now=shop.now)
    applied = await shop.workspace.db.apply(Change(Bilingual("", ""), request.statements))
    batch = request.read(applied.rows, applied.counts)
    journal = Journal(place.folder, DEAD)
    journal.claimed(batch.claim_id)
    for claimed in batch.recipients[:started]:
        await journal.start(claimed.addressee.message_id)
    for claimed, outcome in zip(batch.recipients, answers, strict=False):
        journal.answer(claimed.addressee.message_id, outcome)
    journal.close(keep=True)
    return batch.recipients


def test_in_flight_is_what_the_web_crm_would_not_resend(tmp_path: Path) -> None:
    """Its own sender takes over after 15 minutes and mails every recipient that is pending."""

    async def body(shop: Shop) -> None:
        await shop.queued(10)
        claimed = await crash(shop, size=4, started=2)
        ids = {one.addressee.recipient_id for one in claimed}
        pending = {row["id"] for row in await shop.rows("SELECT id FROM campaign_recipients WHERE status = 'pending'")}
        assert len(pending) == 6
        assert not ids & pending
        items = await shop.pairs("SELECT recipient_id, status FROM email_job_items")
        assert {items[one] for one in ids} == {"processing"}
        on_record = await shop.pairs("SELECT recipient_id, message_id FROM kk_sends WHERE state = 'claimed'")
        assert on_record == {one.addressee.recipient_id: one.addressee.message_id for one in claimed}

    in_shop(tmp_path, body)


def test_the_journal_tells_what_left_from_what_did_not(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        answers = [
            Outcome("sent", shop.now - 5, "content", 250, "2.0.0", "queued"),
            Outcome("refused", shop.now - 4, "recipient", 550, "5.1.1", "no such user"),
            Outcome("deferred", shop.now - 3, "recipient", 451, "4.7.1", "later"),
        ]
        claimed = await crash(shop, size=8, started=5, answers=answers)
        mails = [one.addressee.email for one in claimed]
        report = await shop.worker().once()
        assert (report.settled.answered, report.settled.unconfirmed, report.settled.released) == (3, 2, 3)
        in_doubt = await shop.workspace.queue_progress.unconfirmed()
        assert {one.email for one in in_doubt} == set(mails[3:5])
        assert await shop.states(campaign_id) == {"sent": 6, "failed": 1, "pending": 1, "unconfirmed": 2}
        assert Counter(shop.received()) == Counter(set(await shop.statuses(campaign_id)) - set(mails[:5]))
        first = (await shop.rows("SELECT * FROM campaign_recipients WHERE email = ?", mails[0]))[0]
        assert (first["status"], first["sent_at"]) == ("sent", shop.now - 5)
        assert list((tmp_path / "queue").glob("*.journal")) == []
        assert (await shop.worker().once()).settled.unconfirmed == 0

    in_shop(tmp_path, body)


def test_a_damaged_journal_proves_nothing(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(6)
        sent = Outcome("sent", shop.now, "content", 250)
        await crash(shop, size=6, started=3, answers=[sent])
        (file,) = (tmp_path / "queue").glob("*.journal")
        content = file.read_bytes()
        # The third start does not read any more: it might be any of those without one.
        damaged = content.splitlines(keepends=True)
        damaged[3] = b"#" + damaged[3][1:]
        file.write_bytes(b"".join(damaged))
        report = await shop.worker().once()
        assert (report.settled.answered, report.settled.unconfirmed, report.sent) == (1, 5, 0)

    in_shop(tmp_path, body)


def test_without_a_journal_all_of_a_dead_workers_batch_is_in_doubt(tmp_path: Path) -> None:
    """A worker on another machine: first its lease must run out."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        await crash(shop, size=4, started=2, home=tmp_path / "elsewhere")
        # The profile's own database with another home's job in it came with a copy; here it is a shared one.
        parts = shop.worker()._parts
        from dataclasses import replace

        from kkdesk.services.worker import Worker

        shared = replace(parts, embedded=False)
        assert (await Worker(shared).once()).jobs == 0
        shop.now += 901
        report = await Worker(shared).once()
        assert (report.settled.unconfirmed, report.sent) == (4, 6)
        assert await shop.states(campaign_id) == {"sent": 6, "unconfirmed": 4}
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_late_news_of_a_worker_thought_dead_settles_what_was_in_doubt(tmp_path: Path) -> None:
    from kkdesk.services.queue.results import Settled, result_statements
    from kkdesk.services.queue.retry import DEFAULTS

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        claimed = await crash(shop, size=2, started=2)
        await shop.worker().once()
        assert await shop.states(campaign_id) == {"unconfirmed": 2}
        one = claimed[0]
        sent = Outcome("sent", shop.now, "content", 250)
        news = Settled(one.addressee.recipient_id, one.addressee.message_id, 1, one.addressee.email, sent)
        statements = result_statements(campaign_id, [news], DEFAULTS, shop.now)
        for _ in range(2):
            await shop.workspace.db.apply(Change(Bilingual("", ""), statements))
        assert await shop.states(campaign_id) == {"sent": 1, "unconfirmed": 1}
        assert await shop.value("SELECT count(*) FROM email_delivery_events") == 1

    in_shop(tmp_path, body)


@pytest.mark.parametrize("status", ["sending", "sent", "cancelled"])
def test_a_journal_settles_what_others_have_put_in_doubt_meanwhile(tmp_path: Path, status: str) -> None:
    """A computer that comes back after its lease has run out still knows what it began and what was answered."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        answers = [
            Outcome("sent", shop.now - 5, "content", 250, "2.0.0", "queued"),
            Outcome("refused", shop.now - 4, "recipient", 550, "5.1.1", "no such user"),
        ]
        await crash(shop, size=10, started=4, answers=answers)
        shop.now += 1000
        doubted = await settle_dead(shop.workspace.db, DEFAULTS, shop.now, 900)
        assert (doubted.unconfirmed, await shop.states(campaign_id)) == (10, {"unconfirmed": 10})
        await shop.write("UPDATE email_campaigns SET status = ?", status)
        await shop.write("UPDATE email_jobs SET status = ?", "queued" if status == "sending" else "completed")
        report = await shop.worker().once()
        assert (report.settled.answered, report.settled.released, report.settled.unconfirmed) == (2, 6, 0)
        mailed = 6 if status == "sending" else 0
        assert len(shop.received()) == mailed
        rest = {"sending": "sent", "sent": "failed", "cancelled": "cancelled"}[status]
        expected = Counter({"sent": 1, "failed": 1, "unconfirmed": 2}) + Counter({rest: 6})
        assert await shop.states(campaign_id) == expected
        assert Counter((await shop.statuses(campaign_id)).values()) == {"sent": 1 + mailed, "failed": 9 - mailed}
        # Who certainly was not mailed says so.
        errors = await shop.pairs(
            "SELECT error_message, count(*) FROM campaign_recipients WHERE status = 'failed' GROUP BY 1"
        )
        in_doubt = sum(number for error, number in errors.items() if error.startswith(UNCONFIRMED))
        assert in_doubt == 2
        if status == "sent":
            failed = await shop.rows("SELECT recipient_id FROM kk_sends WHERE reason = 'not_begun'")
            assert await shop.workspace.send_queue.retry([str(row[0]) for row in failed]) == 6
            assert (await shop.worker().once()).sent == 6

    in_shop(tmp_path, body)


@pytest.mark.parametrize("status", ["sent", "cancelled"])
def test_late_news_that_a_mail_was_put_off_leaves_nobody_waiting_for_a_campaign_that_is_over(
    tmp_path: Path, status: str
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        claimed = await crash(shop, size=2, started=2)
        await settle_dead(shop.workspace.db, DEFAULTS, shop.now + 1000, 900)
        await shop.write("UPDATE email_campaigns SET status = ?", status)
        await shop.write("UPDATE email_jobs SET status = 'completed'")
        one = claimed[0]
        outcome = Outcome("deferred", shop.now, "recipient", 451, "4.3.0", "later")
        late = Settled(one.addressee.recipient_id, one.addressee.message_id, 1, one.addressee.email, outcome)
        news = result_statements(campaign_id, [late], DEFAULTS, shop.now)
        await shop.workspace.db.apply(Change(Bilingual("", ""), news))
        over = "failed" if status == "sent" else "cancelled"
        assert await shop.states(campaign_id) == {over: 1, "unconfirmed": 1}
        assert set((await shop.statuses(campaign_id)).values()) == {"failed"}
        assert await shop.value("SELECT count(*) FROM campaign_recipients WHERE next_retry_at IS NOT NULL") == 0

    in_shop(tmp_path, body)


def test_a_result_told_twice_is_counted_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        claimed = (await crash(shop, size=2, started=2))[0]
        outcome = Outcome("sent", shop.now, "content", 250, "2.0.0", "queued")
        result = Settled(claimed.addressee.recipient_id, claimed.addressee.message_id, 1, "c0@x.example", outcome)
        for _ in range(2):
            statements = result_statements(campaign_id, [result], DEFAULTS, shop.now)
            await shop.workspace.db.apply(Change(Bilingual("", ""), statements))
        assert await shop.value("SELECT sent_count FROM email_campaigns") == 1

    in_shop(tmp_path, body)


def test_what_the_web_crms_sender_left_in_the_middle_is_in_doubt(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        customers = await shop.customers(5)
        campaign_id = await shop.campaign(status="sending", total_recipients=5)
        org, user = shop.workspace.actor.org_id, shop.workspace.actor.user_id
        await shop.write(
            "INSERT INTO email_jobs (id, org_id, campaign_id, sender_user_id, status, run_at, locked_at, locked_by, "
            "created_at, updated_at) VALUES ('job_web', ?, ?, ?, 'processing', 0, ?, 'web:1', 0, 0)",
            org, campaign_id, user, shop.now - 1000,
        )  # fmt: skip
        states = ["sent", "failed", "pending", "pending", "pending"]
        items = ["sent", "failed", "processing", "pending", None]
        for number, (customer, state, item) in enumerate(zip(customers, states, items, strict=True)):
            recipient = f"rcpt_{number}"
            await shop.write(
                "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) VALUES (?, ?, ?, ?, ?)",
                recipient, campaign_id, customer, f"c{number}@x.example", state,
            )  # fmt: skip
            if item:
                await shop.write(
                    "INSERT INTO email_job_items (id, job_id, campaign_id, recipient_id, status, created_at, updated_at) "
                    "VALUES (?, 'job_web', ?, ?, ?, 0, 7)", f"jit_{number}", campaign_id, recipient, item,
                )  # fmt: skip
        report = await shop.worker().once()
        assert report.sent == 2
        assert sorted(shop.received()) == ["c3@x.example", "c4@x.example"]
        in_doubt = await shop.workspace.queue_progress.unconfirmed()
        assert [(one.email, one.claimed_at) for one in in_doubt] == [("c2@x.example", 7)]
        assert await shop.campaign_status(campaign_id) == "sent"
        assert await shop.value("SELECT sent_count FROM email_campaigns") == 3

    in_shop(tmp_path, body)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Maria@x.example", "maria@X.example "),
        ("Μαρία <maria@x.example>", "maria@x.example"),
        ("maria@ελαστικά.example", "maria@xn--hxajlrfd1di.example"),
    ],
)
def test_two_customers_with_one_address_listed_by_the_web_crm_get_one_mail(
    tmp_path: Path, spellings: tuple[str, str]
) -> None:
    async def body(shop: Shop) -> None:
        customers = await shop.customers(2)
        campaign_id = await shop.campaign(total_recipients=2)
        for number, email in enumerate(spellings):
            await shop.write(
                "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) VALUES (?, ?, ?, ?, 'pending')",
                f"rcpt_{number}", campaign_id, customers[number], email,
            )  # fmt: skip
        await shop.workspace.send_queue.enqueue(campaign_id)
        assert (await shop.worker().once()).sent == 1
        errors = await shop.pairs("SELECT status, error_message FROM campaign_recipients")
        assert errors == {"sent": None, "failed": "SEND_SKIPPED: same_address"}
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert (progress.total, progress.sent, progress.skipped) == (2, 1, 1)

    in_shop(tmp_path, body)
