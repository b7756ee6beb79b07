"""Delivery status notifications (RFC 3464, and RFC 6533 for addresses beyond ASCII)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from typing import Final, cast

from kkdesk.services.bounces.letters import Action, RecipientStatus

#: The most recipients of one report that are looked at: ours name one.
_MOST_RECIPIENTS: Final = 100
_MOST_TEXT: Final = 1000
_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?:\A|\s)([245]\d\d)(?=[ \-#]|\Z)")
_TYPED = re.compile(r"\A\s*[A-Za-z0-9-]+\s*;\s*")
_COMMENT = re.compile(r"\([^()]*\)")
#: Repeated at each line of an answer of several lines.
_CONTINUED = re.compile(r"\s([245]\d\d)[- ](?:[245]\.\d{1,3}\.\d{1,3}\s+)?(?=\S)")
_ACTIONS: Final[dict[str, Action]] = {
    "failed": "failed",
    "failure": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
_BY_CLASS: Final[dict[str, Action]] = {"5": "failed", "4": "delayed", "2": "delivered"}


def recipient_statuses(message: Message) -> tuple[RecipientStatus, ...]:
    """What a report says of each recipient; empty when `message` itself is no report.

    A report within a forwarded message is none: a person wrote around it. One beside the disclaimer of a gateway,
    which makes it part of a multipart/mixed, is one.
    """
    if not message.is_multipart():
        return ()
    found: list[RecipientStatus] = []
    for part in cast("list[Message]", message.get_payload()):
        if part.get_content_type() in _TYPES:
            found += [status for block in _blocks(part) if (status := _status(block)) is not None]
        elif part.get_content_type() == "multipart/report" and message.get_content_type() == "multipart/mixed":
            found += recipient_statuses(part)
    return tuple(found[:_MOST_RECIPIENTS])


def field(block: Message, name: str) -> str:
    """One header field in one line, its comments and its bytes that are no text left as they are; empty if missing."""
    value = block.get(name)
    return "" if value is None else " ".join(str(value).split())


def find_status(text: str) -> str:
    """The first enhanced status code in `text`; an IP address is none. Empty when there is none."""
    found = _ENHANCED.search(text)
    return found[1] if found else ""


def find_code(text: str) -> int | None:
    """The first SMTP reply code in `text` that stands by itself."""
    found = _REPLY.search(text)
    return int(found[1]) if found else None


def plain_diagnostic(text: str) -> str:
    """A server's answer in one line, without the type before it and the code before each further line."""
    bare = " ".join(_TYPED.sub("", text).split())
    code = find_code(bare[:4])
    if code is not None:
        head, rest = bare[:4], bare[4:]
        bare = head + _CONTINUED.sub(lambda found: " " if int(found[1]) == code else found[0], rest)
    return bare[:_MOST_TEXT]


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields: one for the message, then one for each recipient."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    payload = part.get_payload()
    inner = cast("list[Message]", payload) if isinstance(payload, list) else []
    if encoding == "base64":
        text = "".join(block.as_string() for block in inner) if inner else str(payload)
        yield from _parsed(_decoded(text))
    elif part.get_content_type() == "message/delivery-status" and inner:
        yield from inner
    elif inner:
        # Read by the standard library as a message whose header is the first group and whose body holds the others.
        yield inner[0]
        yield from _parsed(str(inner[0].get_payload()))
    else:
        yield from _parsed(str(payload))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _parsed(text: str) -> Iterator[Message]:
    for group in re.split(r"\r?\n[ \t]*\r?\n", text):
        if group.strip():
            yield HeaderParser().parsestr(group.strip("\r\n"))


def _status(block: Message) -> RecipientStatus | None:
    """A recipient's fields; None for the message's own, or when they do not say what happened."""
    final, original = _address(field(block, "Final-Recipient")), _address(field(block, "Original-Recipient"))
    said = _COMMENT.sub("", field(block, "Action")).strip().lower()
    diagnostic = plain_diagnostic(field(block, "Diagnostic-Code"))
    status = _best_status(find_status(field(block, "Status")), find_status(diagnostic))
    if not (final or original or said):
        return None
    action = _ACTIONS.get(said) or _BY_CLASS.get(status[:1])
    if action is None:
        return None
    return RecipientStatus(final, original, action, status, find_code(diagnostic[:4]), diagnostic)


def _best_status(stated: str, in_diagnostic: str) -> str:
    """Status as the report states it; the server's own where the report only says that it failed (5.0.0)."""
    if in_diagnostic and (not stated or stated.endswith(".0.0")):
        return in_diagnostic
    return stated


def _address(value: str) -> str:
    return _COMMENT.sub("", _TYPED.sub("", value)).strip().strip("<>").strip().lower()
