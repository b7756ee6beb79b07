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


# Each result is a JSON array; the first values of all of them: recipient id and Message-ID. Only a result of the very
# claim that the row is in counts; a worker that was thought dead still brings good news about what is in doubt.
_CURRENT = """EXISTS (SELECT 1 FROM kk_sends s WHERE s.recipient_id = x.value ->> 0 AND s.message_id = x.value ->> 1
  AND s.state IN ('claimed', 'unconfirmed'))"""
_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = x.value ->> 3, sent_at = x.value ->> 4, error_message = x.value ->> 5,
  failure_category = x.value ->> 6, failure_reason_detailed = x.value ->> 7, bounce_type = x.value ->> 8,
  next_retry_at = x.value ->> 9
FROM json_each(?1) AS x WHERE campaign_recipients.id = x.value ->> 0 AND {_CURRENT}
"""
_ITEMS = f"""
UPDATE email_job_items SET status = x.value ->> 3, sent_at = x.value ->> 4, error_message = x.value ->> 5,
  updated_at = ?2
FROM json_each(?1) AS x WHERE email_job_items.recipient_id = x.value ->> 0 AND email_job_items.status = 'processing'
  AND {_CURRENT}
"""
_EVENTS = f"""
INSERT INTO email_delivery_events (id, org_id, campaign_id, recipient_id, event_type, event_category, failure_reason,
  smtp_code, smtp_message, diagnostic_code, bounce_type, attempt_number, next_retry_at, retry_eligible, email_address,
  domain, occurred_at, created_at)
SELECT x.value ->> 10, k.org_id, k.id, r.id, x.value ->> 11, x.value ->> 12, x.value ->> 7, x.value ->> 13,
  x.value ->> 14, x.value ->> 15, x.value ->> 8, x.value ->> 16, x.value ->> 9, x.value ->> 9 IS NOT NULL, r.email,
  x.value ->> 17, x.value ->> 18, ?2
FROM json_each(?1) AS x CROSS JOIN campaign_recipients r ON r.id = x.value ->> 0
  JOIN email_campaigns k ON k.id = r.campaign_id
WHERE x.value ->> 11 IS NOT NULL AND {_CURRENT}
"""
_SUPPRESS = f"""
INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppression_reason, source_campaign_id,
  source_event_id, bounce_count, suppressed_at)
SELECT 'supp_' || substr(x.value ->> 10, 5), k.org_id, s.address, 'hard_bounce', x.value ->> 5, k.id,
  x.value ->> 10, 1, ?2
FROM json_each(?1) AS x CROSS JOIN kk_sends s ON s.recipient_id = x.value ->> 0
  JOIN email_campaigns k ON k.id = s.campaign_id
WHERE x.value ->> 19 = 1 AND {_CURRENT}
ON CONFLICT (org_id, email) DO UPDATE SET bounce_count = coalesce(bounce_count, 0) + 1
"""
_COUNT = """
UPDATE email_campaigns SET sent_count = coalesce(sent_count, 0) + ?2 WHERE id = ?1
"""
_SENDS = """
UPDATE kk_sends SET state = x.value ->> 2, settled_at = x.value ->> 18, reason = x.value ->> 7,
  due_at = coalesce(x.value ->> 9, due_at)
FROM json_each(?1) AS x WHERE kk_sends.recipient_id = x.value ->> 0 AND kk_sends.message_id = x.value ->> 1
  AND kk_sends.state IN ('claimed', 'unconfirmed')
"""

# Put off for later while its campaign was called off: there is no later.
_CALLED_OFF = """(SELECT x.value ->> 0 FROM json_each(?1) AS x CROSS JOIN campaign_recipients r ON r.id = x.value ->> 0
  JOIN email_campaigns k ON k.id = r.campaign_id WHERE k.status = 'cancelled')"""
_OFF_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'failed', error_message = '{CANCELLED}', next_retry_at = NULL
WHERE +status = 'pending' AND id IN {_CALLED_OFF}
"""
_OFF_SENDS = f"""
UPDATE kk_sends SET state = 'cancelled' WHERE +state = 'pending' AND recipient_id IN {_CALLED_OFF}
"""
_OFF_ITEMS = f"""
DELETE FROM email_job_items WHERE +status = 'pending' AND recipient_id IN {_CALLED_OFF}
"""


def result_statements(
    campaign_id: str, results: Sequence[Settled], policies: Mapping[str, RetryPolicy], now: int
) -> tuple[Statement, ...]:
    """What to write for `results` of one campaign; nothing when there are none. Safe to write twice."""
    if not results:
        return ()
    entries = [_entry(result, policies, now) for result in results]
    rows = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    statements = [Statement(_RECIPIENTS, (rows,)), Statement(_ITEMS, (rows, now)), Statement(_EVENTS, (rows, now))]
    if any(entry[19] for entry in entries):
        statements.append(Statement(_SUPPRESS, (rows, now)))
    if sent := sum(result.outcome.result == "sent" for result in results):
        statements.append(Statement(_COUNT, (campaign_id, sent)))
    # After the others, which look at what state the row is in.
    statements.append(Statement(_SENDS, (rows,)))
    if any(entry[2] == "pending" for entry in entries):
        statements += [Statement(sql, (rows,)) for sql in (_OFF_RECIPIENTS, _OFF_SENDS, _OFF_ITEMS)]
    return tuple(statements)


def _entry(result: Settled, policies: Mapping[str, RetryPolicy], now: int) -> list[SqlValue]:
    outcome = result.outcome
    domain = result.email.rpartition("@")[2].strip().lower()
    if outcome.result == "sent":
        return [
            result.recipient_id, result.message_id, "sent", "sent", outcome.at, None, None, None, None, None,
            _event_id(), "sent", "success", outcome.code, outcome.text or None, outcome.status or None,
            result.attempt, domain, outcome.at, 0,
        ]  # fmt: skip
    verdict = judge(outcome)
    retry_at = _retry_at(result, verdict, policies, now)
    state = "pending" if retry_at is not None else "unconfirmed" if outcome.result == "unconfirmed" else "failed"
    event = None if state == "unconfirmed" else "deferred" if state == "pending" else "bounce"
    return [
        result.recipient_id, result.message_id, state, "pending" if state == "pending" else "failed", None,
        _error(outcome), verdict.category, verdict.reason, verdict.bounce_type or None, retry_at,
        _event_id(), event, "failure", outcome.code, outcome.text or None, outcome.status or None,
        result.attempt, domain, outcome.at, int(verdict.suppress and state == "failed"),
    ]  # fmt: skip


def _retry_at(result: Settled, verdict: Verdict, policies: Mapping[str, RetryPolicy], now: int) -> int | None:
    if result.outcome.result != "deferred":
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
