"""A worker that is told to end, or is cancelled, while somebody else keeps it waiting: it ends soon and leaves no doubt."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.services import audience_parts
from kkdesk.services.mail.composer import CampaignComposer
from kkdesk.services.queue import run
from kkdesk.services.worker import Worker
from tests.servers import smtp_sink
from tests.services.queue.shop import Shop, in_shop
from tests.services.queue.test_hanging_server import meeting

PATIENT = {"SMTP_TIMEOUT_SECONDS": "3600", "EMAIL_JOB_CONCURRENCY": "3"}
CUSTOMERS = 9
Stall = Callable[["Stalls", Shop, pytest.MonkeyPatch], None]


class Stalls:
    """Somebody whom the worker waits for; `reached` when it does."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.over = asyncio.Event()

    async def here(self) -> None:
        """Stand still until it is `over`."""
        self.reached.set()
        await self.over.wait()


def mail_server(point: str) -> Stall:
    """It says nothing more at this point of a conversation."""

    def stall(stalls: Stalls, _shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        async def meet(_talk: smtp_sink._Conversation, where: str) -> None:
            if where == point:
                await stalls.here()

        meeting(monkeypatch, meet)

    return stall


def files(stalls: Stalls, _shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign's files do not come."""
    real = CampaignComposer.compile

    async def compile_(composer: CampaignComposer, campaign: Any) -> Any:
        await stalls.here()
        return await real(composer, campaign)

    monkeypatch.setattr(CampaignComposer, "compile", compile_)


def way_out(stalls: Stalls, _shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring waits for somebody to unlock it."""
    from kkdesk.services.mail import outgoing

    real = outgoing.open_transport

    async def open_transport(ways: outgoing.Ways) -> Any:
        await stalls.here()
        return await real(ways)

    monkeypatch.setattr(outgoing, "open_transport", open_transport)


def listing(stalls: Stalls, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second part of the list takes long to be written."""
    db: Any = shop.workspace.db
    real: Callable[[Change], Awaitable[Applied]] = db.apply
    parts = 0

    async def apply(change: Change) -> Applied:
        nonlocal parts
        if change.label.en == "List recipients":
            parts += 1
            if parts == 2:
                await stalls.here()
        return await real(change)

    monkeypatch.setattr(db, "apply", apply)


WAITS: dict[str, Stall] = {
    **{point: mail_server(point) for point in ("greeting", "EHLO", "MAIL", "RCPT", "DATA")},
    "files": files,
    "way out": way_out,
}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "STOP_SECONDS", 0.05)
    monkeypatch.setattr(audience_parts, "PART_SIZE", 4)


async def keep_waiting(shop: Shop, stall: Stall, patch: pytest.MonkeyPatch) -> tuple[Stalls, Worker, Any]:
    """A worker that has come to where it has to wait, and what it will have done."""
    stalls, worker = Stalls(), shop.worker()
    stall(stalls, shop, patch)
    working = asyncio.create_task(worker.once())
    await stalls.reached.wait()
    return stalls, worker, working


async def the_rest_is_mailed(shop: Shop, campaign_id: str) -> None:
    """Nobody was mailed by then, or lost."""
    report = await shop.worker().once()
    assert (report.sent, report.error) == (CUSTOMERS, None)
    assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(CUSTOMERS))
    assert await shop.states(campaign_id) == {"sent": CUSTOMERS}
    assert await shop.campaign_status(campaign_id) == "sent"
    assert not list((shop.folder / "queue").glob("*.journal"))


@pytest.mark.parametrize("wait", WAITS)
def test_nobody_is_waited_for_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(CUSTOMERS)
        with monkeypatch.context() as patch:
            _, worker, working = await keep_waiting(shop, WAITS[wait], patch)
            worker.request_stop()
            worker.request_stop()
            report = await working
        assert (report.sent, report.unconfirmed, report.error) == (0, 0, None)
        assert await shop.states(campaign_id) == {"pending": CUSTOMERS}
        assert await shop.pairs("SELECT status, max(attempt_count) FROM campaign_recipients GROUP BY 1") == {
            "pending": 0
        }
        # Nothing was wrong with it: whoever comes next takes it at once.
        job = (await shop.rows("SELECT status, run_at, locked_by, last_error FROM email_jobs"))[0]
        assert tuple(job) == ("queued", shop.now, None, None)
        assert await shop.value("SELECT count(*) FROM kk_workers") == 0
        await the_rest_is_mailed(shop, campaign_id)

    in_shop(tmp_path, body, env=PATIENT)


def test_a_list_of_recipients_ends_with_the_part_that_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(CUSTOMERS)
        with monkeypatch.context() as patch:
            stalls, worker, working = await keep_waiting(shop, listing, patch)
            worker.request_stop()
            stalls.over.set()
            assert (await working).error is None
        assert await shop.value("SELECT count(*) FROM campaign_recipients") == 8
        assert tuple((await shop.rows("SELECT status, run_at FROM email_jobs"))[0]) == ("queued", shop.now)
        await the_rest_is_mailed(shop, campaign_id)

    in_shop(tmp_path, body, env=PATIENT)


def test_a_mail_that_has_left_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(CUSTOMERS)
        with monkeypatch.context() as patch:
            stalls, worker, working = await keep_waiting(shop, mail_server("."), patch)
            while sum(command == "DATA" for command in shop.sink.commands) < 3:
                await asyncio.sleep(0)
            running = worker._shift and worker._shift._run
            assert running is not None
            while running._not_left:
                await asyncio.sleep(0)
            worker.request_stop()
            # Longer than those who have not left would get.
            await asyncio.wait({working}, timeout=3 * run.STOP_SECONDS)
            assert not working.done()
            stalls.over.set()
            report = await working
        assert (report.sent, report.unconfirmed, report.error) == (3, 0, None)
        assert await shop.states(campaign_id) == {"pending": 6, "sent": 3}
        assert len(shop.received()) == 3

    in_shop(tmp_path, body, env=PATIENT)


@pytest.mark.parametrize("wait", [*WAITS, "listing"])
def test_a_call_that_is_cancelled_leaves_everything_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: str
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(CUSTOMERS)
        before = asyncio.all_tasks()
        with monkeypatch.context() as patch:
            stalls, _, working = await keep_waiting(shop, {**WAITS, "listing": listing}[wait], patch)
            working.cancel()
            with pytest.raises(asyncio.CancelledError):
                await working
            stalls.over.set()
        # The conversations at the other end are the mail server's.
        left = {task for task in asyncio.all_tasks() - before if "SmtpSink" not in str(task.get_coro())}
        assert not left, "nothing of it goes on"
        assert "claimed" not in await shop.states(campaign_id)
        await the_rest_is_mailed(shop, campaign_id)

    in_shop(tmp_path, body, env=PATIENT)
