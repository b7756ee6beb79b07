"""The sink swallows, refuses, hangs and drops as told."""

from __future__ import annotations

import asyncio
import ssl
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
