"""What happens to a job before its first batch, and after its last.

Preparation freezes the campaign's content and has its recipients listed, once. On a job that somebody else began (the
web CRM's sender, a worker that died) it completes what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import Conflict, InvalidInput
from kkdesk.model.ids import ulid
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.mail.assets import CAMPAIGN_FILES
from kkdesk.services.queue.adoption import adopt_recipients
from kkdesk.services.queue.equipment import without_end
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.listing import begun, completed, list_recipients
from kkdesk.services.queue.records import Audience, FrozenCampaign
from kkdesk.store.database import Database

_PREPARE = Bilingual("Προετοιμασία αποστολής", "Prepare sending")
_FINISH = Bilingual("Ολοκλήρωση αποστολής", "Finish sending")

_STATE = """
SELECT k.status, coalesce(k.total_recipients, 0) AS total, f.campaign_id IS NOT NULL AS frozen,
  (SELECT count(*) FROM campaign_recipients r WHERE r.campaign_id = k.id) AS listed,
  l.campaign_id IS NOT NULL AND l.completed_at IS NULL AS interrupted
FROM email_campaigns k LEFT JOIN kk_campaign_content f ON f.campaign_id = k.id
LEFT JOIN kk_send_lists l ON l.campaign_id = k.id WHERE k.id = ?
"""
_FREEZE = """
INSERT INTO kk_campaign_content (campaign_id, name, subject, content, signature, from_email, frozen_at)
SELECT k.id, k.name, k.subject, k.content, coalesce(s.content, ''), coalesce(k.from_email, ''), ?2
FROM email_campaigns k LEFT JOIN email_signatures s ON s.id = k.signature_id WHERE k.id = ?1
ON CONFLICT (campaign_id) DO UPDATE SET name = excluded.name, subject = excluded.subject, content = excluded.content,
  signature = excluded.signature, from_email = excluded.from_email, frozen_at = excluded.frozen_at
"""
_FREEZE_FILES = f"""
INSERT INTO kk_campaign_files (campaign_id, files) VALUES (?1, ({CAMPAIGN_FILES}))
ON CONFLICT (campaign_id) DO UPDATE SET files = excluded.files
"""
_BEGIN = """
UPDATE email_campaigns SET status = 'sending', scheduled_at = NULL, updated_at = ?2
WHERE id = ?1 AND status NOT IN ('sending', 'sent', 'paused', 'cancelled')
"""
_TOTAL = """
UPDATE email_campaigns SET total_recipients = (SELECT count(*) FROM campaign_recipients WHERE campaign_id = ?1)
WHERE id = ?1
"""
_JOB = """
INSERT INTO kk_send_jobs (job_id, home, last_turn) VALUES (?1, ?2, ?3)
ON CONFLICT (job_id) DO UPDATE SET home = excluded.home, last_turn = excluded.last_turn
"""
_OPEN = "SELECT 1 FROM kk_sends s WHERE s.campaign_id = ?2 AND s.state IN ('pending', 'claimed')"
_MINE_AND_DONE = f"""
EXISTS (SELECT 1 FROM email_jobs j WHERE j.id = ?1 AND j.status = 'processing' AND j.locked_by = ?3)
AND NOT EXISTS ({_OPEN})
"""
# What has come back by now was sent all the same.
_CLOSE_CAMPAIGN = f"""
UPDATE email_campaigns SET sent_at = ?4, updated_at = ?4, sent_count = n.sent,
  status = CASE WHEN n.sent + n.unconfirmed > 0 THEN 'sent' ELSE 'failed' END
FROM (
  SELECT (SELECT count(*) FROM campaign_recipients r
      WHERE r.campaign_id = ?2 AND r.status IN ('sent', 'bounced')) AS sent,
    (SELECT count(*) FROM kk_sends s WHERE s.campaign_id = ?2 AND s.state = 'unconfirmed') AS unconfirmed) AS n
WHERE email_campaigns.id = ?2 AND {_MINE_AND_DONE}
"""
_CLOSE_JOB = f"""
UPDATE email_jobs SET status = 'completed', completed_at = ?4, updated_at = ?4, locked_at = NULL, locked_by = NULL,
  last_error = NULL
WHERE id = ?1 AND {_MINE_AND_DONE} RETURNING id
"""
_DROP_ITEMS = """
DELETE FROM email_job_items WHERE job_id = ?1
  AND EXISTS (SELECT 1 FROM email_jobs j WHERE j.id = ?1 AND j.status = 'completed')
"""
# Two callers of the web CRM's queue can make two jobs: the one that is left over has nothing to do.
_LEFT_OVER = """
UPDATE email_jobs SET status = 'completed', completed_at = ?2, updated_at = ?2, locked_at = NULL, locked_by = NULL,
  last_error = NULL
WHERE id = ?1 AND status = 'processing' AND locked_by = ?3
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = campaign_id AND k.status = 'sent')
"""
_FROZEN = """
SELECT k.id, k.org_id, f.name, f.subject, f.content, f.signature, f.from_email,
  coalesce(g.files, '[]') AS files
FROM kk_campaign_content f JOIN email_campaigns k ON k.id = f.campaign_id
LEFT JOIN kk_campaign_files g ON g.campaign_id = k.id WHERE k.id = ?
"""


async def prepare(
    db: Database,
    lease: Lease,
    audience: Audience,
    *,
    home: str,
    clock: Clock,
    enough: Callable[[], bool] = without_end,
) -> FrozenCampaign | None:
    """Make the job ready and give the frozen campaign; None when it became `enough` before that.

    Then each call gets a part further, however little time it has. Raises `InvalidInput` when its audience cannot be
    understood or is nobody, and `Conflict` when the job is no longer ours or, its campaign having been sent already,
    has just been closed.
    """
    state = await _state(db, lease.campaign_id)
    campaign, job, now = lease.campaign_id, lease.job_id, clock()
    if state["status"] == "sent" and await _close_left_over(db, lease, now):
        raise Conflict(Bilingual("Η καμπάνια έχει ήδη σταλεί.", "The campaign has been sent already."))
    listed, interrupted = as_int(state["listed"]), bool(state["interrupted"])
    # A campaign that turned out to have no recipients was not begun: it may have been changed since.
    fresh = not state["frozen"] or not listed
    incomplete = interrupted or (fresh and (not listed or listed < as_int(state["total"])))
    statements = [Statement(_FREEZE, (campaign, now)), Statement(_FREEZE_FILES, (campaign,))] if fresh else []
    if incomplete:
        statements += begun(campaign, now, anew=not interrupted)
    statements += [Statement(_BEGIN, (campaign, now)), Statement(_JOB, (job, home, ulid()))]
    await _apply_ours(db, lease, statements)
    if not await adopt_recipients(db, lease, clock, enough):
        return None
    if incomplete and not await list_recipients(db, lease, audience, clock, enough):
        return None
    if fresh or incomplete:
        await _apply_ours(db, lease, [Statement(_TOTAL, (campaign,)), *completed(campaign, clock())])
        if not as_int((await _state(db, campaign))["listed"]):
            raise _nobody()
        if incomplete and enough():
            return None
    row = (await db.query(_FROZEN, (campaign,)))[0]
    return FrozenCampaign(**{name: as_text(row[name]) for name in FrozenCampaign.__dataclass_fields__})


async def _state(db: Database, campaign_id: str) -> Row:
    rows = await db.query(_STATE, (campaign_id,))
    if not rows:
        raise Conflict(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign does not exist any more."))
    return rows[0]


async def _close_left_over(db: Database, lease: Lease, now: int) -> bool:
    statements = (Statement(_LEFT_OVER, (lease.job_id, now, lease.worker)), Statement(_DROP_ITEMS, (lease.job_id,)))
    applied = await db.apply(Change(_FINISH, statements, at_primary=True))
    return applied.repeated or bool(applied.counts[0])


async def _apply_ours(db: Database, lease: Lease, statements: Sequence[Statement]) -> None:
    still_ours = Guard("email_jobs", lease.job_id, "locked_by", lease.worker)
    await db.apply(Change(_PREPARE, tuple(statements), guards=(still_ours,), at_primary=True))


async def finish(db: Database, lease: Lease, now: int) -> bool:
    """Close job and campaign, if no recipient is left to be mailed; whether they are closed now."""
    args = (lease.job_id, lease.campaign_id, lease.worker, now)
    statements = (
        Statement(_CLOSE_CAMPAIGN, args),
        Statement(_CLOSE_JOB, args),
        Statement(_DROP_ITEMS, (lease.job_id,)),
    )
    applied = await db.apply(Change(_FINISH, statements, at_primary=True))
    return applied.repeated or bool(applied.rows[1])


def _nobody() -> InvalidInput:
    return InvalidInput(
        Bilingual("Η καμπάνια δεν έχει κανέναν παραλήπτη.", "The campaign has no recipients."),
        kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
        next_step=Bilingual("Διαλέξτε παραλήπτες και στείλτε ξανά.", "Choose recipients and send again."),
    )
