"""Tags: what they are called, their colours, and how many customers have each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.greek_fold import fold
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.model.tag import DEFAULT_COLOUR, Tag
from kkdesk.services.rights import require
from kkdesk.services.written import Written
from kkdesk.store.row_image import guards_on_rows

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

MAX_NAME: Final = 60

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_ALL: Final = "SELECT t.id, t.name, t.color, t.description, 0 AS count FROM tags t WHERE t.org_id = ?"
_COUNTED: Final = """
SELECT t.id, t.name, t.color, t.description, (
  SELECT count(DISTINCT ct.customer_id) FROM customer_tags ct JOIN customers c ON c.id = ct.customer_id
  WHERE ct.tag_id = t.id AND c.org_id = t.org_id) AS count
FROM tags t WHERE t.org_id = ?"""
_OF: Final = """
SELECT t.id, t.name, t.color, t.description, 0 AS count FROM tags t
WHERE t.org_id = ?1 AND t.id IN (SELECT tag_id FROM customer_tags WHERE customer_id = ?2)"""


class Tags:
    """The tags of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> list[Tag]:
        """Every tag, by name."""
        return _by_name(await self._db.query(_ALL, (self._actor.org_id,)))

    async def counted(self) -> list[Tag]:
        """Every tag with its count, by name. Counting takes a second where 100,000 customers have tags."""
        return _by_name(await self._db.query(_COUNTED, (self._actor.org_id,)))

    async def of(self, customer_id: str) -> list[Tag]:
        """The tags of one customer, by name."""
        return _by_name(await self._db.query(_OF, (self._actor.org_id, customer_id)))

    async def create(self, name: str, colour: str = DEFAULT_COLOUR) -> Tag:
        """A new tag, or the one that has this name already, however it is accented. Raises `InvalidInput`."""
        wanted = _checked_name(name)
        for tag in await self.all():
            if fold(tag.name) == fold(wanted):
                return tag
        tag = Tag(new_id("tag"), wanted, _checked_colour(colour))
        insert = Statement(
            "INSERT INTO tags (id, org_id, name, color, created_at) VALUES (?, ?, ?, ?, ?)",
            (tag.id, self._actor.org_id, tag.name, tag.colour, self._clock()),
        )
        await self._apply(f"Νέα ετικέτα «{wanted}»", f"New tag “{wanted}”", (insert,), (Touched("tags", (tag.id,)),))
        return tag

    async def rename(self, tag_id: str, name: str) -> Written:
        """Give a tag another name. Undoable. Raises `NotFound`, and `InvalidInput` for a name that is taken."""
        wanted = _checked_name(name)
        tag = await self._get(tag_id)
        if any(fold(other.name) == fold(wanted) and other.id != tag_id for other in await self.all()):
            raise InvalidInput(Bilingual("Υπάρχει ήδη τέτοια ετικέτα.", "There is such a tag already."))
        update = Statement("UPDATE tags SET name = ? WHERE id = ?", (wanted, tag_id))
        return await self._apply(
            f"Μετονομασία ετικέτας «{tag.name}» σε «{wanted}»",
            f"Rename tag “{tag.name}” to “{wanted}”",
            (update,),
            (Touched("tags", (tag_id,), columns=("name",)),),
            (Guard("tags", tag_id, "name", tag.name, wanted),),
        )

    async def recolour(self, tag_id: str, colour: str) -> Written:
        """Give a tag another colour (`#RRGGBB`). Undoable. Raises `NotFound` and `InvalidInput`."""
        tag = await self._get(tag_id)
        wanted = _checked_colour(colour)
        update = Statement("UPDATE tags SET color = ? WHERE id = ?", (wanted, tag_id))
        undo = (Touched("tags", (tag_id,), columns=("color",)),)
        guards = (Guard("tags", tag_id, "color", tag.colour, wanted),)
        return await self._apply(f"Χρώμα ετικέτας «{tag.name}»", f"Colour of tag “{tag.name}”", (update,), undo, guards)

    async def delete(self, tag_id: str) -> Written:
        """Delete a tag and take it off every customer. Undoable.

        Raises `NotFound`, and `Conflict` when somebody else has edited it in the meantime.
        """
        tag = await self._get(tag_id)
        guards = tuple(await guards_on_rows(self._db, "tags", (tag_id,), ("name", "color", "description")))
        undo = (Touched("tags", (tag_id,)), Touched("customer_tags", (tag_id,), "tag_id"))
        statements = (
            Statement(
                "UPDATE customers SET updated_at = ?2 "
                "WHERE id IN (SELECT customer_id FROM customer_tags WHERE tag_id = ?1)",
                (tag_id, self._clock()),
            ),
            Statement("DELETE FROM tags WHERE id = ?", (tag_id,)),
        )
        return await self._apply(
            f"Διαγραφή ετικέτας «{tag.name}»", f"Delete tag “{tag.name}”", statements, undo, guards
        )

    async def _get(self, tag_id: str) -> Tag:
        for tag in await self.all():
            if tag.id == tag_id:
                return tag
        raise NotFound(Bilingual("Η ετικέτα δεν υπάρχει πια.", "The tag is no longer there."))

    async def _apply(
        self,
        label_el: str,
        label_en: str,
        statements: tuple[Statement, ...],
        undo: tuple[Touched, ...],
        guards: tuple[Guard, ...] = (),
    ) -> Written:
        require(self._actor, Action.EDIT_CUSTOMERS)
        label = Bilingual(label_el, label_en)
        change = Change(label, statements, guards=guards, undo=undo, actor=self._actor.user_id)
        await self._db.apply(change)
        return Written(change.id, (), 1)


def _by_name(rows: list[Row]) -> list[Tag]:
    tags = [
        Tag(
            as_text(row["id"]),
            as_text(row["name"]),
            as_text(row["color"]),
            as_text(row["description"]),
            as_int(row["count"]),
        )
        for row in rows
    ]
    return sorted(tags, key=lambda tag: fold(tag.name))


def _checked_name(name: str) -> str:
    bare = " ".join(name.split())
    if not bare or len(bare) > MAX_NAME:
        raise InvalidInput(
            Bilingual(
                f"Το όνομα της ετικέτας θέλει 1 έως {MAX_NAME} χαρακτήρες.",
                f"A tag's name has 1 to {MAX_NAME} characters.",
            )
        )
    return bare


def _checked_colour(colour: str) -> str:
    if not _COLOUR.match(colour):
        raise InvalidInput(Bilingual("Το χρώμα γράφεται #RRGGBB.", "A colour is written #RRGGBB."))
    return colour
