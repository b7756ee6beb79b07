"""SMTP: TLS and sign-in, connections kept and renewed, each answer taken for what it is."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import KKDeskError, MailServerRefused, NotConfigured, Offline
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer, is_loopback
from kkdesk.services.mail.smtp_wire import dot_stuffed
from kkdesk.services.mail.transport import Outcome, OutgoingMail, nothing_to_note
from tests.servers.certificates import ServerCertificate, make_certificate
from tests.servers.smtp_sink import Behaviour, SmtpSink

Body = Callable[[SmtpSink, SmtpTransport], Awaitable[None]]


def mail(recipient: str = "maria@x.example", content: bytes = b"Subject: x\r\n\r\n.dot\r\n") -> OutgoingMail:
    return OutgoingMail(f"<{recipient}>", "info@x.example", recipient, content)


def talking(behaviour: Behaviour, body: Body, *, connections: int = 1, **server: object) -> None:
    async def run() -> None:
        async with SmtpSink(behaviour) as sink:
            settings = SmtpServer("127.0.0.1", sink.port, answer_seconds=1.0, final_dot_seconds=1.0)
            transport = SmtpTransport(
                replace(settings, **server),  # type: ignore[arg-type]
                lambda: 1000,
                connections=connections,
            )
            try:
                await body(sink, transport)
            finally:
                await transport.close()

    asyncio.run(run())


async def send(transport: SmtpTransport, one: OutgoingMail | None = None) -> Outcome:
    return await transport.send(one or mail(), nothing_to_note)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ServerCertificate:
    return make_certificate(tmp_path_factory.mktemp("certificates"))


def server_context(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    return context


def test_mails_share_a_connection_and_arrive_as_they_are() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        for n in range(5):
            outcome = await send(transport, mail(f"c{n}@x.example"))
            assert outcome == Outcome("sent", 1000, "content", 250, "2.0.0", "queued")
        assert sink.connections == 1
        assert sink.mails[0].content == b"Subject: x\r\n\r\n.dot\r\n"
        assert sink.mails[0].sender == "info@x.example"
        assert [one.recipients for one in sink.mails] == [(f"c{n}@x.example",) for n in range(5)]
        await transport.close()
        assert sink.commands[-1] == "QUIT"

    talking(Behaviour(), body)


def test_a_server_without_pipelining_is_asked_step_by_step() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        sink.behaviour.refuse["gone@x.example"] = "550 5.1.1 no such user"
        for address in ("a@x.example", "gone@x.example", "b@x.example"):
            await send(transport, mail(address))
        verbs = [command.split(" ")[0] for command in sink.commands]
        steps = ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA"]
        assert verbs == steps
        assert len(sink.mails) == 2
        assert "SIZE" not in sink.commands[1]

    talking(Behaviour(answers={"EHLO": "250 sink.example"}), body)


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_tls_and_sign_in(certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch, implicit: bool) -> None:
    context = server_context(certificate)

    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        assert (await send(transport)).result == "sent"
        assert any(command.startswith("AUTH") for command in sink.commands)

    if implicit:
        monkeypatch.setattr(SmtpSink, "start", listening("127.0.0.1", context))
    behaviour = Behaviour(users={"u": "p"}, tls=None if implicit else context)
    talking(behaviour, body, user="u", password="p", secure=implicit, ca_file=str(certificate.authority))


def listening(host: str, context: ssl.SSLContext | None) -> Callable[[SmtpSink], Awaitable[None]]:
    async def start(sink: SmtpSink) -> None:
        sink._server = await asyncio.start_server(sink._connected, host, 0, ssl=context)
        sink.port = sink._server.sockets[0].getsockname()[1]

    return start


def test_an_unknown_certificate_is_not_trusted(certificate: ServerCertificate) -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(MailServerRefused) as caught:
            await send(transport)
        assert "πιστοποιητικό" in caught.value.what.el
        assert "SMTP_CA_FILE" in caught.value.message("en")
        assert not any(command.startswith(("AUTH", "MAIL")) for command in sink.commands)

    talking(Behaviour(tls=server_context(certificate)), body)


def test_a_certificate_of_another_name_is_not_trusted(
    certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is made for 127.0.0.1 and localhost only.
    monkeypatch.setattr(SmtpSink, "start", listening("127.0.0.2", None))

    async def body(_sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(MailServerRefused):
            await send(transport)

    behaviour = Behaviour(tls=server_context(certificate))
    talking(behaviour, body, host="127.0.0.2", ca_file=str(certificate.authority))


def test_a_password_does_not_cross_a_network_in_the_clear() -> None:
    assert SmtpServer("mail.example", 587, user="u").starttls_required
    assert not SmtpServer("mail.example", 465, user="u").starttls_required
    assert SmtpServer("mail.example", 465).implicit_tls
    assert not SmtpServer("localhost", 25, user="u").starttls_required
    assert not SmtpServer("mail.example", 25).starttls_required
    assert "p4ss" not in repr(SmtpServer("mail.example", 25, user="u", password="p4ss"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.5.5.5", True), ("::1", True), ("[::1]", True), ("mail.gr", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_an_unusable_certificate_file_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(NotConfigured):
            SmtpTransport(SmtpServer("localhost", 25, ca_file=str(tmp_path / name)), lambda: 0)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "bad host", "a" * 300])
def test_a_name_that_leads_nowhere(host: str) -> None:
    async def body(_sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(KKDeskError) as caught:
            await send(transport)
        assert isinstance(caught.value, Offline | MailServerRefused)

    talking(Behaviour(), body, host=host)


@pytest.mark.parametrize(
    ("behaviour", "greek", "english"),
    [
        (Behaviour(greeting="HTTP/1.1 400 Bad Request"), "δεν απαντά διακομιστής αλληλογραφίας", "is not a mail server"),
        (Behaviour(answers={"EHLO": "250 sink.example"}), "όνομα χρήστη και κωδικό (AUTH)", "user name and password"),
        (Behaviour(users={"u": "p"}, answers={"MAIL": "451 4.7.1 greylisted"}),
         "δεν δέχεται μηνύματα προς το παρόν: 451 4.7.1 greylisted", "takes no mails for now: 451"),
        (Behaviour(users={"u": "p"}, drop_at="MAIL"), "διακόπτει συνεχώς ή δεν απαντά.", "keeps breaking off"),
    ],
    ids=["no SMTP", "no AUTH", "greylisting", "breaks off"],
)  # fmt: skip
def test_a_server_that_will_not_do_is_told_in_plain_words(behaviour: Behaviour, greek: str, english: str) -> None:
    async def body(_sink: SmtpSink, transport: SmtpTransport) -> None:
        for _ in range(4 if behaviour.users else 0):
            assert (await send(transport)).result == "deferred"
        with pytest.raises(KKDeskError) as caught:
            await send(transport)
        assert greek in caught.value.message("el")
        assert english in caught.value.message("en")
        assert caught.value.kept is not None
        assert caught.value.next_step is not None

    talking(behaviour, body, user="u", password="p")


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(refuse={"maria@x.example": "550 5.1.1 gone"}), ("refused", "recipient", 550, "5.1.1", "gone")),
        (Behaviour(refuse={"maria@x.example": "450 4.2.1 slow"}), ("deferred", "recipient", 450, "4.2.1", "slow")),
        (Behaviour(answers={"DATA": "451 4.3.0 no"}), ("deferred", "data", 451, "4.3.0", "no")),
        (Behaviour(answers={"DATA": "554 5.5.1 no"}), ("refused", "data", 554, "5.5.1", "no")),
        (Behaviour(answers={".": "451 4.3.0 no"}), ("deferred", "content", 451, "4.3.0", "no")),
        (Behaviour(answers={".": "554 5.7.1 spam"}), ("refused", "content", 554, "5.7.1", "spam")),
        (Behaviour(answers={".": "421 4.3.2 bye"}), ("deferred", "content", 421, "4.3.2", "bye")),
        (Behaviour(answers={"MAIL": "451 4.3.0 no"}), ("deferred", "sender", 451, "4.3.0", "no")),
        (Behaviour(answers={"MAIL": "421 4.3.2 bye"}), ("deferred", "sender", 421, "4.3.2", "bye")),
        (Behaviour(answers={"MAIL": "552 5.3.4 big"}), ("refused", "sender", 552, "5.3.4", "big")),
        (Behaviour(answers={"DATA": "250 what?"}), ("deferred", "data", None, "", "the server does not speak SMTP")),
        (Behaviour(answers={"RCPT": "moin"}), ("deferred", "recipient", None, "", "the server does not speak SMTP")),
        (
            Behaviour(answers={"DATA": "354 go\r\n250 2.0.0 queued"}),
            ("deferred", "data", None, "", "the server answers what it was not asked"),
        ),
        (Behaviour(answers={".": "354 go on"}), ("unconfirmed", "content", None, "", "the server does not speak SMTP")),
        (Behaviour(answers={".": "moin"}), ("unconfirmed", "content", None, "", "the server does not speak SMTP")),
        (Behaviour(hang_at="RCPT"), ("deferred", "recipient", None, "", "the server did not answer within 1 s")),
        (Behaviour(hang_at="."), ("unconfirmed", "content", None, "", "the server did not answer within 1 s")),
        (Behaviour(drop_at="MAIL"), ("deferred", "sender", None, "", "the server closed the connection")),
        (Behaviour(drop_at="."), ("unconfirmed", "content", None, "", "the server closed the connection")),
    ],
    ids=lambda value: str(value)[:80] if isinstance(value, Behaviour) else "",
)
def test_outcomes(behaviour: Behaviour, expected: tuple[object, ...]) -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        outcome = await send(transport, mail(content=b"Subject: x\r\n\r\n" + b"x" * 300 + b"\r\n"))
        assert (outcome.result, outcome.stage, outcome.code, outcome.status, outcome.text) == expected
        assert sink.mails == []
        # The next mail finds a connection in order, this one or another.
        sink.behaviour.__init__()  # type: ignore[misc]
        assert (await send(transport)).result == "sent"
        assert len(sink.mails) == 1

    talking(behaviour, body)


@pytest.mark.parametrize("point", ["MAIL", "data", "."])
def test_a_connection_lost_over_tls_is_an_outcome_and_no_error_in_the_log(
    certificate: ServerCertificate, caplog: pytest.LogCaptureFixture, point: str
) -> None:
    async def body(_sink: SmtpSink, transport: SmtpTransport) -> None:
        outcome = await send(transport, mail(content=b"Subject: x\r\n\r\n" + b"x" * 300 + b"\r\n"))
        assert outcome.result == ("deferred" if point == "MAIL" else "unconfirmed")

    behaviour = Behaviour(tls=server_context(certificate), drop_at=point)
    talking(behaviour, body, ca_file=str(certificate.authority))
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


def test_a_refused_sender_is_the_settings_fault() -> None:
    async def body(_sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(MailServerRefused) as caught:
            await send(transport)
        assert "info@x.example" in caught.value.what.en
        assert "550 5.7.1 not yours" in caught.value.what.en

    talking(Behaviour(answers={"MAIL": "550 5.7.1 not yours"}), body)


def test_a_connection_that_has_gone_stale_is_replaced_without_a_word() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        for n in range(3):
            assert (await send(transport, mail(f"c{n}@x.example"))).result == "sent"
            for task in sink._tasks:
                task.cancel()  # As an idle connection is cut.
        assert sink.connections == 3
        assert len(sink.mails) == 3

    talking(Behaviour(), body)


def test_a_server_that_takes_fewer_connections_gets_fewer() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        await send(transport)
        sink.behaviour.greeting = "421 4.7.0 too many connections"
        outcomes = await asyncio.gather(*(send(transport, mail(f"c{n}@x.example")) for n in range(12)))
        assert {outcome.result for outcome in outcomes} == {"sent"}
        assert len(sink.mails) == 13

    talking(Behaviour(), body, connections=4)


def test_the_content_waits_until_it_has_been_noted() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        released = asyncio.Event()

        async def note() -> None:
            await released.wait()

        sending = asyncio.create_task(transport.send(mail(), note))
        async with asyncio.timeout(5):
            while "DATA" not in sink.commands:
                await asyncio.sleep(0)
        assert not sending.done()
        assert sink.mails == []
        released.set()
        assert (await sending).result == "sent"

    talking(Behaviour(), body)


def test_what_the_server_said_it_cannot_take_is_not_tried() -> None:
    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        large = await send(transport, mail(content=b"x" * 51_000_000))
        assert (large.result, large.code, large.status) == ("refused", 552, "5.3.4")
        assert "MAIL" not in {command.split(" ")[0] for command in sink.commands}
        greek = await send(transport, mail("χρήστης@x.example"))
        assert greek.result == "sent"
        assert any("SMTPUTF8" in command for command in sink.commands)

    talking(Behaviour(), body)

    async def without(sink: SmtpSink, transport: SmtpTransport) -> None:
        greek = await send(transport, mail("χρήστης@x.example"))
        assert (greek.result, greek.code, greek.status) == ("refused", 553, "5.6.7")
        assert (await send(transport)).result == "sent"

    talking(Behaviour(answers={"EHLO": "250 sink.example"}), without)


@pytest.mark.parametrize(
    "one",
    [
        OutgoingMail("<1@x>", "πληροφορίες@x.example", "maria@x.example", b"Subject: x\r\n\r\nx\r\n"),
        mail(content="Reply-To: πληροφορίες@x.example\r\n\r\nx\r\n".encode()),
    ],
)
def test_a_sender_that_the_server_cannot_take_is_no_recipients_fault(one: OutgoingMail) -> None:
    async def without(sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(MailServerRefused, match="letters beyond ASCII"):
            await send(transport, one)
        assert not any(command.startswith("MAIL") for command in sink.commands)

    talking(Behaviour(answers={"EHLO": "250 sink.example"}), without)

    async def with_utf8(sink: SmtpSink, transport: SmtpTransport) -> None:
        assert (await send(transport, one)).result == "sent"
        assert any(command.startswith("MAIL") and "SMTPUTF8" in command for command in sink.commands)

    talking(Behaviour(), with_utf8)


@given(st.binary(max_size=60).map(lambda raw: raw.replace(b"x", b"\r\n").replace(b"y", b"\r\n.")))
def test_content_ends_where_it_ends_and_nowhere_before(content: bytes) -> None:
    wire = dot_stuffed(content)
    assert wire.endswith(b"\r\n.\r\n")
    end = (b"\r\n" + wire).index(b"\r\n.\r\n")
    assert end == len(wire) - 3
    # No line end but CRLF: nothing that another server could take for one.
    assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n")
    received = (b"\r\n" + wire[:-3]).replace(b"\r\n..", b"\r\n.")[2:]
    whole = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    assert received == (whole if whole.endswith(b"\r\n") else whole + b"\r\n")


def test_a_server_without_a_secure_connection_gets_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.mail.smtp_connect.is_loopback", lambda _host: False)

    async def body(sink: SmtpSink, transport: SmtpTransport) -> None:
        with pytest.raises(MailServerRefused) as caught:
            await send(transport)
        assert "ο κωδικός δεν στέλνεται" in caught.value.message("el")
        assert "the password is not sent" in caught.value.message("en")
        assert not any(command.startswith("AUTH") for command in sink.commands)

    talking(Behaviour(users={"u": "p"}), body, user="u", password="p")
