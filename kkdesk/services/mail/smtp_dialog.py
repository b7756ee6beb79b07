"""One SMTP connection, signed in: mail after mail over it (RFC 5321), in two round trips each where the server
announces PIPELINING (RFC 2920), in four where it does not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from typing import Final

from kkdesk.model.clock import Clock
from kkdesk.services.mail.smtp_wire import (
    REPLY_LINE,
    Reply,
    as_reply,
    dot_stuffed,
    size_limit,
)
from kkdesk.services.mail.transport import (
    BeforeContent,
    Outcome,
    OutgoingMail,
    Result,
    Stage,
)

_MAX_REPLY: Final = 65_536
#: Content is written in blocks of so many bytes, at the pace of the line.
_BLOCK: Final = 65_536
_FINAL_DOT: Final = len(b"\r\n.\r\n")


class ConnectionLost(Exception):
    """The connection broke, the server was silent for too long or does not speak SMTP; the mail has not gone out.

    `refusal` is the answer that announced it, such as 421.
    """

    def __init__(self, text: str, stage: Stage, refusal: Reply | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.stage = stage
        self.refusal = refusal


class SenderRefused(Exception):
    """The server does not take mail from this sender."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class _Broken(Exception):
    """What `_reply` reports; the caller knows the stage."""


def _needs_smtputf8(mail: OutgoingMail) -> bool:
    """Whether addresses hold letters beyond ASCII, of the envelope or of the header, which holds them nowhere else."""
    head = mail.content[: mail.content.find(b"\r\n\r\n")]
    return not ((mail.sender + mail.recipient).isascii() and head.isascii())


class SmtpDialog(asyncio.Protocol):
    """The protocol object of one connection."""

    def __init__(
        self,
        extensions: Mapping[str, str],
        clock: Clock,
        *,
        answer_seconds: float,
        final_dot_seconds: float,
        block_seconds: float,
    ) -> None:
        """`extensions` as EHLO listed them, names in lower case.

        How long to wait (RFC 5321, 4.5.3.2): for an answer, for the one to the content, counted from when all of it
        has been written, and for the line to take another block of it.
        """
        self._pipelining = "pipelining" in extensions
        self._utf8: Collection[str] = [name for name in ("smtputf8", "8bitmime") if name in extensions]
        self._max_size = size_limit(extensions)
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._final_dot_seconds = final_dot_seconds
        self._block_seconds = block_seconds
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        #: While the line takes nothing more.
        self._congested: asyncio.Future[None] | None = None
        self._lost = ""
        self._reset_first = False
        #: Whether it has been kept open for another mail: the server may have lost patience since.
        self.kept = False

    def take_over(self, transport: asyncio.Transport) -> None:
        """Go on with a connection that has been opened, secured and signed in by another protocol object."""
        self._transport = transport
        transport.set_protocol(self)
        if transport.is_closing():
            self._lose("the connection was closed")

    @property
    def usable(self) -> bool:
        """Whether another mail can be tried on it."""
        return not self._lost and not self._replies

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            # What comes after words that are not SMTP answers nothing that we asked.
            if not self._lost:
                self._take_line(line.rstrip(b"\r"))
        if len(self._buffer) + sum(map(len, self._lines)) > _MAX_REPLY:
            self._lose("the server's answer has no end")
        if self._replies:
            self._wake()

    def eof_received(self) -> bool:
        """See `asyncio.Protocol`."""
        # Closing is the transport's business now; over TLS it takes an abort in the middle of it amiss.
        self._mark_lost("the server closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """See `asyncio.Protocol`."""
        self._mark_lost("the connection was lost")

    def pause_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self._congested = self._loop.create_future()

    def resume_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self._end_congestion()

    async def transact(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        """Hand one mail over.

        Raises `ConnectionLost` as long as the mail has not gone out, `SenderRefused`, and what `before_content`
        raises. Once the final dot has been written, a broken connection is the outcome `unconfirmed`.
        """
        if refused := self._beyond_the_server(mail):
            return refused
        # Where this raises there is nothing to note: the content does not leave any more.
        refusal = await self._envelope(mail)
        await before_content()
        return refusal or await self._content(mail)

    async def quit(self) -> None:
        """Say goodbye and close."""
        try:
            self._write(b"QUIT\r\n")
            await self._reply(min(self._answer_seconds, 3.0))
        except _Broken:
            # It is over either way.
            pass
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close without a word."""
        self._lost = self._lost or "closed by us"
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    async def _envelope(self, mail: OutgoingMail) -> Outcome | None:
        """Sender, recipient and DATA; None when the server waits for the content."""
        reset = b"RSET\r\n" if self._reset_first else b""
        sender = b"MAIL FROM:<%b>%b\r\n" % (mail.sender.encode(), self._parameters(mail))
        recipient = b"RCPT TO:<%b>\r\n" % mail.recipient.encode()
        self._reset_first = True
        stage: Stage = "sender"
        try:
            if self._pipelining:
                self._write(reset + sender + recipient + b"DATA\r\n")
            if reset:
                await self._ask(reset)
            answer = await self._ask(sender)
            if not answer.positive:
                await self._sender_refused(answer)
            stage = "recipient"
            answer = await self._ask(recipient)
            if not answer.positive:
                return await self._recipient_refused(answer)
            stage = "data"
            answer = await self._ask(b"DATA\r\n")
        except _Broken as error:
            raise ConnectionLost(str(error), stage) from error
        if answer.code == 354:
            return None
        if answer.positive:
            raise ConnectionLost("the server does not speak SMTP", "data")
        return self._refused(answer, "data")

    async def _sender_refused(self, answer: Reply) -> None:
        if answer.code == 421:
            raise ConnectionLost(answer.text, "sender", answer)
        # The commands behind it in the pipe are answered too, with errors, if the server is sound.
        if await self._skip_replies(2) == 354:
            self._lose("the server takes mail from a sender that it refuses")
        raise SenderRefused(answer)

    async def _recipient_refused(self, answer: Reply) -> Outcome:
        if answer.code == 421:
            raise ConnectionLost(answer.text, "recipient", answer)
        if await self._skip_replies(1) == 354:
            # RFC 2920, 3.1: a server may wait for content although nobody is to get it; it is given none.
            self._write(b".\r\n")
            await self._skip_replies(1)
        return self._refused(answer, "recipient")

    async def _skip_replies(self, number: int) -> int:
        """Read the answers to what was written behind a refused command; the code of the last one, 0 if none came."""
        code = 0
        try:
            for _ in range(number if self._pipelining else 0):
                code = (await self._reply(self._answer_seconds)).code
        except _Broken:
            # The refusal stands; the connection will not be used again.
            code = 0
        return code

    async def _content(self, mail: OutgoingMail) -> Outcome:
        if self._replies:
            # It would be taken for the answer to this mail.
            self._lose("the server answers what it was not asked")
        if self._lost:
            raise ConnectionLost(self._lost, "data")
        try:
            await self._hand_over(dot_stuffed(mail.content))
            answer = await self._reply(self._final_dot_seconds)
        except _Broken as error:
            return Outcome("unconfirmed", self._clock(), "content", text=str(error))
        self._reset_first = False
        if answer.code >= 300 and answer.positive:
            self._lose("the server does not speak SMTP")
            return Outcome("unconfirmed", self._clock(), "content", text=self._lost)
        if answer.positive:
            return Outcome("sent", self._clock(), "content", answer.code, answer.status, answer.text)
        return self._refused(answer, "content")

    async def _hand_over(self, wire: bytes) -> None:
        """Write the content, as far as the server lets us: it may refuse in the middle of it.

        Raises `ConnectionLost` when the connection broke before the final dot was written: then nobody has the mail.
        """
        try:
            # The last block holds the whole final dot, so that no part of it is ever on its way alone.
            last = max(len(wire) - _FINAL_DOT, 1)
            for start in range(0, last, _BLOCK):
                await self._until_writable()
                self._write(wire[start : start + _BLOCK] if start + _BLOCK < last else wire[start:])
        except _Broken as error:
            if not self._replies:
                raise ConnectionLost(str(error), "content") from error
            if self._replies[0].positive:
                raise  # Taken, it says, before it had all of it.

    async def _until_writable(self) -> None:
        if self._congested is None:
            return
        timer = self._loop.call_later(self._block_seconds, self._lose, "the line took nothing more")
        try:
            await self._congested
        finally:
            timer.cancel()

    def _refused(self, answer: Reply, stage: Stage) -> Outcome:
        result: Result = "deferred" if answer.temporary else "refused"
        if answer.code == 421:
            self._lose(answer.text)
        return Outcome(result, self._clock(), stage, answer.code, answer.status, answer.text)

    def _beyond_the_server(self, mail: OutgoingMail) -> Outcome | None:
        """The refusal of a mail that the server said it cannot take, without trying."""
        if self._max_size and len(mail.content) > self._max_size:
            text = f"the mail has {len(mail.content)} bytes, the server takes {self._max_size}"
            return Outcome("refused", self._clock(), "sender", 552, "5.3.4", text)
        if "smtputf8" not in self._utf8 and _needs_smtputf8(mail):
            if mail.recipient.isascii() or not mail.sender.isascii():
                # So it is with all mails of theirs.
                text = "the server takes no sender or reply address with letters beyond ASCII"
                raise SenderRefused(Reply(553, "5.6.7", text))
            text = "the server cannot mail to addresses with letters beyond ASCII"
            return Outcome("refused", self._clock(), "recipient", 553, "5.6.7", text)
        return None

    def _parameters(self, mail: OutgoingMail) -> bytes:
        parameters = b" SIZE=%d" % len(mail.content) if self._max_size is not None else b""
        if _needs_smtputf8(mail):
            parameters += b" SMTPUTF8"
        if "8bitmime" in self._utf8 and not mail.content.isascii():
            parameters += b" BODY=8BITMIME"
        return parameters

    async def _ask(self, command: bytes) -> Reply:
        """The answer to `command`, which has been written already where the server takes several at once."""
        if not self._pipelining:
            self._write(command)
        return await self._reply(self._answer_seconds)

    async def _reply(self, seconds: float) -> Reply:
        if not self._replies:
            if self._lost:
                raise _Broken(self._lost)
            self._waiter = self._loop.create_future()
            timer = self._loop.call_later(seconds, self._silent, seconds)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
            if not self._replies:
                raise _Broken(self._lost)
        return self._replies.popleft()

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._lost:
            raise _Broken(self._lost or "the connection is closed")
        self._transport.write(data)

    def _take_line(self, line: bytes) -> None:
        found = REPLY_LINE.fullmatch(line)
        if found is None:
            self._lose("the server does not speak SMTP")
            return
        self._lines.append(found[3] or b"")
        if found[2] != b"-":
            self._replies.append(as_reply(int(found[1]), self._lines))
            self._lines.clear()

    def _silent(self, seconds: float) -> None:
        self._lose(f"the server did not answer within {seconds:g} s")

    def _lose(self, why: str) -> None:
        self._mark_lost(why)
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def _mark_lost(self, why: str) -> None:
        self._lost = self._lost or why
        self._wake()
        self._end_congestion()

    def _end_congestion(self) -> None:
        congested, self._congested = self._congested, None
        if congested is not None and not congested.done():
            congested.set_result(None)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
