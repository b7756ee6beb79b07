"""Greek postal codes (ΤΚ): five digits, of which the first two or three name the area (ELTA's published code book)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.web_text import without_white_space

_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}")
_PREFIX: Final = re.compile(r"^(?:GR|EL|Τ\.?Κ\.?|T\.?K\.?)[-.:]?(?=[0-9])", re.IGNORECASE)
LOWEST: Final = 10000
HIGHEST: Final = 85999

# First and last two-digit area, with the region that people of the trade would name.
_REGIONS: Final = (
    (10, 19, "Αττική"),
    (20, 24, "Πελοπόννησος"),
    (25, 27, "Δυτική Ελλάδα"),
    (28, 29, "Ιόνια Νησιά"),
    (30, 30, "Δυτική Ελλάδα"),
    (31, 31, "Ιόνια Νησιά"),
    (32, 36, "Στερεά Ελλάδα"),
    (37, 38, "Θεσσαλία"),
    (40, 43, "Θεσσαλία"),
    (44, 48, "Ήπειρος"),
    (49, 49, "Ιόνια Νησιά"),
    (50, 53, "Δυτική Μακεδονία"),
    (54, 57, "Θεσσαλονίκη"),
    (58, 63, "Κεντρική Μακεδονία"),
    (64, 69, "Ανατολική Μακεδονία & Θράκη"),
    (70, 74, "Κρήτη"),
    (80, 80, "Αττική"),  # Kythira
    (81, 83, "Βόρειο Αιγαίο"),
    (84, 85, "Νότιο Αιγαίο"),
)
_REGION_OF_AREA: Final = {area: name for first, last, name in _REGIONS for area in range(first, last + 1)}

NOT_FIVE_DIGITS: Final = Bilingual(
    "Ο ταχυδρομικός κώδικας πρέπει να έχει ακριβώς 5 ψηφία.", "A Greek postal code must have exactly 5 digits."
)
OUT_OF_RANGE: Final = Bilingual(
    "Οι ελληνικοί ταχυδρομικοί κώδικες είναι από 10000 έως 85999.",
    "Greek postal codes run from 10000 to 85999.",
)


@dataclass(frozen=True, slots=True)
class PostalCheck:
    """What became of a postal code as somebody wrote it. An empty field is valid; `region` is None when unknown."""

    valid: bool
    postal_code: str
    normalized: str
    region: str | None = None
    error: Bilingual | None = None


def normalize_postal(text: str | None) -> str:
    """The code as the database keeps it: "546 21", "GR-54621" and "Τ.Κ. 54621" become 54621."""
    return _PREFIX.sub("", without_white_space(text or ""))


def format_postal(text: str | None) -> str:
    """The code as it is written on a letter: 546 21. Anything but five digits comes back as it is."""
    code = normalize_postal(text)
    return f"{code[:3]} {code[3:]}" if _FIVE_DIGITS.fullmatch(code) else (text or "").strip()


def postal_region(text: str | None) -> str | None:
    """The Greek name of the region of a code, None when there is no such area."""
    code = normalize_postal(text)
    return _REGION_OF_AREA.get(int(code[:2])) if _FIVE_DIGITS.fullmatch(code) else None


def validate_postal(text: str | None) -> PostalCheck:
    """Check a field that may be left empty."""
    code = normalize_postal(text)
    error: Bilingual | None = None
    if code and not _FIVE_DIGITS.fullmatch(code):
        error = NOT_FIVE_DIGITS
    elif code and not LOWEST <= int(code) <= HIGHEST:
        error = OUT_OF_RANGE
    return PostalCheck(error is None, text or "", code, None if error else postal_region(code), error)
