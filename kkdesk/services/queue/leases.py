"""Who works on a job: taking one, keeping it, giving it back, finishing it.

`email_jobs.locked_by` and `locked_at` are the lease, as the web CRM has it; a living worker renews it. What the web
CRM does not have is a heartbeat per worker (`kk_workers`).
"""

from __future__ import annotations

from dataclasses import dataclass

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import as_int, as_text
from kkdesk.services.queue.limits import forget_old
from kkdesk.services.queue.retry import RetryPolicy
from kkdesk.services.queue.who_sends import MAY_SEND, Place, cloud_is_here
from kkdesk.store.database import Database

_CLAIM_JOB = Bilingual("Ανάληψη αποστολής", "Take a send job")
_END_JOB = Bilingual("Τέλος εκτέλεσης αποστολής", "End a run of a send job")

# A paused or cancelled campaign is nobody's to send, whatever its job says.
_TAKE = """
UPDATE email_jobs SET status = 'processing', locked_at = ?2, locked_by = ?1, started_at = coalesce(started_at, ?2),
  updated_at = ?2
WHERE id = (
  SELECT j.id FROM email_jobs j JOIN email_campaigns k ON k.id = j.campaign_id
  LEFT JOIN kk_send_jobs s ON s.job_id = j.id
  WHERE j.org_id = ?3 AND k.status NOT IN ('paused', 'cancelled')
    AND ((j.status = 'queued' AND j.run_at <= ?2) OR (j.status = 'processing' AND coalesce(j.locked_at, 0) < ?4))
  ORDER BY j.run_at, s.last_turn, j.created_at, j.id LIMIT 1)
RETURNING id, campaign_id, sender_user_id
"""
_ANY_DUE = f"""
SELECT 1 FROM email_jobs j JOIN email_campaigns k ON k.id = j.campaign_id
WHERE j.org_id = ?1 AND k.status NOT IN ('paused', 'cancelled')
  AND ((j.status = 'queued' AND j.run_at <= ?2) OR (j.status = 'processing' AND coalesce(j.locked_at, 0) < ?3))
  AND {MAY_SEND} LIMIT 1
"""
_OTHERS_DUE = """
SELECT 1 FROM email_jobs j JOIN email_campaigns k ON k.id = j.campaign_id
WHERE j.org_id = ?1 AND j.id <> ?2 AND k.status NOT IN ('paused', 'cancelled')
  AND ((j.status = 'queued' AND j.run_at <= ?3) OR (j.status = 'processing' AND coalesce(j.locked_at, 0) < ?4)) LIMIT 1
"""
_NEXT_DUE = """
SELECT min(j.run_at) AS run_at FROM email_jobs j JOIN email_campaigns k ON k.id = j.campaign_id
WHERE j.org_id = ? AND j.status = 'queued' AND k.status NOT IN ('paused', 'cancelled')
"""
# What stopped by itself is tried at once by a worker that somebody starts: they may have put it right.
_HURRY = """
UPDATE email_jobs SET run_at = ?2, updated_at = ?2 WHERE org_id = ?1 AND status = 'queued' AND run_at > ?2
  AND id IN (SELECT job_id FROM kk_send_jobs WHERE stops > 0)
"""
_MINE = "id = ?1 AND status = 'processing' AND locked_by = ?2"
_NEXT_ATTEMPT = "SELECT min(due_at) AS due_at FROM kk_sends WHERE job_id = ? AND state = 'pending'"
_BUSY_SECONDS = 60
_REQUEUE = f"""
UPDATE email_jobs SET status = 'queued', locked_at = NULL, locked_by = NULL, run_at = ?3, last_error = ?4,
  updated_at = ?5 WHERE {_MINE}
"""
_FAIL = f"""
UPDATE email_jobs SET status = 'failed', locked_at = NULL, locked_by = NULL, completed_at = ?3, last_error = ?4,
  attempts = attempts + 1, updated_at = ?3 WHERE {_MINE}
"""
# Paused from the web CRM, which leaves the job queued: its own sender would go on with it.
_SET_ASIDE = f"""
UPDATE email_jobs SET status = 'cancelled', locked_at = NULL, locked_by = NULL, updated_at = ?3 WHERE {_MINE}
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = campaign_id AND k.status IN ('paused', 'cancelled'))
"""
#: Stands between the Greek and the English of `email_jobs.last_error`.
_BETWEEN = " ‖ "
_BEAT = """
INSERT INTO kk_workers (worker, home, started_at, beat_at) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (worker) DO UPDATE SET beat_at = excluded.beat_at
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that a worker holds."""

    job_id: str
    campaign_id: str
    org_id: str
    worker: str


class Leases:
    """Takes and gives back jobs of one organisation for one worker."""

    def __init__(
        self, db: Database, org_id: str, worker: str, home: str, lock_timeout: int, place: Place = "desktop"
    ) -> None:
        """`lock_timeout` in seconds: a lease, or a worker, not renewed for so long is dead."""
        self._db = db
        self._org_id = org_id
        self.worker = worker
        self.home = home
        self.lock_timeout = lock_timeout
        self._place = place

    async def take(self, now: int) -> Lease | None:
        """The job that has waited longest, be it queued or a dead worker's; None when nothing is due."""
        statements = (
            self.beat(now),
            Statement(_TAKE, (self.worker, now, self._org_id, now - self.lock_timeout)),
        )
        applied = await self._db.apply(Change(_CLAIM_JOB, statements, at_primary=True))
        rows = applied.rows[1] if applied.rows else ()
        if not rows:
            return None
        return Lease(as_text(rows[0]["id"]), as_text(rows[0]["campaign_id"]), self._org_id, self.worker)

    def beat(self, now: int) -> Statement:
        """The heartbeat: this worker is alive."""
        return Statement(_BEAT, (self.worker, self.home, now))

    async def any_due(self, now: int) -> bool:
        """Whether `take` would find something, and sending it is this worker's business. Reads only."""
        return bool(await self._db.query(_ANY_DUE, (self._org_id, now, now - self.lock_timeout, self._place)))

    async def begin(self, now: int, *, hurry: bool) -> None:
        """This worker begins. With `hurry`, jobs that a server's refusal has stopped are due again."""
        statements = [self.beat(now), forget_old(self._org_id, now)]
        if self._place == "cloud":
            statements.append(cloud_is_here(self._org_id, now))
        if hurry:
            statements.append(Statement(_HURRY, (self._org_id, now)))
        await self._end(*statements)

    async def others_due(self, lease: Lease, now: int) -> bool:
        """Whether another campaign waits, so that this one should let it have a turn."""
        return bool(await self._db.query(_OTHERS_DUE, (self._org_id, lease.job_id, now, now - self.lock_timeout)))

    async def next_due(self) -> int | None:
        """When the next queued job is due, Unix seconds; None when none is queued."""
        rows = await self._db.query(_NEXT_DUE, (self._org_id,))
        return None if rows[0]["run_at"] is None else as_int(rows[0]["run_at"])

    async def next_attempt(self, lease: Lease, now: int) -> int:
        """When a job that is not finished has somebody to mail; in a minute when others are busy with the rest."""
        rows = await self._db.query(_NEXT_ATTEMPT, (lease.job_id,))
        return now + _BUSY_SECONDS if rows[0]["due_at"] is None else max(as_int(rows[0]["due_at"]), now)

    async def requeue(self, lease: Lease, run_at: int, now: int, last_error: Bilingual | None = None) -> None:
        """Give the job back, to be taken again at `run_at`. Does nothing when it is no longer ours."""
        said = None if last_error is None else write_error(last_error)
        await self._end(
            Statement(_SET_ASIDE, (lease.job_id, self.worker, now)),
            Statement(_REQUEUE, (lease.job_id, self.worker, run_at, said, now)),
        )

    async def stop(
        self, lease: Lease, policy: RetryPolicy, now: int, last_error: Bilingual, *, progressed: bool
    ) -> None:
        """Give the job back because no mail can leave at present; each time in a row it waits longer.

        `progressed`: some mails did leave, so that this is the first time in the row.
        """
        rows = await self._db.query("SELECT stops FROM kk_send_jobs WHERE job_id = ?", (lease.job_id,))
        stops = 1 if progressed or not rows else as_int(rows[0]["stops"]) + 1
        run_at = now + policy.stop_delay(stops)
        await self._end(
            Statement(
                # A job that was deleted with its campaign has no row to hang on.
                "INSERT INTO kk_send_jobs (job_id, home, stops) SELECT id, ?2, ?3 FROM email_jobs WHERE id = ?1 "
                "ON CONFLICT (job_id) DO UPDATE SET stops = excluded.stops",
                (lease.job_id, self.home, stops),
            ),
            Statement(_SET_ASIDE, (lease.job_id, self.worker, now)),
            Statement(_REQUEUE, (lease.job_id, self.worker, run_at, write_error(last_error), now)),
        )

    async def fail(self, lease: Lease, now: int, last_error: Bilingual) -> None:
        """End the job for good, and its campaign with it. A person can send it again once the cause is gone."""
        await self._end(
            Statement(
                "UPDATE email_campaigns SET status = 'failed', updated_at = ?3 WHERE id = ?4 AND EXISTS "
                f"(SELECT 1 FROM email_jobs WHERE {_MINE})",
                (lease.job_id, self.worker, now, lease.campaign_id),
            ),
            Statement(_FAIL, (lease.job_id, self.worker, now, write_error(last_error))),
        )

    async def sign_off(self) -> None:
        """This worker ends and leaves nothing behind."""
        await self._end(Statement("DELETE FROM kk_workers WHERE worker = ?", (self.worker,)))

    async def _end(self, *statements: Statement) -> None:
        await self._db.apply(Change(_END_JOB, statements, at_primary=True))


def read_error(text: str) -> Bilingual | None:
    """What `email_jobs.last_error` says; the web CRM's own texts have one language."""
    if not text:
        return None
    greek, found, english = text.partition(_BETWEEN)
    return Bilingual(greek, english if found else greek)


def write_error(text: Bilingual) -> str:
    """`text` as `email_jobs.last_error` holds it."""
    half = 1000 // 2 - len(_BETWEEN)
    return f"{text.el[:half]}{_BETWEEN}{text.en[:half]}"
