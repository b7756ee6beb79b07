"""Finding a customer from anywhere: the global search and the command palette."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.customer import Customer
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.search_words import Unit, found_in, is_blank, units_of
from kkdesk.store.database import Database
from kkdesk.store.search_index import SearchIndex

#: Fields that are searched, in the order in which the one to show is chosen; true: a number.
FIELDS: Final[Mapping[str, bool]] = {
    "company": False,
    "first_name": False,
    "last_name": False,
    "email": False,
    "mobile": True,
    "phone": True,
    "phone_secondary": True,
    "afm": True,
    "city": False,
    "postal_code": True,
    "email_secondary": False,
}
#: So many of the first answers in the alphabet are looked at when names are not enough.
CONSIDERED: Final = 48
_IN_TITLE: Final = frozenset({"company", "first_name", "last_name"})


@dataclass(frozen=True, slots=True)
class Match:
    """A customer who was found. `field` is the column that answers the query best, `value` its text.

    `ranges` are the places in `value` that were met, as (start, end). `subtitle` says what tells people apart: the
    field that was met when it is not the name, and the town.
    """

    customer_id: str
    title: str
    subtitle: str
    field: str
    value: str
    ranges: tuple[tuple[int, int], ...]


class Search:
    """Searches all customers of the organisation."""

    def __init__(self, db: Database, actor: Actor, index: SearchIndex) -> None:
        """Reads only."""
        self._db = db
        self._actor = actor
        self._index = index

    async def find(self, text: str, limit: int = 8) -> list[Match]:
        """Up to `limit` customers: whose name begins so, then with a name that does, then others; by the alphabet.

        Nothing typed finds nobody. Whatever is typed, nothing is raised for it.
        """
        if is_blank(text):
            return []
        await self._index.catch_up()
        units = units_of(text)
        names = await self._matches(await self._index.named(text, limit), units)
        if len(names) >= limit:
            return names
        known = {match.customer_id for match in names}
        others = await self._index.first(CustomerQuery(text=text), CONSIDERED)
        more = await self._matches([found.id for found in others if found.id not in known], units)
        # Somebody whose number begins so comes before somebody who has the digits inside a tax number.
        more.sort(key=lambda match: not match.ranges or match.ranges[0][0] > 0)
        return [*names, *more][:limit]

    async def _matches(self, ids: Sequence[str], units: Sequence[Unit]) -> list[Match]:
        rows = await self._db.query(
            "SELECT * FROM customers WHERE id IN (SELECT value FROM json_each(?)) AND +org_id = ?",
            (json.dumps(ids), self._actor.org_id),
        )
        customers = {customer.id: customer for customer in map(Customer.from_row, rows)}
        return [_match(customers[customer_id], units) for customer_id in ids if customer_id in customers]


def _match(customer: Customer, units: Sequence[Unit]) -> Match:
    places = {
        name: [found_in(unit, getattr(customer, name), number=number) for unit in units]
        for name, number in FIELDS.items()
    }
    field = max(FIELDS, key=lambda name: sum(map(bool, places[name])))
    value = getattr(customer, field)
    met = value if field not in _IN_TITLE else customer.contact_name if field != "company" else ""
    known = [met, customer.city if field != "city" else "", "" if met else customer.mobile or customer.phone]
    return Match(
        customer_id=customer.id,
        title=customer.listing_name,
        subtitle=" · ".join(dict.fromkeys(part for part in known if part)),
        field=field,
        value=value,
        ranges=tuple(sorted({place for found in places[field] for place in found})),
    )
