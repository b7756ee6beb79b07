"""Who is not to be mailed: an address, across every customer that has it."""

from __future__ import annotations

import json

from kkdesk.model.change import Statement
from kkdesk.model.email_address import address_key
from kkdesk.model.ids import new_id
from kkdesk.model.row import as_text
from kkdesk.store.database import Database

# SQLite folds the case of ASCII only; addresses with other letters are compared by us.
_CANDIDATES = """
SELECT id, email FROM customers
WHERE org_id = ?1 AND email IS NOT NULL AND (lower(trim(email)) IN (?2, ?3) OR email GLOB '*[^ -~]*')
"""


async def customers_with_address(db: Database, org_id: str, email: str) -> tuple[str, ...]:
    """Ids of the organisation's customers whose address is `email`, however it is written."""
    wanted = address_key(email)
    rows = await db.query(_CANDIDATES, (org_id, wanted, email.strip().lower()))
    return tuple(as_text(row["id"]) for row in rows if address_key(as_text(row["email"])) == wanted)


async def unsubscribe_statements(
    db: Database, org_id: str, email: str, *, campaign_id: str | None, reason: str | None, now: int
) -> list[Statement]:
    """Statements that opt `email` out for good, as the web CRM and ours both understand it; harmless when repeated.

    The campaign's counter moves with the first `unsubscribes` row of the address only.
    """
    customers = await customers_with_address(db, org_id, email)
    unsubscribe_id = new_id("unsub")
    return [
        Statement(
            "INSERT INTO unsubscribes (id, org_id, email, reason, campaign_id, created_at) "
            "SELECT ?1, ?2, ?3, ?4, ?5, ?6 "
            "WHERE NOT EXISTS (SELECT 1 FROM unsubscribes WHERE org_id = ?2 AND email = ?3)",
            (unsubscribe_id, org_id, email, reason, campaign_id, now),
        ),
        Statement(
            "UPDATE email_campaigns SET unsubscribe_count = coalesce(unsubscribe_count, 0) + 1 "
            "WHERE id = ?1 AND EXISTS (SELECT 1 FROM unsubscribes WHERE id = ?2)",
            (campaign_id, unsubscribe_id),
        ),
        Statement(
            "INSERT INTO email_suppressions "
            "(id, org_id, email, suppression_type, suppression_reason, source_campaign_id, suppressed_at) "
            "VALUES (?, ?, ?, 'unsubscribe', ?, ?, ?) ON CONFLICT (org_id, email) DO NOTHING",
            (new_id("supp"), org_id, address_key(email), reason, campaign_id, now),
        ),
        Statement(
            "UPDATE customers SET unsubscribed = 1, updated_at = ?2 "
            "WHERE id IN (SELECT value FROM json_each(?1)) AND coalesce(unsubscribed, 0) = 0",
            (json.dumps(customers), now),
        ),
    ]
