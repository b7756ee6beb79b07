"""Quoted-printable (RFC 2045, 6.7) in pieces: what is the same in every mail is encoded once."""

from __future__ import annotations

import binascii
import re

from kkdesk.services.mail.slots import Filling, SlotText, interleaved

#: Text that encodes to itself and fits on one line with the soft line break behind it.
_PLAIN = re.compile(r"[!-<>-~]{1,74}")
_SOFT_BREAK = b"=\r\n"
# binascii lets a line grow to 78 when a blank at its end has to be encoded.
_TOO_LONG = re.compile(rb"^([^\n]{74,75})(=20|=09)$", re.MULTILINE)


def encode_piece(text: str) -> bytes:
    """`text` encoded so that it begins and ends at the beginning of a line: pieces can simply be joined.

    Lines are at most 76 bytes long. Line breaks in `text` are LF; they come out as CRLF.
    """
    if _PLAIN.fullmatch(text):
        return text.encode("ascii") + _SOFT_BREAK
    if not text:
        return b""
    # The letter behind it keeps room for the soft break's "=", and a blank at the end from being taken for the
    # line's last. Fed with LF alone, binascii answers with LF alone, whatever the text holds.
    encoded = binascii.b2a_qp(text.encode("utf-8", "replace") + b"x", istext=True)[:-1]
    encoded = _TOO_LONG.sub(rb"\1=\n\2", encoded).replace(b"\n", b"\r\n")
    return encoded if not encoded or encoded.endswith(b"\n") else encoded + _SOFT_BREAK


class EncodedText:
    """A `SlotText` whose fixed texts are encoded already."""

    __slots__ = ("_fixed", "_text")

    def __init__(self, text: SlotText) -> None:
        self._text = text
        *fixed, last = map(encode_piece, text.fixed)
        # Nothing follows the last text, so its line is not to be continued.
        self._fixed = (*fixed, last.removesuffix(_SOFT_BREAK))

    def fill(self, filling: Filling) -> list[bytes]:
        """The text for one recipient, encoded, in pieces to be joined."""
        values = [encode_piece(slot.fill(filling)) for slot in self._text.slots]
        return interleaved(self._fixed, [values[number] for number in self._text.order])
