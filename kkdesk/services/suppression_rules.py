"""When failures of one address add up: it is given up for all campaigns.

One answer that names no reason proves nothing, and a mailbox that is full today may be read tomorrow; several days of
them do. What is certain at once (no such mailbox) is suppressed by whoever records it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from kkdesk.model.change import Statement

_DAY: Final = 86_400
#: Days with an unexplained permanent refusal after which an address counts as dead, and how far back they may lie.
UNKNOWN_DAYS: Final = 2
_UNKNOWN_WITHIN: Final = 365 * _DAY
#: Days with a full mailbox within 30 after which an address rests, and for how long.
FULL_DAYS: Final = 3
_FULL_WITHIN: Final = 30 * _DAY
FULL_REST_SECONDS: Final = 90 * _DAY

# A bounce of a mailbox that has been suppressed for a while only, and is no longer, begins a new while.
_REPEATED = """
INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppression_reason, source_campaign_id,
  source_event_id, bounce_count, suppressed_at, expires_at)
SELECT 'supp_' || substr(e.id, 5), e.org_id, lower(trim(e.email_address)), 'hard_bounce',
  coalesce(e.smtp_message, e.diagnostic_code, e.bounce_subtype), e.campaign_id, e.id, ?6, ?2, ?7
FROM email_delivery_events e
WHERE e.id IN (SELECT value FROM json_each(?1)) AND e.event_type = 'bounce' AND e.bounce_subtype = ?3
  AND (SELECT count(DISTINCT o.occurred_at / 86400) FROM email_delivery_events o
    WHERE lower(trim(o.email_address)) = lower(trim(e.email_address)) AND +o.org_id = e.org_id
      AND o.event_type = 'bounce' AND +o.bounce_subtype = ?3 AND o.occurred_at > ?2 - ?4 AND o.occurred_at <= ?5) >= ?6
ON CONFLICT (org_id, email) DO UPDATE SET bounce_count = coalesce(bounce_count, 0) + 1,
  suppressed_at = CASE WHEN expires_at <= ?2 THEN excluded.suppressed_at ELSE suppressed_at END,
  expires_at = CASE WHEN expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL
    ELSE max(expires_at, excluded.expires_at) END
"""


def repeated_failure_statements(event_ids: Sequence[str], now: int) -> tuple[Statement, ...]:
    """Suppress addresses that the events `event_ids`, just recorded, are one failure too many of."""
    ids = json.dumps(list(event_ids))
    # A report may carry a time that lies a little ahead of ours.
    until = now + _DAY
    return (
        Statement(_REPEATED, (ids, now, "general", _UNKNOWN_WITHIN, until, UNKNOWN_DAYS, None)),
        Statement(_REPEATED, (ids, now, "mailbox_full", _FULL_WITHIN, until, FULL_DAYS, now + FULL_REST_SECONDS)),
    )
