"""What a message in the bounce mailbox turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: `report`: a mail server on what became of a mail; `complaint`: somebody pressed "spam"; `notice`: a machine's message
#: that changes nothing (out of office, read receipt); `other`: a person's mail, or anything else.
Kind = Literal["report", "complaint", "notice", "other"]
#: RFC 3464, 2.3.3; `relayed` and `expanded` count as delivered: that is the last that will be heard.
Action = Literal["failed", "delayed", "delivered"]


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What a report says of one recipient; empty where it does not say."""

    #: The mailbox that it came to in the end, and the one that it was sent to.
    final: str
    original: str
    action: Action
    #: Enhanced status code, RFC 3463.
    status: str
    #: The SMTP reply code in the diagnostic text.
    code: int | None
    #: The diagnostic text, in one line.
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a message may be known as one about a mail of ours."""

    #: Local parts of Message-IDs, the surest first.
    tokens: tuple[str, ...] = ()
    #: `X-KKDesk-Recipient` of the returned mail. By itself it proves nothing.
    recipient_id: str = ""
    #: It was addressed to the return path of one mail, which no person writes to.
    to_return_path: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the mailbox."""

    kind: Kind
    marks: Marks = Marks()
    #: Of a report: one for each recipient that it names.
    statuses: tuple[RecipientStatus, ...] = ()
    #: Of a complaint: its Feedback-Type.
    feedback: str = ""
    #: The same for the same message, in whatever folder and under whatever UID it lies.
    fingerprint: str = ""
