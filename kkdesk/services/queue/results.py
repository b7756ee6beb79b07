"""Outcomes of mails, written to the web CRM's tables and ours in groups: one change for many mails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kkdesk.model.change import Statement
from kkdesk.model.ids import ulid
from kkdesk.model.row import SqlValue
from kkdesk.services.mail.replies import Verdict, judge
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.claims import CANCELLED, UNCONFIRMED
from kkdesk.services.queue.retry import RetryPolicy
from kkdesk.services.suppression_rules import repeated_failure_statements

_ERROR_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one claimed recipient."""

    recipient_id: str
    message_id: str
    #: How many times it has been tried, this time included.
    attempt: int
    email: str
    outcome: Outcome
    #: Refused for what is ours to put right: it waits for that, and the attempt does not count.
    held: bool = False


# Each result is a JSON object. Only a result of the very claim that the row is in counts; a worker that was thought
# dead still brings good news about what is in doubt.
_CURRENT = """EXISTS (SELECT 1 FROM kk_sends s WHERE s.recipient_id = x.value ->> 'recipient'
  AND s.message_id = x.value ->> 'message' AND s.state IN ('claimed', 'unconfirmed'))"""
_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = x.value ->> 'status', sent_at = x.value ->> 'sent_at',
  error_message = x.value ->> 'error', failure_category = x.value ->> 'category',
  failure_reason_detailed = x.value ->> 'reason', bounce_type = x.value ->> 'bounce_type',
  next_retry_at = x.value ->> 'retry_at', attempt_count = attempt_count - (x.value ->> 'held')
FROM json_each(?1) AS x WHERE campaign_recipients.id = x.value ->> 'recipient' AND {_CURRENT}
"""
_ITEMS = f"""
UPDATE email_job_items SET status = x.value ->> 'status', sent_at = x.value ->> 'sent_at',
  error_message = x.value ->> 'error', updated_at = ?2
FROM json_each(?1) AS x
WHERE email_job_items.recipient_id = x.value ->> 'recipient' AND email_job_items.status = 'processing' AND {_CURRENT}
"""
_EVENTS = f"""
INSERT INTO email_delivery_events (id, org_id, campaign_id, recipient_id, event_type, event_category, failure_reason,
  smtp_code, smtp_message, diagnostic_code, bounce_type, bounce_subtype, attempt_number, next_retry_at, retry_eligible,
  email_address, domain, occurred_at, created_at)
SELECT x.value ->> 'event', k.org_id, k.id, r.id, x.value ->> 'event_type', x.value ->> 'event_category',
  x.value ->> 'reason', x.value ->> 'code', x.value ->> 'text', x.value ->> 'enhanced', x.value ->> 'bounce_type',
  x.value ->> 'subtype', x.value ->> 'attempt', x.value ->> 'retry_at', x.value ->> 'retry_at' IS NOT NULL, r.email,
  x.value ->> 'domain', x.value ->> 'at', ?2
FROM json_each(?1) AS x CROSS JOIN campaign_recipients r ON r.id = x.value ->> 'recipient'
  JOIN email_campaigns k ON k.id = r.campaign_id
WHERE x.value ->> 'event_type' IS NOT NULL AND {_CURRENT}
"""
# One that rested for a while only is known for certain now.
_SUPPRESS = f"""
INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppression_reason, source_campaign_id,
  source_event_id, bounce_count, suppressed_at)
SELECT 'supp_' || substr(x.value ->> 'event', 5), k.org_id, s.address, 'hard_bounce', x.value ->> 'error', k.id,
  x.value ->> 'event', 1, ?2
FROM json_each(?1) AS x CROSS JOIN kk_sends s ON s.recipient_id = x.value ->> 'recipient'
  JOIN email_campaigns k ON k.id = s.campaign_id
WHERE x.value ->> 'suppress' = 1 AND {_CURRENT}
ON CONFLICT (org_id, email) DO UPDATE SET bounce_count = coalesce(bounce_count, 0) + 1, expires_at = NULL
"""
_COUNT = f"""
UPDATE email_campaigns SET sent_count = coalesce(sent_count, 0) + (SELECT count(*) FROM json_each(?2) AS x
  WHERE x.value ->> 'state' = 'sent' AND {_CURRENT}) WHERE id = ?1
"""
_SENDS = """
UPDATE kk_sends SET state = x.value ->> 'state', settled_at = x.value ->> 'at', reason = x.value ->> 'reason',
  due_at = coalesce(x.value ->> 'retry_at', due_at), attempts = attempts - (x.value ->> 'held')
FROM json_each(?1) AS x
WHERE kk_sends.recipient_id = x.value ->> 'recipient' AND kk_sends.message_id = x.value ->> 'message'
  AND kk_sends.state IN ('claimed', 'unconfirmed')
"""

# Put off for later while its campaign was called off, or closed with its mail in doubt: there is no later.
_OVER = """(SELECT r.id, k.status FROM json_each(?1) AS x
  CROSS JOIN campaign_recipients r ON r.id = x.value ->> 'recipient'
  JOIN email_campaigns k ON k.id = r.campaign_id WHERE k.status IN ('cancelled', 'sent')) AS o"""
_OFF_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'failed', next_retry_at = NULL,
  error_message = CASE o.status WHEN 'cancelled' THEN '{CANCELLED}' ELSE error_message END
FROM {_OVER} WHERE campaign_recipients.id = o.id AND +campaign_recipients.status = 'pending'
"""
_OFF_SENDS = f"""
UPDATE kk_sends SET state = CASE o.status WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END
FROM {_OVER} WHERE kk_sends.recipient_id = o.id AND +kk_sends.state = 'pending'
"""
_OFF_ITEMS = f"""
DELETE FROM email_job_items WHERE +status = 'pending' AND recipient_id IN (SELECT o.id FROM {_OVER})
"""

_Entry = Mapping[str, SqlValue]


def result_statements(
    campaign_id: str, results: Sequence[Settled], policies: Mapping[str, RetryPolicy], now: int
) -> tuple[Statement, ...]:
    """What to write for `results` of one campaign; nothing when there are none. Safe to write twice."""
    if not results:
        return ()
    entries = [_entry(result, policies, now) for result in results]
    rows = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    statements = [Statement(_RECIPIENTS, (rows,)), Statement(_ITEMS, (rows, now)), Statement(_EVENTS, (rows, now))]
    if any(entry["suppress"] for entry in entries):
        statements.append(Statement(_SUPPRESS, (rows, now)))
    if repeated := [str(entry["event"]) for entry in entries if entry["event_type"] == "bounce" and entry["subtype"]]:
        statements += repeated_failure_statements(repeated, now)
    if any(entry["state"] == "sent" for entry in entries):
        statements.append(Statement(_COUNT, (campaign_id, rows)))
    # After the others, which look at what state the row is in.
    statements.append(Statement(_SENDS, (rows,)))
    if any(entry["state"] == "pending" for entry in entries):
        statements += [Statement(sql, (rows,)) for sql in (_OFF_RECIPIENTS, _OFF_SENDS, _OFF_ITEMS)]
    return tuple(statements)


def _entry(result: Settled, policies: Mapping[str, RetryPolicy], now: int) -> _Entry:
    outcome = result.outcome
    facts: dict[str, SqlValue] = {
        "recipient": result.recipient_id,
        "message": result.message_id,
        "attempt": result.attempt,
        "held": int(result.held),
        "domain": result.email.rpartition("@")[2].strip().lower(),
        "at": outcome.at,
        "event": _event_id(),
        "code": outcome.code,
        "enhanced": outcome.status or None,
        "text": outcome.text or None,
        "suppress": 0,
        "subtype": None,
    }
    if outcome.result == "sent":
        told = {"state": "sent", "status": "sent", "event_type": "sent", "event_category": "success"}
        return {**facts, **told, "sent_at": outcome.at}
    return {**facts, **_failure(result, judge(outcome), policies, now)}


def _failure(result: Settled, verdict: Verdict, policies: Mapping[str, RetryPolicy], now: int) -> _Entry:
    retry_at = now if result.held else _retry_at(result, verdict, policies, now)
    state = "unconfirmed" if result.outcome.result == "unconfirmed" else "failed" if retry_at is None else "pending"
    return {
        "state": state,
        "status": "pending" if state == "pending" else "failed",
        "error": _error(result.outcome),
        "category": verdict.category,
        "reason": verdict.reason,
        "bounce_type": verdict.bounce_type or None,
        "subtype": verdict.subtype or None,
        "retry_at": retry_at,
        "event_type": {"unconfirmed": None, "pending": "deferred", "failed": "bounce"}[state],
        "event_category": "failure",
        "suppress": int(verdict.suppress and state == "failed"),
    }


def _retry_at(result: Settled, verdict: Verdict, policies: Mapping[str, RetryPolicy], now: int) -> int | None:
    if verdict.retry is None:
        return None
    delay = policies[verdict.retry].delay(result.attempt)
    return None if delay is None else now + delay


def _error(outcome: Outcome) -> str:
    if outcome.result == "unconfirmed":
        return f"{UNCONFIRMED}: {outcome.text}".rstrip(": ")[:_ERROR_LENGTH]
    reply = " ".join(part for part in (str(outcome.code or ""), outcome.status, outcome.text) if part)
    return f"SMTP_SEND_FAILED: {reply}"[:_ERROR_LENGTH]


def _event_id() -> str:
    # In the order of time: a hundred thousand of them go to the end of the index and not all over it.
    return f"evt_{ulid()}"
