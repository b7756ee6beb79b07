"""What the broker answered, to whom, and from which network: `kk_access_log`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.email_address import address_key
from kkdesk.model.ids import new_id

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.token_broker.admission import Member
    from kkdesk.store.database import Database

#: Seconds that an answer is on record.
KEPT: Final = 180 * 86_400
#: Seconds in which one address is recorded as refused once: anybody with a Google account may knock.
_REFUSED_ONCE_IN: Final = 3600

_GIVEN: Final = """
INSERT INTO kk_access_log (id, org_id, email, user_id, event, detail, access, network, expires_at, at)
VALUES (?, ?, ?, ?, 'token', ?, ?, ?, ?, ?)
"""
_REFUSED: Final = """
INSERT INTO kk_access_log (id, org_id, email, event, detail, network, at)
SELECT ?1, ?2, ?3, 'refused', ?4, ?5, ?6 WHERE NOT EXISTS (
  SELECT 1 FROM kk_access_log WHERE org_id = ?2 AND email = ?3 AND event = 'refused' AND detail = ?4 AND at > ?7)
"""
_OLD: Final = "DELETE FROM kk_access_log WHERE at < ? AND event IN ('token', 'refused')"


class AccessLog:
    """Of one organisation. Every call raises what the database does."""

    def __init__(self, db: Database, org_id: str, clock: Clock) -> None:
        """Writes nothing yet."""
        self._db = db
        self._org_id = org_id
        self._clock = clock

    async def token(self, member: Member, access: str, network: str, expires_at: int) -> None:
        """Write down that `member` is given a token; what is too old goes."""
        now = self._clock()
        args = (member.email, member.user_id, member.role, access, network, expires_at, now)
        await self._write(Statement(_GIVEN, (new_id("acl"), self._org_id, *args)), Statement(_OLD, (now - KEPT,)))

    async def refused(self, email: str, reason: str, network: str) -> None:
        """Write down that somebody was not let in."""
        now = self._clock()
        args = (new_id("acl"), self._org_id, address_key(email), reason, network, now, now - _REFUSED_ONCE_IN)
        await self._write(Statement(_REFUSED, args))

    async def _write(self, *statements: Statement) -> None:
        await self._db.apply(Change(Bilingual("Καταγραφή πρόσβασης", "Record of access"), statements))
