"""Everybody who gets a campaign, in parts that can be gone on with at another time, by another process.

Customers are gone through in the order of `created_at` and `id`, which nothing changes: whoever is there from the first
part to the last is met once. Filters and the rules of segments are those of the beginning. A list that was gone on with
later ends with a second look at those who were added or edited meanwhile, wherever they stand: one may come from a
spreadsheet with a date of long ago, or now have the address that another record had.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kkdesk.model.audience import AudiencePart, Candidates, Exclusion, mailbox_of, sort_out
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import parse_filters
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotFound
from kkdesk.model.row import Row, SqlValue, as_text
from kkdesk.model.segment import Rule, dump_rule, parse_rule
from kkdesk.model.web_text import trim
from kkdesk.services.opt_outs import opted_out_among
from kkdesk.services.segments import segment_rules
from kkdesk.store.database import Database
from kkdesk.store.segment_sql import SqlCondition, filters_condition
from kkdesk.store.undo import UNDO_SECONDS

#: Customers looked at together when a campaign's recipients are listed.
PART_SIZE: Final = 2000
#: Seconds before the beginning from which on customers count as edited meanwhile: not all clocks agree.
CLOCKS_DIFFER: Final = 60

_CAMPAIGN: Final = "SELECT org_id, recipient_filters FROM email_campaigns WHERE id = ?"
# A plus before the filters: by an index of theirs each part would be found, and sorted, among all customers.
_PART: Final = """
SELECT json_group_array(id) AS ids, json_group_array(email) AS emails, json_group_array(created_at) AS created,
  json_group_array('') AS names, json_group_array(flags) AS flags
FROM (SELECT c.id, c.email, c.created_at,
    (coalesce(c.is_active, 1) <> 0) * 1 + (coalesce(c.unsubscribed, 0) <> 0) * 2 AS flags
  FROM customers c WHERE c.org_id = ? AND {after} AND {edited} AND +({condition})
  ORDER BY c.created_at, c.id LIMIT ?)"""
# `updated_at` is not enough: what was undone has that of before, and what came from somebody offline that of then.
_EDITED: Final = """(c.updated_at >= ? OR c.id IN (
  SELECT u.row_id FROM kk_changes k JOIN kk_undo u ON u.change_id = k.id AND u.tbl = 'customers'
  WHERE k.undo_until >= ?))"""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the list has got, and what it is made by."""

    #: `email_campaigns.recipient_filters` when the list was begun, and the rules of its segments.
    filters: str
    rules: Mapping[str, Rule]
    #: Unix seconds.
    begun: int
    #: `created_at` and `id` of the last customer who was looked at.
    after: tuple[SqlValue, str] | None = None
    #: Whether this is the second look.
    again: bool = False

    def dump(self) -> str:
        """As `_read` takes it."""
        rules = {segment: dump_rule(rule) for segment, rule in self.rules.items()}
        place = {"filters": self.filters, "rules": rules, "begun": self.begun, "after": self.after, "again": self.again}
        return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


class AudienceParts:
    """Goes through the audiences of campaigns."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Touches nothing yet."""
        self._db = db
        self._clock = clock

    async def of(self, campaign_id: str, place: str = "") -> AsyncGenerator[AudiencePart, None]:
        """The parts from `place` on, which an earlier one has named; of another audience's it is the beginning.

        One mailbox comes once in a part, but may come again in a later one, as may a customer: the first counts. Memory
        and time of a part do not grow with the audience. Raises `NotFound` for an unknown campaign, and `InvalidInput`
        when a filter or a segment's condition cannot be understood: then nobody is mailed.
        """
        rows = await self._db.query(_CAMPAIGN, (campaign_id,))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        filters, org_id = parse_filters(rows[0]["recipient_filters"]), as_text(rows[0]["org_id"])
        filters.require_understood()
        if filters.is_nobody:
            return
        stored = filters.dump()
        known = _read(place, stored)
        at = known or _Place(stored, await segment_rules(self._db, org_id, filters.segments), self._clock())
        condition = filters_condition(filters, at.rules, org_id)
        async with contextlib.aclosing(self._from(at, org_id, condition, gone_on=known is not None)) as parts:
            async for part in parts:
                yield part

    async def _from(
        self, at: _Place, org_id: str, condition: SqlCondition, *, gone_on: bool
    ) -> AsyncGenerator[AudiencePart, None]:
        while True:
            candidates = _candidates(await self._part(at, org_id, condition))
            if candidates.ids:
                at = replace(at, after=(candidates.created[-1], candidates.ids[-1]))
                opted_out = await self._opted_out(candidates, org_id)
                found = await asyncio.to_thread(lambda: list(sort_out(candidates, opted_out).recipients()))  # noqa: B023
                yield AudiencePart(found, at.dump())
            if len(candidates.ids) < PART_SIZE:
                if at.again or not gone_on:
                    return
                at = replace(at, after=None, again=True)

    async def _part(self, at: _Place, org_id: str, condition: SqlCondition) -> Row:
        args: list[SqlValue] = [org_id]
        after = edited = "1"
        if at.after is not None:
            after = "(c.created_at, c.id) > (?, ?)"
            args += at.after
        if at.again:
            edited = _EDITED
            args += (at.begun - CLOCKS_DIFFER, at.begun - CLOCKS_DIFFER + UNDO_SECONDS)
        sql = _PART.format(after=after, edited=edited, condition=condition.sql)
        return (await self._db.query(sql, (*args, *condition.args, PART_SIZE)))[0]

    async def _opted_out(self, candidates: Candidates, org_id: str) -> Mapping[str, Exclusion]:
        """Those of the candidates' mailboxes that opted out, on whichever record."""
        keys = {mailbox_of(trim(email)) for email in candidates.emails if email} - {""}
        found = await opted_out_among(self._db, org_id, {key: key for key in keys}, self._clock())
        return {key: Exclusion(reason) for key, reason in found.items()}


def _candidates(row: Row) -> Candidates:
    return Candidates(**{name: json.loads(as_text(row[name])) for name in Candidates.__dataclass_fields__})


def _read(place: str, filters: str) -> _Place | None:
    """The place, unless the campaign's audience is another one since, or nobody can make sense of it."""
    try:
        known = json.loads(place)
        if known["filters"] != filters:
            return None
        rules = {str(segment): parse_rule(rule) for segment, rule in known["rules"].items()}
        after = None if known["after"] is None else (known["after"][0], str(known["after"][1]))
        return _Place(filters, rules, int(known["begun"]), after, bool(known["again"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
