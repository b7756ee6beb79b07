"""The organisation and the person at work: found in the database, or made in a new one."""

from __future__ import annotations

import uuid
from typing import cast

from kkdesk.model.actor import Actor, Role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched, as_text
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput
from kkdesk.model.ids import new_id
from kkdesk.store.database import Database

_MEMBERS = """
SELECT u.id AS user_id, coalesce(u.name, u.email) AS name, m.role, o.id AS org_id
FROM organizations o
JOIN organization_members m ON m.org_id = o.id
JOIN users u ON u.id = m.user_id
ORDER BY o.id <> ?, o.created_at, CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, m.joined_at
LIMIT 1
"""


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
                guards=(Guard("organizations", org_id, "name", old),),
                undo=(Touched("organizations", (org_id,), columns=("name",)),),
                actor=self._actor.user_id,
            )
        )


async def local_actor(db: Database, preferred_org: str, clock: Clock) -> Actor:
    """The person of the embedded profile: the first owner of `preferred_org`, else of the oldest organisation.

    A database without anybody gets the organisation and one local user.
    """
    rows = await db.query(_MEMBERS, (preferred_org,))
    if not rows:
        await db.apply(_first_organisation(preferred_org, clock()))
        rows = await db.query(_MEMBERS, (preferred_org,))
    row = rows[0]
    return Actor(
        user_id=as_text(row["user_id"]),
        org_id=as_text(row["org_id"]),
        name=as_text(row["name"]),
        role=cast("Role", as_text(row["role"])),
    )


def _first_organisation(org_id: str, now: int) -> Change:
    user_id = str(uuid.uuid4())
    return Change(
        Bilingual("Νέος οργανισμός", "New organisation"),
        (
            Statement(
                "INSERT INTO organizations (id, name, slug, subscription_tier, created_at, updated_at) "
                "VALUES (?1, 'KK Tires', 'kktires', 'free', ?2, ?2) ON CONFLICT DO NOTHING",
                (org_id, now),
            ),
            Statement(
                "INSERT INTO users (id, name, email, created_at, updated_at) "
                "VALUES (?1, 'Τοπικός χρήστης', 'local@kkdesk.invalid', ?2, ?2) ON CONFLICT DO NOTHING",
                (user_id, now),
            ),
            Statement(
                "INSERT INTO organization_members (id, user_id, org_id, role, joined_at) "
                "SELECT ?1, u.id, ?2, 'owner', ?3 FROM users u WHERE u.email = 'local@kkdesk.invalid' "
                "ON CONFLICT DO NOTHING",
                (new_id("mbr"), org_id, now),
            ),
        ),
    )
