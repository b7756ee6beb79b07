"""Jobs that nobody meant to be: left over, deleted, left by the dead, under settings or on disks that do not work."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull
from kkdesk.model.ids import new_id
from kkdesk.services.queue import shift
from kkdesk.services.queue.journal import Journal
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.records import Audience, FrozenCampaign
from kkdesk.services.worker import WorkerReport
from kkdesk.store.database import Database
from tests.services.queue.shop import Shop, in_shop
from tests.services.queue.test_settling import crash

_SECOND_JOB = """
INSERT INTO email_jobs (id, org_id, campaign_id, sender_user_id, status, run_at, attempts, max_attempts, created_at,
  updated_at)
SELECT ?1, org_id, campaign_id, sender_user_id, 'queued', run_at, 0, 3, created_at, updated_at FROM email_jobs LIMIT 1
"""


async def _once(shop: Shop) -> WorkerReport:
    """A worker that goes round in circles is a failure, not a test that hangs."""
    worker = shop.worker()
    async with asyncio.timeout(20):
        return await worker.once()


def test_a_second_job_of_a_campaign_that_was_sent_is_closed(tmp_path: Path) -> None:
    """The web CRM's check and insert are two statements: two clicks can make two jobs."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await _once(shop)
        sent_at = await shop.value("SELECT sent_at FROM email_campaigns")
        await shop.write(_SECOND_JOB, new_id("job"))
        shop.now += 60
        assert (await _once(shop)).jobs == 1
        assert await shop.pairs("SELECT status, count(*) FROM email_jobs GROUP BY 1") == {"completed": 2}
        assert await shop.campaign_status(campaign_id) == "sent"
        assert await shop.value("SELECT sent_at FROM email_campaigns") == sent_at
        assert len(shop.received()) == 3

    in_shop(tmp_path, body)


def test_a_journal_that_cannot_be_written_stops_a_small_campaign_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That its whole list was claimed at once makes it no success, which would be tried again in the same second."""

    def full(journal: Journal, claim_id: str) -> None:
        raise DiskFull(Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        with monkeypatch.context() as broken:
            broken.setattr(Journal, "claimed", full)
            report = await _once(shop)
        assert report.jobs == 1
        assert isinstance(report.error, DiskFull)
        assert await shop.value("SELECT run_at FROM email_jobs") > shop.now
        assert await shop.states(campaign_id) == {"pending": 3}
        assert (await _once(shop)).sent == 3

    in_shop(tmp_path, body)


def test_a_bad_setting_of_the_mail_server_makes_a_campaign_wait_and_not_fail(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        report = await _once(shop)
        assert report.error is not None
        assert "SMTP_TIMEOUT_SECONDS" in report.error.what.en
        assert await shop.campaign_status(campaign_id) == "sending"
        assert await shop.pairs("SELECT status, run_at > ? FROM email_jobs", shop.now) == {"queued": 1}

    in_shop(tmp_path, body, env={"SMTP_TIMEOUT_SECONDS": "long"})


async def _deleted_under_way(shop: Shop, monkeypatch: pytest.MonkeyPatch, *, prepared: bool) -> None:
    """Of two campaigns the first is deleted when a worker has just taken it; the second must be sent all the same."""
    await shop.customers(2)
    deleted, other = await shop.campaign(), await shop.campaign()
    for campaign_id in (deleted, other):
        await shop.workspace.send_queue.enqueue(campaign_id)
        shop.now += 1
    prepare = shift.prepare

    async def interrupted(db: Database, lease: Lease, audience: Audience, **named: Any) -> FrozenCampaign:
        if lease.campaign_id == deleted and not prepared:
            await shop.write("DELETE FROM email_campaigns WHERE id = ?", deleted)
        campaign = await prepare(db, lease, audience, **named)
        if lease.campaign_id == deleted:
            await shop.write("DELETE FROM email_campaigns WHERE id = ?", deleted)
            raise OSError("whatever comes of it")
        return campaign

    monkeypatch.setattr(shift, "prepare", interrupted)
    assert (await _once(shop)).finished == 1
    assert await shop.campaign_status(other) == "sent"
    assert len(shop.received()) == 2


def test_a_campaign_that_is_deleted_before_it_is_prepared_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shop(tmp_path, lambda shop: _deleted_under_way(shop, monkeypatch, prepared=False))


@pytest.mark.logs("job_faulty")
def test_a_campaign_that_is_deleted_after_it_was_prepared_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shop(tmp_path, lambda shop: _deleted_under_way(shop, monkeypatch, prepared=True))


def _delete(shop: Shop, table: str) -> None:
    """As over a connection without `PRAGMA foreign_keys`, which a server's may be: nothing cascades."""
    with closing(sqlite3.connect(shop.folder / "crm.db")) as connection, connection:
        connection.execute(f"DELETE FROM {table} WHERE email = 'c1@x.example'")


@pytest.mark.parametrize("table", ["customers", "campaign_recipients"])
def test_who_is_deleted_while_a_campaign_is_sent_does_not_keep_it_open(tmp_path: Path, table: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(3)
        campaign_id = await shop.campaign()
        await shop.workspace.send_queue.enqueue(campaign_id)
        await shop.worker().drain(max_items=1, max_jobs=1)
        await asyncio.to_thread(_delete, shop, table)
        report = await _once(shop)
        assert (report.finished, report.sent, report.skipped) == (1, 1, 1)
        assert await shop.campaign_status(campaign_id) == "sent"
        assert shop.received() == ["c0@x.example", "c2@x.example"]
        assert await shop.pairs("SELECT state, reason FROM kk_sends WHERE state <> 'sent'") == {"skipped": "deleted"}

    in_shop(tmp_path, body)


def test_who_is_deleted_after_their_worker_died_does_not_keep_the_campaign_open(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await crash(shop, size=3, started=3)
        await asyncio.to_thread(_delete, shop, "campaign_recipients")
        report = await _once(shop)
        assert (report.finished, report.settled.unconfirmed) == (1, 2)
        assert await shop.states(campaign_id) == {"unconfirmed": 2}

    in_shop(tmp_path, body)


def test_a_dead_workers_job_has_its_turn_while_a_long_campaign_is_sent(tmp_path: Path) -> None:
    """A worker that died before its first claim leaves nothing to settle; its lease runs out all the same."""

    async def body(shop: Shop) -> None:
        await shop.customers(30)
        left, long = await shop.campaign(), await shop.campaign()
        for campaign_id in (left, long):
            await shop.workspace.send_queue.enqueue(campaign_id)
            shop.now += 1
        await shop.write(
            "UPDATE email_jobs SET status = 'processing', locked_by = 'gone', locked_at = ? WHERE campaign_id = ?",
            shop.now, left,
        )  # fmt: skip
        await shop.worker().drain(max_items=10, max_jobs=1)
        shop.now += 1000
        await _once(shop)
        jobs = await shop.rows("SELECT campaign_id FROM email_jobs ORDER BY completed_at, updated_at")
        assert len(jobs) == 2
        order = await shop.pairs(
            "SELECT campaign_id, min(claim_id) FROM kk_sends WHERE claim_id IS NOT NULL GROUP BY 1"
        )
        last = await shop.pairs("SELECT campaign_id, max(claim_id) FROM kk_sends GROUP BY 1")
        assert order[left] < last[long]

    in_shop(tmp_path, body, env={"EMAIL_JOB_MAX_ITEMS_PER_RUN": "10"})
