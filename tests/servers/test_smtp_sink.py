"""The sink swallows, refuses, hangs and drops as told."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosmtplib
import pytest

from tests.servers.certificates import make_certificate
from tests.servers.smtp_sink import Behaviour, SmtpSink, journal_writer

MAIL = "Message-ID: <1@x.example>\r\nSubject: a\r\n\r\n.dot\r\nbody" + "x" * 200 + "\r\n"
Body = Callable[[SmtpSink, aiosmtplib.SMTP], Awaitable[None]]


def talking(behaviour: Behaviour, body: Body, *, start_tls: bool = False, trust: Path | None = None) -> None:
    async def run() -> None:
        async with SmtpSink(behaviour) as sink:
            client = aiosmtplib.SMTP(
                hostname="127.0.0.1",
                port=sink.port,
                timeout=2,
                start_tls=start_tls,
                cert_bundle=str(trust) if trust else None,
            )
            await body(sink, client)
            client.close()

    asyncio.run(run())


def test_mail_is_swallowed_whole(tmp_path: Path) -> None:
    async def body(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        await client.sendmail("a@x.example", ["b@x.example"], MAIL)
        assert sink.mails[0].recipients == ("b@x.example",)
        assert b"\r\n.dot\r\n" in sink.mails[0].content

    journal = tmp_path / "journal"
    talking(Behaviour(after_mail=journal_writer(journal)), body)
    assert journal.read_text() == "b@x.example <1@x.example>\n"


def test_recipients_are_refused_one_by_one() -> None:
    async def body(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        errors, _ = await client.sendmail("a@x.example", ["b@x.example", "c@x.example"], MAIL)
        assert errors["c@x.example"][0] == 550

    talking(Behaviour(refuse={"c@x.example": "550 5.1.1 no"}), body)


def test_starttls_and_auth(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)

    async def body(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        with pytest.raises(aiosmtplib.SMTPSenderRefused):
            await client.sendmail("a@x.example", ["b@x.example"], MAIL)
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.login("u", "wrong")
        await client.login("u", "p")
        await client.sendmail("a@x.example", ["b@x.example"], MAIL)
        assert len(sink.mails) == 1

    talking(Behaviour(users={"u": "p"}, tls=context), body, start_tls=True, trust=certificate.authority)


@pytest.mark.parametrize("point", ["greeting", "MAIL", "RCPT", "data", "."])
def test_connections_are_dropped(point: str) -> None:
    async def body(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        async def send() -> None:
            await client.connect()
            await client.sendmail("a@x.example", ["b@x.example"], MAIL)

        with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError)):
            await send()
        assert sink.mails == []

    talking(Behaviour(drop_at=point), body)


@pytest.mark.parametrize(("point", "sent"), [("EHLO", 1), ("DATA", 4)])
def test_a_command_is_never_answered(point: str, sent: int) -> None:
    async def body(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        async def send() -> None:
            await client.connect(timeout=0.3)
            await client.sendmail("a@x.example", ["b@x.example"], MAIL, timeout=0.3)

        with pytest.raises((aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPServerDisconnected)):
            await send()
        assert sink.commands[-1].startswith(point)
        assert (len(sink.commands), sink.mails) == (sent, [])

    talking(Behaviour(hang_at=point), body)


def test_answers_and_the_greeting_are_chosen() -> None:
    async def data(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        with pytest.raises(aiosmtplib.SMTPDataError) as raised:
            await client.sendmail("a@x.example", ["b@x.example"], MAIL)
        assert (raised.value.code, sink.mails) == (452, [])

    async def greeting(sink: SmtpSink, client: aiosmtplib.SMTP) -> None:
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await client.connect()
        assert (sink.connections, sink.commands) == (1, [])

    talking(Behaviour(answers={".": "452 4.3.1 full"}), data)
    talking(Behaviour(greeting="554 5.3.2 not today"), greeting)


def test_the_process_of_its_own_writes_before_it_answers(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    command = [sys.executable, "-m", "tests.servers.smtp_sink", "--journal", str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with smtplib.SMTP("127.0.0.1", int(process.stdout.readline()), timeout=20) as client:
                client.sendmail("a@x.example", ["b@x.example", "c@x.example"], MAIL)
                assert journal.read_text() == "b@x.example <1@x.example>\nc@x.example <1@x.example>\n"
        finally:
            process.terminate()
