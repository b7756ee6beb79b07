"""How far campaigns are, and which mails are in doubt: what the window and the command show of the queue."""

from __future__ import annotations

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotFound
from kkdesk.model.row import as_int, as_text
from kkdesk.services.queue.leases import read_error
from kkdesk.services.queue.records import Progress, QueueOverview, Unconfirmed
from kkdesk.store.database import Database

_CAMPAIGN = """
SELECT k.status, k.sent_at, j.started_at, j.last_error,
  (SELECT count(*) FROM campaign_recipients r WHERE r.campaign_id = k.id) AS total
FROM email_campaigns k LEFT JOIN email_jobs j ON j.id = (
  SELECT id FROM email_jobs WHERE campaign_id = k.id ORDER BY created_at DESC, id DESC LIMIT 1)
WHERE k.id = ?1 AND k.org_id = ?2
"""
_STATES = "SELECT state, count(*) AS number FROM kk_sends WHERE campaign_id = ? GROUP BY state"
_DEFERRED = """
SELECT count(*) AS number, min(due_at) AS next FROM kk_sends
WHERE campaign_id = ?1 AND state = 'pending' AND due_at > ?2
"""
# A campaign that the web CRM sent has no rows of ours.
_STATUSES = "SELECT status AS state, count(*) AS number FROM campaign_recipients WHERE campaign_id = ? GROUP BY status"
_UNCONFIRMED = """
SELECT s.recipient_id, s.campaign_id, k.name, r.customer_id, r.email, s.message_id, s.claimed_at
FROM kk_sends s JOIN campaign_recipients r ON r.id = s.recipient_id JOIN email_campaigns k ON k.id = s.campaign_id
WHERE s.state = 'unconfirmed' AND k.org_id = ?1 AND (?2 IS NULL OR s.campaign_id = ?2)
ORDER BY s.claimed_at, s.recipient_id
"""
_OVERVIEW = """
SELECT (SELECT count(*) FROM email_jobs WHERE org_id = ?1 AND status IN ('queued', 'processing')) AS jobs,
  (SELECT min(run_at) FROM email_jobs WHERE org_id = ?1 AND status = 'queued') AS next,
  (SELECT count(*) FROM kk_workers WHERE beat_at >= ?2) AS workers,
  (SELECT count(*) FROM kk_sends s JOIN email_jobs j ON j.id = s.job_id
    WHERE j.org_id = ?1 AND j.status IN ('queued', 'processing') AND s.state = 'pending') AS pending,
  (SELECT count(*) FROM email_campaigns k JOIN kk_sends s ON s.campaign_id = k.id AND s.state = 'unconfirmed'
    WHERE k.org_id = ?1) AS unconfirmed
"""
#: Seconds after which a worker that has not been heard of is not counted as running; idle ones speak every 300.
_FRESH = 660


class QueueProgress:
    """Reads the queue; changes nothing."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Touches nothing yet."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def progress(self, campaign_id: str) -> Progress:
        """How far a campaign is. Raises `NotFound`."""
        rows = await self._db.query(_CAMPAIGN, (campaign_id, self._actor.org_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign does not exist any more."))
        row = rows[0]
        counts = await self._counts(_STATES, campaign_id) or await self._counts(_STATUSES, campaign_id)
        deferred = (await self._db.query(_DEFERRED, (campaign_id, self._clock())))[0]
        total = as_int(row["total"])
        # Listed twice under one address: such rows have no place in the queue.
        unlisted = max(total - sum(counts.values()), 0)
        return Progress(
            campaign_id=campaign_id,
            status=as_text(row["status"]),
            total=total,
            pending=counts.get("pending", 0),
            deferred=as_int(deferred["number"]),
            in_flight=counts.get("claimed", 0),
            sent=counts.get("sent", 0),
            failed=counts.get("failed", 0) + counts.get("bounced", 0),
            skipped=counts.get("skipped", 0) + unlisted,
            unconfirmed=counts.get("unconfirmed", 0),
            cancelled=counts.get("cancelled", 0),
            started_at=_time(row["started_at"]),
            finished_at=_time(row["sent_at"]) if row["status"] in {"sent", "failed"} else None,
            next_attempt_at=_time(deferred["next"]),
            last_error=read_error(as_text(row["last_error"])),
            bounced=counts.get("bounced", 0),
        )

    async def unconfirmed(self, campaign_id: str | None = None) -> list[Unconfirmed]:
        """Mails of which nobody knows whether they left, of one campaign or of all, oldest first."""
        return [
            Unconfirmed(
                recipient_id=as_text(row["recipient_id"]),
                campaign_id=as_text(row["campaign_id"]),
                campaign_name=as_text(row["name"]),
                customer_id=as_text(row["customer_id"]),
                email=as_text(row["email"]),
                message_id=as_text(row["message_id"]),
                claimed_at=as_int(row["claimed_at"]),
            )
            for row in await self._db.query(_UNCONFIRMED, (self._actor.org_id, campaign_id))
        ]

    async def overview(self) -> QueueOverview:
        """The organisation's queue in five figures."""
        row = (await self._db.query(_OVERVIEW, (self._actor.org_id, self._clock() - _FRESH)))[0]
        return QueueOverview(
            jobs=as_int(row["jobs"]),
            pending=as_int(row["pending"]),
            unconfirmed=as_int(row["unconfirmed"]),
            workers=as_int(row["workers"]),
            next_run_at=_time(row["next"]),
        )

    async def _counts(self, sql: str, campaign_id: str) -> dict[str, int]:
        rows = await self._db.query(sql, (campaign_id,))
        return {as_text(row["state"]): as_int(row["number"]) for row in rows}


def _time(value: object) -> int | None:
    return value if isinstance(value, int) else None
