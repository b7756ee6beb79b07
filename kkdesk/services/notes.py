"""Notes on a customer, as staff write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.model.errors import InvalidInput
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import as_bool, as_int, as_text
from kkdesk.services.rights import require
from kkdesk.services.written import Written
from kkdesk.store.row_image import guards_on_rows

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `created_at` in Unix seconds; `author` is a name."""

    id: str
    customer_id: str
    content: str
    is_pinned: bool
    author: str
    created_at: int


class Notes:
    """The notes of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Notes are written in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def of(self, customer_id: str) -> list[Note]:
        """Notes on one customer: pinned ones first, then the newest."""
        rows = await self._db.query(
            "SELECT n.id, n.customer_id, n.content, n.is_pinned, n.created_at, coalesce(u.name, u.email) AS author "
            "FROM customer_notes n LEFT JOIN users u ON u.id = n.created_by "
            "WHERE n.customer_id = ? AND n.org_id = ? "
            "ORDER BY coalesce(n.is_pinned, 0) DESC, n.created_at DESC, n.id",
            (customer_id, self._actor.org_id),
        )
        return [
            Note(
                as_text(row["id"]),
                as_text(row["customer_id"]),
                as_text(row["content"]),
                as_bool(row["is_pinned"]),
                as_text(row["author"]),
                as_int(row["created_at"]),
            )
            for row in rows
        ]

    async def add(self, customer_id: str, text: str) -> Written:
        """Write a note. Undoable. Raises `InvalidInput` for an empty one, `Conflict` when the customer is gone."""
        note_id, now = new_id("note"), self._clock()
        insert = Statement(
            "INSERT INTO customer_notes "
            "(id, org_id, customer_id, content, is_pinned, created_by, created_at, updated_at) "
            "VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?6)",
            (note_id, self._actor.org_id, customer_id, _checked(text), self._actor.user_id, now),
        )
        undo = Touched("customer_notes", (note_id,))
        still_there = Guard("customers", customer_id, "id", customer_id, customer_id)
        return await self._apply("Νέα σημείωση", "New note", insert, undo, still_there)

    async def edit(self, note: Note, text: str) -> Written:
        """Change the text of a note as it was seen. Undoable. Raises `Conflict` when somebody else did."""
        wanted = _checked(text)
        update = Statement(
            "UPDATE customer_notes SET content = ?, updated_at = ? WHERE id = ?", (wanted, self._clock(), note.id)
        )
        undo = Touched("customer_notes", (note.id,), columns=("content", "updated_at"))
        guard = Guard("customer_notes", note.id, "content", note.content, wanted)
        return await self._apply("Επεξεργασία σημείωσης", "Edit note", update, undo, guard)

    async def pin(self, note: Note, *, pinned: bool) -> Written:
        """Put a note on top, or back among the others. Undoable."""
        update = Statement("UPDATE customer_notes SET is_pinned = ? WHERE id = ?", (int(pinned), note.id))
        undo = Touched("customer_notes", (note.id,), columns=("is_pinned",))
        label = ("Καρφίτσωμα σημείωσης", "Pin note") if pinned else ("Ξεκαρφίτσωμα σημείωσης", "Unpin note")
        return await self._apply(*label, update, undo)

    async def delete(self, note: Note) -> Written:
        """Delete a note as it was seen. Undoable. Raises `Conflict` when somebody else has edited it."""
        delete = Statement("DELETE FROM customer_notes WHERE id = ?", (note.id,))
        undo = Touched("customer_notes", (note.id,))
        guards = await guards_on_rows(self._db, "customer_notes", (note.id,), ("content",))
        as_seen = Guard("customer_notes", note.id, "content", note.content)
        return await self._apply("Διαγραφή σημείωσης", "Delete note", delete, undo, as_seen, *guards)

    async def _apply(
        self, label_el: str, label_en: str, statement: Statement, undo: Touched, *guards: Guard
    ) -> Written:
        require(self._actor, Action.EDIT_CUSTOMERS)
        change = Change(
            Bilingual(label_el, label_en),
            (statement,),
            guards=guards,
            undo=(undo,),
            actor=self._actor.user_id,
        )
        await self._db.apply(change)
        return Written(change.id, (), 1)


def _checked(text: str) -> str:
    bare = text.strip()
    if not bare or len(bare) > MAX_LENGTH:
        raise InvalidInput(
            Bilingual(f"Η σημείωση θέλει 1 έως {MAX_LENGTH} χαρακτήρες.", f"A note has 1 to {MAX_LENGTH} characters.")
        )
    return bare
