"""ΑΦΜ, the Greek tax number: nine digits, the last of which checks the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.web_text import without_white_space

# As on EU invoices; typed with Greek letters too.
_PREFIX: Final = re.compile(r"^(?:EL|GR|ΕΛ)[-.:]?(?=[0-9])", re.IGNORECASE)
_NINE_DIGITS: Final = re.compile(r"[0-9]{9}")
_EIGHT_DIGITS: Final = re.compile(r"[0-9]{8}")

NOT_NINE_DIGITS: Final = Bilingual(
    "Το ΑΦΜ πρέπει να έχει ακριβώς 9 ψηφία.", "A tax number (ΑΦΜ) must have exactly 9 digits."
)
NOT_ONLY_DIGITS: Final = Bilingual(
    "Το ΑΦΜ πρέπει να αποτελείται μόνο από ψηφία.", "A tax number (ΑΦΜ) must consist of digits only."
)
WRONG_CHECK_DIGIT: Final = Bilingual(
    "Το ΑΦΜ δεν είναι σωστό: το ψηφίο ελέγχου δεν ταιριάζει. Ελέγξτε μήπως υπάρχει λάθος στην πληκτρολόγηση.",
    "The tax number (ΑΦΜ) is not right: its check digit does not match. Look for a typing mistake.",
)
ALL_ZEROS: Final = Bilingual(
    "Το 000000000 δεν είναι πραγματικό ΑΦΜ. Αν δεν το γνωρίζετε, αφήστε το πεδίο κενό.",
    "000000000 is not a real tax number (ΑΦΜ). Leave the field empty if you do not know it.",
)


@dataclass(frozen=True, slots=True)
class AfmCheck:
    """What became of a tax number as somebody wrote it.

    `normalized` has neither blanks nor country prefix. `error` is set when `valid` is false. An empty field is valid:
    not every customer gives one.
    """

    valid: bool
    afm: str
    normalized: str
    error: Bilingual | None = None


def normalize_afm(text: str) -> str:
    """The number without blanks and without an EL or GR prefix. Whether it is one is not looked at."""
    return _PREFIX.sub("", without_white_space(text))


def afm_checksum(nine_digits: str) -> bool:
    """Whether the ninth digit is (Σ digit·2^(8-i), i = 0..7) mod 11 mod 10. Anything but nine ASCII digits is false."""
    if not _NINE_DIGITS.fullmatch(nine_digits):
        return False
    total = sum(int(digit) << (8 - i) for i, digit in enumerate(nine_digits[:8]))
    return total % 11 % 10 == int(nine_digits[8])


def valid_afm(text: str) -> bool:
    """Whether the text is a tax number, blanks and an EL or GR prefix allowed. 000000000 and empty text are not."""
    afm = normalize_afm(text)
    return afm_checksum(afm) and afm != "000000000"


def validate_afm(text: str | None) -> AfmCheck:
    """Check a field that may be left empty, and say what is wrong with it."""
    written = text or ""
    afm = normalize_afm(written)
    return AfmCheck(valid=(error := _afm_error(afm)) is None, afm=written, normalized=afm, error=error)


def afm_suggestion(text: str) -> str | None:
    """The nine digits that were probably meant when eight are there, or None.

    Spreadsheets take a tax number for a number and drop its leading zero. It is only offered, never filled in unasked,
    and only when the check digit agrees.
    """
    afm = normalize_afm(text)
    if _EIGHT_DIGITS.fullmatch(afm) and valid_afm("0" + afm):
        return "0" + afm
    return None


def _afm_error(afm: str) -> Bilingual | None:
    if not afm:
        return None
    if len(afm) != 9:
        return NOT_NINE_DIGITS
    if not _NINE_DIGITS.fullmatch(afm):
        return NOT_ONLY_DIGITS
    if not afm_checksum(afm):
        return WRONG_CHECK_DIGIT
    return ALL_ZEROS if afm == "000000000" else None
