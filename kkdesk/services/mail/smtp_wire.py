"""What goes over the wire: replies taken apart, content made ready for DATA."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.services.mail.replies import split_status

#: One line of a reply: code, what separates it (a hyphen: more lines follow), text.
REPLY_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_BARE_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_TEXT_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer: code, enhanced status code (empty when there is none) and text."""

    code: int
    status: str
    text: str

    @property
    def positive(self) -> bool:
        """Whether the server did, or goes on with, what it was asked."""
        return self.code < 400

    @property
    def temporary(self) -> bool:
        """Whether it refused for now only."""
        return 400 <= self.code < 500


def as_reply(code: int, lines: Sequence[bytes]) -> Reply:
    """A reply from the texts of its lines; each may repeat the enhanced status code."""
    parts = [split_status(line.decode("utf-8", "replace")) for line in lines]
    text = " ".join(text for _, text in parts if text)
    return Reply(code, parts[0][0], text[:_TEXT_LENGTH])


def size_limit(extensions: Mapping[str, str]) -> int | None:
    """The most bytes a mail may have (RFC 1870); 0 for no fixed limit, None when the server does not say."""
    if "size" not in extensions:
        return None
    value = extensions["size"].strip()
    return int(value) if value.isascii() and value.isdigit() else 0


def dot_stuffed(content: bytes) -> bytes:
    """The content as DATA wants it: CRLF line ends, dots at the beginning of lines doubled, the final dot."""
    without = content.replace(b"\r\n", b"")
    if b"\n" in without or b"\r" in without:
        # A lone CR or LF could be taken for an end of the mail by one server and not by the next.
        content = _BARE_LINE_END.sub(b"\r\n", content)
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
