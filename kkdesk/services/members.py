"""The people of the company: who they are, inviting, changing roles, and letting somebody in no more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.actor import ROLES, Role, as_role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.email_address import address_key, validate
from kkdesk.model.errors import Conflict, InvalidInput, NotAllowed, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import ROLE_NAMES, Action
from kkdesk.model.row import as_int, as_text
from kkdesk.services.rights import require

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

#: Seconds for which an invitation is open.
INVITED_FOR: Final = 14 * 86_400


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """Somebody who works here. Times are Unix seconds; None: never, or not known."""

    id: str
    user_id: str
    name: str
    email: str
    role: Role
    joined_at: int | None
    #: When they were given a database token last.
    last_seen: int | None
    #: When the last token that they were given ends: until then what they have open still works.
    token_ends: int | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who may come in and has not done so."""

    id: str
    email: str
    role: Role
    expires_at: int


class Members:
    """Of the actor's organisation. Changes are made at the company's server alone, and are not taken back by Undo."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> list[MemberEntry]:
        """Everybody, owners first, then by name. The local user of a database of one's own is no member."""
        return [
            MemberEntry(
                as_text(row["id"]),
                as_text(row["user_id"]),
                as_text(row["name"]),
                as_text(row["email"]),
                as_role(as_text(row["role"])),
                _time(row["joined_at"]),
                _time(row["last_seen"]),
                _time(row["token_ends"]),
            )
            for row in await self._db.query(_ALL, (self._actor.org_id,))
        ]

    async def invitations(self) -> list[Invitation]:
        """Those that are open, the newest first."""
        return [
            Invitation(
                as_text(row["id"]), as_text(row["email"]), as_role(as_text(row["role"])), as_int(row["expires_at"])
            )
            for row in await self._db.query(_INVITATIONS, (self._actor.org_id, self._clock()))
        ]

    async def invite(self, email: str, role: Role) -> Invitation:
        """Let `email` come in as `role` within two weeks; inviting again begins anew. Who was revoked may come again.

        Raises `NotPermitted`, `InvalidInput` for an address, and `NotAllowed` for who is a member.
        """
        require(self._actor, Action.MANAGE_MEMBERS)
        check = validate(email)
        if not check.valid:
            raise InvalidInput(check.error or _NO_ADDRESS)
        address = address_key(email)
        if any(address_key(member.email) == address for member in await self.all()):
            raise NotAllowed(
                Bilingual(f"Το {address} είναι ήδη μέλος.", f"{address} is a member already."),
                next_step=Bilingual("Αλλάξτε τον ρόλο από τη λίστα.", "Change the role in the list."),
            )
        now, org_id = self._clock(), self._actor.org_id
        invitation = Invitation(new_id("inv"), address, _checked(role), now + INVITED_FOR)
        row = (invitation.id, address, org_id, role, secrets.token_urlsafe(32), invitation.expires_at, now)
        await self._write(
            Bilingual(f"Πρόσκληση: {address}", f"Invitation: {address}"),
            Statement(_WITHDRAW, (org_id, address)),
            Statement(_INVITE, row),
            Statement("DELETE FROM kk_access WHERE id = ? AND state = 'revoked'", (f"{org_id}:{address}",)),
            self._logged("invited", address, None, role),
        )
        return invitation

    async def withdraw(self, invitation: Invitation) -> None:
        """Take an invitation back. One that was used meanwhile is no longer there. Raises `NotPermitted`."""
        require(self._actor, Action.MANAGE_MEMBERS)
        label = Bilingual(f"Ανάκληση πρόσκλησης: {invitation.email}", f"Invitation withdrawn: {invitation.email}")
        await self._write(
            label,
            Statement(_WITHDRAW, (self._actor.org_id, address_key(invitation.email))),
            self._logged("withdrawn", invitation.email, None, invitation.role),
        )

    async def change_role(self, member: MemberEntry, role: Role) -> None:
        """Give `member` another role; their window follows within one life of a token.

        Raises `NotPermitted`, `NotFound`, `Conflict` when their role has been changed meanwhile, and `NotAllowed` for
        the last owner.
        """
        require(self._actor, Action.MANAGE_MEMBERS)
        name = ROLE_NAMES[_checked(role)]
        label = Bilingual(f"Ρόλος {member.email}: {name.el}", f"Role of {member.email}: {name.en}")
        args = (role, member.id, self._actor.org_id, member.role)
        await self._write(label, Statement(_CHANGE_ROLE, args), self._logged_if("role", member, role, f"= '{role}'"))
        now = await self._found(member)
        if now is None:
            raise _gone(member)
        if now.role != role:
            raise _last_owner() if now.role == "owner" == member.role else _role_changed(now)

    async def revoke(self, member: MemberEntry) -> None:
        """Let `member` in no more: their membership, web sessions and linked accounts go, in one piece.

        What they have open works until their last token ends (`token_ends`); the computer then deletes its copy. Raises
        `NotPermitted`, and `NotAllowed` for the last owner and for oneself.
        """
        require(self._actor, Action.MANAGE_MEMBERS)
        if member.user_id == self._actor.user_id:
            raise NotAllowed(
                Bilingual("Δεν μπορείτε να αφαιρέσετε τον εαυτό σας.", "You cannot remove yourself."),
                next_step=Bilingual("Ζητήστε το από άλλον ιδιοκτήτη.", "Ask another owner to do it."),
            )
        org_id, now, address = self._actor.org_id, self._clock(), address_key(member.email)
        gone = (member.user_id, org_id)
        await self._write(
            Bilingual(f"Αφαίρεση μέλους: {member.email}", f"Member removed: {member.email}"),
            Statement(_REMOVE, (member.id, org_id)),
            Statement(_SHUT, (f"{org_id}:{address}", org_id, address, self._actor.user_id, now, *gone)),
            Statement(_END_SESSIONS, gone),
            Statement(_UNLINK, gone),
            Statement(_WITHDRAW, (org_id, address)),
            self._logged_if("revoked", member, member.role, "IS NULL"),
        )
        if await self._found(member) is not None:
            raise _last_owner()

    async def _found(self, member: MemberEntry) -> MemberEntry | None:
        return next((found for found in await self.all() if found.id == member.id), None)

    async def _write(self, label: Bilingual, *statements: Statement) -> None:
        await self._db.apply(Change(label, statements, actor=self._actor.user_id, at_primary=True))

    def _logged(self, event: str, email: str, user_id: str | None, detail: str) -> Statement:
        args = (new_id("acl"), self._actor.org_id, address_key(email), user_id, event, detail, self._clock())
        return Statement(_LOG, args)

    def _logged_if(self, event: str, member: MemberEntry, detail: str, role_is: str) -> Statement:
        """On record only if it has come to pass, in the same transaction. `role_is` is a condition of ours."""
        entry = self._logged(event, member.email, member.user_id, detail)
        return Statement(
            f"{entry.sql} WHERE (SELECT role FROM organization_members WHERE id = ?) {role_is}",
            (*entry.args, member.id),
        )


def _checked(role: str) -> Role:
    if role not in ROLES:
        raise InvalidInput(Bilingual("Αυτός ο ρόλος δεν υπάρχει.", "There is no such role."))
    return as_role(role)


def _time(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _gone(member: MemberEntry) -> NotFound:
    return NotFound(
        Bilingual(f"Ο χρήστης {member.email} δεν είναι πια μέλος.", f"{member.email} is no longer a member.")
    )


def _last_owner() -> NotAllowed:
    return NotAllowed(
        Bilingual("Πρέπει να μένει τουλάχιστον ένας ιδιοκτήτης.", "There must be at least one owner."),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual("Κάντε πρώτα ιδιοκτήτη κάποιον άλλον.", "Make somebody else an owner first."),
    )


def _role_changed(member: MemberEntry) -> Conflict:
    name = ROLE_NAMES[member.role]
    return Conflict(
        Bilingual(
            f"Κάποιος άλλος άλλαξε τον ρόλο: τώρα είναι {name.el}.",
            f"Somebody else has changed the role: it is {name.en} now.",
        )
    )


_NO_ADDRESS: Final = Bilingual("Γράψτε μια διεύθυνση e-mail.", "Enter an e-mail address.")
_ALL: Final = """
SELECT m.id, m.user_id, m.role, m.joined_at, u.email, coalesce(nullif(u.name, ''), u.email) AS name,
  (SELECT max(at) FROM kk_access_log l
   WHERE l.org_id = m.org_id AND l.email = u.email AND l.event = 'token') AS last_seen,
  (SELECT max(expires_at) FROM kk_access_log l
   WHERE l.org_id = m.org_id AND l.email = u.email AND l.event = 'token') AS token_ends
FROM organization_members m JOIN users u ON u.id = m.user_id
WHERE m.org_id = ? AND u.email <> 'local@kkdesk.invalid'
ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 WHEN 'member' THEN 2 ELSE 3 END, name
"""
_INVITATIONS: Final = """
SELECT id, email, role, expires_at FROM organization_invitations
WHERE org_id = ? AND expires_at > ? ORDER BY created_at DESC, id
"""
_INVITE: Final = """
INSERT INTO organization_invitations (id, email, org_id, role, token, expires_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_WITHDRAW: Final = "DELETE FROM organization_invitations WHERE org_id = ?1 AND lower(trim(email)) = ?2"
#: Somebody else is an owner, too; asked in the same transaction, so that two owners cannot remove each other.
_ANOTHER_OWNER: Final = """EXISTS (
  SELECT 1 FROM organization_members o JOIN users u ON u.id = o.user_id
  WHERE o.org_id = organization_members.org_id AND o.role = 'owner' AND o.id <> organization_members.id
    AND u.email <> 'local@kkdesk.invalid')"""
_CHANGE_ROLE: Final = f"""
UPDATE organization_members SET role = ?1
WHERE id = ?2 AND org_id = ?3 AND role = ?4 AND (?1 = 'owner' OR role <> 'owner' OR {_ANOTHER_OWNER})
"""
_REMOVE: Final = f"""
DELETE FROM organization_members WHERE id = ?1 AND org_id = ?2 AND (role <> 'owner' OR {_ANOTHER_OWNER})
"""
_IS_OUT: Final = "NOT EXISTS (SELECT 1 FROM organization_members WHERE user_id = {user} AND org_id = {org})"
_SHUT: Final = f"""
INSERT INTO kk_access (id, org_id, email, state, changed_by, changed_at)
SELECT ?1, ?2, ?3, 'revoked', ?4, ?5 WHERE {_IS_OUT.format(user="?6", org="?7")}
ON CONFLICT (id) DO UPDATE SET state = 'revoked', changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""
#: Of the web CRM, and the tie to the Google account; only for who is a member of nothing any more.
_NOWHERE: Final = "NOT EXISTS (SELECT 1 FROM organization_members WHERE user_id = ?1)"
_END_SESSIONS: Final = f"DELETE FROM sessions WHERE userId = ?1 AND ?2 <> '' AND {_NOWHERE}"
_UNLINK: Final = f"DELETE FROM accounts WHERE userId = ?1 AND ?2 <> '' AND {_NOWHERE}"
_LOG: Final = """
INSERT INTO kk_access_log (id, org_id, email, user_id, event, detail, at) SELECT ?, ?, ?, ?, ?, ?, ?"""
