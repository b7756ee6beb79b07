"""Who gets a campaign and who does not: shown before sending, and written down when sending begins.

Each recipient is looked at once more in the very change that claims the mail (`kkdesk.services.queue.claims`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from kkdesk.model.actor import Actor
from kkdesk.model.audience import (
    NOBODY,
    AudiencePreview,
    Candidates,
    Exclusion,
    PreviewPage,
    mailbox_of,
    sort_out,
)
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.model.change import Statement
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.row import Row, as_text
from kkdesk.model.web_text import trim
from kkdesk.services.segments import segment_rules
from kkdesk.store.database import Database
from kkdesk.store.segment_sql import filters_condition

# One row of long JSON lists: the lists are made outside Python's lock, and read into a handful of objects.
_CANDIDATES = """
SELECT json_group_array(c.id) AS ids, json_group_array(c.email) AS emails, json_group_array(c.created_at) AS created,
  json_group_array(coalesce(
    nullif(trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), ''), c.company, '')) AS names,
  json_group_array((coalesce(c.is_active, 1) <> 0) * 1 + (coalesce(c.unsubscribed, 0) <> 0) * 2) AS flags
FROM customers c WHERE c.org_id = ? AND """

# An address that opted out on one customer's record has opted out on all of them.
_OPTED_OUT = """
SELECT email, 'unsubscribed' AS reason FROM customers WHERE org_id = ?1 AND unsubscribed = 1 AND email <> ''
UNION ALL SELECT email, 'unsubscribed' FROM unsubscribes WHERE org_id = ?1
UNION ALL SELECT email, CASE suppression_type WHEN 'unsubscribe' THEN 'unsubscribed' ELSE 'suppressed' END
FROM email_suppressions WHERE org_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)"""

_INSERT_RECIPIENT = """
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, attempt_count, email_normalized, domain)
VALUES (?, ?, ?, ?, 'pending', 0, ?, ?)"""


class Audience:
    """The one place that decides who is mailed."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Previews are of the actor's organisation, snapshots of the campaign's own."""
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
        rows = await self._db.query(
            "SELECT org_id, recipient_filters FROM email_campaigns WHERE id = ?", (campaign_id,)
        )
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        filters = parse_filters(rows[0]["recipient_filters"])
        preview = await self._preview(filters, as_text(rows[0]["org_id"]), now)
        listed = await self._db.query(
            "SELECT customer_id, email FROM campaign_recipients WHERE campaign_id = ?", (campaign_id,)
        )
        return await asyncio.to_thread(_insertions, campaign_id, preview, listed)

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
        return await asyncio.to_thread(_sorted_out, selected[0], opted_out)


def _sorted_out(row: Row, opted_out: Sequence[Row]) -> AudiencePreview:
    columns = {name: json.loads(as_text(row[name])) for name in Candidates.__dataclass_fields__}
    return sort_out(Candidates(**columns), _keyed(opted_out))


def _keyed(rows: Sequence[Row]) -> dict[str, Exclusion]:
    """Mailboxes that opted out; having unsubscribed is told before being suppressed."""
    opted_out: dict[str, Exclusion] = {}
    for row in rows:
        email = as_text(row["email"])
        key = mailbox_of(trim(email)) or address_key(email)
        if opted_out.get(key) is not Exclusion.UNSUBSCRIBED:
            opted_out[key] = Exclusion(as_text(row["reason"]))
    return opted_out


def _insertions(campaign_id: str, preview: AudiencePreview, listed: Sequence[Row]) -> Sequence[Statement]:
    customers = {as_text(row["customer_id"]) for row in listed}
    mailboxes = {address_key(as_text(row["email"])) for row in listed}
    rows = [
        (new_id("rcpt"), campaign_id, new.customer_id, new.email, new.key, new.domain)
        for new in preview.recipients()
        if new.customer_id not in customers and new.key not in mailboxes
    ]
    return (Statement(_INSERT_RECIPIENT, many=rows),) if rows else ()
