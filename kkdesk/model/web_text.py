"""White space as the web CRM sees it.

Its keys and checks were made by JavaScript, whose `trim` and `\\s` are not Python's: they count U+FEFF, and do not
count U+001C to U+001F and U+0085 (ECMA-262, WhiteSpace and LineTerminator).
"""

from __future__ import annotations

import re
from typing import Final

_EN_QUAD_TO_HAIR_SPACE: Final = "".join(map(chr, range(0x2000, 0x200B)))
WHITE_SPACE: Final = "\t\n\x0b\x0c\r \u00a0\u1680" + _EN_QUAD_TO_HAIR_SPACE + "\u2028\u2029\u202f\u205f\u3000\ufeff"
_RUN: Final = re.compile(f"[{WHITE_SPACE}]+")


def trim(text: str) -> str:
    """The text without the white space around it."""
    return text.strip(WHITE_SPACE)


def without_white_space(text: str) -> str:
    """The text with all its white space taken out."""
    return _RUN.sub("", text)


def single_spaced(text: str) -> str:
    """The text with each run of white space made one blank."""
    return _RUN.sub(" ", text)
