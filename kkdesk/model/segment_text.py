"""How segment rules compare text: case and accents do not count.

One table serves Python, which folds both sides, and SQL, where each letter of a pattern becomes the class of all its
spellings (`[αάΑΆ…]` of GLOB): SQLite itself folds ASCII letters only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kkdesk.model.greek_fold import fold

#: Combining marks of Greek (tonos, dialytika, breathings, …) and of the neighbours' Latin: decomposed text has them.
MARKS: Final = "\u0300\u0301\u0302\u0303\u0304\u0306\u0308\u030a\u030c\u0313\u0314\u0327\u0342\u0343\u0345"

_LETTERS: Final = (
    range(0x0041, 0x005B),
    range(0x0061, 0x007B),
    range(0x00B5, 0x00B6),
    range(0x00C0, 0x02B0),
    range(0x0370, 0x0530),
    range(0x1E00, 0x2000),
)


def folded(text: str) -> str:
    """`text` without marks, each letter in the one spelling that stands for all of its spellings."""
    return text.translate(_table())


def spellings(letter: str) -> str:
    """All characters that `folded` maps to what it maps `letter` to; the letter itself when it has one spelling."""
    return _classes().get(letter, letter)


@lru_cache(maxsize=1)
def _classes() -> dict[str, str]:
    """By folded letter, its spellings."""
    classes: dict[str, str] = {}
    for letters in _LETTERS:
        for code in letters:
            same = fold(chr(code))
            # Letters that fold into two (ß) or into nothing stay as they are.
            if len(same) == 1 and chr(code).isalpha():
                classes[same] = classes.get(same, "") + chr(code)
    return {letter: found for letter, found in classes.items() if len(found) > 1}


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(mark): None for mark in MARKS}
    for letter, found in _classes().items():
        table.update((ord(spelling), letter) for spelling in found)
    return table
