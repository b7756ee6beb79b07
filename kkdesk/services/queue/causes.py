"""Why mails of a campaign did not arrive, by cause; and what became of one recipient's mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.campaign_figures import RecipientState
from kkdesk.model.row import SqlValue, as_int, as_text
from kkdesk.services.tracking.reactions import BY_MACHINE, PERSON_AT
from kkdesk.store.database import Database

# A campaign that the web CRM sent has no rows of ours: its recipients say it themselves.
_CAUSES: Final = """
SELECT s.state, coalesce(s.reason, '') AS reason, count(*) AS number
FROM email_campaigns k JOIN kk_sends s ON s.campaign_id = k.id
WHERE k.id = ?1 AND k.org_id = ?2 AND s.state IN ('failed', 'bounced', 'skipped', 'unconfirmed') GROUP BY 1, 2
UNION ALL
SELECT r.status, coalesce(r.failure_reason_detailed, ''), count(*)
FROM email_campaigns k JOIN campaign_recipients r ON r.campaign_id = k.id
WHERE k.id = ?1 AND k.org_id = ?2 AND r.status IN ('failed', 'bounced')
  AND NOT EXISTS (SELECT 1 FROM kk_sends s WHERE s.campaign_id = ?1) GROUP BY 1, 2
ORDER BY number DESC, 1, 2
"""
# Within one second: what the server said comes before what the recipient did.
_HISTORY: Final = f"""
SELECT * FROM (
  SELECT e.occurred_at AS at, 0 AS rank, e.id, e.event_type AS kind, e.failure_reason AS reason, e.smtp_code AS code,
    e.diagnostic_code AS status, e.smtp_message AS text, e.attempt_number AS attempt, e.next_retry_at AS next,
    NULL AS link
  FROM email_delivery_events e WHERE e.recipient_id = ?1 AND e.org_id = ?2
  UNION ALL
  SELECT {PERSON_AT}, 1, t.id, t.type, NULL, NULL, NULL, NULL, NULL, NULL, t.link_url
  FROM email_tracking t JOIN email_campaigns k ON k.id = t.campaign_id
  WHERE t.recipient_id = ?1 AND k.org_id = ?2 AND NOT {BY_MACHINE}
  UNION ALL
  SELECT v.at_ms / 1000, 1, v.id, 'machine_' || v.type, v.rule, NULL, NULL, NULL, NULL, NULL, nullif(v.link_url, '')
  FROM kk_visits v JOIN email_campaigns k ON k.id = v.campaign_id
  WHERE v.recipient_id = ?1 AND k.org_id = ?2 AND v.actor = 'machine')
ORDER BY at, rank, id LIMIT ?3
"""
#: Scanners of links click by the hundred; nobody reads so far.
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many recipients are in `state` for `reason` (a keyword, empty when none is on record)."""

    state: RecipientState
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that became of one recipient's mail. Times are Unix seconds."""

    at: int
    #: `email_delivery_events.event_type`, `email_tracking.type` (open, click, unsubscribe) of a person, or
    #: `machine_open`, `machine_click`.
    kind: str
    #: Of a machine the rule that knew it (`tracking.classification`).
    reason: str
    #: The server's answer: its code, its enhanced status and its words.
    code: int | None
    status: str
    text: str
    attempt: int | None
    next_attempt_at: int | None
    link: str


class SendCauses:
    """Reads what went wrong; changes nothing."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Those of the actor's organisation."""
        self._db = db
        self._actor = actor

    async def of(self, campaign_id: str) -> list[CauseCount]:
        """Who did not get the campaign, by state and reason, the most frequent first."""
        rows = await self._db.query(_CAUSES, (campaign_id, self._actor.org_id))
        return [
            CauseCount(RecipientState(as_text(row["state"])), as_text(row["reason"]), as_int(row["number"]))
            for row in rows
        ]

    async def history(self, recipient_id: str) -> list[HistoryEntry]:
        """What became of one recipient's mail, in the order of time; at most 500 entries."""
        rows = await self._db.query(_HISTORY, (recipient_id, self._actor.org_id, _MOST))
        return [
            HistoryEntry(
                at=as_int(row["at"]),
                kind=as_text(row["kind"]),
                reason=as_text(row["reason"]),
                code=_number(row["code"]),
                status=as_text(row["status"]),
                text=as_text(row["text"]),
                attempt=_number(row["attempt"]),
                next_attempt_at=_number(row["next"]),
                link=as_text(row["link"]),
            )
            for row in rows
        ]


def _number(value: SqlValue) -> int | None:
    return None if value is None else as_int(value)
