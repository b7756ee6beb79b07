"""By what a message is known to be about a mail of ours: its return path, or what it returns of the mail.

Never by a recipient's address alone: anybody can write "your mail to so-and-so failed".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses
from typing import Final, cast
from urllib.parse import unquote

from kkdesk.services.bounces.delivery_status import field
from kkdesk.services.bounces.letters import Marks
from kkdesk.services.mail.verp import message_token

#: Where a mail server notes whom a message was delivered to.
_DELIVERED: Final = (
    "Delivered-To",
    "X-Original-To",
    "X-Delivered-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Rcpt-To",
    "To",
    "Cc",
)
#: The return path in the returned mail. `Original-Mail-From`: RFC 5965, of a complaint.
_RETURN_PATHS: Final = ("Return-Path", "X-Return-Path", "X-Envelope-From", "Sender", "Original-Mail-From")
#: The Gmail API gives a mail an id of its own; ours is then in a field of ours, or in Google's.
_IDS: Final = ("Message-ID", "X-KKDesk-Message-ID", "X-Google-Original-Message-ID", "X-Original-Message-ID")
_OUR_ID = re.compile(r"<?([0-9a-hjkmnp-tv-z]{26}\.[0-9a-f]{12})@[A-Za-z0-9.-]{1,253}>?", re.IGNORECASE)
_ID_LINE = re.compile(
    r"^[>| \t]{0,20}(?:X-KKDesk-|X-Google-Original-)?Message-ID:[ \t]{0,9}(<[^<>\s]{1,320}>)",
    re.IGNORECASE | re.MULTILINE,
)
_RECIPIENT_LINE = re.compile(r"^[>| \t]{0,20}X-KKDesk-Recipient:[ \t]{0,9}([!-~]{1,200})", re.IGNORECASE | re.MULTILINE)
#: Parts of a report that hold, of the mail, everything or its header.
_WHOLE: Final = frozenset({"message/rfc822", "message/global"})
_HEADER: Final = frozenset({"text/rfc822-headers", "message/global-headers", "text/rfc822-header"})
_FIELDS: Final = frozenset({"message/feedback-report", "message/delivery-status", "message/global-delivery-status"})
_MOST_ADDRESSES: Final = 50
_MOST_FIELDS: Final = 10
_MOST_OF_FIELD: Final = 2000
_MOST_TOKENS: Final = 10


def find_marks(message: Message, bounce_address: str) -> Marks:
    """The marks of `message`; empty when it has none. `bounce_address` may be empty: then return paths name nothing."""
    delivered = list(_named(message, _DELIVERED, bounce_address))
    tokens = list(delivered)
    recipient = ""
    for returned in _returned(message):
        tokens += _named(returned, _RETURN_PATHS, bounce_address)
        for name in _IDS:
            tokens += _ours(field(returned, name))
        recipient = recipient or field(returned, "X-KKDesk-Recipient")
    for text in _texts(message):
        tokens += [token for line in _ID_LINE.findall(text) for token in _ours(line)]
        found = _RECIPIENT_LINE.search(text)
        recipient = recipient or (found[1] if found else "")
    return Marks(tuple(dict.fromkeys(tokens))[:_MOST_TOKENS], unquote(recipient)[:200], bool(delivered))


def texts_of(message: Message) -> Iterator[str]:
    """The texts that are shown with `message`, without those of messages that it carries."""
    if message.get_content_maintype() == "text":
        if message.get_content_type() not in _HEADER:
            yield _decoded(message)
    elif message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in cast("list[Message]", message.get_payload()):
            yield from texts_of(part)


def _texts(message: Message) -> Iterator[str]:
    # Of a report, the text before the parts quotes whatever it likes; what counts are its parts.
    if message.get_content_type() != "multipart/report":
        yield from texts_of(message)


def _returned(message: Message) -> Iterator[Message]:
    """What a message returns of another: its header, whole or in part, and the fields about it."""
    if not message.is_multipart() or message.get_content_maintype() != "multipart":
        return
    for part in cast("list[Message]", message.get_payload()):
        kind = part.get_content_type()
        if kind in _HEADER and kind.startswith("text/"):
            yield HeaderParser().parsestr(_decoded(part).lstrip("\r\n"))
        elif kind in _WHOLE | _HEADER | _FIELDS and part.is_multipart():
            yield from cast("list[Message]", part.get_payload())[:3]
        elif part.get_content_maintype() == "multipart":
            yield from _returned(part)


def _named(message: Message, names: tuple[str, ...], bounce_address: str) -> Iterator[str]:
    if not bounce_address:
        return
    for name in names:
        values = [str(value)[:_MOST_OF_FIELD] for value in message.get_all(name, [])[:_MOST_FIELDS]]
        for _, address in getaddresses(values)[:_MOST_ADDRESSES]:
            if (token := message_token(address, bounce_address)) is not None:
                yield token


def _ours(value: str) -> list[str]:
    """The local part of a Message-ID that has the form of ours."""
    found = _OUR_ID.fullmatch(value.strip())
    return [found[1].lower()] if found else []


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")
