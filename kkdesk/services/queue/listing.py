"""The recipients of a campaign, written down once: part by part, so that their number costs neither memory nor locks.

A part is one change. A worker that dies in the middle leaves a list that says it is not complete; the next one goes
through the audience again and adds who is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from kkdesk.model.audience import Recipient
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.ids import id_series
from kkdesk.model.row import as_text
from kkdesk.services.queue.claims import renewal
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.records import Audience
from kkdesk.store.database import Database

_LABEL = Bilingual("Κατάλογος παραληπτών", "List recipients")

#: The list is being made; see `COMPLETED`.
BEGUN = """
INSERT INTO kk_send_lists (campaign_id, begun_at) VALUES (?1, ?2)
ON CONFLICT (campaign_id) DO UPDATE SET begun_at = excluded.begun_at, completed_at = NULL
"""
COMPLETED = "UPDATE kk_send_lists SET completed_at = ?2 WHERE campaign_id = ?1 AND completed_at IS NULL"

# Each of ?1 is [recipient id, item id, customer id, address as written, mailbox, domain]. One mailbox, and one
# customer, is listed once, whoever listed it before.
_RECIPIENTS = """
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, attempt_count, email_normalized, domain)
SELECT x.value ->> 0, ?2, x.value ->> 2, x.value ->> 3, 'pending', 0, x.value ->> 4, x.value ->> 5
FROM json_each(?1) AS x
WHERE NOT EXISTS (SELECT 1 FROM kk_sends s WHERE s.campaign_id = ?2 AND s.address = x.value ->> 4)
  AND NOT EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.customer_id = x.value ->> 2 AND +r.campaign_id = ?2)
"""
_LISTED = "EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.id = x.value ->> 0)"
_SENDS = f"""
INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, due_at)
SELECT x.value ->> 0, ?2, ?3, x.value ->> 4, ?4 FROM json_each(?1) AS x WHERE {_LISTED}
"""
_ITEMS = f"""
INSERT INTO email_job_items (id, job_id, campaign_id, recipient_id, status, created_at, updated_at)
SELECT x.value ->> 1, ?3, ?2, x.value ->> 0, 'pending', ?4, ?4 FROM json_each(?1) AS x WHERE {_LISTED}
"""
# The web CRM's own rows in spellings that SQL does not fold.
_UNFOLDED = """
SELECT id, email FROM campaign_recipients
WHERE campaign_id = ? AND coalesce(email_normalized, '') = '' AND email GLOB '*[^!-;=?-~]*'
"""
_FOLD = """
UPDATE campaign_recipients SET email_normalized = x.value ->> 1
FROM json_each(?1) AS x WHERE campaign_recipients.id = x.value ->> 0
"""


async def fold_statements(db: Database, campaign_id: str) -> tuple[Statement, ...]:
    """What gives recipients that somebody else listed their mailboxes, where SQL cannot tell them."""
    rows = await db.query(_UNFOLDED, (campaign_id,))
    folded = [(as_text(row["id"]), address_key(as_text(row["email"]))) for row in rows]
    return (Statement(_FOLD, (json.dumps(folded),)),) if folded else ()


async def list_recipients(db: Database, lease: Lease, audience: Audience, clock: Clock) -> None:
    """List everybody who gets the campaign and is not listed yet.

    Raises `InvalidInput` when its audience cannot be understood, and `Conflict` when the job is no longer ours.
    """
    recipients, items = id_series("rcpt"), id_series("jit")
    # Paused, called off or taken over meanwhile: not a row is added any more.
    guards = (
        Guard("email_jobs", lease.job_id, "locked_by", lease.worker),
        Guard("email_campaigns", lease.campaign_id, "status", "sending"),
    )
    async for part in audience.parts(lease.campaign_id):
        rows = json.dumps(list(_rows(part, recipients, items)), ensure_ascii=False, separators=(",", ":"))
        now = clock()
        job = (rows, lease.campaign_id, lease.job_id, now)
        statements = (
            renewal(lease, now),
            Statement(_RECIPIENTS, (rows, lease.campaign_id)),
            Statement(_SENDS, job),
            Statement(_ITEMS, job),
        )
        await db.apply(Change(_LABEL, statements, guards=guards, at_primary=True))


def _rows(part: Sequence[Recipient], recipients: Iterator[str], items: Iterator[str]) -> Iterator[list[str]]:
    for one in part:
        yield [next(recipients), next(items), one.customer_id, one.email, one.key, one.domain]
