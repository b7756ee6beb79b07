"""What a dead worker left claimed: settled from its journal where there is one, in doubt where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import ulid_time
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.mail.replies import judge
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.claims import claim_back_statements, release_statements
from kkdesk.services.queue.equipment import without_end
from kkdesk.services.queue.home import Home
from kkdesk.services.queue.journal import JournalView, LeftJournal, left_journals
from kkdesk.services.queue.leases import write_error
from kkdesk.services.queue.results import Settled, result_statements
from kkdesk.services.queue.retry import RetryPolicy
from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)
_LABEL = Bilingual("Τακτοποίηση διακοπείσας αποστολής", "Settle an interrupted send")

_LEFT = """
SELECT s.recipient_id, s.campaign_id, s.message_id, s.attempts, r.email
FROM kk_sends s JOIN campaign_recipients r ON r.id = s.recipient_id
WHERE s.state = 'claimed' AND s.worker = ? ORDER BY +s.campaign_id, s.recipient_id
"""
# Put in doubt by a worker elsewhere, which has no journal of it.
_DOUBTED = """
SELECT s.recipient_id, s.campaign_id, s.message_id, s.attempts, r.email
FROM email_campaigns k CROSS JOIN kk_sends s ON s.campaign_id = k.id AND s.state = 'unconfirmed'
  CROSS JOIN campaign_recipients r ON r.id = s.recipient_id
WHERE k.org_id = ?1 AND s.worker = ?2 ORDER BY s.campaign_id, s.recipient_id
"""
_DEAD = """
SELECT DISTINCT s.worker FROM kk_sends s LEFT JOIN kk_workers w ON w.worker = s.worker
WHERE s.state = 'claimed' AND coalesce(w.beat_at, s.claimed_at) < ?
"""
_FREE_JOBS = """
UPDATE email_jobs SET status = 'queued', locked_at = NULL, locked_by = NULL, run_at = min(run_at, ?2), updated_at = ?2
WHERE locked_by = ?1 AND status = 'processing'
"""
# Deleted over a connection that lets nothing cascade: there is nobody left to be in doubt about.
_FORGET_DELETED = """
DELETE FROM kk_sends WHERE state = 'claimed' AND worker = ?1
  AND NOT EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.id = recipient_id)
"""
_FORGET = "DELETE FROM kk_workers WHERE worker = ?1"
_LOST = Outcome("unconfirmed", 0, "content", text="the program ended before the server's answer")

_HOLD = """
UPDATE email_campaigns SET status = 'paused', updated_at = ?2
WHERE id IN (SELECT j.campaign_id FROM email_jobs j LEFT JOIN kk_send_jobs s ON s.job_id = j.id
  WHERE j.org_id = ?1 AND j.status IN ('queued', 'processing') AND (j.created_at <= ?4 OR s.home <> ?5))
  AND status NOT IN ('sent', 'cancelled')
"""
_HOLD_JOBS = """
UPDATE email_jobs SET status = 'cancelled', locked_at = NULL, locked_by = NULL, last_error = ?3, updated_at = ?2
WHERE org_id = ?1 AND status IN ('queued', 'processing')
  AND (created_at <= ?4 OR id IN (SELECT s.job_id FROM kk_send_jobs s WHERE s.home <> ?5))
"""
# Held once: when a person lets it go on, this home goes on with it.
_TAKE_OVER = """
UPDATE kk_send_jobs SET home = ?2 WHERE home <> ?2 AND job_id IN (SELECT id FROM email_jobs WHERE org_id = ?1)
"""
_HELD = Bilingual(
    "Η βάση επαναφέρθηκε από αντίγραφο ασφαλείας· μηνύματα που εδώ φαίνονται σε αναμονή μπορεί να έχουν ήδη σταλεί.",
    "The database was restored from a backup; mails that look pending here may have been sent already.",
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How many of a dead worker's mails turned out sent (or refused), were given back, or are in doubt."""

    answered: int = 0
    released: int = 0
    unconfirmed: int = 0
    #: Campaigns paused because the database was restored from a backup.
    held: int = 0

    def __add__(self, other: Settlement) -> Settlement:
        """Both together."""
        return Settlement(
            self.answered + other.answered,
            self.released + other.released,
            self.unconfirmed + other.unconfirmed,
            self.held + other.held,
        )


async def settle_home(
    db: Database,
    org_id: str,
    home: Home,
    policies: Mapping[str, RetryPolicy],
    now: int,
    *,
    embedded: bool,
    enough: Callable[[], bool] = without_end,
) -> Settlement:
    """Settle what ended workers of this home left, by their journals; hold jobs of a database from a backup.

    It ends after the first of them when it is `enough`: what the others left stays claimed. `embedded`: the database is
    this profile's own file, so that a job another home was busy with came with a copy.
    """
    journals = await asyncio.to_thread(left_journals, home.folder)
    done = Settlement()
    settled: list[LeftJournal] = []
    try:
        views = [await asyncio.to_thread(_view, journal) for journal in journals]
        last_claim = max([home.last_claim, *(view.last_claim for view in views)])
        done = await _hold_if_restored(db, org_id, home.id, last_claim, now, embedded=embedded)
        for journal, view in zip(journals, views, strict=True):
            done += await _settle_worker(db, journal.worker, view, policies, now)
            done += await _settle_doubted(db, org_id, journal.worker, view, policies, now)
            settled.append(journal)
            if enough():
                break
        home.remember(last_claim)
    finally:
        for journal in journals:
            journal.close(remove=journal in settled)
    return done


async def settle_dead(
    db: Database,
    policies: Mapping[str, RetryPolicy],
    now: int,
    lock_timeout: int,
    enough: Callable[[], bool] = without_end,
) -> Settlement:
    """Settle what workers elsewhere left whose heartbeat is older than `lock_timeout` seconds: all is in doubt.

    It ends after the first of them when it is `enough`.
    """
    done = Settlement()
    for row in await db.query(_DEAD, (now - lock_timeout,)):
        done += await _settle_worker(db, as_text(row["worker"]), None, policies, now)
        if enough():
            break
    return done


def _view(journal: LeftJournal) -> JournalView:
    try:
        return journal.read()
    except OSError as error:
        # It proves nothing, and nobody has to wait for it: whoever was in flight is in doubt.
        _log.warning("journal_not_read", worker=journal.worker, error=type(error).__name__)
        return JournalView(damaged=True)


async def _settle_worker(
    db: Database, worker: str, view: JournalView | None, policies: Mapping[str, RetryPolicy], now: int
) -> Settlement:
    results, released = _found(await db.query(_LEFT, (worker,)), view, now)
    statements = _result_statements(results, policies, now)
    statements += release_statements(worker, released, now) if released else ()
    statements += [Statement(_FREE_JOBS, (worker, now))]
    statements += [Statement(sql, (worker,)) for sql in (_FORGET_DELETED, _FORGET)]
    await db.apply(Change(_LABEL, tuple(statements), at_primary=True))
    in_doubt = sum(result.outcome.result == "unconfirmed" for _, result in results)
    settlement = Settlement(len(results) - in_doubt, len(released), in_doubt)
    _log.info("worker_settled", worker=worker, journal=view is not None, counts=str(settlement))
    return settlement


async def _settle_doubted(
    db: Database, org_id: str, worker: str, view: JournalView, policies: Mapping[str, RetryPolicy], now: int
) -> Settlement:
    """What the journal of a worker that was thought dead says of mails that others have put in doubt meanwhile."""
    results, released = _found(await db.query(_DOUBTED, (org_id, worker)), view, now)
    known = [each for each in results if each[1].outcome.result != "unconfirmed"]
    if not released and not known:
        return Settlement()
    statements = _result_statements(known, policies, now)
    if released:
        statements += [*claim_back_statements(worker, released), *release_statements(worker, released, now)]
    await db.apply(Change(_LABEL, tuple(statements), at_primary=True))
    _log.info("doubts_settled", worker=worker, answered=len(known), released=len(released))
    return Settlement(len(known), len(released))


_Found = tuple[str, Settled]


def _found(rows: Sequence[Row], view: JournalView | None, now: int) -> tuple[list[_Found], list[str]]:
    """The results that are known, each with its campaign, and the recipients whose mails were not begun."""
    settled = [(as_text(row["campaign_id"]), _settled(row, view, now)) for row in rows]
    results = [(campaign_id, result) for campaign_id, result in settled if isinstance(result, Settled)]
    return results, [result for _, result in settled if isinstance(result, str)]


def _result_statements(results: Sequence[_Found], policies: Mapping[str, RetryPolicy], now: int) -> list[Statement]:
    """`results` in the order of their campaigns."""
    statements: list[Statement] = []
    for campaign_id, group in groupby(results, key=lambda each: each[0]):
        statements += result_statements(campaign_id, [result for _, result in group], policies, now)
    return statements


def _settled(row: Row, view: JournalView | None, now: int) -> Settled | str:
    """What is known of one mail; its recipient id when it certainly was not begun."""
    recipient_id, message_id = as_text(row["recipient_id"]), as_text(row["message_id"])
    if view is not None and not view.damaged and message_id not in view.started:
        return recipient_id
    outcome = view.answered.get(message_id) if view is not None else None
    if outcome is None:
        outcome = Outcome(_LOST.result, now, _LOST.stage, text=_LOST.text)
    email = as_text(row["email"])
    # Refused for what is ours to put right: asked again, the answer will hold the campaign.
    held = outcome.result == "refused" and judge(outcome).ours
    return Settled(recipient_id, message_id, as_int(row["attempts"]), email, outcome, held)


async def _hold_if_restored(
    db: Database, org_id: str, home: str, last_claim: str, now: int, *, embedded: bool
) -> Settlement:
    rows = await db.query("SELECT last_claim FROM kk_send_homes WHERE home = ?", (home,))
    known = as_text(rows[0]["last_claim"]) if rows else ""
    restored = last_claim > known
    if not restored and not embedded:
        return Settlement()
    # What was queued after the home's last claim is news, whatever became of the database before.
    args = (org_id, now, write_error(_HELD), ulid_time(last_claim) if restored else -1, home)
    statements = (
        Statement(_HOLD, args),
        Statement(_HOLD_JOBS, args),
        Statement(_TAKE_OVER, (org_id, home)),
        # Told once: from here on the database knows as much as the home does.
        Statement(
            "INSERT INTO kk_send_homes (home, last_claim) VALUES (?1, ?2) "
            "ON CONFLICT (home) DO UPDATE SET last_claim = excluded.last_claim WHERE excluded.last_claim > last_claim",
            (home, last_claim),
        ),
    )
    applied = await db.apply(Change(_LABEL, statements, at_primary=True))
    held = applied.counts[1] if applied.counts else 0
    if held:
        _log.warning("jobs_held_after_restore", jobs=held)
    return Settlement(held=held)
