"""Who is let in, and as what. The first time makes the person's rows, as the web CRM's own sign-in does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.actor import Role, as_role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.email_address import address_key
from kkdesk.model.ids import new_id
from kkdesk.model.row import Row, as_text
from kkdesk.services.token_broker.refusals import NotLetIn, OtherAccount

if TYPE_CHECKING:
    from collections.abc import Collection

    from kkdesk.model.clock import Clock
    from kkdesk.model.identity import Identity
    from kkdesk.store.database import Database


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is let in."""

    user_id: str
    email: str
    name: str
    role: Role
    org_id: str
    org_name: str


class Admission:
    """The door of one organisation. `listed` are the addresses of AUTH_ALLOWED_EMAILS (`listed_addresses`)."""

    def __init__(self, db: Database, org_id: str, listed: Collection[str], clock: Clock) -> None:
        """Reads nothing yet."""
        self._db = db
        self._org_id = org_id
        self._listed = frozenset(listed)
        self._clock = clock

    async def admit(self, identity: Identity) -> Member:
        """The member whom `identity` is, made one if this is their first time.

        Raises `NotLetIn` and `OtherAccount`.
        """
        member = await self._look(identity)
        if member is None:
            # Twice at the same moment makes one of each: every row has a key that the other one finds taken.
            await self._db.apply(self._joining(identity))
            member = await self._look(identity)
        if member is None:
            raise OtherAccount
        return member

    async def _look(self, identity: Identity) -> Member | None:
        """The member as they are now; None: there is something to be made first."""
        email = address_key(identity.email)
        row = (await self._db.query(_STANDING, (identity.subject, email, self._org_id, self._clock())))[0]
        if row["state"] == "revoked":
            raise NotLetIn("revoked")
        if not (email in self._listed or row["state"] == "granted" or row["invited"]):
            raise NotLetIn("not_listed")
        if row["linked_elsewhere"]:
            raise OtherAccount
        return self._member(row) if row["linked"] and row["role"] and not row["invited"] else None

    def _member(self, row: Row) -> Member:
        return Member(
            user_id=as_text(row["user_id"]),
            email=as_text(row["email"]),
            name=as_text(row["name"]),
            role=as_role(as_text(row["role"])),
            org_id=self._org_id,
            org_name=as_text(row["org_name"]),
        )

    def _joining(self, identity: Identity) -> Change:
        email, now, org_id = address_key(identity.email), self._clock(), self._org_id
        key, member_id = access_key(org_id, email), new_id("mbr")
        who = (identity.subject, email, key)
        user = (*who, str(uuid.uuid4()), identity.name or None, now * 1000, identity.picture or None, now)
        return Change(
            Bilingual(f"Νέο μέλος: {email}", f"New member: {email}"),
            (
                Statement(_NEW_USER, user),
                Statement(_NEW_ACCOUNT, (*who, str(uuid.uuid4()))),
                Statement(_NEW_MEMBER, (*who, member_id, org_id, now)),
                Statement(_USED_INVITATION, (key, org_id, email, now)),
                Statement(
                    "DELETE FROM organization_invitations WHERE org_id = ?1 AND lower(trim(email)) = ?2",
                    (org_id, email),
                ),
                Statement(_JOINED, (new_id("acl"), member_id, email, now)),
            ),
        )


def listed_addresses(text: str) -> frozenset[str]:
    """The addresses in AUTH_ALLOWED_EMAILS, which has commas, semicolons or blanks between them."""
    return frozenset(address_key(part) for part in text.replace(";", ",").replace(",", " ").split())


def access_key(org_id: str, email: str) -> str:
    """The id in `kk_access` of an address, which is an `address_key`."""
    return f"{org_id}:{email}"


#: Google's subject (?1) says who somebody is, as addresses change hands; an address (?2) only until one is linked.
_WHO: Final = """coalesce(
  (SELECT userId FROM accounts WHERE provider = 'google' AND providerAccountId = ?1 LIMIT 1),
  (SELECT id FROM users WHERE lower(trim(email)) = ?2 ORDER BY rowid LIMIT 1))"""
_STANDING: Final = f"""
WITH person AS (SELECT {_WHO} AS id)
SELECT u.id AS user_id, u.email, coalesce(nullif(u.name, ''), u.email) AS name, m.role,
  coalesce((SELECT name FROM organizations WHERE id = ?3), '') AS org_name,
  (SELECT state FROM kk_access WHERE id = ?3 || ':' || ?2) AS state,
  EXISTS (SELECT 1 FROM organization_invitations
          WHERE org_id = ?3 AND lower(trim(email)) = ?2 AND expires_at > ?4) AS invited,
  EXISTS (SELECT 1 FROM accounts a
          WHERE a.provider = 'google' AND a.providerAccountId = ?1 AND a.userId = person.id) AS linked,
  EXISTS (SELECT 1 FROM accounts a
          WHERE a.provider = 'google' AND a.providerAccountId <> ?1 AND a.userId = person.id)
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE provider = 'google' AND providerAccountId = ?1) AS linked_elsewhere
FROM person
LEFT JOIN users u ON u.id = person.id
LEFT JOIN organization_members m ON m.user_id = u.id AND m.org_id = ?3
"""
#: Asked again where it is written: an owner may have revoked them since.
_STILL: Final = "NOT EXISTS (SELECT 1 FROM kk_access WHERE id = ?3 AND state = 'revoked')"
_NEW_USER: Final = f"""
INSERT INTO users (id, name, email, emailVerified, image, created_at, updated_at)
SELECT ?4, ?5, ?2, ?6, ?7, ?8, ?8 WHERE {_WHO} IS NULL AND {_STILL} ON CONFLICT DO NOTHING
"""
#: Tokens that the web CRM keeps in such rows are its own: this one has none.
_NEW_ACCOUNT: Final = f"""
INSERT INTO accounts (id, userId, type, provider, providerAccountId, token_type, scope)
SELECT ?4, {_WHO}, 'oidc', 'google', ?1, 'bearer', 'openid email profile'
WHERE {_STILL} AND NOT EXISTS (SELECT 1 FROM accounts WHERE provider = 'google' AND userId = {_WHO})
ON CONFLICT DO NOTHING
"""
_NEW_MEMBER: Final = f"""
INSERT INTO organization_members (id, user_id, org_id, role, joined_at)
SELECT ?4, a.userId, ?5,
  coalesce(
    (SELECT role FROM organization_invitations WHERE org_id = ?5 AND lower(trim(email)) = ?2 AND expires_at > ?6
     ORDER BY created_at DESC LIMIT 1),
    CASE WHEN EXISTS (
      SELECT 1 FROM organization_members o JOIN users u ON u.id = o.user_id
      WHERE o.org_id = ?5 AND o.role = 'owner' AND u.email <> 'local@kkdesk.invalid')
    THEN 'member' ELSE 'owner' END),
  ?6
FROM accounts a WHERE a.provider = 'google' AND a.providerAccountId = ?1 AND {_STILL}
ON CONFLICT DO NOTHING
"""
_USED_INVITATION: Final = """
INSERT INTO kk_access (id, org_id, email, state, changed_by, changed_at)
SELECT ?1, ?2, ?3, 'granted', NULL, ?4 WHERE EXISTS (
  SELECT 1 FROM organization_invitations WHERE org_id = ?2 AND lower(trim(email)) = ?3 AND expires_at > ?4)
ON CONFLICT DO NOTHING
"""
_JOINED: Final = """
INSERT INTO kk_access_log (id, org_id, email, user_id, event, detail, at)
SELECT ?1, org_id, ?3, user_id, 'joined', role, ?4 FROM organization_members WHERE id = ?2
"""
