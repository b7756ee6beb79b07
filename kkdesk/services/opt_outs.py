"""The part of the last look at opt-outs that SQL cannot take: spellings that it cannot compare.

SQLite folds the case of ASCII only and knows no display names or punycode. Such opt-outs, and such recipients, are
few; a claim says when there are any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kkdesk.model.email_address import address_key
from kkdesk.model.row import as_text
from kkdesk.store.database import Database

_ODD = "email GLOB '*[^!-;=?-~]*'"
_SAME = f"(lower(trim(email)) IN (SELECT value FROM json_each(?2)) OR {_ODD})"
_OPTED_OUT = f"""
SELECT email, 'unsubscribed' AS reason FROM customers
WHERE org_id = ?1 AND email IS NOT NULL AND unsubscribed = 1 AND {_SAME}
UNION ALL SELECT email, 'unsubscribed' FROM unsubscribes WHERE org_id = ?1 AND {_SAME}
UNION ALL SELECT email, 'suppressed' FROM email_suppressions
WHERE org_id = ?1 AND (expires_at IS NULL OR expires_at > ?3) AND {_SAME}
"""


async def opted_out_among(db: Database, org_id: str, emails: Mapping[str, str], now: int) -> Mapping[str, str]:
    """Those recipients who must not be mailed, with the reason; `emails` are the recipients' addresses by id."""
    keys = {recipient_id: address_key(email) for recipient_id, email in emails.items()}
    spellings = sorted({*keys.values(), *(email.strip().lower() for email in emails.values())})
    rows = await db.query(_OPTED_OUT, (org_id, json.dumps(spellings), now))
    return _matched(keys, [(as_text(row["email"]), as_text(row["reason"])) for row in rows])


def _matched(keys: Mapping[str, str], opted_out: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    reasons = {address_key(email): reason for email, reason in reversed(opted_out)}
    return {recipient_id: reasons[key] for recipient_id, key in keys.items() if key in reasons}
