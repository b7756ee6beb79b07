"""The recipients of a campaign, written down once: part by part, so that their number costs neither memory nor locks.

A part is one change, which also says how far the list has got. Whoever goes on with it, because the worker before was
out of time or died, begins where the last part ended.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence

from kkdesk.model.audience import Recipient
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.ids import id_series
from kkdesk.model.row import as_text
from kkdesk.services.queue.claims import renewal
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.records import Audience
from kkdesk.store.database import Database

_LABEL = Bilingual("Κατάλογος παραληπτών", "List recipients")

# The list is being made. One that was interrupted keeps its place.
_BEGUN = """
INSERT INTO kk_send_lists (campaign_id, begun_at) VALUES (?1, ?2)
ON CONFLICT (campaign_id) DO UPDATE SET begun_at = excluded.begun_at, completed_at = NULL
"""
_FORGET_PLACE = "DELETE FROM kk_send_list_places WHERE campaign_id = ?1"
_COMPLETED = "UPDATE kk_send_lists SET completed_at = ?2 WHERE campaign_id = ?1 AND completed_at IS NULL"
_PLACE = "SELECT place FROM kk_send_list_places WHERE campaign_id = ?"
_KEEP_PLACE = """
INSERT INTO kk_send_list_places (campaign_id, place) VALUES (?1, ?2)
ON CONFLICT (campaign_id) DO UPDATE SET place = excluded.place
"""

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


def begun(campaign_id: str, now: int, *, anew: bool) -> tuple[Statement, ...]:
    """What says that the list is being made; `anew` from its beginning, however far it has been before."""
    statements = (Statement(_BEGUN, (campaign_id, now)),)
    return (*statements, Statement(_FORGET_PLACE, (campaign_id,))) if anew else statements


def completed(campaign_id: str, now: int) -> tuple[Statement, ...]:
    """What says that everybody is listed."""
    return Statement(_COMPLETED, (campaign_id, now)), Statement(_FORGET_PLACE, (campaign_id,))


def still_ours(lease: Lease) -> tuple[Guard, ...]:
    """Paused, called off or taken over meanwhile: not a row is added any more."""
    return (
        Guard("email_jobs", lease.job_id, "locked_by", lease.worker),
        Guard("email_campaigns", lease.campaign_id, "status", "sending"),
    )


async def list_recipients(
    db: Database, lease: Lease, audience: Audience, clock: Clock, enough: Callable[[], bool]
) -> bool:
    """List everybody who gets the campaign and is not listed yet, until it is `enough`; whether that is everybody.

    However little time there is, one part is listed. Raises `InvalidInput` when its audience cannot be understood, and
    `Conflict` when the job is no longer ours.
    """
    recipients, items = id_series("rcpt"), id_series("jit")
    rows = await db.query(_PLACE, (lease.campaign_id,))
    place = as_text(rows[0]["place"]) if rows else ""
    async with contextlib.aclosing(audience.parts(lease.campaign_id, place)) as parts:
        async for part in parts:
            listed = _part_statements(lease, list(_rows(part.recipients, recipients, items)), clock())
            kept = Statement(_KEEP_PLACE, (lease.campaign_id, part.place))
            change = Change(_LABEL, (*listed, kept), guards=still_ours(lease), at_primary=True)
            await db.apply(change)
            if enough():
                return False
    return True


def _part_statements(lease: Lease, part: Sequence[Sequence[str]], now: int) -> tuple[Statement, ...]:
    rows = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    job = (rows, lease.campaign_id, lease.job_id, now)
    return (
        renewal(lease, now),
        Statement(_RECIPIENTS, (rows, lease.campaign_id)),
        Statement(_SENDS, job),
        Statement(_ITEMS, job),
    )


def _rows(part: Sequence[Recipient], recipients: Iterator[str], items: Iterator[str]) -> Iterator[list[str]]:
    for one in part:
        yield [next(recipients), next(items), one.customer_id, one.email, one.key, one.domain]
