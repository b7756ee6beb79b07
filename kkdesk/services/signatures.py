"""Signatures that are put under a campaign's text."""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, SqlValue, as_bool, as_int, as_text
from kkdesk.services.rights import require
from kkdesk.services.seen_values import guards_on_seen
from kkdesk.store.database import Database
from kkdesk.store.row_image import guards_on_rows

_COLUMNS = "id, name, content, is_default, updated_at"


@dataclass(frozen=True, slots=True)
class Signature:
    """A row of `email_signatures`; `content` is HTML, in which merge fields are not filled in."""

    id: str
    name: str
    content: str
    is_default: bool
    updated_at: int


class Signatures:
    """The signatures of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> list[Signature]:
        """Every signature, the default first, then by name."""
        rows = await self._db.query(
            f"SELECT {_COLUMNS} FROM email_signatures WHERE org_id = ? ORDER BY coalesce(is_default, 0) DESC, name, id",
            (self._actor.org_id,),
        )
        return [_signature(row) for row in rows]

    async def get(self, signature_id: str) -> Signature:
        """One signature. Raises `NotFound`."""
        rows = await self._db.query(
            f"SELECT {_COLUMNS} FROM email_signatures WHERE org_id = ? AND id = ?",
            (self._actor.org_id, signature_id),
        )
        if not rows:
            raise NotFound(Bilingual("Η υπογραφή δεν υπάρχει πια.", "The signature is no longer there."))
        return _signature(rows[0])

    async def default(self) -> Signature | None:
        """The one that new campaigns begin with; None when none is marked."""
        found = await self.all()
        return found[0] if found and found[0].is_default else None

    async def create(self, name: str, content: str, *, default: bool = False) -> str:
        """Save a new signature; its id. Undoable. Raises `InvalidInput` without a name."""
        name = _checked(name)
        signature_id, now = new_id("sig"), self._clock()
        statements, others = await self._others_not_default(default=default)
        insert = Statement(
            "INSERT INTO email_signatures (id, org_id, name, content, is_default, created_by, created_at, updated_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            (signature_id, self._actor.org_id, name, content, int(default), self._actor.user_id, now),
        )
        await self._apply(
            Bilingual(f"Νέα υπογραφή «{name}»", f"New signature “{name}”"),
            (*statements, insert),
            undo=(Touched("email_signatures", (signature_id, *others), columns=("is_default", "updated_at")),),
        )
        return signature_id

    async def update(self, seen: Signature, name: str, content: str, *, default: bool) -> Applied:
        """Save an edit of the signature as it was `seen`. Undoable.

        Raises `InvalidInput` without a name, `Conflict` when somebody changed the same part since.
        """
        name = _checked(name)
        statements, others = await self._others_not_default(default=default, but=seen.id)
        guards = await guards_on_seen(
            self._db,
            "email_signatures",
            seen.id,
            {"name": seen.name, "content": seen.content, "is_default": int(seen.is_default)},
            {"name": name, "content": content, "is_default": int(default)},
        )
        values: dict[str, SqlValue] = {guard.column: guard.new for guard in guards}
        values["updated_at"] = self._clock()
        assignments = ", ".join(f"{column} = ?" for column in values)
        update = Statement(
            f"UPDATE email_signatures SET {assignments} WHERE id = ? AND org_id = ?",
            (*values.values(), seen.id, self._actor.org_id),
        )
        # The others lose their mark.
        columns = tuple(dict.fromkeys((*values, "is_default") if others else values))
        return await self._apply(
            Bilingual(f"Επεξεργασία υπογραφής «{name}»", f"Edit signature “{name}”"),
            (*statements, update),
            guards=guards,
            undo=(Touched("email_signatures", (seen.id, *others), columns=columns),),
        )

    async def delete(self, signature_id: str) -> Applied:
        """Delete a signature and take it out of campaigns. Undoable.

        Mails that have been sent, or are being sent, keep it. Raises `NotFound`, and `Conflict` when somebody has
        edited it in the meantime.
        """
        signature = await self.get(signature_id)
        guards = await guards_on_rows(self._db, "email_signatures", (signature_id,), ("name", "content"))
        rows = await self._db.query("SELECT id FROM email_campaigns WHERE signature_id = ?", (signature_id,))
        campaigns = tuple(as_text(row["id"]) for row in rows)
        return await self._apply(
            Bilingual(f"Διαγραφή υπογραφής «{signature.name}»", f"Delete signature “{signature.name}”"),
            (
                Statement("UPDATE email_campaigns SET signature_id = NULL WHERE signature_id = ?", (signature_id,)),
                Statement(
                    "DELETE FROM email_signatures WHERE id = ? AND org_id = ?", (signature_id, self._actor.org_id)
                ),
            ),
            guards=tuple(guards),
            undo=(
                Touched("email_signatures", (signature_id,)),
                Touched("email_campaigns", campaigns, columns=("signature_id",)),
            ),
        )

    async def _others_not_default(
        self, *, default: bool, but: str = ""
    ) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
        """What is needed so that there is one default only, and the ids of those that are it no more."""
        if not default:
            return (), ()
        others = tuple(signature.id for signature in await self.all() if signature.is_default and signature.id != but)
        statement = Statement(
            "UPDATE email_signatures SET is_default = 0 WHERE org_id = ? AND id <> ? AND is_default = 1",
            (self._actor.org_id, but),
        )
        return (statement,), others

    async def _apply(
        self,
        label: Bilingual,
        statements: tuple[Statement, ...],
        *,
        undo: tuple[Touched, ...],
        guards: tuple[Guard, ...] = (),
    ) -> Applied:
        require(self._actor, Action.EDIT_CAMPAIGNS)
        return await self._db.apply(Change(label, statements, guards, undo, actor=self._actor.user_id))


def _signature(row: Row) -> Signature:
    return Signature(
        id=as_text(row["id"]),
        name=as_text(row["name"]),
        content=as_text(row["content"]),
        is_default=as_bool(row["is_default"]),
        updated_at=as_int(row["updated_at"]),
    )


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(Bilingual("Δώστε ένα όνομα στην υπογραφή.", "Give the signature a name."))
    return name
