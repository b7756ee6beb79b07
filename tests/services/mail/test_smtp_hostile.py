"""A server that says anything at any stage: what the transport believes is never more than the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.errors import KKDeskError
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer
from kkdesk.services.mail.transport import Outcome, OutgoingMail
from tests.servers.smtp_hostile import CLOSE, HANG, RESET, STAGES, HostilePeer, Script, hostile_peer

CODES = (
    *(200, 211, 214, 220, 221, 235, 250, 251, 252, 299, 334, 354, 399),
    *(400, 421, 432, 450, 451, 452, 454, 455, 499),
    *(500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556, 571, 599),
)
#: What is no answer at all.
NONSENSE = (
    b"\r\n",
    b"000 x\r\n",
    b"199 x\r\n",
    b"600 x\r\n",
    b"25 x\r\n",
    b"250_x\r\n",
    b"two hundred and fifty\r\n",
    b"250-there is more\r\nHTTP/1.1 200 OK\r\n",
    b"\x00\xff\xfe\r\n",
    "Γεια σου\r\n".encode(),
    b"250 " + b"x" * 100_000,
    b"250-x\r\n" * 20_000,
)
WITH_PIPELINING = (b"PIPELINING", b"8BITMIME")
CONTENT = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 200


class Attempt:
    """One mail against one peer: what is believed, and what is true."""

    def __init__(self, peer: HostilePeer) -> None:
        self.peer = peer
        self.noted = 0
        self.outcome: Outcome | None = None
        self.error: KKDeskError | None = None

    async def make(self, transport: SmtpTransport, recipient: str = "maria@x.example") -> Attempt:
        mail = OutgoingMail("<1@x.example>", "info@x.example", recipient, CONTENT)
        try:
            self.outcome = await transport.send(mail, self._note)
        except KKDeskError as error:
            self.error = error
        return self

    async def _note(self) -> None:
        self.noted += 1

    def check(self) -> None:
        """Hold what is believed against the truth."""
        believed = self.outcome.result if self.outcome else "nothing left"
        if self.peer.taken:
            assert believed in {"sent", "unconfirmed"}, "who got the mail is never tried again by itself"
        if believed == "sent":
            assert len(self.peer.taken) == 1
        if not self.peer.begun and believed == "unconfirmed":
            raise AssertionError("nothing had left")
        if self.peer.begun:
            assert self.noted, "noted before the content left"
        assert len(self.peer.dotted) <= 1, "no mail is handed over twice by one call"


def attempt(script: Script, *, seconds: float = 0.3) -> Attempt:
    """Send one mail to a peer that follows the script, and check what is believed."""

    async def run() -> Attempt:
        async with hostile_peer(script) as peer:
            server = SmtpServer("127.0.0.1", peer.port, answer_seconds=seconds, final_dot_seconds=seconds)
            transport = SmtpTransport(server, lambda: 1000, connections=1)
            try:
                return await Attempt(peer).make(transport)
            finally:
                await transport.close()

    made = asyncio.run(run())
    made.check()
    return made


@pytest.mark.parametrize("extensions", [WITH_PIPELINING, (b"HELP",)], ids=["pipelined", "step by step"])
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"])
def test_every_code_at_every_stage(stage: str, extensions: Sequence[bytes]) -> None:
    forms = cycle((b"%d what it says\r\n", b"%d-first\r\n%d second\r\n", b"%d\r\n"))
    for code, form in zip(CODES, forms, strict=False):
        said = form.replace(b"%d", str(code).encode())
        made = attempt(Script({stage: said}, extensions), seconds=0.1)
        if stage == "dot":
            assert made.outcome is not None
            expected = {2: "sent", 3: "unconfirmed", 4: "deferred", 5: "refused"}[code // 100]
            assert made.outcome.result == expected, said
        elif code // 100 in (4, 5) and stage in {"RCPT", "DATA"} and code != 421:
            assert made.outcome is not None
            assert made.outcome.result == ("deferred" if code < 500 else "refused"), said


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "content", "dot"])
def test_nonsense_at_every_stage(stage: str) -> None:
    for said in NONSENSE:
        made = attempt(Script({stage: said}), seconds=0.1)
        if stage == "dot":
            assert made.outcome is not None and made.outcome.result == "unconfirmed", said[:40]
        elif stage in {"MAIL", "RCPT", "DATA"}:
            assert not made.peer.begun, said[:40]


@pytest.mark.parametrize("what", [HANG, RESET, CLOSE], ids=["hang", "reset", "close"])
@pytest.mark.parametrize("stage", STAGES)
def test_silence_and_resets_at_every_stage(stage: str, what: bytes) -> None:
    made = attempt(Script({stage: what}), seconds=0.2)
    if stage in {"content", "dot"}:
        assert made.outcome is not None and made.outcome.result == "unconfirmed"
    elif stage == "QUIT":
        assert made.outcome is not None and made.outcome.result == "sent"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "content", "dot"])
@pytest.mark.parametrize("what", [HANG, RESET, CLOSE, b"421 4.3.2 bye\r\n", NONSENSE[6]])
def test_the_next_mail_finds_its_way_all_the_same(stage: str, what: bytes) -> None:
    async def run() -> None:
        async with hostile_peer(Script({stage: what}, once=True)) as peer:
            server = SmtpServer("127.0.0.1", peer.port, answer_seconds=0.2, final_dot_seconds=0.2)
            transport = SmtpTransport(server, lambda: 1000, connections=1)
            try:
                await Attempt(peer).make(transport)
                peer.begun, before = 0, len(peer.taken)
                following = await Attempt(peer).make(transport, "nikos@x.example")
                assert following.outcome is not None and following.outcome.result == "sent"
                assert len(peer.taken) == before + 1
            finally:
                await transport.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "extensions",
    [
        (b"SIZE",),
        (b"SIZE 0",),
        (b"SIZE 10",),
        (b"SIZE -1",),
        (b"SIZE 99999999999999999999",),
        (b"SIZE abc",),
        (b"PIPELINING", b"PIPELINING"),
        (b"AUTH",),
        (b"AUTH=LOGIN PLAIN",),
        (b"STARTTLS",),
        (b"",),
        (b" ",),
        (b"\xff\xfe",),
        tuple(b"X-%d" % n for n in range(3000)),
    ],
)
def test_capabilities_may_be_lies(extensions: Sequence[bytes]) -> None:
    made = attempt(Script(extensions=extensions))
    if made.outcome is not None and b"SIZE 10" not in extensions:
        assert made.outcome.result == "sent"


def test_a_connection_kept_after_a_mail_that_it_could_not_take_may_have_gone_stale_too() -> None:
    async def run() -> None:
        async with hostile_peer(Script({"MAIL": CLOSE}, WITH_PIPELINING, once=True)) as peer:
            transport = SmtpTransport(SmtpServer("127.0.0.1", peer.port), lambda: 1000, connections=1)
            greek = await Attempt(peer).make(transport, "χρήστης@x.example")
            assert greek.outcome is not None and greek.outcome.status == "5.6.7"
            following = await Attempt(peer).make(transport)
            assert following.outcome is not None and following.outcome.result == "sent"
            assert peer.connections == 2
            await transport.close()

    asyncio.run(run())


def test_pipelining_that_is_announced_and_not_understood_hands_over_nothing_wrong() -> None:
    # Answers all that came at once with a single line, as a server that reads a packet for a command does.
    made = attempt(Script({"RCPT": b"", "DATA": b""}), seconds=0.2)
    assert made.outcome is None or made.outcome.result == "deferred"


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_one() -> None:
    for stage in ("MAIL", "RCPT", "DATA"):
        made = attempt(Script({stage: b"250 2.0.0 ok\r\n250 2.0.0 ok\r\n"}))
        assert not made.peer.taken or (made.outcome is not None and made.outcome.result in {"sent", "unconfirmed"})


@settings(max_examples=80, deadline=None)
@given(
    stage=st.sampled_from(STAGES),
    said=st.one_of(
        st.binary(max_size=60),
        st.builds(lambda code, text: b"%d %b\r\n" % (code, text), st.integers(0, 999), st.binary(max_size=20)),
    ),
    extensions=st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5),
)
def test_whatever_is_said_nothing_is_believed_that_is_not_true(
    stage: str, said: bytes, extensions: list[bytes]
) -> None:
    attempt(Script({stage: said}, extensions), seconds=0.1)
