"""How a finished mail leaves: what every transport takes and what it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Result = Literal["sent", "deferred", "refused", "unconfirmed"]
Stage = Literal["connect", "sender", "recipient", "data", "content", "folder"]


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one address, ready for the wire.

    `sender` and `recipient` are the envelope's addresses as SMTP wants them (without angle brackets; with letters
    beyond ASCII only where SMTPUTF8 is needed). `content` is the whole message with CRLF line ends, not dot-stuffed.
    """

    message_id: str
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail.

    - `sent`: the server took responsibility (final 250), or the file is safely in the mail folder;
    - `deferred`: refused for now (4yz, a connection lost before the content went out): may be tried again;
    - `refused`: refused for good (5yz);
    - `unconfirmed`: the connection broke after the content went out: nobody knows, never tried again by itself.

    `code` and `status` are the SMTP reply and enhanced status code (RFC 3463) where there was a reply; `at` is the
    time of the answer in Unix seconds.
    """

    result: Result
    at: int
    stage: Stage
    code: int | None = None
    status: str = ""
    text: str = ""


#: Called when a transport is about to hand the content over; the content leaves only once it has returned.
BeforeContent = Callable[[], Awaitable[None]]


class Transport(Protocol):
    """A way for mails to leave. `send` may run `lanes` times at once."""

    @property
    def lanes(self) -> int:
        """How many mails it can carry at the same time."""
        ...

    @property
    def per_minute(self) -> int | None:
        """The most mails a minute that it can carry; None when it knows no limit of its own."""
        ...

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        """Hand one mail over and say what became of it.

        Raises `Offline` (no connection), `MailServerRefused` (sign-in, TLS, the sender), `MailQuotaReached` (the
        account may send no more for now) or `DiskFull`: then no mail can leave at present, and this one has not.
        """
        ...

    async def close(self) -> None:
        """Say goodbye and let go of every connection. May be called twice; a later `send` opens new ones."""
        ...


async def nothing_to_note() -> None:
    """A `BeforeContent` for mails that no queue keeps book of, such as a test mail."""
