"""A mailbox that goes away, stands still, or may not be written; and readers that are stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import Offline
from kkdesk.services.bounces.mailbox import MailboxSession
from kkdesk.services.bounces.pass_through import MailboxPass
from tests.servers.dovecot import Mailbox
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy
from tests.services.bounces.reports import BOUNCES
from tests.services.bounces.returned import mail_to, report_on
from tests.services.bounces.test_mailbox import bounce_mailbox, deliver, until
from tests.services.queue.shop import Shop, in_shop


@pytest.fixture
def way(mailbox: Mailbox) -> Iterator[TcpProxy]:
    """The network between us and the mailbox."""
    with tcp_proxy(mailbox.port) as proxy:
        yield proxy


def settings(mailbox: Mailbox, way: TcpProxy | None = None) -> dict[str, str]:
    env = {"BOUNCE_ADDRESS": BOUNCES, **mailbox.environment()}
    return env if way is None else {**env, "BOUNCE_IMAP_PORT": str(way.port)}


@pytest.mark.logs("bounce_mailbox_waits")
def test_a_connection_that_breaks_is_made_again(
    tmp_path: Path, mailbox: Mailbox, way: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kkdesk.services.bounces.service._BACK_OFF", (0.05, 0.1))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().once()
        stopping = asyncio.Event()
        watching = asyncio.create_task(bounce_mailbox(shop).watch(stopping))

        async def trouble() -> bool:
            return bool(await shop.rows("SELECT 1 FROM kk_mailboxes WHERE last_error IS NOT NULL"))

        async def bounced(number: int) -> bool:
            return (await shop.states(campaign_id)).get("bounced", 0) == number and not await trouble()

        for number, breaking in enumerate((way.cut, way.refuse, way.cut)):
            await until(lambda number=number: bounced(number))  # type: ignore[misc]
            await asyncio.to_thread(breaking)
            if breaking == way.refuse:
                await until(trouble)
            await deliver(mailbox, report_on(mail_to(shop, f"c{number}@x.example")))
            await asyncio.to_thread(way.passing)
            await until(lambda number=number: bounced(number + 1))  # type: ignore[misc]
        stopping.set()
        await watching

    in_shop(tmp_path, body, env=settings(mailbox, way))


@pytest.mark.logs("bounce_mailbox_waits")
def test_a_mailbox_that_never_greets(tmp_path: Path, mailbox: Mailbox, way: TcpProxy) -> None:
    async def body(shop: Shop) -> None:
        await asyncio.to_thread(way.black_hole)
        report = await bounce_mailbox(shop).check(1)
        assert isinstance(report.error, Offline)

    in_shop(tmp_path, body, env=settings(mailbox, way))


def test_a_mailbox_that_stands_still_takes_no_longer_than_it_may(
    tmp_path: Path, mailbox: Mailbox, way: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = MailboxSession.news

    def standing(session: MailboxSession, after: int) -> Any:
        way.black_hole()
        return news(session, after)

    async def body(shop: Shop) -> None:
        box = bounce_mailbox(shop)
        with monkeypatch.context() as patch:
            patch.setattr(MailboxSession, "news", standing)
            report = await box.check(3)
        assert (report.unfinished, report.error) == (True, None)
        await asyncio.to_thread(way.passing)
        report = await box.check()
        assert (report.unfinished, report.error) == (False, None)

    in_shop(tmp_path, body, env=settings(mailbox, way))


def test_a_watch_that_is_cancelled_ends(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = MailboxSession.wait

    async def body(shop: Shop) -> None:
        waiting = asyncio.Event()
        loop = asyncio.get_running_loop()

        def noted(session: MailboxSession, seconds: float) -> None:
            loop.call_soon_threadsafe(waiting.set)
            wait(session, seconds)

        monkeypatch.setattr(MailboxSession, "wait", noted)
        watching = asyncio.create_task(bounce_mailbox(shop).watch(asyncio.Event()))
        await waiting.wait()
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching

    in_shop(tmp_path, body, env=settings(mailbox))


@pytest.mark.parametrize("serving", [True, False])
def test_a_worker_that_is_to_end_does_not_wait_for_a_mailbox_that_stands_still(
    tmp_path: Path, mailbox: Mailbox, way: TcpProxy, monkeypatch: pytest.MonkeyPatch, serving: bool
) -> None:
    monkeypatch.setattr("kkdesk.services.worker._MAILBOX_GRACE_SECONDS", 0.1)
    news = MailboxSession.news

    async def body(shop: Shop) -> None:
        await shop.queued(1)
        worker = shop.worker()
        loop = asyncio.get_running_loop()

        def standing(session: MailboxSession, after: int) -> Any:
            way.black_hole()
            loop.call_soon_threadsafe(worker.request_stop)
            return news(session, after)

        monkeypatch.setattr(MailboxSession, "news", standing)
        report = await (worker.serve() if serving else worker.once())
        assert (worker.bounces, report.error) == (None, None)
        assert serving or report.sent == 1

    in_shop(tmp_path, body, env=settings(mailbox, way))


@pytest.mark.logs("bounce_mailbox_waits", "bounce_mailbox_faulty")
def test_a_fault_of_ours_stops_no_mail(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fault(self: MailboxPass, report: object) -> None:
        raise ZeroDivisionError("maria@garage.example")

    monkeypatch.setattr(MailboxPass, "run", fault)

    async def body(shop: Shop) -> None:
        await shop.queued(2)
        worker = shop.worker()
        report = await worker.once()
        assert (report.sent, report.error) == (2, None)
        assert worker.bounces is not None and worker.bounces.error is not None
        assert "ZeroDivisionError" in worker.bounces.error.what.en
        assert "maria" not in worker.bounces.error.what.en

    in_shop(tmp_path, body, env=settings(mailbox))


def test_a_folder_that_may_not_be_written_is_read(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imapclient import IMAPClient  # type: ignore[import-untyped]

    def refused(*_arguments: object, **_more: object) -> None:
        raise AssertionError("this folder may not be written")

    monkeypatch.setattr(IMAPClient, "add_flags", refused)
    select = IMAPClient.select_folder
    monkeypatch.setattr(IMAPClient, "select_folder", lambda self, name: select(self, name, readonly=True))

    async def body(shop: Shop) -> None:
        await shop.queued(1)
        await shop.worker().once()
        report_now = report_on(mail_to(shop, "c0@x.example"))
        with monkeypatch.context() as patch:
            patch.setattr(IMAPClient, "select_folder", select)
            await deliver(mailbox, report_now)
        report = await bounce_mailbox(shop).check()
        assert (report.bounces, report.error) == (1, None)
        with monkeypatch.context() as patch:
            patch.setattr(IMAPClient, "select_folder", select)
            assert await asyncio.to_thread(mailbox.flags) != {}
            assert set(map(frozenset, mailbox.flags().values())) == {frozenset()}

    in_shop(tmp_path, body, env=settings(mailbox))


def test_a_very_long_message_is_read_in_part(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(1)
        await shop.worker().once()
        report = report_on(mail_to(shop, "c0@x.example"))
        await deliver(mailbox, report.replace(b"--b1--", b"x" * 70 * 1000 + b"\r\n" + b"y\r\n" * 500_000))
        found = await bounce_mailbox(shop).check()
        assert (found.bounces, found.error) == (1, None)

    in_shop(tmp_path, body, env=settings(mailbox))
