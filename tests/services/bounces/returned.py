"""Reports on mails that the tests' server has taken, and a mailbox that is only on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from kkdesk.services.bounces.mailbox import Fetched
from kkdesk.services.bounces.pass_through import MailboxPass
from kkdesk.services.bounces.report import BounceReport
from tests.servers.smtp_sink import Swallowed
from tests.services.bounces.reports import BOUNCES
from tests.services.queue.shop import Shop

_numbers = count(1)


def report_on(
    mail: Swallowed, answer: str = "550 5.1.1 No such mailbox", *, action: str = "failed", to: str | None = None
) -> bytes:
    """What a server that gave up on `mail` sends to its return path."""
    code, status, text = answer.split(" ", 2)
    header = mail.content.partition(b"\r\n\r\n")[0].decode()
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
        f"To: <{mail.sender if to is None else to}>",
        f"Message-ID: <dsn-{next(_numbers)}@mx.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
        "",
        "--b1",
        "Content-Type: text/plain",
        "",
        f"Sorry: {text}",
        "--b1",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {mail.recipients[0]}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {code} {status} {text}",
        "",
        "--b1",
        "Content-Type: text/rfc822-headers",
        "",
        header.replace("\r\n", "\n"),
        "--b1--",
        "",
    ]
    return "\r\n".join("\n".join(lines).split("\n")).encode()


def complaint_on(mail: Swallowed) -> bytes:
    """What a provider sends when somebody presses "spam", with the recipient blotted out."""
    return (
        report_on(mail, to="abuse@kktires.example")
        .replace(b"report-type=delivery-status", b"report-type=feedback-report")
        .replace(b"message/delivery-status", b"message/feedback-report")
        .replace(b"Reporting-MTA: dns; mx.example", b"Feedback-Type: abuse\r\nUser-Agent: Loop/1\r\nVersion: 1")
    )


class PaperSession:
    """A mailbox of messages by UID, as a `MailboxSession` shows it."""

    def __init__(self, messages: Sequence[bytes] = (), uid_validity: int = 7) -> None:
        self.uid_validity = uid_validity
        self.contents = dict(enumerate(messages, start=1))
        self.received_at = 0
        self.marked: set[int] = set()
        self.fetched: list[int] = []

    def add(self, *messages: bytes) -> None:
        last = max(self.contents, default=0)
        self.contents |= dict(enumerate(messages, start=last + 1))

    def news(self, after: int) -> Sequence[int]:
        return [uid for uid in self.contents if uid > after]

    def headers(self, uids: Sequence[int]) -> Mapping[int, bytes]:
        return {uid: self.contents[uid].partition(b"\r\n\r\n")[0] for uid in uids}

    def messages(self, uids: Sequence[int]) -> Iterator[tuple[int, Fetched]]:
        for uid in uids:
            self.fetched.append(uid)
            yield uid, Fetched(self.contents[uid], self.received_at)

    def mark(self, uids: Sequence[int]) -> None:
        self.marked.update(uids)


async def read_through(shop: Shop, session: PaperSession, mailbox: str = "box") -> BounceReport:
    """One pass."""
    report = BounceReport()
    workspace = shop.workspace
    await MailboxPass(workspace.db, workspace.actor, shop.clock, mailbox, session, BOUNCES).run(report)  # type: ignore[arg-type]
    return report


def mail_to(shop: Shop, address: str) -> Swallowed:
    """The last mail that the server took for `address`."""
    return next(mail for mail in reversed(shop.sink.mails) if address in mail.recipients)
