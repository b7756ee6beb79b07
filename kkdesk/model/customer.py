"""A customer: every column of the table, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from kkdesk.model import customer_category
from kkdesk.model.customer_fields import FIELD, TEXT_KINDS
from kkdesk.model.row import Row, SqlValue, as_bool, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One row of `customers`. Text is never None: NULL reads as "". Times are Unix seconds, money is euros.

    A new one needs no `id`, `org_id` or times: the service gives them. `stored` are the values as the database had
    them, by column; they become the guards of an edit and are no part of equality.
    """

    id: str = ""
    org_id: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    title: str = ""
    avatar: str = ""
    email: str = ""
    email_secondary: str = ""
    phone: str = ""
    phone_secondary: str = ""
    mobile: str = ""
    fax: str = ""
    website: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = "Ελλάδα"
    afm: str = ""
    doy: str = ""
    gemh: str = ""
    activity_code: str = ""
    legal_form: str = ""
    category: str = customer_category.DEFAULT
    lifecycle_stage: str = "customer"
    lead_source: str = ""
    lead_score: int = 0
    revenue: float = 0.0
    currency: str = "EUR"
    payment_terms: str = ""
    credit_limit: float | None = None
    birthday: str = ""
    last_contact_date: int | None = None
    next_follow_up_date: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    geocoded_at: int | None = None
    notes: str = ""
    is_vip: bool = False
    is_active: bool = True
    unsubscribed: bool = False
    created_at: int = 0
    updated_at: int = 0
    created_by: str = ""
    stored: Mapping[str, SqlValue] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_row(cls, row: Row) -> Customer:
        """The customer of a row of `SELECT *`; columns that an old database lacks have their defaults."""
        # zip and not row[name]: a list page has 45 columns a row.
        stored = dict(zip(row.keys(), row, strict=True))
        values: dict[str, Any] = {name: read(stored[name]) for name, read in _READERS.items() if name in stored}
        return cls(**values, stored=stored)

    @property
    def full_name(self) -> str:
        """First and last name: Γιώργος Παπαδόπουλος."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def display_name(self) -> str:
        """What the customer is called in texts: the company, else the person's full name; never empty."""
        return self.company.strip() or self.full_name or self.email.strip() or "—"

    @property
    def listing_name(self) -> str:
        """What lists show and sort by: the company, else the person with the surname first (Παπαδόπουλος Γιώργος)."""
        return self.company.strip() or f"{self.last_name} {self.first_name}".strip() or self.email.strip() or "—"

    @property
    def contact_name(self) -> str:
        """The person to ask for in a company; empty for people."""
        return self.full_name if self.company.strip() else ""

    @property
    def is_company(self) -> bool:
        """Whether the customer goes by a company name."""
        return bool(self.company.strip())


def changed_fields(seen: Customer, edited: Customer) -> list[str]:
    """Columns whose value differs, in the order of the table."""
    return [name for name in COLUMNS if getattr(seen, name) != getattr(edited, name)]


def column_value(customer: Customer, name: str) -> SqlValue:
    """The attribute as its column stores it: empty text as NULL (except `first_name`), flags as 0 and 1."""
    value: SqlValue = getattr(customer, name)
    if isinstance(value, bool):
        return int(value)
    return None if value == "" and name != "first_name" else value


def trimmed(customer: Customer) -> Customer:
    """The customer with the blanks around its texts removed."""
    texts = {name: getattr(customer, name) for name in _TEXTS}
    return with_values(customer, {name: text.strip() for name, text in texts.items() if text != text.strip()})


def with_values(customer: Customer, values: Mapping[str, Any]) -> Customer:
    """The customer with other values, by column. The caller gives each the type of its attribute."""
    return replace(customer, **values) if values else customer


def _number(value: SqlValue) -> float:
    return value if isinstance(value, int | float) else 0.0


def _maybe_number(value: SqlValue) -> float | None:
    return value if isinstance(value, int | float) else None


def _whole(value: SqlValue) -> int:
    return _maybe_whole(value) or 0


def _maybe_whole(value: SqlValue) -> int | None:
    # Infinity and the like fit no integer; a text in an integer column is nobody's number.
    return int(value) if isinstance(value, int | float) and abs(value) < 2**63 else None


def _true_unless_zero(value: SqlValue) -> bool:
    return as_bool(value, default=True)


_READERS: Final[Mapping[str, Any]] = {
    **{item.name: as_text for item in fields(Customer) if item.type == "str"},
    "lead_score": _whole,
    "revenue": _number,
    "credit_limit": _maybe_number,
    "latitude": _maybe_number,
    "longitude": _maybe_number,
    "last_contact_date": _maybe_whole,
    "next_follow_up_date": _maybe_whole,
    "geocoded_at": _maybe_whole,
    "created_at": _whole,
    "updated_at": _whole,
    "is_vip": as_bool,
    "is_active": _true_unless_zero,
    "unsubscribed": as_bool,
}

#: Every column of the table, in its order.
COLUMNS: Final = tuple(item.name for item in fields(Customer) if item.name != "stored")
_TEXTS: Final = tuple(name for name, item in FIELD.items() if item.kind in TEXT_KINDS)
