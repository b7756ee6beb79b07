"""By what a customer is recognised: tax number, address, telephones, name and town, each in one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from kkdesk.model.email_address import address_key
from kkdesk.model.greek import fold, normalize_afm, normalize_phone
from kkdesk.model.row import SqlValue, as_text

#: Columns of `customers` that identity rests on.
IDENTITY_COLUMNS: Final = (
    "afm", "email", "phone", "mobile", "phone_secondary", "first_name", "last_name", "company", "city",
)  # fmt: skip

_INTERNATIONAL: Final = re.compile(r"\+[0-9]{10,15}")
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_TELLING_WORD: Final = 3


class Identity(NamedTuple):
    """A customer as far as recognising goes; empty text and no telephones where nothing is known."""

    afm: str
    email: str
    phones: tuple[str, ...]
    name: str
    city: str

    def contradicts(self, other: Identity, key: str) -> bool:
        """Whether two who agree in `key` are different customers all the same, because something surer differs."""
        if key != "afm" and _differ(self.afm, other.afm):
            return True
        if key in {"phone", "name"} and _differ(self.email, other.email):
            return True
        if key == "phone":
            return not names_agree(self.name, other.name)
        if key == "name":
            apart = bool(self.phones and other.phones) and not set(self.phones) & set(other.phones)
            return apart or _differ(self.city, other.city)
        return False


def identities(values: Mapping[str, Sequence[SqlValue]], count: int) -> list[Identity]:
    """The identities of `count` customers; `values` are lists by column, and a column may be missing."""
    nothing: Sequence[SqlValue] = (None,) * count
    afm, email, phone, mobile, second, first_name, last_name, company, city = (
        values.get(name, nothing) for name in IDENTITY_COLUMNS
    )
    return list(
        map(
            Identity,
            [normalize_afm(str(text)) if text else "" for text in afm],
            [email_key(str(text)) if text else "" for text in email],
            [_phones(numbers) for numbers in zip(phone, mobile, second, strict=True)],
            map(_name_key, company, first_name, last_name),
            [_folded(str(text)) if text else "" for text in city],
        )
    )


def names_agree(one: str, other: str) -> bool:
    """Whether two names may be of one customer: one is unknown, or they share a word of three letters."""
    if not one or not other or one == other:
        return True
    shared = set(one.split()) & set(other.split())
    return any(len(word) >= _SHORTEST_TELLING_WORD for word in shared)


def email_key(email: str) -> str:
    """The mailbox, as `address_key` tells it."""
    return address_key(email) if not email.isascii() or "<" in email else email.strip().lower()


def _phones(numbers: tuple[SqlValue, ...]) -> tuple[str, ...]:
    return tuple([_phone_key(str(number)) for number in numbers if number])


def _phone_key(number: str) -> str:
    return number if _INTERNATIONAL.fullmatch(number) else normalize_phone(number)


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return fold(text)


def _name_key(company: SqlValue, first_name: SqlValue, last_name: SqlValue) -> str:
    """A company's words in their order, its dotted legal form as one; a person's in the order of the alphabet."""
    if company and str(company).strip():
        return " ".join(_WORD.findall(fold(str(company).replace(".", ""))))
    words = _WORD.findall(fold(f"{as_text(first_name)} {as_text(last_name)}"))
    return " ".join(sorted(words))


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other
