"""Slips in an address that a person sees through at once: blanks inside it, Greek letters that pass for Latin ones.

Only what can hardly be meant otherwise is put right, and only to be offered: nothing is changed by itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kkdesk.model.email_providers import is_provider

_BLANK: Final = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")
_AROUND_MARKS: Final = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*([.@])[\\s\u200b-\u200f\u2060\ufeff]*")
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_LATIN: Final = re.compile("[A-Za-z]")

# Letters that are the same key and the same shape in both alphabets: of Ρ nobody knows whether P or R was meant.
_TWINS: Final = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΤΥΧαειικοτχ", "ABEZHIKMNOTYXaeiikotx")
#: The Latin letter on the key of each Greek one: what comes out when the keyboard was left on Greek.
_KEYS: Final = str.maketrans("αβγδεζηθικλμνξοπρσςτυφχψω", "abgdezhuiklmnjoprswtyfxcv")
#: The Latin letter that each Greek one looks like.
_SHAPES: Final = str.maketrans("αβγεηικμνοπρστυχω", "abyenikuvonpotuxw")


def without_slips(written: str) -> str:
    """A trimmed address in lower case with blanks, commas and Greek twins put right; the same when there are none."""
    address = _without_blanks(written).replace(",", ".")
    local, at, domain = address.rpartition("@")
    if not _GREEK.search(address):
        return address.lower()
    for letters in (_KEYS, _SHAPES):
        meant = _bare(domain).lower().translate(letters)
        if meant != domain.lower() and is_provider(meant):
            return f"{_bare(local).lower().translate(letters)}{at}{meant}"
    labels = ".".join(_in_latin(label) for label in domain.split("."))
    return f"{_in_latin(local)}{at}{labels}".lower()


def _without_blanks(written: str) -> str:
    """Together what belongs together; as it was where the blanks may separate two things."""
    closed = _AROUND_MARKS.sub(r"\1", written)
    local, at, domain = closed.rpartition("@")
    if "@" in local or _BLANK.search(domain.rpartition(".")[2]) or len(_BLANK.findall(local)) > 1:
        return closed
    return f"{_BLANK.sub('', local)}{at}{_BLANK.sub('', domain)}"


def _in_latin(part: str) -> str:
    """A word in both alphabets in Latin letters, if each Greek one has a twin; a Greek word is left alone."""
    if not (_GREEK.search(part) and _LATIN.search(part)):
        return part
    latin = _bare(part).translate(_TWINS)
    return part if _GREEK.search(latin) else latin


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
