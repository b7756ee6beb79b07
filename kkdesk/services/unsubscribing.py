"""Unsubscribing by a mail's link, saying why, and taking it back.

Whoever has the link can unsubscribe: RFC 8058 wants no more. Taking it back is another matter, since a signed link
never ends and stands in forwarded mails and archives, where somebody may find it years later. So a link takes back what
its own opt-out did and nothing else, for a day, and only while nothing else speaks against mailing the address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import new_id, ulid
from kkdesk.model.row import Row, as_text
from kkdesk.services.suppression_release import records_of
from kkdesk.services.suppressions import OptOut, opt_out_of

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.tracking.visitor import Visitor
    from kkdesk.services.tracking.visits import MailRef
    from kkdesk.store.database import Database

#: How long an opt-out can be taken back by its link. Who left by mistake sees it at once, or when told the next day.
UNDO_SECONDS: Final = 24 * 3600

_LEFT: Final = Bilingual("Διαγραφή από τη λίστα", "Unsubscribed")
_UNDONE: Final = Bilingual("Αναίρεση διαγραφής από τη λίστα", "Unsubscribing undone")
_REASON: Final = Bilingual("Λόγος διαγραφής από τη λίστα", "Reason for unsubscribing")

# Whoever was deleted after being mailed can still leave the list, as long as the deletion could be undone.
_RECIPIENT: Final = """
SELECT m.email, m.org_id, o.name AS company FROM (
  SELECT r.email, p.org_id FROM campaign_recipients r JOIN email_campaigns p ON p.id = r.campaign_id
  WHERE r.id = ?1 AND r.campaign_id = ?2
  UNION ALL
  SELECT json_extract(k.before, '$.email'), p.org_id
  FROM kk_undo k JOIN email_campaigns p ON p.id = json_extract(k.before, '$.campaign_id')
  WHERE k.tbl = 'campaign_recipients' AND k.row_id = ?1 AND p.id = ?2 AND json_extract(k.before, '$.email') IS NOT NULL
  LIMIT 1) m
LEFT JOIN organizations o ON o.id = m.org_id
"""
# An opt-out holds until its link or, by taking the row away, a person takes it back.
_HOLDS: Final = "l.undone_at IS NULL AND EXISTS (SELECT 1 FROM unsubscribes u WHERE u.id = l.unsubscribe_id)"
_OF_LINK: Final = f"""
SELECT l.* FROM kk_link_optouts l WHERE l.recipient_id = ?1 AND l.campaign_id = ?2 AND {_HOLDS}
ORDER BY l.left_at DESC, l.rowid DESC LIMIT 1"""
# What has come since and found the address out already, so that it rests on the rows of this opt-out: another link, a
# link of the web CRM, a bounce or a complaint, a person who unsubscribed the customer.
_UNDOABLE: Final = f"""
l.is_first AND l.left_at > ?2 - {UNDO_SECONDS} AND {_HOLDS}
AND NOT EXISTS (SELECT 1 FROM kk_link_optouts o
  WHERE o.unsubscribe_id = l.unsubscribe_id AND o.id <> l.id AND o.undone_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id
  WHERE r.customer_id IN (SELECT value FROM json_each(l.customers)) AND t.type = 'unsubscribe'
    AND t.created_at >= l.left_at AND t.id IS NOT l.tracking_id)
AND NOT EXISTS (SELECT 1 FROM email_suppressions s WHERE s.id = l.suppression_id
  AND (s.suppression_type <> 'unsubscribe' OR s.bounce_count > 0 OR s.complaint_count > 0))
AND NOT EXISTS (SELECT 1 FROM kk_undo k JOIN kk_changes h ON h.id = k.change_id
  WHERE k.tbl = 'customers' AND k.row_id IN (SELECT value FROM json_each(l.customers))
    AND json_extract(k.after, '$.unsubscribed') = 1 AND h.applied_at >= l.left_at)"""
_MAY_UNDO: Final = f"SELECT 1 FROM kk_link_optouts l WHERE l.id = ?1 AND {_UNDOABLE}"
_IN_FORCE: Final = """
SELECT 1 FROM email_suppressions
WHERE id IN (SELECT value FROM json_each(?1)) AND (expires_at IS NULL OR expires_at > ?2)"""

# Reading and writing are one statement each, so that two requests at once cannot both find nothing.
_RECORD: Final = f"""
INSERT INTO kk_link_optouts (id, org_id, campaign_id, recipient_id, address, unsubscribe_id, is_first, suppression_id,
  tracking_id, customers, reason, left_at)
SELECT ?1, ?2, ?3, ?4, ?5,
  coalesce((SELECT id FROM unsubscribes WHERE org_id = ?2 AND email = ?6 ORDER BY rowid LIMIT 1), ?7),
  NOT EXISTS (SELECT 1 FROM unsubscribes WHERE org_id = ?2 AND email = ?6),
  CASE WHEN NOT EXISTS (SELECT 1 FROM email_suppressions WHERE org_id = ?2 AND email = ?5) THEN ?8 END,
  CASE WHEN EXISTS (SELECT 1 FROM campaign_recipients WHERE id = ?4 AND campaign_id = ?3)
    AND NOT EXISTS (SELECT 1 FROM email_tracking WHERE recipient_id = ?4 AND campaign_id = ?3 AND type = 'unsubscribe')
    THEN ?9 END,
  (SELECT json_group_array(id) FROM customers
    WHERE id IN (SELECT value FROM json_each(?10)) AND coalesce(unsubscribed, 0) = 0), ?11, ?12
WHERE NOT EXISTS (SELECT 1 FROM kk_link_optouts l WHERE l.recipient_id = ?4 AND l.campaign_id = ?3 AND {_HOLDS})
"""
# It counts among the figures; where opens and clicks are nobody's business, who made the request is not kept.
_TRACK: Final = """
INSERT INTO email_tracking (id, campaign_id, recipient_id, type, ip_address, user_agent, created_at)
SELECT ?1, r.campaign_id, r.id, 'unsubscribe', CASE WHEN r.tracked THEN ?4 END, CASE WHEN r.tracked THEN ?5 END, ?6
FROM (SELECT id, campaign_id, NOT EXISTS (SELECT 1 FROM kk_untracked_campaigns u WHERE u.id = campaign_id)
    AND NOT EXISTS (SELECT 1 FROM kk_untracked_customers u WHERE u.id = customer_id) AS tracked
  FROM campaign_recipients WHERE id = ?2 AND campaign_id = ?3) r
WHERE NOT EXISTS (SELECT 1 FROM email_tracking t
  WHERE t.recipient_id = r.id AND t.campaign_id = r.campaign_id AND t.type = 'unsubscribe')
"""

_THIS: Final = "SELECT {column} FROM kk_link_optouts WHERE id = ?1 AND undone_at = ?2 AND undone_by = ?3"
_UNDO: Final = (
    f"UPDATE kk_link_optouts AS l SET undone_at = ?2, undone_by = ?3 WHERE l.id = ?1 AND {_UNDOABLE}",
    f"DELETE FROM unsubscribes WHERE id = ({_THIS.format(column='unsubscribe_id')})",
    f"DELETE FROM email_suppressions WHERE id = ({_THIS.format(column='suppression_id')})",
    f"""UPDATE customers SET unsubscribed = 0, updated_at = ?2
    WHERE unsubscribed = 1 AND id IN (SELECT value FROM json_each(({_THIS.format(column="customers")})))""",
    f"""UPDATE email_campaigns SET unsubscribe_count = max(coalesce(unsubscribe_count, 0) - 1, 0)
    WHERE id = ({_THIS.format(column="campaign_id")})""",
    f"DELETE FROM email_tracking WHERE id = ({_THIS.format(column='tracking_id')})",
)
# The words of whoever left first stay.
_SILENT: Final = "SELECT {column} FROM kk_link_optouts WHERE id = ?1 AND reason IS NULL AND undone_at IS NULL"
_TELL: Final = (
    f"""UPDATE unsubscribes SET reason = ?2 WHERE coalesce(reason, '') = ''
    AND id = ({_SILENT.format(column="unsubscribe_id")} AND is_first)""",
    f"""UPDATE email_suppressions SET suppression_reason = ?2 WHERE coalesce(suppression_reason, '') = ''
    AND id = ({_SILENT.format(column="suppression_id")})""",
    f"UPDATE kk_link_optouts SET reason = ?2 WHERE id IN ({_SILENT.format(column='id')})",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of a link shows: whose it is, and whether its opt-out holds."""

    #: To whom the mail went, as it is written there.
    address: str
    #: Whose mail it was; empty when nobody said.
    company: str
    #: The opt-out by this link that holds; empty when there is none.
    optout_id: str = ""
    reason_given: bool = False
    may_undo: bool = False


class Unsubscribing:
    """Takes addresses out of all campaigns, as their owners ask by a signed link."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Needs no actor: recipients are nobody's users."""
        self._db = db
        self._clock = clock

    async def standing(self, mail: MailRef) -> Standing:
        """How it stands with a mail's link. Raises `NotFound` for an unknown mail, and the `StoreError` family."""
        standing = _standing(await self._recipient(mail))
        optouts = await self._db.query(_OF_LINK, (mail.recipient_id, mail.campaign_id))
        if not optouts:
            return standing
        last = optouts[0]
        may_undo = await self._may_undo(last)
        return replace(standing, optout_id=as_text(last["id"]), reason_given=bool(last["reason"]), may_undo=may_undo)

    async def leave(self, mail: MailRef, reason: str | None, visitor: Visitor) -> Standing:
        """Mail this address no more: every customer that has it, now and later. Doing it again changes nothing.

        The answer is without what the page might offer.

        Raises `NotFound` for an unknown mail, and the `StoreError` family.
        """
        found, now = await self._recipient(mail), self._clock()
        out = await opt_out_of(
            self._db,
            as_text(found["org_id"]),
            as_text(found["email"]),
            campaign_id=mail.campaign_id,
            reason=reason,
            now=now,
        )
        tracking_id = new_id("track")
        tracked = (tracking_id, mail.recipient_id, mail.campaign_id, visitor.network, visitor.user_agent, now)
        statements = (_record(mail, out, tracking_id), *out.statements, Statement(_TRACK, tracked))
        await self._db.apply(Change(_LEFT, statements, at_primary=True))
        return _standing(found)

    async def reason(self, mail: MailRef, reason: str) -> None:
        """Why the address has left by this link; the first reason stays.

        Without an opt-out that holds it changes nothing. Raises the `StoreError` family.
        """
        optouts = await self._db.query(_OF_LINK, (mail.recipient_id, mail.campaign_id))
        if optouts and not optouts[0]["reason"]:
            args = (as_text(optouts[0]["id"]), reason)
            statements = tuple(Statement(sql, args) for sql in _TELL)
            await self._db.apply(Change(_REASON, statements, at_primary=True))

    async def undo(self, mail: MailRef, optout_id: str) -> bool:
        """Take back the opt-out `optout_id` of this link; whether it is taken back now. Again is as good as once.

        Raises the `StoreError` family.
        """
        optout = await self._optout(mail, optout_id)
        if optout is not None and optout["undone_at"] is None:
            if await self._may_undo(optout):
                change_id = ulid()
                args = (optout_id, self._clock(), change_id)
                statements = tuple(Statement(sql, args) for sql in _UNDO)
                await self._db.apply(Change(_UNDONE, statements, at_primary=True, id=change_id))
            # By this request, or by one like it at the same time.
            optout = await self._optout(mail, optout_id)
        return optout is not None and optout["undone_at"] is not None

    async def _optout(self, mail: MailRef, optout_id: str) -> Row | None:
        args = (optout_id, mail.recipient_id, mail.campaign_id)
        rows = await self._db.query(
            "SELECT * FROM kk_link_optouts WHERE id = ?1 AND recipient_id = ?2 AND campaign_id = ?3", args
        )
        return rows[0] if rows else None

    async def _recipient(self, mail: MailRef) -> Row:
        """Address, organisation and its name, also when the customer has been deleted since."""
        rows = await self._db.query(_RECIPIENT, (mail.recipient_id, mail.campaign_id))
        if not rows:
            raise NotFound(
                Bilingual("Ο σύνδεσμος δεν αντιστοιχεί σε κάποιο μήνυμα.", "The link does not belong to any mail.")
            )
        return rows[0]

    async def _may_undo(self, optout: Row) -> bool:
        """Whether taking it back would bring the address back: nothing else keeps it out, or rests on it."""
        now = self._clock()
        if not await self._db.query(_MAY_UNDO, (as_text(optout["id"]), now)):
            return False
        records = await records_of(self._db, as_text(optout["org_id"]), (as_text(optout["address"]),))
        if not set(records.ids["unsubscribes"]) <= {as_text(optout["unsubscribe_id"])}:
            return False
        if not set(records.ids["customers"]) <= set(json.loads(as_text(optout["customers"]))):
            return False
        others = [key for key in records.ids["email_suppressions"] if key != optout["suppression_id"]]
        return not await self._db.query(_IN_FORCE, (json.dumps(others), now))


def _standing(found: Row) -> Standing:
    return Standing(as_text(found["email"]), as_text(found["company"]).strip())


def _record(mail: MailRef, out: OptOut, tracking_id: str) -> Statement:
    args = (
        *(new_id("optout"), out.org_id, mail.campaign_id, mail.recipient_id, out.address, out.email),
        *(out.unsubscribe_id, out.suppression_id, tracking_id, json.dumps(out.customers), out.reason, out.at),
    )
    return Statement(_RECORD, args)
