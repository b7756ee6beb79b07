"""Greek text without the differences that people do not type: accents, case, the final sigma, stray blanks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

# Accents typed beside the letter instead of over it, as old Greek data has them ("΄Αννα").
_SPACING_ACCENTS: Final = frozenset("\u00a8\u00b4\u0384\u0385\u1fbd\u1fbf\u1fc0\u1fc1\u1ffe")
_DROPPED_CATEGORIES: Final = frozenset({"Mn", "Me", "Cf"})


def _fold_letter(letter: str) -> str:
    """One character folded. Folding never depends on the neighbours, so that whole texts go letter by letter."""
    if letter in _SPACING_ACCENTS:
        return ""
    bare = (c for c in unicodedata.normalize("NFD", letter) if unicodedata.category(c) not in _DROPPED_CATEGORIES)
    folded = "".join(bare).casefold()
    # A few letters casefold into another letter and a mark (İ, ǰ): once more, so that folding twice changes nothing.
    return folded if folded == letter else "".join(_fold_letter(c) for c in folded)


class _FoldTable(dict[int, str]):
    """A `str.translate` table that works each character out when it first meets it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_letter(chr(code))
        return folded


_FOLD: Final = _FoldTable()


def fold(text: str) -> str:
    """The text as searching and comparing see it: no accents, lower case, σ for ς, single blanks, none at the ends.

    Folding twice changes nothing. Invisible format characters (soft hyphen, zero-width space, byte order mark) go too.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(text.translate(_FOLD).split())


# Latin letters are moved behind every Greek one, to their full-width forms (U+FF41..): "Άλφα" before "Alpha".
_LATIN_BEHIND_GREEK: Final = {ord("a") + i: 0xFF41 + i for i in range(26)}


@lru_cache(maxsize=4096)
def name_sort_key(text: str) -> str:
    """A key whose plain order (Python's `<`, SQLite's BINARY) is Greek alphabetical order.

    Digits come first, then Greek, then Latin letters; accents, case, quotes and punctuation do not count.
    """
    letters = "".join(c if c.isalnum() else " " for c in fold(text))
    return " ".join(letters.split()).translate(_LATIN_BEHIND_GREEK)
