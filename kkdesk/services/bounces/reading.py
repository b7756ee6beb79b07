"""From the bytes of a message to what it is. Whatever somebody sends, reading it ends in a `Letter`."""

from __future__ import annotations

import hashlib
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Final, cast

import structlog

from kkdesk.model.faults import fault_place
from kkdesk.services.bounces.delivery_status import field, recipient_statuses
from kkdesk.services.bounces.letters import Letter
from kkdesk.services.bounces.marks import find_marks
from kkdesk.services.bounces.plain_bounces import from_mail_system, null_sender, plain_statuses

_log = structlog.get_logger(__name__)

#: Octets of a message that are read: a report, and the header of what it returns, lie well within.
MOST_OCTETS: Final = 131_072
#: RFC 5965, 7.3: these say that a person did not want the mail.
_UNWANTED: Final = frozenset({"abuse", "fraud", "other", "opt-out", "opt-out-list"})
#: Said by programs that answer for people (RFC 3834; the others are older or of one maker).
_AUTO_FIELDS: Final = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoreply-From",
    "X-Mail-Autoreply",
    "X-Auto-Response-Suppress",
)
_AUTO_PRECEDENCE: Final = frozenset({"auto_reply", "auto-reply", "autoreply"})
_OUT_OF_OFFICE = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|on (?:vacation|holiday|leave)"
    r"|αυτόματη απάντηση|αυτοματοποιημένη απάντηση|εκτός γραφείου|απουσι[αά]ζω|απουσία|σε άδεια",
    re.IGNORECASE,
)


def read_letter(content: bytes, bounce_address: str) -> Letter:
    """What the message `content` is; never raises. What lies beyond `MOST_OCTETS` is not looked at."""
    content = content[:MOST_OCTETS]
    try:
        return _read(content, bounce_address)
    except Exception as error:  # noqa: BLE001 - anybody can send anything; the next message must still be read
        _log.info("letter_unreadable", fault=fault_place(error))
        return Letter("other")


def worth_fetching(header: bytes, bounce_address: str) -> bool:
    """Whether a message may be more than a person's mail, by its header alone; never raises."""
    try:
        message = message_from_bytes(header[:MOST_OCTETS])
        return (
            message.get_content_type() == "multipart/report"
            or from_mail_system(message)
            or null_sender(message)
            or _is_automatic(message)
            or find_marks(message, bounce_address).to_return_path
        )
    except Exception as error:  # noqa: BLE001 - as above
        _log.info("letter_unreadable", fault=fault_place(error))
        return False


def _read(content: bytes, bounce_address: str) -> Letter:
    message = message_from_bytes(content)
    marks = find_marks(message, bounce_address)
    if not marks.tokens:
        return Letter("other")  # It names no mail of ours: whatever it is, it is not for us to read on.
    fingerprint = _fingerprint(message, content)
    if statuses := recipient_statuses(message):
        return Letter("report", marks, statuses, fingerprint=fingerprint)
    if feedback := _feedback_type(message):
        return Letter("complaint" if feedback in _UNWANTED else "notice", marks, (), feedback, fingerprint)
    if message.get_content_type() == "multipart/report":
        return Letter("notice", marks, fingerprint=fingerprint)  # A read receipt, or one yet to be invented.
    if from_mail_system(message) and (statuses := plain_statuses(message, content)):
        return Letter("report", marks, statuses, fingerprint=fingerprint)
    if _is_automatic(message):
        return Letter("notice", marks, fingerprint=fingerprint)
    if null_sender(message) and (statuses := plain_statuses(message, content)):
        return Letter("report", marks, statuses, fingerprint=fingerprint)
    # By itself the subject proves nothing: people answer "Re: out of office" too.
    if null_sender(message) and _OUT_OF_OFFICE.search(_subject(message)):
        return Letter("notice", marks, fingerprint=fingerprint)
    return Letter("other", marks, fingerprint=fingerprint)


def _feedback_type(message: Message) -> str:
    """The Feedback-Type of a complaint (RFC 5965) in lower case; empty when `message` is none."""
    if not message.is_multipart():
        return ""
    for part in cast("list[Message]", message.get_payload()):
        if part.get_content_type() == "message/feedback-report":
            inner = part.get_payload()
            fields = cast("Message", inner[0]) if isinstance(inner, list) and inner else part
            return field(fields, "Feedback-Type").lower() or "unknown"
    return ""


def _is_automatic(message: Message) -> bool:
    submitted = field(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    return (
        any(name in message for name in _AUTO_FIELDS[:-1])
        or field(message, "Precedence").lower() in _AUTO_PRECEDENCE
        # Exchange puts this one on people's mail as well; with its subject it is an answer of the program's.
        or (_AUTO_FIELDS[-1] in message and _OUT_OF_OFFICE.search(_subject(message)) is not None)
    )


def _subject(message: Message) -> str:
    raw = field(message, "Subject")[:1000]
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        return raw


def _fingerprint(message: Message, content: bytes) -> str:
    """By the message's own id where it has one: servers that a copy passes add fields of theirs."""
    own = field(message, "Message-ID")
    return hashlib.sha256(b"id:" + own.encode("utf-8", "replace") if own else b"content:" + content).hexdigest()
