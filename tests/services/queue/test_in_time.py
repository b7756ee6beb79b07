"""Calls that have a time to keep within: what stands still is given up, what has left is known, the rest comes later."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import Offline
from kkdesk.services import audience_parts, worker
from kkdesk.services.mail.assets import CAMPAIGN_FILES, CampaignFile
from kkdesk.services.mail.blob_files import BlobFiles
from kkdesk.services.queue import exchange
from kkdesk.services.queue.equipment import RunLimits
from kkdesk.services.queue.journal import Journal
from kkdesk.store.local import LocalDatabase
from tests.servers import smtp_sink
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop
from tests.services.queue.test_hanging_server import meeting

#: Seconds within which a call must have ended here; it ends by itself, or the test never does.
WITHIN = 1.5
SOON = {"SMTP_TIMEOUT_SECONDS": "3600", "EMAIL_JOB_CONCURRENCY": "3"}


@pytest.fixture(autouse=True)
def short_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_TO_END_SECONDS", 1.0)
    monkeypatch.setattr(worker, "_TO_RECORD_SECONDS", 0.5)
    monkeypatch.setattr(exchange, "_RECORD_SECONDS", 0.3)
    monkeypatch.setattr(worker, "_LEAST_MAILBOX_SECONDS", 0.0)


def test_a_list_is_made_in_as_many_calls_as_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_parts, "PART_SIZE", 50)

    async def body(shop: Shop) -> None:
        await shop.customers(600, updated_at=0)
        campaign_id = await shop.campaign()
        await shop.workspace.send_queue.enqueue(campaign_id)
        real, parts = shop.workspace.db.apply, 0

        async def apply(change: Change) -> Applied:
            nonlocal parts
            parts += change.label.en == "List recipients"
            return await real(change)

        monkeypatch.setattr(shop.workspace.db, "apply", apply)
        # Each part takes all the time there is.
        monkeypatch.setattr(RunLimits, "over", property(lambda _limits: parts > 0))
        counts: list[int] = []
        while not await shop.value("SELECT count(*) FROM kk_send_lists WHERE completed_at IS NOT NULL"):
            parts = 0
            report = await shop.worker().drain(max_items=1, max_jobs=1)
            assert (report.jobs, report.error) == (1, None)
            assert tuple((await shop.rows("SELECT status, run_at, locked_by FROM email_jobs"))[0]) == (
                *("queued", shop.now, None),
            )
            counts.append(await shop.value("SELECT count(*) FROM campaign_recipients"))
        # The last of them finds nobody else, and that with time left: it sends.
        assert counts == [*range(50, 601, 50), 600]
        assert await shop.value("SELECT count(DISTINCT customer_id) FROM campaign_recipients") == 600
        assert await shop.value("SELECT total_recipients FROM email_campaigns") == 600
        assert await shop.states(campaign_id) == {"pending": 599, "sent": 1}
        await shop.worker().drain(max_items=10, max_jobs=1)
        assert len(shop.received()) == 11

    in_shop(tmp_path, body)


@pytest.mark.parametrize("point", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_stands_still_before_a_mail_has_left_leaves_nobody_in_doubt(tmp_path: Path, point: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(7)
        report = await shop.worker().drain(within=WITHIN)
        assert isinstance(report.error, Offline)
        assert (report.sent, report.unconfirmed) == (0, 0)
        assert await shop.states(campaign_id) == {"pending": 7}
        assert await shop.pairs("SELECT status, attempt_count FROM campaign_recipients") == {"pending": 0}
        job = (await shop.rows("SELECT * FROM email_jobs"))[0]
        # Not at once: the next call would wait as long.
        assert (job["status"], job["run_at"], job["locked_by"]) == ("queued", shop.now + 300, None)
        assert "did not answer in the time" in job["last_error"]
        assert await shop.value("SELECT count(*) FROM kk_workers") == 0
        assert not list((tmp_path / "queue").glob("*.journal"))
        shop.sink.behaviour = Behaviour()
        await shop.worker().once()
        assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(7))

    in_shop(tmp_path, body, Behaviour(hang_at=point), env=SOON)


def test_mails_that_have_left_without_an_answer_are_in_doubt_and_the_others_are_not(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(7)
        report = await shop.worker().drain(within=WITHIN)
        assert isinstance(report.error, Offline)
        assert (report.sent, report.unconfirmed) == (0, 3), "one on each connection"
        assert await shop.states(campaign_id) == {"pending": 4, "unconfirmed": 3}
        assert not list((tmp_path / "queue").glob("*.journal"))
        shop.sink.behaviour = Behaviour()
        await shop.worker().once()
        assert await shop.states(campaign_id) == {"sent": 4, "unconfirmed": 3}

    in_shop(tmp_path, body, Behaviour(hang_at="."), env=SOON)


def test_a_slow_server_has_until_the_end_to_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is begun when the budget is over; what was begun is waited for."""
    answers, everybody_waits = asyncio.Event(), asyncio.Event()
    waiting = 0

    async def meet(talk: smtp_sink._Conversation, point: str) -> None:
        nonlocal waiting
        if point == ".":
            waiting += 1
            if waiting == 3:
                everybody_waits.set()
            await answers.wait()

    meeting(monkeypatch, meet)

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(7)
        running = shop.worker()
        call = asyncio.create_task(running.drain(budget=3600, within=7200))
        await everybody_waits.wait()
        run = running._shift and running._shift._run
        assert run is not None
        monkeypatch.setattr(RunLimits, "over", True)
        run._news.set()
        while not run._stopping:
            await asyncio.sleep(0)
        assert not call.done()
        answers.set()
        report = await call
        assert (report.error, report.unconfirmed) == (None, 0)
        assert report.sent == len(shop.received()) == 3
        assert await shop.states(campaign_id) == {"pending": 4, "sent": 3}

    in_shop(tmp_path, body, env=SOON)


def test_files_that_do_not_come_hold_up_no_other_campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stands_still(files: BlobFiles, file: CampaignFile) -> bytes:
        return await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(BlobFiles, "content", stands_still)
    frozen = "json_array(json_object('asset_id', 'a', 'url', 'https://f.example/a', 'file_name', 'a.pdf', 'mime_type', 'application/pdf', 'size', 5, 'sha256', 'aa', 'role', 'attachment', 'embed', 0))"  # fmt: skip
    assert "asset_id" in CAMPAIGN_FILES

    async def body(shop: Shop) -> None:
        heavy = await shop.queued(2)
        with monkeypatch.context() as patch:
            patch.setattr("kkdesk.services.queue.preparation.CAMPAIGN_FILES", "")
            patch.setattr(
                "kkdesk.services.queue.preparation._FREEZE_FILES",
                f"INSERT INTO kk_campaign_files (campaign_id, files) VALUES (?1, {frozen})",
            )
            report = await shop.worker().drain(within=WITHIN)
        assert report.error is not None and "files could not be fetched" in report.error.what.en
        light = await shop.campaign()
        await shop.workspace.send_queue.enqueue(light)
        report = await shop.worker().drain(within=WITHIN)
        assert (report.sent, report.error) == (2, None)
        assert await shop.campaign_status(light) == "sent"
        assert (await shop.states(heavy), await shop.campaign_status(heavy)) == ({"pending": 2}, "sending")

    in_shop(tmp_path, body, env=SOON)


def test_a_database_that_stands_still_leaves_what_was_answered_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(7)
        real = LocalDatabase.apply
        stalls = False

        async def apply(db: LocalDatabase, change: Any) -> Any:
            if stalls:
                await asyncio.get_running_loop().create_future()
            return await real(db, change)

        async def claimed(*_args: Any) -> None:
            nonlocal stalls
            stalls = True
            await started(*_args)

        started = Journal.start
        with monkeypatch.context() as patch:
            patch.setattr(LocalDatabase, "apply", apply)
            # From the first mail on.
            patch.setattr(Journal, "start", claimed)
            with pytest.raises(Offline, match="database did not answer in time"):
                await shop.worker().drain(within=WITHIN)
        assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(7)), "they were claimed by then"
        assert await shop.states(campaign_id) == {"claimed": 7}
        report = await shop.worker().once()
        assert (report.settled.answered, report.settled.unconfirmed, report.sent) == (7, 0, 0)
        assert await shop.states(campaign_id) == {"sent": 7}
        assert len(shop.received()) == 7

    in_shop(tmp_path, body, env=SOON)
