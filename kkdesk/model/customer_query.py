"""What a list of customers shows: text, filters and order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: By what lists can be sorted: "name" (company, else surname and first name) or a field of `customer_fields`.
SORTS: Final = (
    "name",
    "category",
    "is_vip",
    "city",
    "email",
    "mobile",
    "phone",
    "postal_code",
    "afm",
    "revenue",
    "lead_score",
    "created_at",
    "updated_at",
    "last_contact_date",
    "next_follow_up_date",
)


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """A list of customers. Filters that are empty or None narrow nothing; all that are set must be met.

    `text` is what was typed: every word must begin a word of a name, company, e-mail or town (accents, case and
    Greeklish do not count), or be part of a telephone number, ΑΦΜ or postal code. `city` is a town in any spelling,
    `category` a category's key, `tag_id` and `segment_id` are row ids. `sort` is one of `SORTS`; where the value is
    missing, customers come last in ascending order and last in descending order too; equal ones follow the alphabet.
    """

    text: str = ""
    category: str = ""
    city: str = ""
    tag_id: str = ""
    segment_id: str = ""
    vip: bool | None = None
    has_email: bool | None = None
    subscribed: bool | None = None
    active: bool | None = None
    sort: str = "name"
    descending: bool = False

    @property
    def is_everybody(self) -> bool:
        """Whether nothing narrows the list."""
        return (
            not self.text.strip()
            and not any((self.category, self.city, self.tag_id, self.segment_id))
            and all(flag is None for flag in (self.vip, self.has_email, self.subscribed, self.active))
        )
