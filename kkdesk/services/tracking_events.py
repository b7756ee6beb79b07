"""What recipients do with a mail: opens, clicks and unsubscribes, each recorded once."""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import new_id
from kkdesk.services.suppressions import unsubscribe_statements
from kkdesk.store.database import Database

_OPENED = Bilingual("Άνοιγμα μηνύματος", "Mail opened")
_CLICKED = Bilingual("Κλικ σε σύνδεσμο", "Link clicked")
_UNSUBSCRIBED = Bilingual("Διαγραφή από τη λίστα", "Unsubscribed")

# Reading and writing are one statement, so that two requests at once cannot both find nothing.
_RECORD = """
INSERT INTO email_tracking (id, campaign_id, recipient_id, type, link_url, ip_address, user_agent, created_at)
SELECT ?1, r.campaign_id, r.id, ?2, ?3, ?4, ?5, ?6 FROM campaign_recipients r
WHERE r.id = ?7 AND r.campaign_id = ?8 AND NOT EXISTS (
  SELECT 1 FROM email_tracking t
  WHERE t.recipient_id = r.id AND t.campaign_id = r.campaign_id AND t.type = ?2 AND t.link_url IS ?3)
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
_COUNT = {
    "open": "UPDATE email_campaigns SET open_count = coalesce(open_count, 0) + 1 ",
    "click": "UPDATE email_campaigns SET click_count = coalesce(click_count, 0) + 1 ",
}
_IF_RECORDED = "WHERE id = ?1 AND EXISTS (SELECT 1 FROM email_tracking WHERE id = ?2)"


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the request tells of whoever made it; kept as the web CRM keeps it."""

    ip_address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class MailRef:
    """One mail to one recipient, as signed links name it. The signature has been verified by the caller."""

    campaign_id: str
    recipient_id: str


class TrackingEvents:
    """Records what signed links report."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Needs no actor: recipients are nobody's users."""
        self._db = db
        self._clock = clock

    async def opened(self, mail: MailRef, visitor: Visitor) -> None:
        """Record the first open of a mail; later ones, and unknown mails, change nothing."""
        await self._record(mail, "open", None, visitor, _OPENED)

    async def clicked(self, mail: MailRef, destination: str, visitor: Visitor) -> None:
        """Record the first click on each destination of a mail; unknown mails change nothing."""
        await self._record(mail, "click", destination, visitor, _CLICKED)

    async def address_of(self, mail: MailRef) -> str | None:
        """The address to which the mail went; None when it is none of ours."""
        found = await self._recipient(mail)
        return found[0] if found else None

    async def unsubscribed(self, mail: MailRef, reason: str | None, visitor: Visitor) -> None:
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
        _, recorded = self._statement(mail, "unsubscribe", None, visitor)
        await self._db.apply(Change(_UNSUBSCRIBED, (recorded, *statements)))

    async def _recipient(self, mail: MailRef) -> tuple[str, str] | None:
        """Address and organisation of a mail, also when the customer has been deleted since."""
        rows = await self._db.query(_RECIPIENT, (mail.recipient_id, mail.campaign_id))
        return (str(rows[0]["email"]), str(rows[0]["org_id"])) if rows else None

    async def _record(self, mail: MailRef, kind: str, link: str | None, visitor: Visitor, label: Bilingual) -> None:
        tracking_id, recorded = self._statement(mail, kind, link, visitor)
        counted = Statement(_COUNT[kind] + _IF_RECORDED, (mail.campaign_id, tracking_id))
        await self._db.apply(Change(label, (recorded, counted)))

    def _statement(self, mail: MailRef, kind: str, link: str | None, visitor: Visitor) -> tuple[str, Statement]:
        tracking_id = new_id("track")
        args = (
            tracking_id,
            kind,
            link,
            visitor.ip_address,
            visitor.user_agent,
            self._clock(),
            mail.recipient_id,
            mail.campaign_id,
        )
        return tracking_id, Statement(_RECORD, args)
