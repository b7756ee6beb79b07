"""Header lines of a mail: one line of text becomes bytes that no value can break out of (RFC 5322, RFC 2047)."""

from __future__ import annotations

import base64
import re
from typing import Final

from kkdesk.model.email_address import EnvelopeAddress
from kkdesk.services.mail.personalise import one_line
from kkdesk.services.mail.tracking import well_formed

_MAX_LINE: Final = 76
#: With every letter of it escaped it leaves room in a line of 998 (RFC 5322, 2.1.1).
_LONGEST_PHRASE: Final = 400
_WORD_HEAD, _WORD_TAIL = "=?utf-8?B?", "?="
# What a display name may hold without quotes: atoms (RFC 5322, 3.2.3) with single blanks between them.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ENCODED_WORD_LIKE = "=?"
_VISIBLE_ASCII = re.compile(r"[!-~]+")


def text_header(name: str, text: str) -> bytes:
    """A header that holds free text, such as Subject; encoded where it is not plain ASCII, folded where it is long."""
    line = one_line(well_formed(text))
    plain = line.isascii() and _ENCODED_WORD_LIKE not in line and line == line.strip()
    body = _folded(name, line) if plain else None
    return f"{name}: {_encoded_words(line, len(name) + 2) if body is None else body}\r\n".encode("ascii")


def address_header(name: str, address: EnvelopeAddress) -> bytes:
    """A header that holds one address with or without a display name. UTF-8 only where the address needs SMTPUTF8."""
    bare = one_line(well_formed(address.address))
    display = one_line(well_formed(address.name or "")).strip()
    if not display:
        return f"{name}: {bare}\r\n".encode()
    # A phrase is not folded; one that would burst the line goes out in encoded words, which are.
    plain = _ENCODED_WORD_LIKE not in display and len(display) <= _LONGEST_PHRASE
    if plain and _ATOMS.fullmatch(display):
        phrase = display
    elif plain and display.isascii():
        phrase = '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        phrase = _encoded_words(display, len(name) + 2)
    separator = " " if len(name) + len(phrase) + len(bare) + 5 <= _MAX_LINE else "\r\n "
    return f"{name}: {phrase}{separator}<{bare}>\r\n".encode()


def token_header(name: str, value: str) -> bytes:
    """A header that holds one machine-made word or several: never encoded, never folded.

    Raises `ValueError` for anything but visible ASCII and blanks: such a value is a mistake of the program.
    """
    if not all(map(_VISIBLE_ASCII.fullmatch, value.split(" "))):
        raise ValueError(f"{name} cannot hold {value!r}")
    return f"{name}: {value}\r\n".encode("ascii")


def _folded(name: str, line: str) -> str | None:
    """ASCII text folded at blanks into lines of at most 76; None when a word is too long for that."""
    lines: list[str] = []
    width = _MAX_LINE - len(name) - 2
    while len(line) > width:
        place = line.rfind(" ", 1, width + 1)
        # The line after the break must hold more than blanks (RFC 5322, 3.2.2).
        while place > 0 and line[place - 1] == " ":
            place -= 1
        if place <= 0:
            return None
        lines.append(line[:place])
        line, width = line[place:], _MAX_LINE
    return "\r\n".join([*lines, line])


def _encoded_words(text: str, column: int) -> str:
    """`text` as encoded words, none longer than 75 and no line longer than 76 (RFC 2047, 2); letters stay whole."""
    words: list[str] = []
    room = _bytes_that_fit(_MAX_LINE - column)
    chunk = b""
    for letter in text:
        encoded = letter.encode("utf-8")
        if len(chunk) + len(encoded) > room:
            words.append(_word(chunk))
            chunk, room = b"", _bytes_that_fit(_MAX_LINE - 1)
        chunk += encoded
    return "\r\n ".join([*words, _word(chunk)])


def _bytes_that_fit(width: int) -> int:
    return (width - len(_WORD_HEAD) - len(_WORD_TAIL)) // 4 * 3


def _word(chunk: bytes) -> str:
    return f"{_WORD_HEAD}{base64.b64encode(chunk).decode('ascii')}{_WORD_TAIL}"
