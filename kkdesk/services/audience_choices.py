"""What an audience can be chosen from: towns, tags, segments and categories, each with its number of customers."""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model import customer_category
from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.model.greek_fold import name_sort_key
from kkdesk.model.row import as_int, as_text
from kkdesk.services.segments import Segments
from kkdesk.store.database import Database

# Exactly as stored: a campaign's filters compare exactly, so that two spellings of a town are two choices.
_TOWNS = """
SELECT city AS value, count(*) AS n FROM customers WHERE org_id = ? AND city IS NOT NULL AND city <> '' GROUP BY city"""
_CATEGORIES = """
SELECT category AS value, count(*) AS n FROM customers
WHERE org_id = ? AND category IS NOT NULL AND category <> '' GROUP BY category ORDER BY n DESC, category"""
_TAGS = """
SELECT t.id AS value, t.name, t.color,
  (SELECT count(*) FROM customer_tags ct JOIN customers c ON c.id = ct.customer_id
   WHERE ct.tag_id = t.id AND c.org_id = t.org_id) AS n
FROM tags t WHERE t.org_id = ?"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. `count` is its number of customers, mailable or not; None when nobody can tell."""

    value: str
    label: Bilingual
    count: int | None
    #: "#rrggbb" of a tag; empty for everything else.
    colour: str = ""
    #: Why a segment cannot be chosen: its rule is not understood.
    problem: InvalidInput | None = None


@dataclass(frozen=True, slots=True)
class AudienceChoices:
    """Everything there is to choose from; `total` is how many customers there are."""

    towns: tuple[Choice, ...] = ()
    tags: tuple[Choice, ...] = ()
    segments: tuple[Choice, ...] = ()
    categories: tuple[Choice, ...] = ()
    total: int = 0


class AudienceChooser:
    """Reads what audiences can be made of."""

    def __init__(self, db: Database, actor: Actor, segments: Segments) -> None:
        """Of the actor's organisation."""
        self._db = db
        self._actor = actor
        self._segments = segments

    async def choices(self) -> AudienceChoices:
        """Towns, tags and segments by name, categories with the most customers first."""
        org = (self._actor.org_id,)
        towns = [
            Choice(as_text(row["value"]), _same(as_text(row["value"])), as_int(row["n"]))
            for row in await self._db.query(_TOWNS, org)
        ]
        tags = [
            Choice(as_text(row["value"]), _same(as_text(row["name"])), as_int(row["n"]), as_text(row["color"]))
            for row in await self._db.query(_TAGS, org)
        ]
        categories = [
            Choice(as_text(row["value"]), customer_category.label(row["value"]), as_int(row["n"]))
            for row in await self._db.query(_CATEGORIES, org)
        ]
        total = (await self._db.query("SELECT count(*) AS n FROM customers WHERE org_id = ?", org))[0]
        return AudienceChoices(
            tuple(sorted(towns, key=_by_name)),
            tuple(sorted(tags, key=_by_name)),
            await self._segment_choices(),
            tuple(categories),
            as_int(total["n"]),
        )

    async def _segment_choices(self) -> tuple[Choice, ...]:
        counts = await self._segments.counts()
        found = [
            Choice(segment.id, _same(segment.name), counts.get(segment.id), problem=segment.problem)
            for segment in await self._segments.all()
        ]
        return tuple(sorted(found, key=_by_name))


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def _by_name(choice: Choice) -> str:
    return name_sort_key(choice.label.el)
