"""Which encoding a text file is in. One pass over the file, block by block; nothing is kept of it but a sample."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kkdesk.services.importing.file_errors import empty_file, file_errors, too_large, unreadable_text
from kkdesk.services.importing.limits import MAX_TEXT_BYTES

#: What a person may choose from when the guess is wrong, by Python's names.
ENCODINGS: Final = ("utf-8-sig", "cp1253", "iso8859-7", "utf-16", "cp737", "cp1252")

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 18
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In the order in which they win a tie. cp1252 is here to keep "Müller" from becoming "Mόller".
_CODE_PAGES: Final = ("cp1253", "iso8859-7", "cp737", "cp1252")
_GREEK_WORDS: Final = re.compile(r"(?<![A-Za-z])[\u0370-\u03ff](?![A-Za-z])")
_WESTERN_LETTERS: Final = re.compile(r"(?<=[A-Za-z])[À-ÿ]|[À-ÿ](?=[A-Za-z])")
# Code points that no list of customers holds: they betray the wrong code page.
_UNLIKELY: Final = re.compile("[\u0080-\u009f\ufffd\u2500-\u259f\u00a4-\u00a6\u00ac\u00b1-\u00b3\u00b5-\u00b7]")
#: Half of the letters beyond ASCII have to make sense.
_SURE_ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class TextScan:
    """What one pass over a text file tells: its encoding, its lines (about as many as rows) and its size in bytes."""

    encoding: str
    lines: int
    size: int


def scan_text(path: Path) -> TextScan:
    """Look through the whole file. Raises `InvalidInput` (empty, too large, no text) and `NotFound`."""
    with file_errors(path):
        size = path.stat().st_size
        if size == 0:
            raise empty_file(path)
        if size > MAX_TEXT_BYTES:
            raise too_large(path, workbook=False)
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
        marked = next((name for mark, name in _BOMS if start.startswith(mark)), None) or _utf16_without_mark(start)
        scan = _Scan(is_text=marked is None)
        for block in _blocks(path):
            scan.take(block)
    encoding = marked or scan.encoding()
    if encoding is None:
        raise unreadable_text(path)
    return TextScan(encoding, scan.lines + 1, size)


class _Scan:
    """Collects what the choice rests on while the blocks go by."""

    def __init__(self, *, is_text: bool) -> None:
        self.lines = 0
        self._single_bytes = is_text
        self._has_nul = False
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")() if is_text else None
        self._bytes: set[int] = set()
        self._sample = b""

    def take(self, block: bytes) -> None:
        self.lines += block.count(b"\n")
        if not self._single_bytes:
            return
        self._has_nul = self._has_nul or b"\0" in block
        if not block.isascii():
            self._bytes.update(block)
            if len(self._sample) < _SAMPLE:
                self._sample += b"\n".join(line for line in block.splitlines() if not line.isascii())[:_SAMPLE]
        if self._utf8 is not None:
            try:
                # An empty block is the end: a letter cut in half there is no UTF-8 either.
                self._utf8.decode(block, final=not block)
            except UnicodeDecodeError:
                self._utf8 = None

    def encoding(self) -> str | None:
        if self._has_nul:
            return None
        if self._utf8 is not None:
            return "utf-8"
        scored = [(_score(self._sample, self._bytes, name), name) for name in _CODE_PAGES]
        best = max(score for score, _ in scored)
        return next(name for score, name in scored if score == best) if best >= _SURE_ENOUGH else None


def _score(sample: bytes, used: set[int], encoding: str) -> float:
    """The share of letters beyond ASCII that make sense in `encoding`; 0 when a byte means nothing in it."""
    try:
        bytes(used).decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    text = sample.decode(encoding)
    beyond = sum(not letter.isascii() for letter in text)
    sensible = len((_WESTERN_LETTERS if encoding == "cp1252" else _GREEK_WORDS).findall(text))
    return (sensible - 2 * len(_UNLIKELY.findall(text))) / beyond if beyond else 0.0


def _utf16_without_mark(start: bytes) -> str | None:
    """UTF-16 that does not say so: digits, blanks and separators have a zero byte each, at the same end always."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if bool(even) == bool(odd):
        return None
    encoding = "utf-16-le" if odd else "utf-16-be"
    text = start[: len(start) // 2 * 2].decode(encoding, errors="ignore")
    likely = sum(letter in "\t\r\n" or " " <= letter <= "~" or "\u0370" <= letter <= "\u03ff" for letter in text)
    return encoding if likely > 0.9 * len(text) else None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
    yield b""
