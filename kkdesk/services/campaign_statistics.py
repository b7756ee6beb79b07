"""Figures of campaigns: the list, one campaign's states, its recipients, links and hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignStatus, parse_filters, parse_status
from kkdesk.model.campaign_figures import (
    CampaignFigures,
    CampaignSummary,
    HourFigures,
    LinkFigures,
    Reaction,
    RecipientRow,
    RecipientsPage,
    RecipientState,
)
from kkdesk.model.errors import NotFound
from kkdesk.model.row import Row, SqlValue, as_int, as_text
from kkdesk.services.tracking.reactions import BY_MACHINE, PERSON_AT, machines_alone
from kkdesk.store.database import Database
from kkdesk.store.segment_sql import text_pattern, without_marks


def _reacted(kind: Reaction) -> str:
    return (
        f"(SELECT count(DISTINCT recipient_id) FROM email_tracking t WHERE t.campaign_id = k.id AND t.type = '{kind}')"
    )


def _machines(kind: Reaction) -> str:
    return f"(SELECT count(*) FROM ({machines_alone('k.id', kind)}))"


def _recorded_machines(kind: Reaction) -> str:
    """Those of `_machines` of whom the web CRM's table knows: not those that asked for headers alone."""
    return f"""(SELECT count(*) FROM ({machines_alone("k.id", kind)}) AS m WHERE EXISTS (SELECT 1 FROM email_tracking t
    WHERE t.campaign_id = k.id AND t.type = '{kind}' AND t.recipient_id = m.recipient_id))"""


# Each count reads an index alone. The counters in the row are the web CRM's, which count a link clicked twice as two,
# and whoever clicked.
_SUMMARY: Final = f"""
SELECT k.id, k.name, k.subject, k.status, k.scheduled_at, k.sent_at, k.created_at, k.updated_at, k.total_recipients,
  k.recipient_filters,
  (SELECT count(*) FROM campaign_recipients r WHERE r.campaign_id = k.id) AS listed,
  (SELECT count(*) FROM campaign_recipients r WHERE r.campaign_id = k.id AND r.status = 'sent') AS sent,
  (SELECT count(*) FROM kk_sends s WHERE s.campaign_id = k.id AND s.state = 'unconfirmed') AS unconfirmed,
  {_reacted(Reaction.OPENED)} - {_recorded_machines(Reaction.OPENED)} AS opened,
  {_reacted(Reaction.CLICKED)} - {_recorded_machines(Reaction.CLICKED)} AS clicked,
  {_machines(Reaction.OPENED)} AS machine_opened, {_machines(Reaction.CLICKED)} AS machine_clicked,
  {_reacted(Reaction.UNSUBSCRIBED)} AS unsubscribed
FROM email_campaigns k WHERE k.org_id = ?"""

# What is on its way or in doubt stands as failed in the web CRM's table; our own says which it is. A settled row of
# the web CRM's sender counts before a pending one of ours.
_STATE: Final = """
CASE WHEN s.state = 'claimed' THEN 'sending'
  WHEN s.state IN ('unconfirmed', 'skipped', 'cancelled') AND r.status <> 'sent' THEN s.state
  WHEN r.status IN ('pending', 'sent', 'failed', 'bounced') THEN r.status ELSE 'failed' END"""

_STATES: Final = f"""
SELECT {_STATE} AS state, count(*) AS n
FROM campaign_recipients r LEFT JOIN kk_sends s ON s.recipient_id = r.id
WHERE r.campaign_id = ? GROUP BY 1"""

# The recipients that are asked for, in the order they were listed. Joined only to what is asked about: a count over
# a hundred thousand of them should read an index and no more. The campaign is always the first parameter: what
# depended on the row would be asked for each.
_CHOSEN: Final = "SELECT r.rowid AS place FROM campaign_recipients r{joins} WHERE r.campaign_id = ?{conditions}"
_WITH_STATE: Final = " LEFT JOIN kk_sends s ON s.recipient_id = r.id"
_WITH_REACTION: Final = (
    " AND r.id IN (SELECT t.recipient_id FROM email_tracking t WHERE t.campaign_id = ?1 AND t.type = ?"
    " EXCEPT SELECT recipient_id FROM ({machines}))"
)
_BY_MACHINES: Final = " AND r.id IN (SELECT recipient_id FROM ({opened}) UNION SELECT recipient_id FROM ({clicked}))"
# As `SendCauses` counts them: our own word, or the web CRM's where the row is none of ours.
_WITH_REASON: Final = (
    " AND coalesce(s.reason, CASE WHEN s.recipient_id IS NULL THEN r.failure_reason_detailed END, '') = ?"
)
_FOUND: Final = f"""
SELECT json_group_array(place) AS places FROM (
  SELECT r.rowid AS place, coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '') || ' ' ||
    coalesce(c.company, '') || ' ' || r.email AS words
  FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id
  WHERE r.rowid IN ({{chosen}}) ORDER BY place LIMIT -1)
WHERE ({without_marks("words")}) GLOB ?"""


def _first(kind: str) -> str:
    return (
        f"(SELECT min({PERSON_AT}) FROM email_tracking t "
        f"WHERE t.recipient_id = r.id AND t.type = '{kind}' AND NOT {BY_MACHINE})"
    )


_RECIPIENTS: Final = f"""
SELECT r.id, r.customer_id, r.email, r.sent_at, {_STATE} AS state,
  coalesce(nullif(trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), ''), c.company, '') AS name,
  coalesce(s.reason, r.failure_reason_detailed, r.error_message) AS reason,
  {_first("open")} AS opened_at, {_first("click")} AS clicked_at,
  (SELECT min(w.at_ms) / 1000 FROM kk_visits w WHERE w.recipient_id = r.id AND w.actor = 'machine') AS machine_at,
  (SELECT min(t.created_at) FROM email_tracking t WHERE t.recipient_id = r.id AND t.type = 'unsubscribe')
    AS unsubscribed_at
FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id{_WITH_STATE}
WHERE r.rowid IN ({{chosen}}) ORDER BY r.rowid"""

_LINKS: Final = f"""
SELECT link_url, sum(person) AS clicked, count(*) - sum(person) AS machines FROM (
  SELECT t.link_url, t.recipient_id, max(NOT {BY_MACHINE}) AS person FROM email_tracking t
  WHERE t.campaign_id = ? AND t.type = 'click' AND t.link_url IS NOT NULL GROUP BY t.link_url, t.recipient_id)
GROUP BY link_url ORDER BY clicked DESC, machines DESC, link_url"""

_HOURS: Final = f"""
SELECT at - at % 3600 AS start, count(DISTINCT CASE type WHEN 'open' THEN recipient_id END) AS opened,
  count(DISTINCT CASE type WHEN 'click' THEN recipient_id END) AS clicked,
  count(DISTINCT CASE type WHEN 'unsubscribe' THEN recipient_id END) AS unsubscribed
FROM (
  SELECT t.type, t.recipient_id, {PERSON_AT} AS at FROM email_tracking t WHERE t.campaign_id = ? AND NOT {BY_MACHINE})
GROUP BY start ORDER BY start"""


class CampaignStatistics:
    """Figures of the campaigns of the actor's organisation. Reads only."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Takes no clock: figures are of what is recorded."""
        self._db = db
        self._actor = actor

    async def summaries(
        self, *, status: CampaignStatus | None = None, search: str = "", limit: int = 200, offset: int = 0
    ) -> list[CampaignSummary]:
        """Campaigns with their figures, the last edited first; `search` looks in name and subject."""
        sql, args = _SUMMARY, [self._actor.org_id]
        if status is not None:
            sql, args = f"{sql} AND k.status = ?", [*args, status.value]
        if search.strip():
            pattern = text_pattern(search.strip(), anywhere=True)
            sql = f"{sql} AND (({without_marks('k.name')}) GLOB ? OR ({without_marks('k.subject')}) GLOB ?)"
            args += [pattern, pattern]
        sql += " ORDER BY k.updated_at DESC, k.id LIMIT ? OFFSET ?"
        return [_summary(row) for row in await self._db.query(sql, (*args, limit, offset))]

    async def summary(self, campaign_id: str) -> CampaignSummary:
        """One campaign with its figures. Raises `NotFound`."""
        rows = await self._db.query(f"{_SUMMARY} AND k.id = ?", (self._actor.org_id, campaign_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        return _summary(rows[0])

    async def states(self, campaign_id: str) -> Mapping[RecipientState, int]:
        """How many recipients are in each state; states that nobody is in are left out."""
        rows = await self._db.query(_STATES, (campaign_id,))
        found = {RecipientState(as_text(row["state"])): as_int(row["n"]) for row in rows}
        return {state: found[state] for state in RecipientState if state in found}

    async def recipients(
        self,
        campaign_id: str,
        *,
        only: RecipientState | Reaction | None = None,
        reason: str | None = None,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> RecipientsPage:
        """Recipients in the order they were listed; `only` those in a state or with a reaction.

        `reason` narrows a state to one cause (`CauseCount.reason`; empty: those without one on record).
        `search` looks in names and addresses, whatever the case and accents.
        """
        chosen, args = _chosen(campaign_id, only, reason)
        if search.strip():
            # Searching is dear: once, for count and page alike.
            args = [*args, text_pattern(search.strip(), anywhere=True)]
            found = await self._db.query(_FOUND.format(chosen=chosen), args)
            places = json.loads(as_text(found[0]["places"]))
            shown = json.dumps(places[offset : offset + limit])
            rows = await self._db.query(_RECIPIENTS.format(chosen="SELECT value FROM json_each(?)"), (shown,))
            return RecipientsPage(len(places), tuple(_recipient(row) for row in rows))
        counted = await self._db.query(f"SELECT count(*) AS n FROM ({chosen})", args)
        page = _RECIPIENTS.format(chosen=f"{chosen} ORDER BY place LIMIT ? OFFSET ?")
        rows = await self._db.query(page, (*args, limit, offset))
        return RecipientsPage(as_int(counted[0]["n"]), tuple(_recipient(row) for row in rows))

    async def links(self, campaign_id: str) -> list[LinkFigures]:
        """The links that were clicked, those that most people clicked first."""
        rows = await self._db.query(_LINKS, (campaign_id,))
        return [LinkFigures(as_text(row["link_url"]), as_int(row["clicked"]), as_int(row["machines"])) for row in rows]

    async def hours(self, campaign_id: str) -> list[HourFigures]:
        """People's reactions by the hour in which they came, hours without any left out."""
        rows = await self._db.query(_HOURS, (campaign_id,))
        return [
            HourFigures(
                as_int(row["start"]), as_int(row["opened"]), as_int(row["clicked"]), as_int(row["unsubscribed"])
            )
            for row in rows
        ]


def _chosen(campaign_id: str, only: RecipientState | Reaction | None, reason: str | None) -> tuple[str, list[str]]:
    """SQL for the places (rowids) of the recipients that are asked for, and its parameters."""
    if isinstance(only, RecipientState):
        conditions, args = f" AND ({_STATE}) = ?", [campaign_id, only.value]
        if reason is not None:
            conditions, args = conditions + _WITH_REASON, [*args, reason]
        return _CHOSEN.format(joins=_WITH_STATE, conditions=conditions), args
    if only is Reaction.BY_MACHINE:
        machines = _BY_MACHINES.format(opened=machines_alone("?1", "open"), clicked=machines_alone("?1", "click"))
        return _CHOSEN.format(joins="", conditions=machines), [campaign_id]
    if isinstance(only, Reaction):
        people = _WITH_REACTION.format(machines=machines_alone("?1", only.value))
        return _CHOSEN.format(joins="", conditions=people), [campaign_id, only.value]
    return _CHOSEN.format(joins="", conditions=""), [campaign_id]


def _summary(row: Row) -> CampaignSummary:
    figures = CampaignFigures(
        total=as_int(row["listed"]) or as_int(row["total_recipients"]),
        sent=as_int(row["sent"]),
        opened=as_int(row["opened"]),
        clicked=as_int(row["clicked"]),
        unsubscribed=as_int(row["unsubscribed"]),
        opened_by_machines=as_int(row["machine_opened"]),
        clicked_by_machines=as_int(row["machine_clicked"]),
    )
    return CampaignSummary(
        id=as_text(row["id"]),
        name=as_text(row["name"]),
        subject=as_text(row["subject"]),
        status=parse_status(as_text(row["status"])),
        figures=figures,
        unconfirmed=as_int(row["unconfirmed"]),
        scheduled_at=_time(row["scheduled_at"]),
        sent_at=_time(row["sent_at"]),
        created_at=as_int(row["created_at"]),
        updated_at=as_int(row["updated_at"]),
        filters=parse_filters(row["recipient_filters"]),
    )


def _recipient(row: Row) -> RecipientRow:
    state = RecipientState(as_text(row["state"]))
    told = state in (RecipientState.FAILED, RecipientState.SKIPPED, RecipientState.BOUNCED)
    return RecipientRow(
        recipient_id=as_text(row["id"]),
        customer_id=as_text(row["customer_id"]),
        name=as_text(row["name"]),
        email=as_text(row["email"]),
        state=state,
        sent_at=_time(row["sent_at"]),
        opened_at=_time(row["opened_at"]),
        clicked_at=_time(row["clicked_at"]),
        machine_at=_time(row["machine_at"]),
        unsubscribed_at=_time(row["unsubscribed_at"]),
        reason=as_text(row["reason"]) if told else "",
    )


def _time(value: SqlValue) -> int | None:
    return None if value is None else as_int(value)
