"""A server that hangs or breaks off for some: the others are served, and everybody ends in a state that is known."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from kkdesk.services.mail import outgoing
from kkdesk.services.mail.smtp_connect import SmtpServer
from tests.servers import smtp_sink
from tests.services.queue.shop import Shop, in_shop

Meet = Callable[[smtp_sink._Conversation, str], Awaitable[None]]


def meeting(monkeypatch: pytest.MonkeyPatch, meet: Meet) -> None:
    """The sink does `meet` at each point of a conversation."""
    monkeypatch.setattr(smtp_sink._Conversation, "_meet", meet)


def test_connections_that_hang_do_not_stop_the_one_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def meet(talk: smtp_sink._Conversation, point: str) -> None:
        if point == "greeting" and talk._sink.connections > 1:
            await asyncio.Event().wait()

    meeting(monkeypatch, meet)

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        report = await shop.worker().once()
        assert (report.sent, report.error) == (30, None)
        assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(30))
        assert await shop.campaign_status(campaign_id) == "sent"
        # The first that hung has told about all others: they are not waited for one after the other.
        assert shop.sink.connections == 2

    in_shop(tmp_path, body, env={"SMTP_TIMEOUT_SECONDS": "1", "EMAIL_JOB_CONCURRENCY": "4"})


@pytest.mark.parametrize("point", ["RCPT", "."])
def test_a_recipient_at_whom_the_server_hangs_holds_up_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(outgoing, "SmtpServer", partial(SmtpServer, final_dot_seconds=1.0))
    hangs = True

    async def meet(talk: smtp_sink._Conversation, where: str) -> None:
        to_odd_one = "c3@x.example" in (talk._sink.commands[-1] if where == "RCPT" else talk._recipients)
        if hangs and where == point and to_odd_one:
            await asyncio.Event().wait()

    meeting(monkeypatch, meet)

    async def body(shop: Shop) -> None:
        nonlocal hangs
        campaign_id = await shop.queued(20)
        report = await shop.worker().once()
        assert (report.sent, report.error) == (19, None)
        everybody = Counter(f"c{n}@x.example" for n in range(20))
        assert Counter(shop.received()) == everybody - Counter(["c3@x.example"])
        if point == "RCPT":
            # Nothing of it has left: it is tried again by itself.
            assert await shop.states(campaign_id) == {"sent": 19, "pending": 1}
            hangs, shop.now = False, shop.now + 400
            await shop.worker().once()
            assert Counter(shop.received()) == everybody
        else:
            assert await shop.states(campaign_id) == {"sent": 19, "unconfirmed": 1}
            (doubtful,) = await shop.workspace.queue_progress.unconfirmed(campaign_id)
            assert doubtful.email == "c3@x.example"
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, env={"SMTP_TIMEOUT_SECONDS": "1"})


def test_each_recipient_of_a_server_with_all_faults_ends_in_a_state_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meet(talk: smtp_sink._Conversation, point: str) -> None:
        if point == "." and "c9@x.example" in talk._recipients:
            raise ConnectionResetError

    meeting(monkeypatch, meet)
    later = {f"c{n}@x.example": "450 4.2.0 try later" for n in (0, 1)}
    never = {f"c{n}@x.example": "550 5.1.1 no such user" for n in (4, 5)}

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(12)
        report = await shop.worker().once()
        assert (report.sent, report.deferred, report.failed, report.unconfirmed) == (7, 2, 2, 1)
        assert await shop.states(campaign_id) == {"sent": 7, "pending": 2, "failed": 2, "unconfirmed": 1}
        assert await shop.campaign_status(campaign_id) == "sending"
        due = await shop.value("SELECT min(due_at) FROM kk_sends WHERE state = 'pending'")
        assert due > shop.now
        shop.sink.behaviour.refuse.clear()
        shop.now = due
        await shop.worker().once()
        # What was put off is tried again, what was refused is final, what is in doubt is a person's to decide.
        assert await shop.states(campaign_id) == {"sent": 9, "failed": 2, "unconfirmed": 1}
        gone = {*never, "c9@x.example"}
        assert Counter(shop.received()) == Counter({f"c{n}@x.example" for n in range(12)} - gone)
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, smtp_sink.Behaviour(refuse=later | never))
