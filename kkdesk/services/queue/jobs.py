"""The send queue as people use it: queue a campaign, hold it, go on, call it off, and see to what is in doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotAllowed, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import as_int, as_text
from kkdesk.services.queue.claims import CANCELLED, UNCONFIRMED
from kkdesk.services.queue.pauses import resumed_statement
from kkdesk.services.queue.records import Enqueued
from kkdesk.services.rights import require
from kkdesk.store.database import Database

# Check and insert are one statement: two callers cannot make two jobs.
_NEW_JOB = """
INSERT INTO email_jobs (id, org_id, campaign_id, sender_user_id, status, run_at, attempts, max_attempts, created_at,
  updated_at)
SELECT ?1, k.org_id, k.id, ?2, 'queued', ?3, 0, 3, ?4, ?4 FROM email_campaigns k
WHERE k.id = ?5 AND k.org_id = ?6 AND {allowed}
  AND NOT EXISTS (SELECT 1 FROM email_jobs j WHERE j.campaign_id = k.id AND j.status IN ('queued', 'processing'))
"""
_FIRST_JOB = _NEW_JOB.format(allowed="k.status NOT IN ('sent', 'paused', 'cancelled')")
_FURTHER_JOB = _NEW_JOB.format(allowed="k.status <> 'paused'")
_MARK_QUEUED = """
UPDATE email_campaigns SET updated_at = ?3, status = CASE WHEN ?2 > ?3 THEN 'scheduled' ELSE 'sending' END,
  scheduled_at = CASE WHEN ?2 > ?3 THEN ?2 END
WHERE id = ?4 AND EXISTS (SELECT 1 FROM email_jobs WHERE id = ?1)
"""
_LIVE = """
SELECT k.status, j.id AS job_id, j.run_at FROM email_campaigns k
LEFT JOIN email_jobs j ON j.campaign_id = k.id AND j.status IN ('queued', 'processing')
WHERE k.id = ? AND k.org_id = ? LIMIT 1
"""
# The web CRM's sender does not know of pausing: only a job that is not queued is safe from it.
_PAUSE_JOBS = """
UPDATE email_jobs SET status = 'cancelled', updated_at = ?2
WHERE campaign_id = ?1 AND status IN ('queued', 'processing')
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = ?1 AND k.status = 'paused')
"""
_PAUSE = """
UPDATE email_campaigns SET status = 'paused', updated_at = ?2
WHERE id = ?1 AND org_id = ?3 AND status IN ('scheduled', 'sending')
"""
_RESUME_JOB = """
UPDATE email_jobs SET status = 'queued', locked_at = NULL,
  run_at = CASE WHEN started_at IS NULL THEN max(run_at, ?2) ELSE ?2 END, locked_by = NULL,
  last_error = NULL, updated_at = ?2
WHERE id = (
    SELECT id FROM email_jobs WHERE campaign_id = ?1 AND status = 'cancelled' ORDER BY updated_at DESC, id LIMIT 1)
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = ?1 AND k.org_id = ?3 AND k.status = 'paused')
  AND NOT EXISTS (SELECT 1 FROM email_jobs j WHERE j.campaign_id = ?1 AND j.status IN ('queued', 'processing'))
"""
_RESUME = """
UPDATE email_campaigns SET updated_at = ?2, status = CASE WHEN EXISTS (
    SELECT 1 FROM email_jobs j
    WHERE j.campaign_id = ?1 AND j.status = 'queued' AND j.run_at > ?2 AND j.started_at IS NULL)
  THEN 'scheduled' ELSE 'sending' END
WHERE id = ?1 AND org_id = ?3 AND status = 'paused'
  AND EXISTS (SELECT 1 FROM email_jobs j WHERE j.campaign_id = ?1 AND j.status IN ('queued', 'processing'))
"""
_TRY_NOW = """
UPDATE email_jobs SET run_at = ?2, updated_at = ?2
WHERE campaign_id = ?1 AND org_id = ?3 AND status = 'queued' AND started_at IS NOT NULL AND run_at > ?2
"""
_CANCEL = """
UPDATE email_campaigns SET status = 'cancelled', scheduled_at = NULL, updated_at = ?2
WHERE id = ?1 AND org_id = ?3 AND status IN ('scheduled', 'sending', 'paused')
"""
_IS_CANCELLED = "EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = ?1 AND k.status = 'cancelled')"
_CANCEL_JOBS = f"""
UPDATE email_jobs SET status = 'cancelled', completed_at = ?2, updated_at = ?2
WHERE campaign_id = ?1 AND status IN ('queued', 'processing') AND {_IS_CANCELLED}
"""
_CANCEL_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'failed', error_message = '{CANCELLED}', next_retry_at = NULL
WHERE campaign_id = ?1 AND status = 'pending' AND {_IS_CANCELLED}
"""
_CANCEL_SENDS = f"""
UPDATE kk_sends SET state = 'cancelled', settled_at = ?2
WHERE campaign_id = ?1 AND state = 'pending' AND {_IS_CANCELLED}
"""
_CANCEL_ITEMS = f"DELETE FROM email_job_items WHERE campaign_id = ?1 AND status <> 'processing' AND {_IS_CANCELLED}"

_CHOSEN = """
SELECT DISTINCT s.campaign_id FROM kk_sends s JOIN email_campaigns k ON k.id = s.campaign_id
WHERE k.org_id = ?1 AND s.recipient_id IN (SELECT value FROM json_each(?2))
  AND s.state IN (SELECT value FROM json_each(?3))
"""
_AGAIN_SENDS = """
UPDATE kk_sends SET state = 'pending', due_at = ?3, attempts = 0, reason = NULL, settled_at = NULL,
  job_id = coalesce(
    (SELECT j.id FROM email_jobs j WHERE j.campaign_id = ?4 AND j.status IN ('queued', 'processing')), job_id)
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND state IN (SELECT value FROM json_each(?2))
  AND campaign_id = ?4
"""
_AGAIN_RECIPIENTS = """
UPDATE campaign_recipients SET status = 'pending', error_message = NULL, failure_category = NULL,
  failure_reason_detailed = NULL, bounce_type = NULL, next_retry_at = NULL
WHERE id IN (SELECT value FROM json_each(?1)) AND +campaign_id = ?2
  AND EXISTS (SELECT 1 FROM kk_sends s WHERE s.recipient_id = campaign_recipients.id AND s.state = 'pending')
"""
_AGAIN_ITEMS = """
UPDATE email_job_items SET status = 'pending', error_message = NULL, updated_at = ?2
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND status = 'failed'
"""
_AGAIN_CAMPAIGN = """
UPDATE email_campaigns SET status = 'sending', updated_at = ?2 WHERE id = ?1 AND status NOT IN ('paused', 'scheduled')
"""
_LEAVE = f"""
UPDATE campaign_recipients SET error_message = '{UNCONFIRMED}: left as it is'
WHERE id IN (SELECT value FROM json_each(?1)) AND EXISTS (
  SELECT 1 FROM kk_sends s JOIN email_campaigns k ON k.id = s.campaign_id
  WHERE s.recipient_id = campaign_recipients.id AND s.state = 'unconfirmed' AND k.org_id = ?2)
"""
_LEAVE_SENDS = """
UPDATE kk_sends SET state = 'failed', reason = 'left', settled_at = ?2
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND state = 'unconfirmed'
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = campaign_id AND k.org_id = ?3)
"""


class SendQueue:
    """Puts campaigns in the queue and takes them out. What is sent, and to whom, is the workers' business."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Touches nothing yet."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def enqueue(self, campaign_id: str, run_at: int | None = None) -> Enqueued:
        """Queue a campaign for `run_at` (Unix seconds), or for now. One that is queued already stays as it is.

        Raises `NotFound`, and `NotAllowed` for a campaign that was sent, paused or cancelled.
        """
        require(self._actor, Action.SEND_CAMPAIGNS)
        now = self._clock()
        due = max(run_at or now, now)
        job_id = new_id("job")
        args = (job_id, self._actor.user_id, due, now, campaign_id, self._actor.org_id)
        change = Change(
            Bilingual("Αποστολή καμπάνιας", "Send a campaign"),
            (Statement(_FIRST_JOB, args), Statement(_MARK_QUEUED, (job_id, due, now, campaign_id))),
            actor=self._actor.user_id,
            at_primary=True,
        )
        await self._db.apply(change)
        rows = await self._db.query(_LIVE, (campaign_id, self._actor.org_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign does not exist any more."))
        if rows[0]["job_id"] is None:
            raise _not_sendable(as_text(rows[0]["status"]))
        found = as_text(rows[0]["job_id"])
        return Enqueued(found, campaign_id, as_int(rows[0]["run_at"]), existing=found != job_id)

    async def pause(self, campaign_id: str) -> None:
        """Hold a campaign: mails in flight are finished, no other is begun.

        Raises `NotAllowed` when it is neither scheduled nor being sent.
        """
        require(self._actor, Action.SEND_CAMPAIGNS)
        now = self._clock()
        change = Change(
            Bilingual("Παύση αποστολής", "Pause sending"),
            (
                Statement(_PAUSE, (campaign_id, now, self._actor.org_id)),
                Statement(_PAUSE_JOBS, (campaign_id, now)),
            ),
            actor=self._actor.user_id,
            at_primary=True,
        )
        await self._expect(change, campaign_id, "paused")

    async def resume(self, campaign_id: str) -> None:
        """Go on with a paused campaign where it stopped. Raises `NotAllowed` when it is not paused."""
        require(self._actor, Action.SEND_CAMPAIGNS)
        now = self._clock()
        org_id = self._actor.org_id
        job = (new_id("job"), self._actor.user_id, now, now, campaign_id, org_id)
        change = Change(
            Bilingual("Συνέχιση αποστολής", "Resume sending"),
            (
                Statement(_RESUME_JOB, (campaign_id, now, org_id)),
                # Paused in the web CRM, or before it ever had a job.
                Statement(_NEW_JOB.format(allowed="k.status = 'paused'"), job),
                Statement(_RESUME, (campaign_id, now, org_id)),
                resumed_statement(campaign_id, now),
            ),
            actor=self._actor.user_id,
            at_primary=True,
        )
        await self._expect(change, campaign_id, "scheduled", "sending", "sent")

    async def try_now(self, campaign_id: str) -> None:
        """Do not wait for the next try of a campaign that stopped (a wrong password, no network): it is due now."""
        require(self._actor, Action.SEND_CAMPAIGNS)
        change = Change(
            Bilingual("Νέα προσπάθεια αποστολής", "Try sending again"),
            (Statement(_TRY_NOW, (campaign_id, self._clock(), self._actor.org_id)),),
            actor=self._actor.user_id,
            at_primary=True,
        )
        await self._db.apply(change)

    async def cancel(self, campaign_id: str) -> None:
        """Call a campaign off for good: who has not been mailed will not be. Raises `NotAllowed` when it is over."""
        require(self._actor, Action.SEND_CAMPAIGNS)
        now = self._clock()
        statements = [Statement(_CANCEL, (campaign_id, now, self._actor.org_id))]
        statements += [Statement(sql, (campaign_id, now)) for sql in (_CANCEL_JOBS, _CANCEL_SENDS)]
        statements += [Statement(sql, (campaign_id,)) for sql in (_CANCEL_RECIPIENTS, _CANCEL_ITEMS)]
        label = Bilingual("Ακύρωση αποστολής", "Cancel sending")
        change = Change(label, tuple(statements), actor=self._actor.user_id, at_primary=True)
        await self._expect(change, campaign_id, "cancelled")

    async def resend(self, recipient_ids: Sequence[str]) -> int:
        """Mail unconfirmed recipients again, a person having decided so; how many. Some may get a second copy."""
        return await self._again(recipient_ids, ("unconfirmed",))

    async def retry(self, recipient_ids: Sequence[str]) -> int:
        """Try failed, bounced, skipped or cancelled ones again; how many. Who may not be mailed is skipped again."""
        return await self._again(recipient_ids, ("failed", "bounced", "skipped", "cancelled"))

    async def leave(self, recipient_ids: Sequence[str]) -> int:
        """Do not mail unconfirmed recipients again; how many. They are listed as failed."""
        require(self._actor, Action.SEND_CAMPAIGNS)
        ids = json.dumps(list(recipient_ids))
        change = Change(
            Bilingual("Εκκρεμή μηνύματα: μένουν ως έχουν", "Unconfirmed mails: left as they are"),
            (
                Statement(_LEAVE, (ids, self._actor.org_id)),
                Statement(_LEAVE_SENDS, (ids, self._clock(), self._actor.org_id)),
            ),
            actor=self._actor.user_id,
            at_primary=True,
        )
        applied = await self._db.apply(change)
        return applied.counts[1] if applied.counts else 0

    async def _again(self, recipient_ids: Sequence[str], states: Sequence[str]) -> int:
        require(self._actor, Action.SEND_CAMPAIGNS)
        ids, wanted = json.dumps(list(recipient_ids)), json.dumps(list(states))
        again = 0
        for row in await self._db.query(_CHOSEN, (self._actor.org_id, ids, wanted)):
            campaign_id, now = as_text(row["campaign_id"]), self._clock()
            job = (new_id("job"), self._actor.user_id, now, now, campaign_id, self._actor.org_id)
            statements = (
                Statement(_FURTHER_JOB, job),
                Statement(_AGAIN_SENDS, (ids, wanted, now, campaign_id)),
                Statement(_AGAIN_RECIPIENTS, (ids, campaign_id)),
                Statement(_AGAIN_ITEMS, (ids, now)),
                Statement(_AGAIN_CAMPAIGN, (campaign_id, now)),
            )
            label = Bilingual("Νέα αποστολή σε παραλήπτες", "Mail recipients again")
            applied = await self._db.apply(Change(label, statements, actor=self._actor.user_id, at_primary=True))
            again += applied.counts[1] if applied.counts else 0
        return again

    async def _expect(self, change: Change, campaign_id: str, *statuses: str) -> None:
        await self._db.apply(change)
        rows = await self._db.query(_LIVE, (campaign_id, self._actor.org_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign does not exist any more."))
        if rows[0]["status"] not in statuses:
            raise _wrong_state()


def _not_sendable(status: str) -> NotAllowed:
    if status == "paused":
        return NotAllowed(
            Bilingual("Η καμπάνια είναι σε παύση.", "The campaign is paused."),
            next_step=Bilingual("Πατήστε «Συνέχιση».", "Choose Resume."),
        )
    what = {
        "sent": Bilingual("Η καμπάνια έχει ήδη σταλεί.", "The campaign has been sent already."),
        "cancelled": Bilingual("Η καμπάνια ακυρώθηκε.", "The campaign was cancelled."),
    }.get(status, Bilingual("Η καμπάνια δεν μπορεί να σταλεί τώρα.", "The campaign cannot be sent now."))
    return NotAllowed(
        what,
        kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
        next_step=Bilingual("Για νέα αποστολή φτιάξτε ένα αντίγραφό της.", "To send again, make a copy of it."),
    )


def _wrong_state() -> NotAllowed:
    return NotAllowed(
        Bilingual("Η καμπάνια δεν είναι σε αυτή τη φάση πια.", "The campaign is not in that state any more."),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual("Ανανεώστε τη λίστα.", "Refresh the list."),
    )
