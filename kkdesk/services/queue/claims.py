"""Batches of a job: claimed in one change, recorded in groups.

A claim is the last word before anything leaves: it keeps within the limits, asks once more whether each recipient may
be mailed and be tracked, and makes the batch's Message-IDs durable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from kkdesk.model.change import Statement
from kkdesk.model.ids import ulid_after
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.mail.personalise import CUSTOMER_COLUMNS
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.limits import RESERVED, keep_claimed, keep_unreleased, reserve, seconds_of, slots
from kkdesk.services.queue.records import Addressee
from kkdesk.store.database import Database

#: `campaign_recipients.error_message` of a recipient in flight, and of one whose mail is in doubt.
UNCONFIRMED = "SEND_UNCONFIRMED"
#: The same of one that was still to be mailed when its campaign was cancelled.
CANCELLED = "SEND_CANCELLED"
#: The same of one whose worker died before the mail was begun, and whose campaign was closed before that was known.
NOT_BEGUN = "SEND_NOT_BEGUN"

_RENEW = """
UPDATE email_jobs SET locked_at = ?3, updated_at = ?3 WHERE id = ?1 AND status = 'processing' AND locked_by = ?2
  AND EXISTS (SELECT 1 FROM email_campaigns k WHERE k.id = campaign_id AND k.status = 'sending')
"""
_CLAIM = f"""
UPDATE kk_sends SET state = 'claimed', claim_id = ?1, worker = ?2, claimed_at = ?3, attempts = attempts + 1,
  reason = NULL, settled_at = NULL,
  message_id = '<' || lower(?1) || '.' || lower(hex(randomblob(6))) || '@' || ?4 || '>'
WHERE rowid IN (
    SELECT s.rowid FROM kk_sends s
    WHERE s.job_id = ?5 AND s.state = 'pending' AND s.due_at <= ?3 ORDER BY s.due_at, s.rowid LIMIT {RESERVED})
  AND EXISTS (
    SELECT 1 FROM email_jobs j JOIN email_campaigns k ON k.id = j.campaign_id
    WHERE j.id = ?5 AND j.status = 'processing' AND j.locked_by = ?2 AND k.status = 'sending')
"""
# Who may not be mailed any more, and why. Addresses are compared folded, across all customers that have them. Not every
# writer's connection lets a deletion cascade to our rows.
# A plus before a column keeps SQLite, which has no statistics, from choosing a poorer index than that of the address.
_RECHECK = """
UPDATE kk_sends SET reason = x.why FROM (
  SELECT s.recipient_id AS id, CASE
    WHEN c.id IS NULL THEN 'deleted'
    WHEN r.status <> 'pending' THEN 'settled'
    WHEN coalesce(c.unsubscribed, 0) = 1 THEN 'unsubscribed'
    WHEN coalesce(c.is_active, 1) = 0 THEN 'inactive'
    WHEN EXISTS (SELECT 1 FROM unsubscribes u WHERE +u.org_id = ?2
      AND lower(trim(u.email)) IN (s.address, lower(trim(r.email)))) THEN 'unsubscribed'
    WHEN EXISTS (SELECT 1 FROM email_suppressions p WHERE +p.org_id = ?2
      AND lower(trim(p.email)) IN (s.address, lower(trim(r.email)))
      AND (p.expires_at IS NULL OR p.expires_at > ?3)) THEN 'suppressed'
    WHEN EXISTS (SELECT 1 FROM customers o WHERE +o.org_id = ?2 AND o.email IS NOT NULL
      AND lower(trim(o.email)) IN (s.address, lower(trim(r.email))) AND +o.unsubscribed = 1) THEN 'unsubscribed'
    END AS why
  FROM kk_sends s LEFT JOIN campaign_recipients r ON r.id = s.recipient_id LEFT JOIN customers c ON c.id = r.customer_id
  WHERE s.claim_id = ?1 AND s.state = 'claimed') AS x
WHERE kk_sends.recipient_id = x.id AND x.why IS NOT NULL
"""
# In flight counts as failed until the answer is known: the web CRM's sender would resend what is pending.
_MARK_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'failed', attempt_count = coalesce(attempt_count, 0) + 1,
  last_attempt_at = ?2, next_retry_at = NULL, failure_category = x.category, failure_reason_detailed = x.reason,
  error_message = x.message
FROM (SELECT recipient_id AS id, CASE WHEN reason IS NULL THEN '{UNCONFIRMED}' ELSE 'SEND_SKIPPED: ' || reason END
    AS message, CASE WHEN reason IS NULL THEN NULL ELSE 'skipped' END AS category, reason
  FROM kk_sends WHERE claim_id = ?1 AND state = 'claimed' AND reason IS NOT 'settled') AS x
WHERE campaign_recipients.id = x.id
"""
_MARK_ITEMS = """
UPDATE email_job_items SET status = x.status, error_message = x.reason, updated_at = ?2
FROM (SELECT recipient_id AS id, reason, CASE WHEN reason IS NULL THEN 'processing' ELSE 'failed' END AS status
  FROM kk_sends WHERE claim_id = ?1 AND state = 'claimed') AS x
WHERE email_job_items.recipient_id = x.id AND +email_job_items.job_id = ?3
"""
_SKIP = """
UPDATE kk_sends SET state = 'skipped', settled_at = ?2
WHERE claim_id = ?1 AND state = 'claimed' AND reason IS NOT NULL
"""
# Either switch is enough: see `kkdesk.services.tracking_switches`.
_BATCH = f"""
SELECT s.recipient_id AS send_recipient_id, s.message_id AS send_message_id, s.attempts AS send_attempts,
  coalesce(r.email_normalized, r.email) GLOB '*[^!-;=?-~]*' AS send_odd,
  EXISTS (SELECT 1 FROM kk_untracked_campaigns u WHERE u.id = s.campaign_id)
    OR EXISTS (SELECT 1 FROM kk_untracked_customers u WHERE u.id = r.customer_id) AS send_untracked,
  r.email AS send_email, {", ".join(f"c.{name}" for name in CUSTOMER_COLUMNS)}
FROM kk_sends s JOIN campaign_recipients r ON r.id = s.recipient_id JOIN customers c ON c.id = r.customer_id
WHERE s.claim_id = ?1 AND s.state = 'claimed' ORDER BY s.due_at, s.rowid
"""
# Spellings that SQL cannot compare; see the indexes of the same condition.
_ODD = "GLOB '*[^!-;=?-~]*'"
_ODD_OPT_OUTS = f"""
SELECT EXISTS (SELECT 1 FROM customers WHERE +org_id = ?1 AND unsubscribed = 1 AND email {_ODD})
  OR EXISTS (SELECT 1 FROM unsubscribes WHERE org_id = ?1 AND email {_ODD})
  OR EXISTS (SELECT 1 FROM email_suppressions WHERE org_id = ?1 AND email {_ODD}) AS present
"""
_REMEMBER = """
INSERT INTO kk_send_homes (home, last_claim) VALUES (?1, ?2)
ON CONFLICT (home) DO UPDATE SET last_claim = max(last_claim, excluded.last_claim)
"""
# A recipient who turns out not to have been mailed when the campaign has been closed is mailed if a person says so.
_RELEASE_SENDS = """
UPDATE kk_sends SET state = CASE (SELECT k.status FROM email_campaigns k WHERE k.id = campaign_id)
    WHEN 'cancelled' THEN 'cancelled' WHEN 'sent' THEN 'failed' ELSE 'pending' END,
  reason = CASE (SELECT k.status FROM email_campaigns k WHERE k.id = campaign_id)
    WHEN 'sent' THEN 'not_begun' END,
  attempts = max(attempts - 1, 0), claim_id = NULL, worker = NULL
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND worker = ?2 AND state = 'claimed'
"""
_RELEASE_RECIPIENTS = f"""
UPDATE campaign_recipients SET attempt_count = max(coalesce(attempt_count, 1) - 1, 0),
  status = CASE s.state WHEN 'pending' THEN 'pending' ELSE 'failed' END,
  error_message = CASE s.state WHEN 'pending' THEN NULL WHEN 'failed' THEN '{NOT_BEGUN}' ELSE '{CANCELLED}' END,
  failure_category = CASE s.state WHEN 'failed' THEN 'connection' END,
  failure_reason_detailed = CASE s.state WHEN 'failed' THEN s.reason END
FROM kk_sends s
WHERE campaign_recipients.id IN (SELECT value FROM json_each(?1)) AND +campaign_recipients.status = 'failed'
  AND campaign_recipients.error_message = '{UNCONFIRMED}'
  AND s.recipient_id = campaign_recipients.id AND s.state IN ('pending', 'cancelled', 'failed')
"""
_RELEASE_ITEMS = """
UPDATE email_job_items SET status = CASE s.state WHEN 'pending' THEN 'pending' ELSE 'failed' END, updated_at = ?2
FROM kk_sends s
WHERE email_job_items.recipient_id IN (SELECT value FROM json_each(?1)) AND email_job_items.status = 'processing'
  AND s.recipient_id = email_job_items.recipient_id AND s.state IN ('pending', 'cancelled')
"""
_CLAIM_BACK_RECIPIENTS = f"""
UPDATE campaign_recipients SET error_message = '{UNCONFIRMED}'
WHERE id IN (SELECT value FROM json_each(?1)) AND +status = 'failed' AND EXISTS (SELECT 1 FROM kk_sends s
  WHERE s.recipient_id = campaign_recipients.id AND s.state = 'unconfirmed' AND s.worker = ?2)
"""
_CLAIM_BACK_ITEMS = """
UPDATE email_job_items SET status = 'processing'
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND status = 'failed' AND EXISTS (SELECT 1 FROM kk_sends s
  WHERE s.recipient_id = email_job_items.recipient_id AND s.state = 'unconfirmed' AND s.worker = ?2)
"""
_CLAIM_BACK_SENDS = """
UPDATE kk_sends SET state = 'claimed', reason = NULL, settled_at = NULL
WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND state = 'unconfirmed' AND worker = ?2
"""
_CLAIMED_BY = """EXISTS (SELECT 1 FROM kk_sends s WHERE s.recipient_id = x.value ->> 0 AND s.state = 'claimed'
  AND s.worker = {worker})"""
_SKIP_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'failed', failure_category = 'skipped',
  failure_reason_detailed = x.value ->> 1, error_message = 'SEND_SKIPPED: ' || (x.value ->> 1)
FROM json_each(?1) AS x WHERE campaign_recipients.id = x.value ->> 0 AND {_CLAIMED_BY.format(worker="?2")}
"""
_SKIP_ITEMS = f"""
UPDATE email_job_items SET status = 'failed', error_message = x.value ->> 1, updated_at = ?2
FROM json_each(?1) AS x WHERE email_job_items.recipient_id = x.value ->> 0
  AND email_job_items.status = 'processing' AND {_CLAIMED_BY.format(worker="?3")}
"""
_SKIP_SENDS = """
UPDATE kk_sends SET state = 'skipped', reason = x.value ->> 1, settled_at = ?2
FROM json_each(?1) AS x
WHERE kk_sends.recipient_id = x.value ->> 0 AND kk_sends.state = 'claimed' AND kk_sends.worker = ?3
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One recipient of a batch, the how-manieth attempt it is, and when it may begin (Unix seconds)."""

    addressee: Addressee
    attempt: int
    not_before: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What a claim gave: the recipients to mail now, and how many were skipped because they may not be mailed."""

    claim_id: str
    recipients: Sequence[Claimed]
    skipped: int
    #: Whether the job was still ours and the campaign still sending.
    valid: bool
    #: Recipients about whom SQL alone cannot say whether they opted out: see `kkdesk.services.opt_outs`.
    doubtful: frozenset[str] = frozenset()
    #: Whether there may be more to claim.
    full: bool = True
    #: The limits leave no room at present.
    throttled: bool = False
    #: The last second that this claim has reserved; 0 when it has none.
    reserved_until: int = 0


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """The statements of one claim, to go into one change with whatever else is to be written."""

    claim_id: str
    campaign_id: str
    statements: tuple[Statement, ...]

    def read(self, rows: Sequence[Sequence[Row]], counts: Sequence[int]) -> Batch:
        """The batch, from the outcome of exactly `statements`."""
        seconds = seconds_of(rows[_SLOTS_AT])
        recipients = _recipients(self.campaign_id, rows[_BATCH_AT], seconds)
        return Batch(
            self.claim_id,
            recipients,
            counts[_SKIP_AT],
            valid=counts[_RENEW_AT] > 0,
            doubtful=_doubtful(rows[_BATCH_AT], everybody=bool(rows[_ODD_AT][0]["present"])),
            full=counts[_CLAIM_AT] >= len(seconds),
            throttled=not seconds,
            reserved_until=recipients[-1].not_before if recipients else 0,
        )


def claim_request(
    lease: Lease,
    *,
    home: str,
    message_domain: str,
    size: int,
    per_minute: int | None,
    now: int,
    last_claim: str = "",
) -> ClaimRequest:
    """What to write for a batch of up to `size` recipients. Also renews the lease.

    `per_minute` is what the transport can carry, if it knows; `last_claim` the home's latest, which this one follows.
    """
    claim = ulid_after(last_claim, now)
    statements = (
        Statement(_RENEW, (lease.job_id, lease.worker, now)),
        Statement(_REMEMBER, (home, claim)),
        reserve(claim, lease.org_id, size, per_minute, now),
        slots(claim),
        Statement(_CLAIM, (claim, lease.worker, now, message_domain, lease.job_id)),
        Statement(_RECHECK, (claim, lease.org_id, now)),
        Statement(_MARK_RECIPIENTS, (claim, now)),
        Statement(_MARK_ITEMS, (claim, now, lease.job_id)),
        Statement(_SKIP, (claim, now)),
        keep_claimed(claim),
        Statement(_BATCH, (claim,)),
        Statement(_ODD_OPT_OUTS, (lease.org_id,)),
    )
    return ClaimRequest(claim, lease.campaign_id, statements)


#: Where in these statements their outcomes are.
_RENEW_AT, _SLOTS_AT, _CLAIM_AT, _SKIP_AT, _BATCH_AT, _ODD_AT = 0, 3, 4, 8, 10, 11


def renewal(lease: Lease, now: int) -> Statement:
    """Renew the lease; counts no row when the job is no longer ours or the campaign no longer sending."""
    return Statement(_RENEW, (lease.job_id, lease.worker, now))


async def read_again(db: Database, request: ClaimRequest) -> Batch:
    """The batch of a claim whose answer was lost on the way: it is ours all the same."""
    rows = await db.query(_BATCH, (request.claim_id,))
    granted = slots(request.claim_id)
    recipients = _recipients(request.campaign_id, rows, seconds_of(await db.query(granted.sql, granted.args)))
    until = recipients[-1].not_before if recipients else 0
    doubtful = _doubtful(rows, everybody=True)
    return Batch(request.claim_id, recipients, skipped=0, valid=True, doubtful=doubtful, reserved_until=until)


def skip_statements(worker: str, reasons: Mapping[str, str], now: int) -> tuple[Statement, ...]:
    """Never mail claimed recipients who turn out not to be allowed; reasons by recipient id."""
    rows = json.dumps(list(reasons.items()))
    return (
        Statement(_SKIP_RECIPIENTS, (rows, worker)),
        Statement(_SKIP_ITEMS, (rows, now, worker)),
        Statement(_SKIP_SENDS, (rows, now, worker)),
    )


def claim_back_statements(worker: str, recipient_ids: Sequence[str]) -> tuple[Statement, ...]:
    """Mails of `worker` that others have put in doubt count as claimed again, so that they can be given back."""
    args = (json.dumps(list(recipient_ids)), worker)
    return tuple(Statement(sql, args) for sql in (_CLAIM_BACK_RECIPIENTS, _CLAIM_BACK_ITEMS, _CLAIM_BACK_SENDS))


def release_statements(worker: str, recipient_ids: Sequence[str], now: int) -> tuple[Statement, ...]:
    """Give claimed recipients back whose mails were not begun; the attempt does not count."""
    ids = json.dumps(list(recipient_ids))
    return (
        keep_unreleased(worker, ids),
        Statement(_RELEASE_SENDS, (ids, worker)),
        Statement(_RELEASE_RECIPIENTS, (ids,)),
        Statement(_RELEASE_ITEMS, (ids, now)),
    )


def _recipients(campaign_id: str, rows: Sequence[Row], seconds: Sequence[int]) -> Sequence[Claimed]:
    return [
        Claimed(
            Addressee(
                recipient_id=as_text(row["send_recipient_id"]),
                campaign_id=campaign_id,
                email=as_text(row["send_email"]),
                message_id=as_text(row["send_message_id"]),
                customer=row,
                tracked=not row["send_untracked"],
            ),
            as_int(row["send_attempts"]),
            second,
        )
        for row, second in zip(rows, chain(seconds, repeat(0)), strict=False)
    ]


def _doubtful(rows: Sequence[Row], *, everybody: bool) -> frozenset[str]:
    return frozenset(as_text(row["send_recipient_id"]) for row in rows if everybody or row["send_odd"])
