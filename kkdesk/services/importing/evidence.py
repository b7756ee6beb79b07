"""What the values of a column look like, whatever its title says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from kkdesk.model.afm import afm_suggestion, valid_afm
from kkdesk.model.email_address import is_valid_strict
from kkdesk.model.greek import fold
from kkdesk.model.phone import validate_phone
from kkdesk.model.postal import validate_postal
from kkdesk.services.importing.person_names import is_first_name, looks_like_company

_SITE: Final = re.compile(r"(?:https?://|www\.)[^\s@]+\.[^\s@]+", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?: .*)?")
_NUMBER: Final = re.compile(r"[+\-]?[\d., ]+(?:€)?")
_KK_ID: Final = re.compile(r"cust_[A-Za-z0-9_-]{21}|(?=.*[A-Za-z])[A-Za-z0-9_-]{21}")


def is_email(text: str) -> bool:
    """Whether it is an address, or several in one cell."""
    return all(is_valid_strict(part) for part in re.split(r"[;,/\s]+", text.strip()) if part)


def is_afm(text: str) -> bool:
    """Whether it is a tax number, its leading zero perhaps lost."""
    return valid_afm(text) or afm_suggestion(text) is not None


def is_mobile(text: str) -> bool:
    """Whether it is a Greek mobile number."""
    return validate_phone(text).type == "mobile"


def is_phone(text: str) -> bool:
    """Whether it is a Greek number, or several in one cell."""
    parts = [part for part in re.split(r"[;,/]", text) if part.strip()]
    return bool(parts) and all(validate_phone(part).type is not None for part in parts)


def is_postal(text: str) -> bool:
    """Whether it is a Greek postal code."""
    return bool(text.strip()) and validate_postal(text).valid


def is_customer_id(text: str) -> bool:
    """Whether it is the id of a customer as this program and the web CRM make them."""
    return _KK_ID.fullmatch(text) is not None


#: What a value looks like, the most telling first, with the field it speaks for and how loudly.
_KINDS: Final[tuple[tuple[str, Callable[[str], bool], float], ...]] = (
    ("email", is_email, 0.9),
    ("website", lambda text: _SITE.fullmatch(text) is not None, 0.75),
    ("mobile", is_mobile, 0.75),
    ("phone", is_phone, 0.7),
    ("afm", is_afm, 0.7),
    ("postal_code", is_postal, 0.5),
    ("first_name", is_first_name, 0.55),
    ("company", looks_like_company, 0.5),
)
#: For fields whose values have a form: a column that has none of it is hardly that field.
_FORMS: Final[dict[str, Callable[[str], bool]]] = {
    "email": is_email,
    "email_secondary": is_email,
    "phone": lambda text: sum(map(str.isdigit, text)) >= 5,
    "phone_secondary": lambda text: sum(map(str.isdigit, text)) >= 5,
    "mobile": lambda text: sum(map(str.isdigit, text)) >= 5,
    "fax": lambda text: sum(map(str.isdigit, text)) >= 5,
    "afm": lambda text: sum(map(str.isdigit, text)) >= 7,
    "postal_code": lambda text: sum(map(str.isdigit, text)) >= 3,
    "id": is_customer_id,
    "website": lambda text: "." in text and "@" not in text,
    "birthday": lambda text: _DAY.fullmatch(text) is not None or text.isdigit(),
    "revenue": lambda text: _NUMBER.fullmatch(text) is not None,
    "credit_limit": lambda text: _NUMBER.fullmatch(text) is not None,
    "latitude": lambda text: _NUMBER.fullmatch(text) is not None,
    "longitude": lambda text: _NUMBER.fullmatch(text) is not None,
}
_SHARE: Final = 0.6


def field_of_values(values: Sequence[str]) -> tuple[str | None, float]:
    """The field that the values look like and how sure that is (0 to 1)."""
    if not values:
        return None, 0.0
    for field, looks_like, loudness in _KINDS:
        share = sum(map(looks_like, values)) / len(values)
        if share >= _SHARE:
            return field, loudness * share
    return None, 0.0


def agreement(field: str, values: Sequence[str]) -> float:
    """How well values fit a field that a title named: 1 when they do or anything would, near 0 when hardly one does."""
    fits = _FORMS.get(field)
    return sum(map(fits, values)) / len(values) if fits and values else 1.0


def several_words(values: Sequence[str]) -> bool:
    """Whether most values are two words and more, as full names are."""
    return sum(" " in value.strip() for value in values) > len(values) * _SHARE


def has_words(values: Sequence[str]) -> bool:
    """Whether the values are words at all."""
    return any(any(letter.isalpha() for letter in fold(value)) for value in values)
