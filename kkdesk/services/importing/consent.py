"""Who must not be mailed, whatever a file says: nobody who opted out comes back through an import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from kkdesk.model.change import Statement
from kkdesk.model.row import as_text
from kkdesk.services.importing.identity import email_key
from kkdesk.store.database import Database

# A bounced address is not in it: its owner has not asked for anything, and the sender leaves it out by itself.
_LISTED: Final = """
SELECT email FROM unsubscribes WHERE org_id = ?1
UNION SELECT email FROM email_suppressions WHERE org_id = ?1 AND suppression_type <> 'hard_bounce'
  AND (expires_at IS NULL OR expires_at > ?2)"""
_OPTED_OUT: Final = (
    "SELECT email FROM customers WHERE org_id = ?1 AND unsubscribed = 1 AND email <> '' UNION " + _LISTED
)
# Somebody may opt out while a file is being read. What does not depend on the customer is asked once, so that this
# costs nothing when nobody has.
_LATE: Final = """
SELECT email FROM unsubscribes WHERE org_id = ?1 AND created_at >= ?2
UNION SELECT email FROM email_suppressions WHERE org_id = ?1 AND suppressed_at >= ?2
  AND suppression_type <> 'hard_bounce'"""
_AGAIN: Final = f"""
UPDATE customers SET unsubscribed = 1
WHERE EXISTS ({_LATE}) AND id IN (SELECT value FROM json_each(?3)) AND coalesce(unsubscribed, 0) = 0
  AND lower(trim(email)) IN (SELECT lower(trim(email)) FROM ({_LATE}))"""


async def opted_out(db: Database, org_id: str, now: int) -> set[str]:
    """The mailboxes (see `email_key`) that have asked the organisation for no mail."""
    rows = await db.query(_OPTED_OUT, (org_id, now))
    return {email_key(as_text(row["email"])) for row in rows}


def look_again(org_id: str, since: int, customer_ids: Sequence[str]) -> Statement:
    """The statement that catches those who have opted out since `since`; belongs behind the ones that write."""
    return Statement(_AGAIN, (org_id, since, json.dumps(list(customer_ids))))
