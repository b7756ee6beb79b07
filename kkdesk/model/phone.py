"""Telephone numbers. Greek ones (numbering plan of EETT) are checked and grouped; foreign ones are kept as they are.

National numbers have ten digits: 2… geographic, 69… mobile, 800 free, 801 shared cost, 806, 812, 825, 850, 875 shared
cost, 90… premium, 70 personal. +30 is the country code; 0030 and a bare 30 stand for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual

PhoneType = Literal["mobile", "landline", "tollFree", "sharedCost"]

_NOT_DIGIT: Final = re.compile(r"[^0-9]")
_FOREIGN: Final = re.compile(r"\+(?!30)[1-9][0-9]{6,14}")
# In the order they are tried; national numbers of ten digits.
_TYPES: Final[tuple[tuple[re.Pattern[str], PhoneType], ...]] = (
    (re.compile(r"69[0-9]{8}"), "mobile"),
    (re.compile(r"2[0-9]{9}"), "landline"),
    (re.compile(r"800[0-9]{7}"), "tollFree"),
    (re.compile(r"8(?:01|06|12|25|50|75)[0-9]{7}"), "sharedCost"),
)

NOT_A_GREEK_NUMBER: Final = Bilingual(
    "Δεν είναι έγκυρος ελληνικός αριθμός τηλεφώνου: χρειάζονται 10 ψηφία που αρχίζουν με 2 ή 69. "
    "Για αριθμό εξωτερικού αρχίστε με + και τον κωδικό της χώρας.",
    "This is not a valid Greek telephone number: 10 digits are needed, beginning with 2 or 69. "
    "For a number abroad begin with + and the country code.",
)


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """What became of a number as somebody wrote it.

    `valid` says that it is a Greek number or an empty field. A foreign number is not, but it is `foreign`, and a form
    takes it: `acceptable` covers both. `normalized` is in international form (+30…) where it can be.
    """

    valid: bool
    phone: str
    normalized: str
    type: PhoneType | None = None
    foreign: bool = False
    error: Bilingual | None = None

    @property
    def acceptable(self) -> bool:
        """Whether a form should take the number."""
        return self.valid or self.foreign


def normalize_phone(text: str | None) -> str:
    """The digits of a number, with +30 before a Greek one and + before a foreign one that said so.

    What is no number in either sense comes back as its bare digits, so that nothing a person typed is lost in silence;
    `validate_phone` is what tells the two apart.
    """
    written = text or ""
    digits = _NOT_DIGIT.sub("", written)
    plus = written.lstrip().startswith(("+", "(+"))
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if plus:
        return "+" + digits
    if _type_of(digits) or re.fullmatch(r"2[0-9]{8}", digits):
        return "+30" + digits
    # A bare 30 is the country code when as many digits follow as a national number has, or one short of it.
    if digits.startswith("30") and 11 <= len(digits) <= 12:
        return "+" + digits
    return digits


def validate_phone(text: str | None) -> PhoneCheck:
    """Check a field that may be left empty."""
    written = text or ""
    normalized = normalize_phone(written)
    if not written.strip():
        return PhoneCheck(True, written, normalized)
    kind = _type_of(normalized.removeprefix("+30")) if normalized.startswith("+30") else None
    if kind:
        return PhoneCheck(True, written, normalized, kind)
    foreign = _FOREIGN.fullmatch(normalized) is not None
    return PhoneCheck(False, written, normalized, foreign=foreign, error=NOT_A_GREEK_NUMBER)


def format_phone(text: str | None) -> str:
    """The number as people read it: `697 123 4567`, `210 123 4567`, `2310 123 456`, `24210 12345`, `+49 30 123456`.

    A Greek number is shown without +30. What is not understood is shown as it was written, trimmed.
    """
    check = validate_phone(text)
    if check.valid and check.type:
        return _grouped(check.normalized.removeprefix("+30"), check.type)
    return (text or "").strip()


def phone_digits(text: str | None) -> str:
    """The national digits of a Greek number, all digits of any other: what a search for a fragment looks in."""
    return normalize_phone(text).removeprefix("+30").removeprefix("+")


def _type_of(national: str) -> PhoneType | None:
    return next((kind for pattern, kind in _TYPES if pattern.fullmatch(national)), None)


def _grouped(national: str, kind: PhoneType) -> str:
    # Area codes: 21… (Athens) have three digits, the six that end in 10 (2310 Thessaloniki) four, all others five.
    if kind != "landline" or national.startswith("21"):
        return f"{national[:3]} {national[3:6]} {national[6:]}"
    if national[2:4] == "10":
        return f"{national[:4]} {national[4:7]} {national[7:]}"
    return f"{national[:5]} {national[5:]}"
