"""Several workers, several campaigns, a worker that runs on, and the scheduler's short turns."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kkdesk.workspace import Workspace
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when `condition` holds; fail when it does not in a long time."""
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.005)


def test_two_workers_on_one_queue_mail_nobody_twice(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(150)
        campaigns = [await shop.campaign() for _ in range(3)]
        for campaign_id in campaigns:
            await shop.workspace.send_queue.enqueue(campaign_id)
        others = [await Workspace.open(shop.folder, shop.workspace.settings._env) for _ in range(2)]
        try:
            reports = await asyncio.gather(*(one.new_worker().once() for one in (shop.workspace, *others)))
        finally:
            for one in others:
                await one.close()
        assert sum(report.sent for report in reports) == 600
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 4 for n in range(150)})
        assert await shop.pairs("SELECT status, count(*) FROM email_campaigns GROUP BY 1") == {"sent": 4}
        assert sum(report.unconfirmed + report.settled.unconfirmed for report in reports) == 0

    in_shop(tmp_path, body)


def test_a_long_campaign_lets_others_have_their_turn(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(40)
        first, second = await shop.campaign(subject="first"), await shop.campaign(subject="second")
        await shop.workspace.send_queue.enqueue(first)
        await shop.workspace.send_queue.enqueue(second)
        report = await shop.worker().once()
        assert report.sent == 80
        order = ["first" if b"Subject: first" in mail.content else "second" for mail in shop.sink.mails]
        turns = [n for n in range(1, 80) if order[n] != order[n - 1]]
        assert len(turns) >= 7
        assert Counter(order[:20]) == Counter(first=10, second=10)

    in_shop(tmp_path, body, env={"EMAIL_JOB_MAX_ITEMS_PER_RUN": "10"})


def test_a_cron_call_keeps_to_its_limits(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(30)
        for _ in range(3):
            await shop.workspace.send_queue.enqueue(await shop.campaign())
        report = await shop.worker().drain()
        assert (report.jobs, report.sent) == (2, 14)
        assert await shop.pairs("SELECT status, count(*) FROM email_jobs GROUP BY 1") == {"queued": 3}
        assert (await shop.worker().drain(budget=0.0)).jobs == 0
        assert (await shop.worker().drain(max_items=3, max_jobs=1)).sent == 3
        await shop.worker().once()
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 3 for n in range(30)})

    env = {"EMAIL_JOB_MAX_ITEMS_PER_RUN": "7", "EMAIL_CRON_MAX_JOBS": "2"}
    in_shop(tmp_path, body, env=env)


def test_a_cron_call_ends_in_time_and_gives_the_rest_back(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3000)
        report = await shop.worker().drain(budget=0.6, max_items=3000)
        assert 0 <= report.sent < 3000
        assert await shop.value("SELECT status FROM email_jobs") == "queued"
        states = await shop.states(campaign_id)
        assert states.get("sent", 0) == report.sent == len(shop.received())
        assert "claimed" not in states

    in_shop(tmp_path, body)


def test_a_worker_that_runs_on_wakes_for_new_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.worker.POLL_SECONDS", 0.01)

    async def body(shop: Shop) -> None:
        await shop.customers(5)
        worker = shop.worker()
        serving = asyncio.create_task(worker.serve())

        async def alive() -> bool:
            return (await shop.workspace.queue_progress.overview()).workers == 1

        async def mails(count: int) -> bool:
            return len(shop.received()) == count

        await until(alive)
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        await until(lambda: mails(5))
        await shop.workspace.send_queue.enqueue(await shop.campaign(), shop.now + 60)
        assert (await shop.workspace.queue_progress.overview()).next_run_at == shop.now + 60
        shop.now += 60
        await until(lambda: mails(10))
        worker.request_stop()
        report = await serving
        assert (report.sent, report.error) == (10, None)
        assert not await alive()

    in_shop(tmp_path, body)


def test_a_slow_mail_does_not_cost_the_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.queue.run.IDLE_SECONDS", 0.02)

    async def body(shop: Shop) -> None:
        await shop.queued(1)
        sending = asyncio.create_task(shop.worker().once())

        async def in_flight() -> bool:
            return any(command == "DATA" for command in shop.sink.commands)

        async def renewed() -> bool:
            return bool(await shop.value("SELECT locked_at FROM email_jobs") == shop.now)

        await until(in_flight)
        for _ in range(3):
            shop.now += 900
            await until(renewed)
            assert (await shop.worker().once()).jobs == 0
        assert await shop.workspace.queue_progress.unconfirmed() == []
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        # Given up in the middle of a mail: nobody knows.
        assert len(await shop.workspace.queue_progress.unconfirmed()) == 1
        assert (await shop.worker().once()).sent == 0

    in_shop(tmp_path, body, Behaviour(hang_at="."), env={"EMAIL_JOB_LOCK_TIMEOUT_MS": "1000000"})


def after_the_first_mail(shop: Shop, seconds: int) -> None:
    """Once it has been taken, so many seconds pass."""

    def pass_by(_recipients: list[str], _message: bytes) -> None:
        shop.sink.behaviour.after_mail = None
        shop.now += seconds

    shop.sink.behaviour.after_mail = pass_by


def test_a_worker_that_slept_too_long_claims_anew_before_it_sends(tmp_path: Path) -> None:
    """A closed laptop: by the time it opens, another worker may have taken its place."""

    async def body(shop: Shop) -> None:
        await shop.queued(50)

        after_the_first_mail(shop, 100_000)
        report = await shop.worker().once()
        assert (report.jobs, report.sent) == (2, 50)
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(50)})
        claims = await shop.pairs("SELECT claim_id, count(*) FROM kk_sends GROUP BY 1")
        assert len(claims) == 2
        assert min(claims.values()) <= 8

    in_shop(tmp_path, body)


def test_the_shortest_lease_outlives_the_turn_of_a_second(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(50)
        after_the_first_mail(shop, 1)
        report = await shop.worker().once()
        assert (report.jobs, report.sent) == (1, 50)

    in_shop(tmp_path, body, env={"EMAIL_JOB_LOCK_TIMEOUT_MS": "1000"})


@pytest.mark.logs("database_waits")
def test_a_busy_database_is_waited_for_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.change import Applied, Change
    from kkdesk.model.errors import DatabaseBusy

    monkeypatch.setattr("kkdesk.services.queue.exchange._AGAIN_SECONDS", (0.0, 0.0))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(250)
        real = shop.workspace.db.apply
        calls = 0

        async def busy(change: Change) -> Applied:
            """Every second write of the run fails once; every fourth gets through, but its answer is lost."""
            nonlocal calls
            if change.label.en != "Send mails":
                return await real(change)
            calls += 1
            if calls % 4 == 0:
                await real(change)
            if calls % 2 == 0:
                raise DatabaseBusy(Bilingual("απασχολημένη", "busy"))
            return await real(change)

        monkeypatch.setattr(shop.workspace.db, "apply", busy)
        report = await shop.worker().once()
        assert report.sent == 250
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 1 for n in range(250)})
        assert await shop.states(campaign_id) == {"sent": 250}
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


@pytest.mark.logs("database_waits")
def test_a_database_that_stays_away_leaves_its_results_to_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.model.change import Applied, Change
    from kkdesk.model.errors import DatabaseBusy

    monkeypatch.setattr("kkdesk.services.queue.exchange._AGAIN_SECONDS", (0.0,))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(150)
        real = shop.workspace.db.apply

        async def gone(change: Change) -> Applied:
            if change.label.en == "Send mails" and shop.received():
                raise DatabaseBusy(Bilingual("απασχολημένη", "busy"))
            return await real(change)

        with monkeypatch.context() as patch:
            patch.setattr(shop.workspace.db, "apply", gone)
            with pytest.raises(DatabaseBusy):
                await shop.worker().once()
        told = len(shop.received())
        assert told > 0
        report = await shop.worker().once()
        assert report.settled.answered + report.settled.unconfirmed >= told
        assert max(Counter(shop.received()).values()) == 1
        states = await shop.states(campaign_id)
        assert states["sent"] + states.get("unconfirmed", 0) == 150
        assert states.get("unconfirmed", 0) <= 4

    in_shop(tmp_path, body)
