"""What the search index keeps of one customer, from the columns it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from kkdesk.model import customer_category
from kkdesk.model.greek import fold, name_sort_key, phone_digits
from kkdesk.model.search_words import words_of
from kkdesk.store.search_schema import ACTIVE, HAS_EMAIL, UNSUBSCRIBED, VIP

NAMES: Final = ("first_name", "last_name", "company")
TEXTS: Final = ("email", "email_secondary", "city")
PHONES: Final = ("phone", "phone_secondary", "mobile")
NUMBERS: Final = ("postal_code", "afm")
_WHOLE: Final = (
    "is_vip",
    "is_active",
    "unsubscribed",
    "lead_score",
    "created_at",
    "updated_at",
    "last_contact_date",
    "next_follow_up_date",
)
#: Columns of `customers` that the index reads, with the SQL type they are read as.
COLUMNS: Final = {
    **dict.fromkeys((*NAMES, *TEXTS, *PHONES, *NUMBERS, "category"), "TEXT"),
    **dict.fromkeys(_WHOLE, "INTEGER"),
    "revenue": "REAL",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A customer as the index sees it. `source` is exactly what was read: an equal source needs no second look."""

    id: str
    source: str
    values: dict[str, Any]
    tags: tuple[str, ...]

    @property
    def name_key(self) -> str:
        """Where the customer stands in the alphabet."""
        return name_key(*(self.values[name] for name in ("company", "last_name", "first_name", "email")))

    @property
    def words(self) -> tuple[str, str]:
        """The words for FTS5, of names and others, in an order that is always the same.

        A removal must repeat the insertion exactly.
        """
        names = words_of([self._text(name) for name in NAMES], ())
        others = words_of(
            [self._text(name) for name in TEXTS],
            [self._text(name) for name in PHONES],
            [self._text(name) for name in NUMBERS],
        )
        return " ".join(sorted(names)), " ".join(sorted(others - names))

    @property
    def searched(self) -> tuple[Any, ...]:
        """The values from which `words` are made: while they stay, so do the words."""
        return tuple(self.values[name] for name in (*NAMES, *TEXTS, *PHONES, *NUMBERS))

    @property
    def flags(self) -> int:
        """The bits of `listing.flags`."""
        values = self.values
        return (
            (VIP if values["is_vip"] else 0)
            | (HAS_EMAIL if self._text("email") else 0)
            | (UNSUBSCRIBED if values["unsubscribed"] else 0)
            | (ACTIVE if values["is_active"] is None or values["is_active"] else 0)
        )

    @property
    def category(self) -> str:
        """The category's key; one that nobody knows is itself, none at all the default, as its label says."""
        written = self._text("category")
        return customer_category.normalize(written) or written or customer_category.DEFAULT

    @property
    def city(self) -> str:
        """The town as written."""
        return self._text("city")

    @property
    def city_key(self) -> str:
        """The town without regard to accents and case: ΑΘΗΝΑ and Αθήνα are one."""
        return fold(self.city)

    def listing(self, doc: int, category: int, place: int | None) -> tuple[object, ...]:
        """The row of `listing`, in the order of `search_schema.LISTING`. Empty is NULL: it sorts last."""
        values = self.values
        return (
            doc,
            self.flags,
            place,
            category,
            int(bool(values["is_vip"])),
            name_sort_key(self.city) or None,
            self._text("email").lower() or None,
            phone_digits(self._text("mobile")) or None,
            phone_digits(self._text("phone")) or None,
            self._text("postal_code") or None,
            self._text("afm") or None,
            values["revenue"] or 0.0,
            values["lead_score"] or 0,
            values["created_at"],
            values["updated_at"],
            values["last_contact_date"],
            values["next_follow_up_date"],
        )

    def _text(self, name: str) -> str:
        return (self.values[name] or "").strip()


def name_key(company: str | None, last_name: str | None, first_name: str | None, email: str | None) -> str:
    """The sort key of `Customer.listing_name`."""
    person = f"{(last_name or '').strip()} {(first_name or '').strip()}".strip()
    return name_sort_key((company or "").strip() or person or (email or "").strip())


def record(customer_id: str, source: str) -> Record:
    """The record of a source text, which is a JSON array of the columns and the tags."""
    *values, tags = json.loads(source)
    return Record(customer_id, source, dict(zip(COLUMNS, values, strict=True)), tuple(dict.fromkeys(tags)))
