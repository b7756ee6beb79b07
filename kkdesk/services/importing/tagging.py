"""Tags that an import puts on customers; those that nobody has made yet are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from kkdesk.model.change import Statement, Touched
from kkdesk.model.greek import fold
from kkdesk.model.ids import new_id
from kkdesk.model.row import as_text
from kkdesk.services.importing.spool import Stream, Values
from kkdesk.store.database import Database

#: Colours for new tags, one after the other.
_COLOURS: Final = ("#3B82F6", "#14B8A6", "#F97316", "#6366F1", "#EAB308", "#A855F7", "#EF4444", "#22C55E")
_NEW_TAG: Final = "INSERT INTO tags (id, org_id, name, color, created_at) VALUES (?, ?, ?, ?, ?)"
_LINK_NEW: Final = "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES (?, ?, ?, ?)"
_LINK_OLD: Final = """
INSERT INTO customer_tags (id, customer_id, tag_id, created_at) SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM customer_tags WHERE customer_id = ?2 AND tag_id = ?3)"""


@dataclass(frozen=True, slots=True)
class ResolvedTags:
    """Statements that make the new tags, those that put tags on customers (behind them), and what undo keeps."""

    statements: tuple[Statement, ...]
    links: tuple[Statement, ...]
    undo: tuple[Touched, ...]


@dataclass(slots=True)
class Tags:
    """Who gets which tag. New customers are named by their place among the new ones: they have no ids yet."""

    #: Ids of the tags of a name, however it is accented, the oldest first: the web CRM lets there be several.
    _ids_of: dict[str, list[str]] = field(default_factory=dict)
    _new: dict[str, str] = field(default_factory=dict)
    _on_created: dict[str, list[int]] = field(default_factory=dict)
    _on_updated: dict[str, list[str]] = field(default_factory=dict)
    _linked: set[tuple[str, str]] = field(default_factory=set)

    async def load(self, db: Database, org_id: str) -> None:
        """Bring in the organisation's tags, and who has them."""
        for row in await db.query("SELECT id, name FROM tags WHERE org_id = ? ORDER BY created_at, id", (org_id,)):
            self._ids_of.setdefault(fold(as_text(row["name"])), []).append(as_text(row["id"]))
        links = await db.query(
            "SELECT ct.customer_id, ct.tag_id FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE t.org_id = ?",
            (org_id,),
        )
        self._linked = {(as_text(row["customer_id"]), as_text(row["tag_id"])) for row in links}

    def put_on_created(self, names: Sequence[str], place: int) -> None:
        """Tag the new customer number `place`."""
        for name in names:
            self._on_created.setdefault(self._tag(name), []).append(place)

    def put_on_updated(self, names: Sequence[str], customer_id: str) -> None:
        """Tag a customer who is there already."""
        for name in self.missing(names, customer_id):
            self._on_updated.setdefault(self._tag(name), []).append(customer_id)

    def missing(self, names: Sequence[str], customer_id: str) -> list[str]:
        """Those of `names` that the customer does not have yet."""
        return [
            name
            for name in names
            if not any((customer_id, tag) in self._linked for tag in self._ids_of.get(fold(name), ()))
        ]

    @property
    def new_names(self) -> tuple[str, ...]:
        """Tags that will be made."""
        return tuple(self._new)

    def resolved(self, created_ids: Sequence[str], org_id: str, now: int) -> ResolvedTags:
        """The statements, now that new customers have ids."""
        created = [(created_ids[place], tag) for tag, places in self._on_created.items() for place in places]
        updated = [(customer, tag) for tag, customers in self._on_updated.items() for customer in customers]
        link_ids = [new_id("ct") for _ in range(len(created) + len(updated))]
        colours = count()
        made = [
            (tag_id, org_id, name, _COLOURS[next(colours) % len(_COLOURS)], now) for name, tag_id in self._new.items()
        ]

        def links(pairs: Sequence[tuple[str, str]], ids: Sequence[str]) -> Stream:
            def rows() -> Iterator[Values]:
                return ((link, customer, tag, now) for link, (customer, tag) in zip(ids, pairs, strict=True))

            return Stream(len(pairs), rows)

        return ResolvedTags(
            statements=(Statement(_NEW_TAG, many=made),),
            links=(
                Statement(_LINK_NEW, many=links(created, link_ids[: len(created)])),
                Statement(_LINK_OLD, many=links(updated, link_ids[len(created) :])),
            ),
            undo=(
                Touched("tags", tuple(self._new.values()), columns=("name",)),
                Touched("customer_tags", tuple(link_ids), columns=("tag_id",)),
            ),
        )

    def _tag(self, name: str) -> str:
        ids = self._ids_of.setdefault(fold(name), [])
        if not ids:
            self._new[name] = new_id("tag")
            ids.append(self._new[name])
        return ids[0]
