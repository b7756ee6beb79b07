"""The mailbox of a real server: what is read, marked and left alone; and the worker that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import KKDeskError, MailServerRefused, NotConfigured, Offline
from kkdesk.services.bounces.account import MailboxAccount
from kkdesk.services.bounces.mailbox import READ_KEYWORD, MailboxSession
from kkdesk.services.bounces.report import MailboxState
from kkdesk.services.bounces.service import BounceMailbox
from tests.servers.dovecot import PASSWORD, USER, Mailbox
from tests.servers.mta import MailServer
from tests.servers.ports import free_port
from tests.servers.smtp_sink import Swallowed
from tests.services.bounces.reports import BOUNCES
from tests.services.bounces.returned import complaint_on, mail_to, report_on
from tests.services.queue.shop import Shop, in_shop

MARKED = {READ_KEYWORD.encode(), b"\\Seen"}
PERSON = b"From: Mother <mother@x.example>\r\nTo: info@kktires.example\r\nSubject: Hello\r\n\r\nHello\r\n"
FOREIGN = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: info@kktires.example\r\nMessage-ID: <a@b>\r\n"
    b"Subject: failure notice\r\n\r\n<somebody@else.example>:\r\n550 5.1.1 no such user\r\n"
)


def in_mailbox(tmp_path: Path, mailbox: Mailbox, body: Callable[[Shop], Awaitable[None]], **env: str) -> None:
    in_shop(tmp_path, body, env={"BOUNCE_ADDRESS": BOUNCES, **mailbox.environment(), **env})


async def deliver(mailbox: Mailbox, *messages: bytes) -> None:
    await asyncio.to_thread(mailbox.deliver, *messages)


def test_a_campaign_and_what_comes_back(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        worker = shop.worker()
        report = await worker.once()
        assert (report.sent, report.error) == (5, None)
        assert worker.bounces is not None and (worker.bounces.read, worker.bounces.error) == (0, None)
        assert {mail.sender.partition("+")[0] for mail in shop.sink.mails} == {"bounces"}
        first, second, third = (mail_to(shop, f"c{n}@x.example") for n in range(3))
        answer = f"From: c4@x.example\r\nTo: {first.sender}\r\nSubject: Re: offer\r\n\r\nPlease call\r\n".encode()
        away = f"From: c4@x.example\r\nTo: {first.sender}\r\nAuto-Submitted: auto-replied\r\n\r\nAway\r\n".encode()
        messages = [report_on(first), PERSON, complaint_on(second), FOREIGN, answer, away]
        await deliver(mailbox, *messages, report_on(third, "552 5.2.2 full"))
        worker = shop.worker()
        await worker.once()
        assert worker.bounces is not None
        assert (worker.bounces.read, worker.bounces.ours, worker.bounces.bounces, worker.bounces.complaints) == (
            7,
            4,
            2,
            1,
        )
        assert await shop.states(campaign_id) == {"sent": 3, "bounced": 2}
        kinds = await shop.pairs("SELECT email, suppression_type FROM email_suppressions")
        assert kinds == {"c0@x.example": "hard_bounce", "c1@x.example": "complaint"}
        flags = list((await asyncio.to_thread(mailbox.flags)).values())
        assert flags == [MARKED, set(), MARKED, set(), set(), MARKED, MARKED]
        # Who is suppressed gets no other campaign.
        other = await shop.campaign()
        await shop.workspace.send_queue.enqueue(other)
        await shop.worker().once()
        assert set(await shop.statuses(other)) == {"c2@x.example", "c3@x.example", "c4@x.example"}

    in_mailbox(tmp_path, mailbox, body)


def test_through_a_real_mail_server(tmp_path: Path, mailbox: Mailbox, mta: MailServer) -> None:
    """The return path that exim was given names the mail."""
    mta.clear()

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        await shop.worker().once()
        (mail,) = [one for one in await asyncio.to_thread(mta.wait_for, 2) if "c1@" in str(one["Envelope-To"])]
        sender = str(mail["Return-Path"]).strip("<>")
        head = f"To: c1@x.example\r\nMessage-ID: {mail['Message-ID']}\r\n\r\n".encode()
        await deliver(mailbox, report_on(Swallowed(sender, ("c1@x.example",), head)))
        await shop.worker().drain()
        assert await shop.statuses(campaign_id) == {"c0@x.example": "sent", "c1@x.example": "bounced"}

    in_mailbox(tmp_path, mailbox, body, **mta.environment())


def test_another_uidvalidity_doubles_nothing(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(3)
        await shop.worker().once()
        mails = [mail_to(shop, f"c{n}@x.example") for n in range(3)]
        await deliver(mailbox, *[report_on(mail) for mail in mails[:2]])
        box = bounce_mailbox(shop)
        assert (await box.check()).bounces == 2
        before = await shop.value("SELECT uid_validity FROM kk_mailboxes")
        await asyncio.to_thread(mailbox.make_anew)
        await deliver(mailbox, report_on(mails[2]))
        report = await box.check()
        assert (report.read, report.bounces, report.error) == (3, 1, None)
        assert await shop.value("SELECT uid_validity FROM kk_mailboxes") > before
        assert await shop.value("SELECT count(*) FROM email_delivery_events WHERE event_type = 'bounce'") == 3
        assert await shop.value("SELECT bounce_count FROM email_campaigns") == 3

    in_mailbox(tmp_path, mailbox, body)


def bounce_mailbox(shop: Shop) -> BounceMailbox:
    box = shop.workspace.open_bounce_mailbox()
    assert box is not None
    return box


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await true():
            await asyncio.sleep(0.02)  # a poll of the database: it tells nobody


@pytest.mark.parametrize("idles", [True, False])
def test_the_worker_hears_of_it(tmp_path: Path, mailbox: Mailbox, idles: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    wait, sign_in = MailboxSession.wait, MailboxSession._sign_in

    def noted(session: MailboxSession, seconds: float) -> None:
        waits.append(seconds)
        wait(session, seconds)

    def without_idle(session: MailboxSession, client: Any, context: Any) -> None:
        sign_in(session, client, context)
        session.idles = idles

    monkeypatch.setattr(MailboxSession, "wait", noted)
    monkeypatch.setattr(MailboxSession, "_sign_in", without_idle)
    if not idles:
        monkeypatch.setattr("kkdesk.services.bounces.service.POLL_SECONDS", 0.05)

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        worker = shop.worker()
        serving = asyncio.create_task(worker.serve())

        async def bounced(number: int) -> bool:
            return (await shop.states(campaign_id)).get("bounced", 0) == number

        async def ready() -> bool:
            return await shop.states(campaign_id) == {"sent": 3} and (bool(waits) or not idles)

        await until(ready)
        for number in range(3):
            await deliver(mailbox, report_on(mail_to(shop, f"c{number}@x.example")), PERSON)
            await until(lambda number=number: bounced(number + 1))  # type: ignore[misc]
        worker.request_stop()
        await serving
        flags = list((await asyncio.to_thread(mailbox.flags)).values())
        assert flags == [MARKED, set()] * 3
        assert bool(waits) is idles
        assert all(seconds < 29 * 60 for seconds in waits)

    in_mailbox(tmp_path, mailbox, body)


def test_what_came_with_the_answer_to_idle_is_heard(mailbox: Mailbox) -> None:
    """A message that arrived just before IDLE is told of at once, often in the same packet."""
    session = MailboxSession(account(mailbox))
    session.open()
    try:
        last = 0
        for _ in range(5):
            assert session.news(last) == []
            mailbox.deliver(PERSON)
            session.wait(150)
            (last,) = session.news(last)
    finally:
        session.close()


def account(mailbox: Mailbox, **changes: Any) -> MailboxAccount:
    values = {
        "host": mailbox.host,
        "port": mailbox.port,
        "user": USER,
        "password": PASSWORD,
        "ca_file": str(mailbox.certificate.authority),
        **changes,
    }
    return MailboxAccount(**values)


def test_starttls(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    session = MailboxSession(account(mailbox, port=mailbox.plain_port, implicit_tls=False))
    session.open()
    assert session.news(0) == []
    session.close()
    # A server without it gets no password, but for one on this computer.
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda self, name: name != "STARTTLS")
    monkeypatch.setattr("kkdesk.services.bounces.account.is_loopback", lambda host: False)
    session = MailboxSession(account(mailbox, port=mailbox.plain_port, implicit_tls=False))
    with pytest.raises(MailServerRefused, match="not sent without one"):
        session.open()
    session.close()


def test_tls_begins_as_the_port_says(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        found = MailboxAccount.of(shop.workspace.settings)
        assert (found.port, found.implicit_tls) == (port, port == 993)
        assert found.identity("org") == "org:u@imap.example/INBOX"

    for port in (993, 143):
        env = {"BOUNCE_IMAP_HOST": "imap.example", "BOUNCE_IMAP_USER": "u", "BOUNCE_IMAP_PORT": str(port)}
        in_shop(tmp_path / str(port), body, env=env)


def refusals(mailbox: Mailbox) -> dict[str, tuple[dict[str, Any], type[KKDeskError], str]]:
    return {
        "password": ({"password": "wrong"}, MailServerRefused, "user name or password"),
        "certificate": ({"ca_file": ""}, MailServerRefused, "certificate"),
        "folder": ({"folder": "No such"}, MailServerRefused, "No such"),
        "certificate file": ({"ca_file": "/nowhere.pem"}, NotConfigured, "/nowhere.pem"),
        "nobody there": ({"port": free_port()}, Offline, "no connection"),
        "not TLS": ({"port": mailbox.plain_port}, MailServerRefused, "TLS"),
    }


@pytest.mark.parametrize("case", ["password", "certificate", "folder", "certificate file", "nobody there", "not TLS"])
def test_what_is_wrong_is_said(mailbox: Mailbox, case: str) -> None:
    changes, kind, words = refusals(mailbox)[case]
    session = MailboxSession(account(mailbox, **changes))
    with pytest.raises(kind) as caught:
        session.open()
    session.close(politely=False)
    assert words in caught.value.what.en
    assert caught.value.next_step is not None
    assert PASSWORD not in str(caught.value.what)


@pytest.mark.logs("bounce_mailbox_waits")
def test_a_mailbox_in_trouble_stops_nothing(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        worker = shop.worker()
        report = await worker.once()
        assert (report.sent, report.error) == (3, None)
        assert worker.bounces is not None and isinstance(worker.bounces.error, MailServerRefused)
        assert await shop.states(campaign_id) == {"sent": 3}
        assert "Returned" in await shop.value("SELECT last_error FROM kk_mailboxes")
        version = await shop.workspace.db.data_version()
        box = bounce_mailbox(shop)
        await box.check()
        assert await shop.workspace.db.data_version() == version
        # Put right, it is forgotten.
        with mailbox.opened() as client:
            client.create_folder("Returned")
        assert (await box.check()).error is None
        assert await shop.value("SELECT last_error FROM kk_mailboxes") is None

    in_mailbox(tmp_path, mailbox, body, BOUNCE_IMAP_FOLDER="Returned")


def test_a_trial_reads_and_writes_nothing(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(1)
        await shop.worker().once()
        await deliver(mailbox, report_on(mail_to(shop, "c0@x.example")))
        before, version = await asyncio.to_thread(mailbox.flags), await shop.workspace.db.data_version()
        assert await bounce_mailbox(shop).trial() == 1
        assert await asyncio.to_thread(mailbox.flags) == before
        assert await shop.workspace.db.data_version() == version

    in_mailbox(tmp_path, mailbox, body)


def test_a_trial_says_what_is_wrong(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        with pytest.raises(MailServerRefused) as caught:
            await bounce_mailbox(shop).trial()
        assert "Returned" in caught.value.what.en

    in_mailbox(tmp_path, mailbox, body, BOUNCE_IMAP_FOLDER="Returned")


@pytest.mark.logs("bounce_mailbox_waits")
def test_how_reading_goes(tmp_path: Path, mailbox: Mailbox) -> None:
    async def body(shop: Shop) -> None:
        box = bounce_mailbox(shop)
        assert await box.state() == MailboxState(0, None)
        await box.check()
        trouble = await box.state()
        assert trouble.checked_at == 0 and trouble.error is not None and "Returned" in trouble.error.en
        with mailbox.opened() as client:
            client.create_folder("Returned")
        await box.check()
        assert await box.state() == MailboxState(shop.now, None)

    in_mailbox(tmp_path, mailbox, body, BOUNCE_IMAP_FOLDER="Returned")


@pytest.mark.logs("bounce_mailbox_waits")
def test_a_mailbox_that_is_half_configured(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        report = await bounce_mailbox(shop).check()
        assert isinstance(report.error, NotConfigured)

    in_shop(tmp_path / "a", body, env={"BOUNCE_IMAP_HOST": "localhost", "BOUNCE_IMAP_USER": "u"})
    in_shop(tmp_path / "b", body, env={"BOUNCE_IMAP_HOST": "localhost"})


def test_no_mailbox_at_all(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        assert shop.workspace.open_bounce_mailbox() is None
        worker = shop.worker()
        await worker.once()
        assert worker.bounces is None

    in_shop(tmp_path, body)
