"""Who gets a campaign and who does not: shown before sending, and gone through when its recipients are listed.

Each recipient is looked at once more in the very change that claims the mail (`kkdesk.services.queue.claims`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.audience import (
    NOBODY,
    AudiencePreview,
    Candidates,
    Exclusion,
    PreviewPage,
    Recipient,
    mailbox_of,
    sort_out,
)
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.errors import NotFound
from kkdesk.model.row import Row, as_text
from kkdesk.model.web_text import trim
from kkdesk.services.opt_outs import opted_out_among
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

# The oldest record first, in parts that are a JSON array each: no list of all customers is ever held.
_PARTS = """
SELECT json_group_array(id) AS ids FROM (
  SELECT c.id, (row_number() OVER (ORDER BY c.created_at, c.id) - 1) / ? AS part
  FROM customers c WHERE c.org_id = ? AND {condition} ORDER BY part, c.created_at, c.id)
GROUP BY part ORDER BY part"""
_PART = """
SELECT json_group_array(id) AS ids, json_group_array(email) AS emails, json_group_array(created_at) AS created,
  json_group_array('') AS names, json_group_array(flags) AS flags
FROM (SELECT c.id, c.email, c.created_at,
    (coalesce(c.is_active, 1) <> 0) * 1 + (coalesce(c.unsubscribed, 0) <> 0) * 2 AS flags
  FROM json_each(?) AS x JOIN customers c ON c.id = x.value ORDER BY x.key)"""

#: Customers looked at together when a campaign's recipients are listed.
PART_SIZE: Final = 2000


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

    async def parts(self, campaign_id: str) -> AsyncIterator[Sequence[Recipient]]:
        """Everybody who gets the campaign, part by part, the oldest records first.

        One mailbox comes once in a part, but may come again in a later one: the first counts. Memory and time of a
        part do not grow with the audience. Raises `NotFound` for an unknown campaign and `InvalidInput` as `preview`
        does: then nobody is mailed.
        """
        rows = await self._db.query(
            "SELECT org_id, recipient_filters FROM email_campaigns WHERE id = ?", (campaign_id,)
        )
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        filters, org_id = parse_filters(rows[0]["recipient_filters"]), as_text(rows[0]["org_id"])
        filters.require_understood()
        if filters.is_nobody:
            return
        condition = filters_condition(filters, await segment_rules(self._db, org_id, filters.segments), org_id)
        sql = _PARTS.format(condition=condition.sql)
        for part in await self._db.query(sql, (PART_SIZE, org_id, *condition.args)):
            found = (await self._db.query(_PART, (part["ids"],)))[0]
            candidates = await asyncio.to_thread(_candidates, found)
            opted_out = await self._opted_out(candidates, org_id)
            yield await asyncio.to_thread(lambda: list(sort_out(candidates, opted_out).recipients()))  # noqa: B023

    async def _opted_out(self, candidates: Candidates, org_id: str) -> Mapping[str, Exclusion]:
        """Those of the candidates' mailboxes that opted out, on whichever record."""
        keys = {mailbox_of(trim(email)) for email in candidates.emails if email} - {""}
        found = await opted_out_among(self._db, org_id, {key: key for key in keys}, self._clock())
        return {key: Exclusion(reason) for key, reason in found.items()}

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
