"""Whether the customer of a row is there already: in the database, or in an earlier row of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.row import SqlValue, as_text
from kkdesk.services.importing import problems
from kkdesk.services.importing.identity import IDENTITY_COLUMNS, Identity, identities, names_agree
from kkdesk.services.importing.plan import ImportPlan, MatchKey
from kkdesk.store.database import Database

_CUSTOMERS: Final = f"SELECT id, {', '.join(IDENTITY_COLUMNS)} FROM customers WHERE org_id = ? ORDER BY created_at, id"


@dataclass(frozen=True, slots=True)
class Match:
    """What a row was recognised as. `customer_id` None: an earlier row of the file, `row`.

    `key` is by what ("id" too). `remark` is a warning to show with it.
    """

    customer_id: str | None
    row: int
    key: str
    remark: Bilingual | None = None


class Matcher:
    """Finds the customer of each row. Rows that it has seen count as customers from then on."""

    def __init__(self, plan: ImportPlan) -> None:
        """Empty; `load` brings in the customers of the database."""
        self._keys: Sequence[MatchKey] = plan.choices.match
        self._creates = plan.choices.on_match == "create"
        #: Everybody known, by number: customers of the database first, the oldest at the front, then rows.
        self._known: list[Identity] = []
        self._ids: list[str] = []
        self._number_of: dict[str, int] = {}
        self._rows: list[int] = []
        self._indexes = [_Index(key, Identity._fields.index(_FIELD[key])) for key in self._keys]
        self._claimed: dict[str, int] = {}

    async def load(self, db: Database, org_id: str, *, by_id: bool) -> None:
        """Bring in the organisation's customers; `by_id` when the file names them by id, too."""
        if self._creates or not (self._keys or by_id):
            return
        rows = await db.query(_CUSTOMERS, (org_id,))
        columns = list(zip(*rows, strict=True)) or [()] * (1 + len(IDENTITY_COLUMNS))
        self._ids = [as_text(value) for value in columns[0]]
        self._number_of = {customer_id: number for number, customer_id in enumerate(self._ids)}
        for identity in identities(dict(zip(IDENTITY_COLUMNS, columns[1:], strict=True)), len(rows)):
            self._add(identity)

    def match(self, identity: Identity, customer_id: SqlValue = None) -> Match | None:
        """What the row is, None when it is nobody known."""
        if customer_id and str(customer_id) in self._number_of:
            return self._of_database(self._number_of[str(customer_id)], "id")
        like: Match | None = None
        for index in self._indexes:
            key = index.key
            candidates = [
                number for number in index.look_up(identity) if not identity.contradicts(self._known[number], key)
            ]
            if not candidates:
                continue
            there = sorted({number for number in candidates if number < len(self._ids)})
            if there:
                return self._of_database(there[0], key, problems.SEVERAL_MATCH if len(there) > 1 else None)
            row = candidates[0]
            if not self._creates and names_agree(identity.name, self._known[row].name):
                return Match(None, self._rows[row - len(self._ids)], key, problems.SAME_AS_ROW)
            like = like or Match(None, self._rows[row - len(self._ids)], key, problems.LIKE_ROW)
        return like

    def remember(self, identity: Identity, row: int) -> None:
        """The row will be a customer of its own."""
        self._rows.append(row)
        self._add(identity)

    def claim(self, customer_id: str, row: int) -> int | None:
        """The row will change the customer; the number of an earlier row that does so already, else None."""
        earlier = self._claimed.get(customer_id)
        if earlier is None:
            self._claimed[customer_id] = row
        return earlier

    def _of_database(self, number: int, key: str, remark: Bilingual | None = None) -> Match:
        return Match(self._ids[number], 0, key, remark)

    def _add(self, identity: Identity) -> None:
        number = len(self._known)
        self._known.append(identity)
        for index in self._indexes:
            index.add(identity, number)


class _Index:
    """Who has which tax number, address, telephone or name; most values are one customer's."""

    __slots__ = ("_first", "_more", "_place", "key")

    def __init__(self, key: MatchKey, place: int) -> None:
        self.key = key
        self._place = place
        self._first: dict[str, int] = {}
        self._more: dict[str, list[int]] = {}

    def add(self, identity: Identity, number: int) -> None:
        """The customer called `number` has the values of `identity`."""
        for value in self._values(identity):
            if self._first.setdefault(value, number) != number:
                self._more.setdefault(value, []).append(number)

    def look_up(self, identity: Identity) -> list[int]:
        """The numbers of those who share a value."""
        found: list[int] = []
        for value in self._values(identity):
            first = self._first.get(value)
            if first is not None:
                found += (first, *self._more.get(value, ()))
        return found

    def _values(self, identity: Identity) -> tuple[str, ...]:
        value: str | tuple[str, ...] = identity[self._place]
        if isinstance(value, str):
            return (value,) if value else ()
        return value


_FIELD: Final[dict[MatchKey, str]] = {"afm": "afm", "email": "email", "phone": "phones", "name": "name"}
