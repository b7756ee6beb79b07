"""The person at work where people sign in: the member whose account it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kkdesk.model.actor import Actor, as_role
from kkdesk.model.row import as_text

if TYPE_CHECKING:
    from kkdesk.model.identity import Identity
    from kkdesk.store.database import Database

# By the account, which stays when an address changes; by the address where nobody has linked one. Whoever is no member
# (any more) may only read what is here until the company's endpoints have said so themselves.
_PERSON: Final = """
SELECT u.id AS user_id, coalesce(nullif(u.name, ''), u.email) AS name, m.role, m.org_id
FROM users u LEFT JOIN organization_members m ON m.user_id = u.id
WHERE u.id = coalesce(
  (SELECT userId FROM accounts WHERE provider = 'google' AND providerAccountId = ?1 LIMIT 1),
  (SELECT id FROM users WHERE lower(trim(email)) = lower(trim(?2)) ORDER BY rowid LIMIT 1))
ORDER BY m.org_id IS NULL, m.org_id <> ?3, m.joined_at LIMIT 1
"""


async def signed_in_actor(db: Database, identity: Identity, preferred_org: str) -> Actor:
    """Who `identity` is in the company's database; somebody who may only read where it does not know them."""
    rows = await db.query(_PERSON, (identity.subject, identity.email, preferred_org))
    if not rows:
        return Actor("", preferred_org, identity.name or identity.email, "viewer")
    row = rows[0]
    return Actor(
        user_id=as_text(row["user_id"]),
        org_id=as_text(row["org_id"]) or preferred_org,
        name=as_text(row["name"]),
        role=as_role(as_text(row["role"])),
    )


async def is_member(db: Database, identity: Identity) -> bool:
    """Whether the company's database knows `identity` as somebody's."""
    rows = await db.query(_PERSON, (identity.subject, identity.email, ""))
    return bool(rows) and bool(rows[0]["org_id"])
