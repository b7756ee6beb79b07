"""The list of customers: who is in it, in which order, and the rows to show."""

from __future__ import annotations

import asyncio
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kkdesk.model import customer_category
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer import Customer
from kkdesk.model.customer_query import SORTS, CustomerQuery
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.row import as_text
from kkdesk.model.tag import Tag
from kkdesk.store.search_index import Progress, SearchIndex

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.store.database import Database

__all__ = ["SORTS", "CustomerList", "CustomerQuery", "Facet", "Facets", "ListedCustomer", "Progress"]


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """A row. `ref` is its number in the list; it stays the customer's own until the name changes."""

    ref: int
    customer: Customer
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """A value to narrow the list by: what `CustomerQuery` takes, what people read, how many customers have it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What the whole list can be narrowed by. Towns come with the most customers first, tags by name."""

    categories: list[Facet] = field(default_factory=list)
    cities: list[Facet] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    total: int = 0


class CustomerList:
    """Lists of the organisation's customers, out of the search index; rows come from the database itself.

    References ("refs") are numbers of the index: eight bytes for each row of a list, however long.
    """

    def __init__(self, db: Database, actor: Actor, index: SearchIndex) -> None:
        """Reads only."""
        self._db = db
        self._actor = actor
        self._index = index

    @property
    def preparing(self) -> Progress | None:
        """How far the index is while a process builds it (first start, a large import), else None.

        Lists show by then whom they have; ask again when it has moved on.
        """
        return self._index.preparing

    async def refresh(self) -> int:
        """Take in what anybody has written; waits while much is being indexed, see `preparing`.

        Another number than the last time means that lists may have changed.
        """
        return await self._index.refresh()

    async def ids(self, query: CustomerQuery) -> array[int]:
        """References of everybody the query asks for, in its order.

        Raises `InvalidInput` for a segment that cannot be understood and `NotFound` for one that is gone.
        """
        return await self._index.docs(query, await self._members(query))

    async def page(self, query: CustomerQuery, limit: int) -> list[ListedCustomer]:
        """The first rows, for typing: they are there before the whole result is known. Raises as `ids` does."""
        found = await self._index.first(query, limit, await self._members(query))
        return [row for row in await self._rows([(one.doc, one.id) for one in found]) if row is not None]

    async def glance(self, query: CustomerQuery, limit: int) -> list[ListedCustomer]:
        """The first rows for a window that opens, as the index was left. Raises as `ids` does."""
        found = await self._index.glance(query, limit, await self._members(query))
        return [row for row in await self._rows([(one.doc, one.id) for one in found]) if row is not None]

    async def count(self, query: CustomerQuery) -> int:
        """How many customers the query finds. Raises as `ids` does."""
        return await self._index.count(query, await self._members(query))

    async def rows(self, refs: Sequence[int]) -> list[ListedCustomer | None]:
        """Rows for references, in their order; None for customers that have gone or got another name since."""
        ids = await self._index.ids_of(refs)
        return await self._rows([(ref, ids.get(ref, "")) for ref in refs])

    async def customer_ids(self, refs: Iterable[int]) -> list[str]:
        """Customer ids for references, in their order; those that have gone are left out."""
        wanted = list(refs)
        ids = await self._index.ids_of(wanted)
        return [ids[ref] for ref in wanted if ref in ids]

    async def ref_of(self, customer_id: str) -> int | None:
        """The reference of a customer, to find the row by; None when there is no such customer."""
        return await self._index.doc_of(customer_id)

    async def facets(self) -> Facets:
        """Categories, towns and tags to narrow the list by, with how many customers have each."""
        categories, places, counts, total = await asyncio.gather(
            self._index.categories(), self._index.places(), self._index.tag_counts(), self._index.total()
        )
        rows = await self._db.query(
            "SELECT id, name, color FROM tags WHERE org_id = ? ORDER BY name, id", (self._actor.org_id,)
        )
        return Facets(
            categories=[Facet(one.key, customer_category.label(one.key).el, one.count) for one in categories],
            cities=[Facet(one.key, one.name, one.count) for one in places],
            tags=[
                Tag(as_text(row["id"]), as_text(row["name"]), as_text(row["color"]), "", counts.get(str(row["id"]), 0))
                for row in rows
            ],
            total=total,
        )

    async def _members(self, query: CustomerQuery) -> list[str] | None:
        if query.sort not in SORTS:
            raise InvalidInput(Bilingual(f"Άγνωστη ταξινόμηση: {query.sort}", f"Unknown order: {query.sort}"))
        if not query.segment_id:
            return None
        from kkdesk.services.segments import segment_rules
        from kkdesk.store.segment_sql import rule_condition

        rules = await segment_rules(self._db, self._actor.org_id, [query.segment_id])
        if query.segment_id not in rules:
            raise NotFound(Bilingual("Το τμήμα πελατών δεν υπάρχει πια.", "The segment is no longer there."))
        condition = rule_condition(rules[query.segment_id])
        rows = await self._db.query(
            f"SELECT c.id FROM customers c WHERE c.org_id = ? AND {condition.sql}",
            (self._actor.org_id, *condition.args),
        )
        return [as_text(row["id"]) for row in rows]

    async def _rows(self, wanted: Sequence[tuple[int, str]]) -> list[ListedCustomer | None]:
        ids = json.dumps([customer_id for _, customer_id in wanted])
        customers, tags = await asyncio.gather(
            self._db.query(
                "SELECT * FROM customers WHERE id IN (SELECT value FROM json_each(?)) AND +org_id = ?",
                (ids, self._actor.org_id),
            ),
            self._db.query(
                "SELECT DISTINCT ct.customer_id, t.id, t.name, t.color FROM customer_tags ct "
                "JOIN tags t ON t.id = ct.tag_id "
                "WHERE ct.customer_id IN (SELECT value FROM json_each(?)) ORDER BY t.name, t.id",
                (ids,),
            ),
        )
        known = {customer.id: customer for customer in map(Customer.from_row, customers)}
        tagged: dict[str, list[Tag]] = {}
        for row in tags:
            tag = Tag(as_text(row["id"]), as_text(row["name"]), as_text(row["color"]))
            tagged.setdefault(as_text(row["customer_id"]), []).append(tag)
        return [
            ListedCustomer(ref, known[customer_id], tuple(tagged.get(customer_id, ())))
            if customer_id in known
            else None
            for ref, customer_id in wanted
        ]
