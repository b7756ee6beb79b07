"""Who gets a campaign and who does not: before sending, when the recipients are listed, and once more at send time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from kkdesk.model.actor import Actor
from kkdesk.model.audience import (
    NOBODY,
    AudiencePreview,
    Candidate,
    Exclusion,
    PreviewPage,
    Recipient,
    mailbox_of,
    sort_out,
)
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.model.change import Row, Statement, as_bool, as_int, as_text
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.web_text import trim
from kkdesk.services.segments import segment_rules
from kkdesk.store.database import Database
from kkdesk.store.segment_sql import filters_condition

# Columns by position, in the order of `Candidate`: read for every customer there is.
_CANDIDATES = """
SELECT c.id, coalesce(nullif(trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), ''), c.company, '') AS name,
  c.email, coalesce(c.is_active, 1) <> 0 AS active, coalesce(c.unsubscribed, 0) <> 0 AS unsubscribed, c.created_at
FROM customers c WHERE c.org_id = ? AND """

# An address that opted out on one customer's record has opted out on all of them.
_OPTED_OUT = """
SELECT email, 'unsubscribed' AS reason FROM customers WHERE org_id = ?1 AND unsubscribed = 1 AND email <> ''
UNION ALL SELECT email, 'unsubscribed' FROM unsubscribes WHERE org_id = ?1
UNION ALL SELECT email, CASE suppression_type WHEN 'unsubscribe' THEN 'unsubscribed' ELSE 'suppressed' END
FROM email_suppressions WHERE org_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)"""

# SQLite folds the case of ASCII only: addresses with anything else, or a name around them, are compared by us.
_OPTED_OUT_AMONG = f"""
SELECT email, reason FROM ({_OPTED_OUT})
WHERE lower(trim(email)) IN (SELECT value FROM json_each(?3)) OR email GLOB '*[^!-;=?-~]*'"""

_INSERT_RECIPIENT = """
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, attempt_count, email_normalized, domain)
VALUES (?, ?, ?, ?, 'pending', 0, ?, ?)"""

_BATCH = """
SELECT r.id, r.email, r.campaign_id, r.email_normalized, p.org_id,
  coalesce(c.is_active, 1) <> 0 AS active, coalesce(c.unsubscribed, 0) <> 0 AS unsubscribed
FROM campaign_recipients r JOIN email_campaigns p ON p.id = r.campaign_id JOIN customers c ON c.id = r.customer_id
WHERE r.id IN (SELECT value FROM json_each(?))"""


class Audience:
    """The one place that decides who is mailed."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Previews are of the actor's organisation; snapshots and checks of the campaign's own."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def preview(self, filters: RecipientFilters) -> AudiencePreview:
        """Everybody the filters select, with a reason for each who gets no mail. Half a second for 100,000 customers.

        Raises `InvalidInput` when a filter or a segment's condition cannot be understood.
        """
        return await self._preview(filters, self._actor.org_id, self._clock())

    async def page(
        self, preview: AudiencePreview, reason: Exclusion | None, offset: int, limit: int, search: str = ""
    ) -> PreviewPage:
        """`AudiencePreview.page` in a thread of its own."""
        return await asyncio.to_thread(preview.page, reason, offset, limit, search)

    async def snapshot_statements(self, campaign_id: str, now: int) -> Sequence[Statement]:
        """Statements that list everybody who gets the campaign and is not listed yet; none when there is nobody.

        Raises `NotFound` for an unknown campaign and `InvalidInput` as `preview` does: then nobody is mailed.
        """
        rows = await self._db.query("SELECT org_id, recipient_filters FROM email_campaigns WHERE id = ?", (campaign_id,))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        filters = parse_filters(rows[0]["recipient_filters"])
        preview = await self._preview(filters, as_text(rows[0]["org_id"]), now)
        listed = await self._db.query(
            "SELECT customer_id, email FROM campaign_recipients WHERE campaign_id = ?", (campaign_id,)
        )
        return await asyncio.to_thread(_insertions, campaign_id, preview.recipients, listed)

    async def still_allowed(self, recipient_ids: Sequence[str]) -> dict[str, Exclusion]:
        """Those of a batch of `campaign_recipients` who must not be mailed after all, with the reason.

        Looks again at opt-outs, suppressions, the customer's state and, in lists made by the web CRM, at addresses
        that are listed twice.
        """
        rows = await self._db.query(_BATCH, (json.dumps(list(recipient_ids)),))
        refused: dict[str, Exclusion] = {}
        for org_id in {as_text(row["org_id"]) for row in rows}:
            batch = [row for row in rows if row["org_id"] == org_id]
            opted_out = await self._opted_out_among(org_id, [as_text(row["email"]) for row in batch])
            for row in batch:
                reason = _reason_now(row, opted_out)
                if reason is not None:
                    refused[as_text(row["id"])] = reason
        rest = [row for row in rows if row["id"] not in refused and not row["email_normalized"]]
        for campaign_id in {as_text(row["campaign_id"]) for row in rest}:
            refused.update(await self._listed_before(campaign_id, rest))
        return refused

    async def _preview(self, filters: RecipientFilters, org_id: str, now: int) -> AudiencePreview:
        filters.require_understood()
        if filters.is_nobody:
            return NOBODY
        rules = await segment_rules(self._db, org_id, filters.segments)
        condition = filters_condition(filters, rules, org_id)
        selected, opted_out = await asyncio.gather(
            self._db.query(_CANDIDATES + condition.sql, (org_id, *condition.args)),
            self._db.query(_OPTED_OUT, (org_id, now)),
        )
        return await asyncio.to_thread(lambda: sort_out(map(Candidate._make, map(tuple, selected)), _keyed(opted_out)))

    async def _opted_out_among(self, org_id: str, emails: Sequence[str]) -> dict[str, Exclusion]:
        spellings = {spelling for email in emails for spelling in (email.strip().lower(), address_key(email))}
        return _keyed(await self._db.query(_OPTED_OUT_AMONG, (org_id, self._clock(), json.dumps(sorted(spellings)))))

    async def _listed_before(self, campaign_id: str, batch: Sequence[Row]) -> dict[str, Exclusion]:
        """Recipients of the batch whose mailbox an earlier row of the same campaign has."""
        listed = await self._db.query(
            "SELECT id, email FROM campaign_recipients WHERE campaign_id = ? ORDER BY rowid", (campaign_id,)
        )
        wanted = {as_text(row["id"]) for row in batch}
        first: dict[str, str] = {}
        found: dict[str, Exclusion] = {}
        for row in listed:
            recipient_id = as_text(row["id"])
            if first.setdefault(address_key(as_text(row["email"])), recipient_id) != recipient_id:
                found[recipient_id] = Exclusion.DUPLICATE
        return {recipient_id: reason for recipient_id, reason in found.items() if recipient_id in wanted}


def _keyed(rows: Sequence[Row]) -> dict[str, Exclusion]:
    """Mailboxes that opted out; having unsubscribed is told before being suppressed."""
    opted_out: dict[str, Exclusion] = {}
    for row in rows:
        email = as_text(row["email"])
        key = mailbox_of(trim(email)) or address_key(email)
        if opted_out.get(key) is not Exclusion.UNSUBSCRIBED:
            opted_out[key] = Exclusion(as_text(row["reason"]))
    return opted_out


def _insertions(campaign_id: str, recipients: Sequence[Recipient], listed: Sequence[Row]) -> Sequence[Statement]:
    customers = {as_text(row["customer_id"]) for row in listed}
    mailboxes = {address_key(as_text(row["email"])) for row in listed}
    rows = [
        (new_id("rcpt"), campaign_id, new.customer_id, new.email, new.key, new.domain)
        for new in recipients
        if new.customer_id not in customers and new.key not in mailboxes
    ]
    return (Statement(_INSERT_RECIPIENT, many=rows),) if rows else ()


def _reason_now(row: Row, opted_out: dict[str, Exclusion]) -> Exclusion | None:
    email = trim(as_text(row["email"]))
    key = mailbox_of(email)
    if not key:
        return Exclusion.BAD_ADDRESS if email else Exclusion.NO_ADDRESS
    if as_bool(row["unsubscribed"]):
        return Exclusion.UNSUBSCRIBED
    if key in opted_out:
        return opted_out[key]
    return None if as_int(row["active"]) else Exclusion.INACTIVE
