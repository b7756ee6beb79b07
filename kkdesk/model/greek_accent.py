"""Where the accent of a Greek word stands, counted in syllables from its end."""

from __future__ import annotations

import unicodedata
from typing import Final

_ACUTE: Final = frozenset("\u0301\u0300\u0342")  # tonos and oxia decompose alike; varia and perispomeni in old spelling
_DIAERESIS: Final = "\u0308"
_VOWELS: Final = frozenset("αεηιουω")
_DIPHTHONGS: Final = frozenset({"αι", "ει", "οι", "υι", "ου", "αυ", "ευ", "ηυ"})


def syllables(word: str) -> list[bool]:
    """One entry for each syllable, true where the accent is. Synizesis is not heard: Μάριος counts three."""
    found: list[bool] = []
    previous = ""  # the vowel before, when a diphthong may still join it
    for letter, accented, diaeresis in _letters(word):
        if letter not in _VOWELS:
            previous = ""
        elif previous + letter in _DIPHTHONGS and not diaeresis:
            found[-1] |= accented
            previous = ""
        else:
            found.append(accented)
            previous = "" if accented else letter  # an accent on the first vowel parts the two: Βάιος
    return found


def accent_from_end(word: str) -> int | None:
    """1 when the last syllable has the accent, 2 for the one before; None when the word shows no accent."""
    marks = syllables(word)[::-1]
    return marks.index(True) + 1 if True in marks else None


def _letters(word: str) -> list[tuple[str, bool, bool]]:
    letters: list[tuple[str, bool, bool]] = []
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in _ACUTE and letters:
            letters[-1] = (letters[-1][0], True, letters[-1][2])
        elif char == _DIAERESIS and letters:
            letters[-1] = (letters[-1][0], letters[-1][1], True)
        elif not unicodedata.combining(char):
            letters.append((char, False, False))
    return letters
