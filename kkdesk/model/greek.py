"""Greek text: the one door to what the program knows about Greek names, numbers and addresses.

| name | meaning |
|---|---|
| `fold` | text as searching and comparing see it (accents, case, final sigma gone) |
| `greeklish_key`, `greeklish_prefixes` | one key for a name in Greek and in each Latin spelling; its beginnings |
| `name_sort_key` | Greek alphabetical order |
| `valid_afm`, `validate_afm`, `normalize_afm`, `afm_suggestion`, `afm_checksum` | the tax number |
| `vocative`, `surname_vocative`, `gender` | how a person is addressed |
| `normalize_phone`, `validate_phone`, `format_phone`, `phone_digits` | telephone numbers |
| `normalize_postal`, `validate_postal`, `format_postal`, `postal_region` | postal codes |
| `validate_data` | the four fields of a customer at once |
"""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model.afm import AfmCheck, afm_checksum, afm_suggestion, normalize_afm, valid_afm, validate_afm
from kkdesk.model.greek_fold import fold, name_sort_key
from kkdesk.model.greeklish import greeklish_key, greeklish_prefixes
from kkdesk.model.phone import PhoneCheck, PhoneType, format_phone, normalize_phone, phone_digits, validate_phone
from kkdesk.model.postal import PostalCheck, format_postal, normalize_postal, postal_region, validate_postal
from kkdesk.model.vocative import Gender, Vocative, gender, surname_vocative, vocative

__all__ = [
    "AfmCheck",
    "DataCheck",
    "Gender",
    "PhoneCheck",
    "PhoneType",
    "PostalCheck",
    "Vocative",
    "afm_checksum",
    "afm_suggestion",
    "fold",
    "format_phone",
    "format_postal",
    "gender",
    "greeklish_key",
    "greeklish_prefixes",
    "name_sort_key",
    "normalize_afm",
    "normalize_phone",
    "normalize_postal",
    "phone_digits",
    "postal_region",
    "surname_vocative",
    "valid_afm",
    "validate_afm",
    "validate_data",
    "validate_phone",
    "validate_postal",
    "vocative",
]


@dataclass(frozen=True, slots=True)
class DataCheck:
    """The checks of a customer's Greek fields."""

    afm: AfmCheck
    phone: PhoneCheck
    mobile: PhoneCheck
    postal_code: PostalCheck

    @property
    def valid(self) -> bool:
        """Whether all four are valid."""
        return self.afm.valid and self.phone.valid and self.mobile.valid and self.postal_code.valid


def validate_data(
    afm: str | None = None, phone: str | None = None, mobile: str | None = None, postal_code: str | None = None
) -> DataCheck:
    """Check the Greek fields of one customer together; empty ones are valid."""
    return DataCheck(validate_afm(afm), validate_phone(phone), validate_phone(mobile), validate_postal(postal_code))
