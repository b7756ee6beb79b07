"""Bounces that are no report by any standard: text for people, in the words of the server that wrote it.

flufl.bounce knows many of their forms; it tells which addresses failed, and whether for good. Why stands in the text.
"""

from __future__ import annotations

import logging
import re
from email import message_from_bytes
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from kkdesk.services.bounces.delivery_status import find_code, find_status
from kkdesk.services.bounces.letters import RecipientStatus
from kkdesk.services.bounces.marks import texts_of

# It logs what it reads, addresses and all.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_MAIL_SYSTEM = re.compile(
    r"(?:^|[<\s\"])(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mail delivery (?:sub)?system)\b", re.IGNORECASE
)
#: Where the text on what happened ends and the mail that is returned begins.
# Bounded throughout: whoever writes to the mailbox chooses the text, and no text may take long.
_RETURNED = re.compile(
    r"^(?:[-=_ ]{2,80}[^\n]{0,60}?(?:copy of|original message|returned message|below this line|message follows)"
    r"|[-=_]{4,100}[ \t\r]{0,9}$|(?:Return-Path|Received|Message-ID|DKIM-Signature):)",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(r"(?<![\d.])([45]\d\d)[ -]{1,5}[(#]?([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_SAID = re.compile(
    r"(?:said|error|response|answered|replied|status|code|smtp|returned)\W{0,5}(?:\w{1,20}\W{1,5}){0,4}?"
    r"([45]\d\d)(?=[ -])"
    r"|^[ \t>]{0,20}([45]\d\d)(?=[ -])",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_OCTETS: Final = 32_768
_MOST_TEXT: Final = 60_000
_MOST_DIAGNOSTIC: Final = 500
_MOST_RECIPIENTS: Final = 20


def from_mail_system(message: Message) -> bool:
    """Whether a server wrote it: by its sender's name, or by Exim's and Gmail's own field."""
    return "X-Failed-Recipients" in message or bool(_MAIL_SYSTEM.search(str(message.get("From", ""))))


def null_sender(message: Message) -> bool:
    """Whether its return path is empty, so that nobody can answer it (RFC 5321, 4.5.5)."""
    return "".join(str(message.get("Return-Path", "-")).split()) == "<>"


def plain_statuses(message: Message, content: bytes) -> tuple[RecipientStatus, ...]:
    """What the text of a mail system's message says; empty when it says nothing that is understood.

    `content` is what `message` was parsed from.
    """
    text = _explanation(message)
    status, code, diagnostic = _answer(text)
    # Seventeen readers go over it line by line, and what they look for stands before the returned mail.
    temporary, permanent = _failures(message_from_bytes(content[:_MOST_OCTETS]))
    found = [RecipientStatus(address, "", "failed", status, code, diagnostic) for address in sorted(permanent)]
    found += [
        RecipientStatus(address, "", "delayed", status, code, diagnostic) for address in sorted(temporary - permanent)
    ]
    if not found and (status or str(code or ""))[:1] == "5":
        found = [RecipientStatus("", "", "failed", status, code, diagnostic)]
    return tuple(found[:_MOST_RECIPIENTS])


def _failures(message: Message) -> tuple[set[str], set[str]]:
    temporary, permanent = all_failures(message)
    return {_text(address) for address in temporary}, {_text(address) for address in permanent}


def _text(address: bytes | str) -> str:
    written = address.decode("utf-8", "replace") if isinstance(address, bytes) else address
    return written.strip().strip("<>").lower()


def _explanation(message: Message) -> str:
    """The text up to where the returned mail begins: what that one says is not the server's word."""
    text = "\n".join(texts_of(message))[:_MOST_TEXT]
    end = _RETURNED.search(text)
    # Some begin with a line of dashes around their heading.
    while end is not None and not text[: end.start()].strip():
        end = _RETURNED.search(text, end.end())
    before = text if end is None else text[: end.start()]
    return before if find_status(before) or _SAID.search(before) else text[: _until_mail(text)]


def _until_mail(text: str) -> int:
    found = re.search(r"^(?:Return-Path|Received|Message-ID|DKIM-Signature):", text, re.IGNORECASE | re.MULTILINE)
    return found.start() if found else len(text)


def _answer(text: str) -> tuple[str, int | None, str]:
    """Enhanced status, reply code and the words after them."""
    if both := _ANSWER.search(text):
        return both[2], int(both[1]), _words(text, both.start())
    if status := find_status(text):
        start = text.index(status)
        return status, find_code(text[max(0, start - 5) : start].lstrip()), _words(text, start)
    if said := _SAID.search(text):
        group = 1 if said[1] else 2
        return "", int(said[group]), _words(text, said.start(group))
    return "", None, ""


def _words(text: str, start: int) -> str:
    """The paragraph from `start` on, in one line."""
    return " ".join(re.split(r"\r?\n[ \t]*\r?\n", text[start:], maxsplit=1)[0].split())[:_MOST_DIAGNOSTIC]
