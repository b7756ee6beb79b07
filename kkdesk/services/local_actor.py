"""The person at work: found in the database, or made in a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kkdesk.model.actor import Actor, as_role
from kkdesk.model.row import as_text

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

_MEMBERS = """
SELECT u.id AS user_id, coalesce(u.name, u.email) AS name, m.role, o.id AS org_id
FROM organizations o
JOIN organization_members m ON m.org_id = o.id
JOIN users u ON u.id = m.user_id
ORDER BY o.id <> ?, o.created_at, CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, m.joined_at
LIMIT 1
"""


async def local_actor(db: Database, preferred_org: str, clock: Clock) -> Actor:
    """The person of the embedded profile: the first owner of `preferred_org`, else of the oldest organisation.

    A database without anybody gets the organisation and one local user.
    """
    rows = await db.query(_MEMBERS, (preferred_org,))
    if not rows:
        from kkdesk.services.first_organisation import first_organisation

        await db.apply(first_organisation(preferred_org, clock()))
        rows = await db.query(_MEMBERS, (preferred_org,))
    row = rows[0]
    return Actor(
        user_id=as_text(row["user_id"]),
        org_id=as_text(row["org_id"]),
        name=as_text(row["name"]),
        role=as_role(as_text(row["role"])),
    )
