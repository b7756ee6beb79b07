"""Who gets a campaign and who does not: shown before sending, and gone through when its recipients are listed.

Each recipient is looked at once more in the very change that claims the mail (`kkdesk.services.queue.claims`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence

from kkdesk.model.actor import Actor
from kkdesk.model.audience import (
    NOBODY,
    AudiencePart,
    AudiencePreview,
    Candidates,
    Exclusion,
    PreviewPage,
    mailbox_of,
    sort_out,
)
from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.row import Row, as_text
from kkdesk.model.web_text import trim
from kkdesk.services.audience_parts import AudienceParts
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

    def parts(self, campaign_id: str, place: str = "") -> AsyncGenerator[AudiencePart, None]:
        """Everybody who gets the campaign, part by part, the oldest records first: see `AudienceParts.of`."""
        return AudienceParts(self._db, self._clock).of(campaign_id, place)

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
    return sort_out(_candidates(row), _keyed(opted_out))


def _candidates(row: Row) -> Candidates:
    return Candidates(**{name: json.loads(as_text(row[name])) for name in Candidates.__dataclass_fields__})


def _keyed(rows: Sequence[Row]) -> dict[str, Exclusion]:
    """Mailboxes that opted out; having unsubscribed is told before being suppressed."""
    opted_out: dict[str, Exclusion] = {}
    for row in rows:
        email = as_text(row["email"])
        key = mailbox_of(trim(email)) or address_key(email)
        if opted_out.get(key) is not Exclusion.UNSUBSCRIBED:
            opted_out[key] = Exclusion(as_text(row["reason"]))
    return opted_out
