"""What came back, written: events, recipients, suppressions, and how far the mailbox has been read, in one change.

Reading the same messages again writes nothing twice: an event's id is made from its report and recipient, and
everything else is written only with a new event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import SqlValue, as_text
from kkdesk.services.bounces.matching import OurMail
from kkdesk.services.bounces.verdicts import Finding
from kkdesk.services.queue.pauses import Pause, pause_statements
from kkdesk.services.suppression_rules import repeated_failure_statements
from kkdesk.store.database import Database

_LABEL: Final = Bilingual("Επιστροφές αλληλογραφίας", "Returned mail")
_ERROR_LENGTH: Final = 1000

_NEW = "NOT EXISTS (SELECT 1 FROM email_delivery_events e WHERE e.id = x.value ->> 'event')"
# A mail that came back has left, even where nobody knew. A report on an earlier attempt says nothing of the last one.
_CAME_BACK = f"""x.value ->> 'event_type' = 'bounce' AND s.message_id = x.value ->> 'message'
  AND s.state IN ('sent', 'unconfirmed') AND {_NEW}"""
_COUNT = f"""
UPDATE email_campaigns SET bounce_count = coalesce(bounce_count, 0) + n.number
FROM (SELECT s.campaign_id, count(DISTINCT s.recipient_id) AS number FROM json_each(?1) AS x
  CROSS JOIN kk_sends s ON s.recipient_id = x.value ->> 'recipient' WHERE {_CAME_BACK} GROUP BY 1) AS n
WHERE email_campaigns.id = n.campaign_id
"""
_RECIPIENTS = f"""
UPDATE campaign_recipients SET status = 'bounced', error_message = x.value ->> 'error',
  failure_category = x.value ->> 'category', failure_reason_detailed = x.value ->> 'reason',
  bounce_type = x.value ->> 'bounce_type', next_retry_at = NULL, sent_at = coalesce(sent_at, s.claimed_at)
FROM json_each(?1) AS x CROSS JOIN kk_sends s ON s.recipient_id = x.value ->> 'recipient'
WHERE campaign_recipients.id = s.recipient_id AND {_CAME_BACK}
"""
# It was delivered, and its status stays so.
_COMPLAINED = f"""
UPDATE campaign_recipients SET failure_category = x.value ->> 'category', failure_reason_detailed = x.value ->> 'reason'
FROM json_each(?1) AS x
WHERE campaign_recipients.id = x.value ->> 'recipient' AND x.value ->> 'event_type' = 'complaint' AND {_NEW}
"""
_SENDS = f"""
UPDATE kk_sends AS s SET state = 'bounced', reason = x.value ->> 'reason',
  settled_at = coalesce(settled_at, x.value ->> 'at')
FROM json_each(?1) AS x WHERE s.recipient_id = x.value ->> 'recipient' AND {_CAME_BACK}
"""
# A complaint outweighs a bounce, and neither takes anything from what a person or an opt-out has put there.
_SUPPRESS = f"""
INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppression_reason, source_campaign_id,
  source_event_id, bounce_count, complaint_count, suppressed_at)
SELECT 'supp_' || substr(x.value ->> 'event', 5), ?3, x.value ->> 'address', x.value ->> 'suppression',
  x.value ->> 'error', x.value ->> 'campaign', x.value ->> 'event', x.value ->> 'suppression' = 'hard_bounce',
  x.value ->> 'suppression' = 'complaint', ?2
FROM json_each(?1) AS x WHERE x.value ->> 'suppression' IS NOT NULL AND {_NEW}
ON CONFLICT (org_id, email) DO UPDATE SET
  suppression_reason = CASE WHEN excluded.suppression_type = 'complaint' AND suppression_type = 'hard_bounce'
    THEN excluded.suppression_reason ELSE suppression_reason END,
  suppression_type = CASE WHEN excluded.suppression_type = 'complaint' AND suppression_type = 'hard_bounce'
    THEN 'complaint' ELSE suppression_type END,
  bounce_count = coalesce(bounce_count, 0) + excluded.bounce_count,
  complaint_count = coalesce(complaint_count, 0) + excluded.complaint_count, expires_at = NULL
"""
_EVENTS = """
INSERT INTO email_delivery_events (id, org_id, campaign_id, recipient_id, event_type, event_category, failure_reason,
  smtp_code, smtp_message, diagnostic_code, bounce_type, bounce_subtype, attempt_number, retry_eligible, email_address,
  domain, occurred_at, created_at)
SELECT x.value ->> 'event', ?3, x.value ->> 'campaign', r.id, x.value ->> 'event_type', x.value ->> 'event_category',
  x.value ->> 'reason', x.value ->> 'code', x.value ->> 'text', x.value ->> 'enhanced', x.value ->> 'bounce_type',
  x.value ->> 'subtype', coalesce(r.attempt_count, 1), 0, r.email, x.value ->> 'domain', x.value ->> 'at', ?2
FROM json_each(?1) AS x CROSS JOIN campaign_recipients r ON r.id = x.value ->> 'recipient'
WHERE true
ON CONFLICT (id) DO NOTHING
"""
_CURSOR = """
INSERT INTO kk_mailboxes (id, org_id, uid_validity, last_uid, checked_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (id) DO UPDATE SET
  last_uid = CASE WHEN uid_validity = excluded.uid_validity THEN max(last_uid, excluded.last_uid)
    ELSE excluded.last_uid END,
  uid_validity = excluded.uid_validity, checked_at = excluded.checked_at, last_error = NULL
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A letter that is about a mail of ours, and what it says."""

    fingerprint: str
    mail: OurMail
    finding: Finding

    @property
    def event_id(self) -> str:
        """The same whenever, wherever and by whomever the letter is read."""
        text = f"{self.fingerprint}\n{self.mail.recipient_id}\n{self.finding.event}"
        return f"evt_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox has been read."""

    mailbox: str
    uid_validity: int
    last_uid: int


async def only_new(db: Database, found: Sequence[Recorded]) -> list[Recorded]:
    """Those whose events are not on record yet, each once."""
    by_event = {one.event_id: one for one in found}
    if not by_event:
        return []
    rows = await db.query(
        "SELECT id FROM email_delivery_events WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*by_event]),)
    )
    known = {as_text(row["id"]) for row in rows}
    return [one for event, one in by_event.items() if event not in known]


def change_of(found: Sequence[Recorded], cursor: Cursor, org_id: str, now: int) -> Change:
    """One change that writes `found`, whose events are new, and `cursor`."""
    read = Statement(_CURSOR, (cursor.mailbox, org_id, cursor.uid_validity, cursor.last_uid, now))
    return Change(_LABEL, (*_statements(found, org_id, now), read), at_primary=True)


def _statements(found: Sequence[Recorded], org_id: str, now: int) -> list[Statement]:
    if not found:
        return []
    entries = [_entry(one) for one in found]
    rows = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    # Events last: the others ask whether they are there already. The row's state is asked for until it changes.
    statements = [Statement(sql, (rows,)) for sql in (_COUNT, _RECIPIENTS, _COMPLAINED, _SENDS)]
    statements += [Statement(_SUPPRESS, (rows, now, org_id)), Statement(_EVENTS, (rows, now, org_id))]
    if repeated := [one.event_id for one in found if _may_add_up(one)]:
        statements += repeated_failure_statements(repeated, now)
    return statements + _pauses(found, now)


def _entry(one: Recorded) -> Mapping[str, SqlValue]:
    mail, outcome, verdict = one.mail, one.finding.outcome, one.finding.verdict
    event = one.finding.event
    categories = {"delivered": "success", "complaint": "complaint"}
    entry: dict[str, SqlValue] = {
        "event": one.event_id,
        "event_type": event,
        "event_category": categories.get(event, "failure"),
        "recipient": mail.recipient_id,
        "campaign": mail.campaign_id,
        # No Message-ID is this one: the letter is about an earlier attempt.
        "message": mail.message_id if mail.current else "",
        "address": mail.address,
        "domain": mail.email.rpartition("@")[2].strip().lower(),
        "at": outcome.at,
        "code": outcome.code,
        "enhanced": outcome.status or None,
        "text": outcome.text or None,
        "suppression": None,
    }
    if verdict is not None:
        entry |= {
            "category": verdict.category,
            "reason": verdict.reason,
            "bounce_type": verdict.bounce_type or None,
            "subtype": verdict.subtype or None,
            "error": _error(one.finding),
        }
        if verdict.suppress and event in {"bounce", "complaint"}:
            entry["suppression"] = "complaint" if event == "complaint" else "hard_bounce"
    return entry


def _error(finding: Finding) -> str:
    outcome = finding.outcome
    if finding.event == "complaint":
        return outcome.text[:_ERROR_LENGTH]
    code = "" if outcome.code is None or outcome.text.startswith(str(outcome.code)) else str(outcome.code)
    status = "" if outcome.status in outcome.text else outcome.status
    return f"BOUNCED: {' '.join(part for part in (code, status, outcome.text) if part)}"[:_ERROR_LENGTH]


def _may_add_up(one: Recorded) -> bool:
    verdict = one.finding.verdict
    return one.finding.event == "bounce" and verdict is not None and bool(verdict.subtype) and not verdict.suppress


def _pauses(found: Collection[Recorded], now: int) -> list[Statement]:
    """Hold campaigns that are still being sent, and that are refused for what is ours to put right."""
    statements: dict[tuple[str, str], tuple[Statement, ...]] = {}
    for one in found:
        if one.finding.event != "bounce" or one.finding.verdict is None or not one.mail.current:
            continue
        domain = one.mail.email.rpartition("@")[2].strip().lower()
        pause = Pause.of(one.finding.verdict, one.finding.outcome, domain)
        if pause is not None:
            held = pause_statements(one.mail.campaign_id, pause.cause, pause.domain, pause.reason, now)
            statements.setdefault((one.mail.campaign_id, pause.cause), held)
    return [statement for held in statements.values() for statement in held]
