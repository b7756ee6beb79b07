"""Who is not to be mailed: an address, across every customer that has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from kkdesk.model.change import Statement
from kkdesk.model.email_address import address_key
from kkdesk.model.ids import new_id
from kkdesk.model.row import as_text
from kkdesk.store.database import Database

# What SQLite cannot fold (letters beyond ASCII, a display name) is compared by us. A plus before the column keeps it
# from reading all customers of the organisation instead of the few by their address.
_CANDIDATES = """
SELECT id, email FROM customers
WHERE +org_id = ?1 AND email IS NOT NULL AND lower(trim(email)) IN (?2, ?2 || '.', ?3)
UNION SELECT id, email FROM customers WHERE +org_id = ?1 AND email GLOB '*[^!-;=?-~]*'
"""


@dataclass(frozen=True, slots=True)
class OptOut:
    """An address that opts out for good, and the ids of the rows that say so where none do yet."""

    org_id: str
    #: As the mail went to it.
    email: str
    #: Ids of those who have the address, however it is written.
    customers: tuple[str, ...]
    campaign_id: str | None
    reason: str | None
    #: Unix seconds.
    at: int
    unsubscribe_id: str = field(default_factory=lambda: new_id("unsub"))
    suppression_id: str = field(default_factory=lambda: new_id("supp"))

    @property
    def address(self) -> str:
        """Folded: the same for each of its spellings."""
        return address_key(self.email)

    @property
    def statements(self) -> list[Statement]:
        """What writes it, as the web CRM and ours both understand it; harmless when repeated.

        The campaign's counter moves with the first `unsubscribes` row of the address only.
        """
        return [
            Statement(
                "INSERT INTO unsubscribes (id, org_id, email, reason, campaign_id, created_at) "
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6 "
                "WHERE NOT EXISTS (SELECT 1 FROM unsubscribes WHERE org_id = ?2 AND email = ?3)",
                (self.unsubscribe_id, self.org_id, self.email, self.reason, self.campaign_id, self.at),
            ),
            Statement(
                "UPDATE email_campaigns SET unsubscribe_count = coalesce(unsubscribe_count, 0) + 1 "
                "WHERE id = ?1 AND EXISTS (SELECT 1 FROM unsubscribes WHERE id = ?2)",
                (self.campaign_id, self.unsubscribe_id),
            ),
            Statement(
                "INSERT INTO email_suppressions "
                "(id, org_id, email, suppression_type, suppression_reason, source_campaign_id, suppressed_at) "
                "VALUES (?, ?, ?, 'unsubscribe', ?, ?, ?) ON CONFLICT (org_id, email) DO NOTHING",
                (self.suppression_id, self.org_id, self.address, self.reason, self.campaign_id, self.at),
            ),
            Statement(
                "UPDATE customers SET unsubscribed = 1, updated_at = ?2 "
                "WHERE id IN (SELECT value FROM json_each(?1)) AND coalesce(unsubscribed, 0) = 0",
                (json.dumps(self.customers), self.at),
            ),
        ]


async def opt_out_of(
    db: Database, org_id: str, email: str, *, campaign_id: str | None, reason: str | None, now: int
) -> OptOut:
    """The opt-out of `email`, to be written. Raises the `StoreError` family."""
    customers = await _customers_with_address(db, org_id, email)
    return OptOut(org_id, email, customers, campaign_id, reason, now)


async def _customers_with_address(db: Database, org_id: str, email: str) -> tuple[str, ...]:
    """Ids of the organisation's customers whose address is `email`, however it is written."""
    wanted = address_key(email)
    rows = await db.query(_CANDIDATES, (org_id, wanted, email.strip().lower()))
    return tuple(as_text(row["id"]) for row in rows if address_key(as_text(row["email"])) == wanted)
