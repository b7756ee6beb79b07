"""Text in spreadsheet files that no program takes for a formula, and back again without loss.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line break is computed by spreadsheet programs (OWASP, "CSV
Injection"). Such text gets an apostrophe in front; text that already has apostrophes there gets one more, so that
taking one away gives exactly what was there. Signs that stand for "nothing" (-, #N/A) are guarded alike, since an
import takes them for empty cells.
"""

from __future__ import annotations

import re
from typing import Final

#: What people and spreadsheets write where they have no value.
PLACEHOLDERS: Final = frozenset(
    {"-", "--", "---", "–", "—", "#N/A", "#Δ/Υ", "#REF!", "#VALUE!", "#ΤΙΜΗ!", "#NAME?", "#DIV/0!", "NULL"}
)
# Full-width forms are computed by some programs, too.
_DANGEROUS: Final = r"[=+\-@\t\r\n＝＋－＠]"
_SIGNS: Final = "|".join(re.escape(sign) for sign in sorted(PLACEHOLDERS))
_TO_GUARD: Final = re.compile(rf"'*(?:{_DANGEROUS}|(?:{_SIGNS})\Z)")
_GUARDED: Final = re.compile(rf"'+(?:{_DANGEROUS}|(?:{_SIGNS})\Z)")
#: The first characters of every text that `guard` or `unguard` changes: a cheap look before the careful one.
MARKS: Final = frozenset("'=+-@\t\r\n＝＋－＠–—#N")


def guard(text: str) -> str:
    """The text as it may stand in a file."""
    return "'" + text if text and text[0] in MARKS and _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given. Other people's apostrophes ('90s) stay."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
