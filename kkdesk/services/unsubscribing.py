"""Unsubscribing by a mail's link."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import new_id
from kkdesk.services.suppressions import unsubscribe_statements
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visits import MailRef
from kkdesk.store.database import Database

_UNSUBSCRIBED = Bilingual("Διαγραφή από τη λίστα", "Unsubscribed")

# Reading and writing are one statement, so that two requests at once cannot both find nothing.
_RECORD = """
INSERT INTO email_tracking (id, campaign_id, recipient_id, type, ip_address, user_agent, created_at)
SELECT ?1, r.campaign_id, r.id, 'unsubscribe', ?2, ?3, ?4 FROM campaign_recipients r
WHERE r.id = ?5 AND r.campaign_id = ?6 AND NOT EXISTS (
  SELECT 1 FROM email_tracking t
  WHERE t.recipient_id = r.id AND t.campaign_id = r.campaign_id AND t.type = 'unsubscribe')
"""
# Whoever was deleted after being mailed can still leave the list, as long as the deletion could be undone.
_RECIPIENT = """
SELECT r.email, p.org_id FROM campaign_recipients r JOIN email_campaigns p ON p.id = r.campaign_id
WHERE r.id = ?1 AND r.campaign_id = ?2
UNION ALL
SELECT json_extract(k.before, '$.email'), p.org_id
FROM kk_undo k JOIN email_campaigns p ON p.id = json_extract(k.before, '$.campaign_id')
WHERE k.tbl = 'campaign_recipients' AND k.row_id = ?1 AND p.id = ?2 AND json_extract(k.before, '$.email') IS NOT NULL
LIMIT 1
"""


class Unsubscribing:
    """Takes addresses out of all campaigns, as their owners ask by a signed link."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Needs no actor: recipients are nobody's users."""
        self._db = db
        self._clock = clock

    async def address_of(self, mail: MailRef) -> str | None:
        """The address to which the mail went; None when it is none of ours."""
        found = await self._recipient(mail)
        return found[0] if found else None

    async def leave(self, mail: MailRef, reason: str | None, visitor: Visitor) -> None:
        """Mail this address no more: every customer that has it, now and later. Doing it again changes nothing.

        Raises `NotFound` for an unknown mail.
        """
        found = await self._recipient(mail)
        if found is None:
            raise NotFound(
                Bilingual("Ο σύνδεσμος δεν αντιστοιχεί σε κάποιο μήνυμα.", "The link does not belong to any mail.")
            )
        email, org_id = found
        statements = await unsubscribe_statements(
            self._db, org_id, email, campaign_id=mail.campaign_id, reason=reason, now=self._clock()
        )
        await self._db.apply(Change(_UNSUBSCRIBED, (_recorded(mail, visitor, self._clock()), *statements)))

    async def _recipient(self, mail: MailRef) -> tuple[str, str] | None:
        """Address and organisation of a mail, also when the customer has been deleted since."""
        rows = await self._db.query(_RECIPIENT, (mail.recipient_id, mail.campaign_id))
        return (str(rows[0]["email"]), str(rows[0]["org_id"])) if rows else None


def _recorded(mail: MailRef, visitor: Visitor, now: int) -> Statement:
    args = (new_id("track"), visitor.network, visitor.user_agent, now, mail.recipient_id, mail.campaign_id)
    return Statement(_RECORD, args)
