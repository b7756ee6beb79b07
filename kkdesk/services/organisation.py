"""The organisation at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched
from kkdesk.model.errors import InvalidInput
from kkdesk.model.rights import Action
from kkdesk.model.row import as_text
from kkdesk.services.rights import require

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database


class Organisation:
    """The organisation the actor works in."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Reads and writes the actor's organisation only."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def name(self) -> str:
        """What it is called, in the window and in mails."""
        rows = await self._db.query("SELECT name FROM organizations WHERE id = ?", (self._actor.org_id,))
        return as_text(rows[0]["name"]) if rows else ""

    async def rename(self, old: str, new: str) -> Applied:
        """Call it `new`; `old` is the name that the person saw.

        Raises `InvalidInput` for an empty name and `Conflict` when somebody has renamed it meanwhile.
        """
        require(self._actor, Action.CHANGE_COMPANY)
        name = new.strip()
        if not name:
            raise InvalidInput(
                Bilingual("Ο οργανισμός χρειάζεται όνομα.", "The organisation needs a name."),
                kept=Bilingual("Το προηγούμενο όνομα έμεινε.", "The former name was kept."),
            )
        org_id = self._actor.org_id
        return await self._db.apply(
            Change(
                Bilingual(f"Όνομα οργανισμού: {name}", f"Name of the organisation: {name}"),
                (
                    Statement(
                        "UPDATE organizations SET name = ?, updated_at = ? WHERE id = ?", (name, self._clock(), org_id)
                    ),
                ),
                guards=(Guard("organizations", org_id, "name", old, name),),
                undo=(Touched("organizations", (org_id,), columns=("name",)),),
                actor=self._actor.user_id,
            )
        )
