"""Large mails over slow lines: content leaves at the line's pace, and what never left whole is not in doubt."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer
from kkdesk.services.mail.smtp_dialog import ConnectionLost, SmtpDialog
from kkdesk.services.mail.smtp_wire import dot_stuffed
from kkdesk.services.mail.transport import Outcome, OutgoingMail, nothing_to_note
from tests.servers.certificates import make_certificate
from tests.servers.smtp_hostile import CLOSE, RESET, Script, hostile_peer
from tests.servers.smtp_sink import Behaviour, SmtpSink

LARGE = b"Subject: x\r\n\r\n" + b".0123456789\r\n" * 1_500_000


def mail(content: bytes) -> OutgoingMail:
    return OutgoingMail("<1@x.example>", "info@x.example", "maria@x.example", content)


class Line(asyncio.Transport):
    """A line that is congested after each block of content until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.dialog: SmtpDialog | None = None
        self.blocks: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self.dialog is not None
        if bytes(data).startswith(b"MAIL"):
            self.dialog.data_received(b"250 ok\r\n250 ok\r\n354 go ahead\r\n")
            return
        self.blocks.append(bytes(data))
        self.dialog.pause_writing()

    def drain(self) -> None:
        assert self.dialog is not None
        self.dialog.resume_writing()
        if self.blocks[-1].endswith(b"\r\n.\r\n"):
            self.dialog.data_received(b"250 taken\r\n")

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, SmtpDialog)
        self.dialog = protocol

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        pass


def over(line: Line, block_seconds: float) -> SmtpDialog:
    dialog = SmtpDialog(
        {"pipelining": ""}, lambda: 1000, answer_seconds=0.01, final_dot_seconds=0.01, block_seconds=block_seconds
    )
    dialog.take_over(line)
    return dialog


async def spin(seconds: float) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0)


@pytest.mark.parametrize("size", [1, 65_530, 65_536, 65_540, 131_067, 131_072, 131_080, 200_000])
def test_the_wait_for_the_answer_begins_when_all_has_been_written(size: int) -> None:
    async def run() -> tuple[Outcome, list[bytes]]:
        line = Line()
        sending = asyncio.ensure_future(over(line, 600.0).transact(mail(b"x" * size), nothing_to_note))
        while not line.blocks:
            await asyncio.sleep(0)
        while not line.blocks[-1].endswith(b".\r\n"):
            await spin(0.02)
            line.drain()
            await asyncio.sleep(0)
        line.drain()
        return await sending, line.blocks

    outcome, blocks = asyncio.run(run())
    assert outcome.result == "sent"
    assert b"".join(blocks) == dot_stuffed(b"x" * size)
    assert blocks[-1].endswith(b"\r\n.\r\n"), "no part of the final dot travels alone"


def test_a_line_that_takes_nothing_more_has_not_handed_the_mail_over() -> None:
    async def run() -> None:
        line = Line()
        with pytest.raises(ConnectionLost) as caught:
            await over(line, 0.01).transact(mail(b"x" * 200_000), nothing_to_note)
        assert caught.value.stage == "content"
        assert len(line.blocks) == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "result", "code"), [(b"552 5.3.4 too large\r\n", "refused", 552), (b"250 taken\r\n", "unconfirmed", None)]
)
def test_what_is_said_before_the_end_counts_unless_it_cannot_be(said: bytes, result: str, code: int | None) -> None:
    async def run() -> None:
        line = Line()
        dialog = over(line, 600.0)
        sending = asyncio.ensure_future(dialog.transact(mail(b"x" * 200_000), nothing_to_note))
        while not line.blocks:
            await asyncio.sleep(0)
        dialog.data_received(said)
        dialog.connection_lost(None)
        outcome = await sending
        assert (outcome.result, outcome.code) == (result, code)

    asyncio.run(run())


@pytest.mark.parametrize("what", [RESET, CLOSE])
def test_what_breaks_in_the_middle_of_a_large_mail_is_not_in_doubt(what: bytes) -> None:
    async def run() -> None:
        async with hostile_peer(Script({"content": what})) as peer:
            transport = SmtpTransport(SmtpServer("127.0.0.1", peer.port), lambda: 1000, connections=1)
            outcome = await transport.send(mail(LARGE), nothing_to_note)
            assert (outcome.result, outcome.code, outcome.stage) == ("deferred", None, "content")
            assert peer.dotted == []
            await transport.close()

    asyncio.run(run())


@pytest.mark.parametrize("secure", [False, True])
def test_a_large_mail_arrives_as_it_is(tmp_path: Path, secure: bool) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)

    async def run() -> None:
        async with SmtpSink(Behaviour(tls=context if secure else None)) as sink:
            server = SmtpServer("localhost", sink.port, ca_file=str(certificate.authority))
            transport = SmtpTransport(server, lambda: 1000, connections=1)
            assert (await transport.send(mail(LARGE), nothing_to_note)).result == "sent"
            assert sink.mails[0].content == LARGE
            await transport.close()

    asyncio.run(run())
