"""Recipients that somebody else listed or mailed get their place in our queue, in parts: a short change each.

The web CRM's sender knows only the campaign's recipients and the job's items. What it, or a worker that died, has left
is found by reading; each part makes good what its recipients lack, so that they are not found again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.email_address import address_key
from kkdesk.model.row import as_text
from kkdesk.services.queue.claims import UNCONFIRMED, renewal
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.listing import still_ours
from kkdesk.store.database import Database

_LABEL = Bilingual("Προετοιμασία αποστολής", "Prepare sending")

#: Recipients of one change, and of one look for them.
PART_SIZE: Final = 2000
FOUND_AT_ONCE: Final = 20_000

# The web CRM's own rows in spellings that SQL does not fold.
_UNFOLDED = """
SELECT id, email FROM campaign_recipients
WHERE campaign_id = ? AND id > ? AND coalesce(email_normalized, '') = '' AND email GLOB '*[^!-;=?-~]*'
ORDER BY id LIMIT ?
"""
_FOLD = """
UPDATE campaign_recipients SET email_normalized = x.value ->> 1
FROM json_each(?1) AS x WHERE campaign_recipients.id = x.value ->> 0
"""

_ADDRESS = "coalesce(nullif(trim(r.email_normalized), ''), lower(trim(r.email)))"
#: What a job's item says of a recipient whose send is in the state {state}.
_ITEM_STATUS = "CASE {state} WHEN 'pending' THEN 'pending' WHEN 'sent' THEN 'sent' ELSE 'failed' END"
# A recipient is found when one of the statements below would do something with it. Who has been mailed comes first:
# another one of the same address is not mailed then.
_FOUND = f"""
SELECT r.id FROM campaign_recipients r LEFT JOIN kk_sends s ON s.recipient_id = r.id
LEFT JOIN email_job_items i ON i.recipient_id = r.id AND +i.job_id = ?2
WHERE r.campaign_id = ?1 AND CASE
  WHEN r.status = 'pending' AND (s.state IS NOT 'pending' OR s.job_id <> ?2) THEN 1
  WHEN s.state IS NULL THEN r.status IN ('sent', 'failed')
    AND NOT EXISTS (SELECT 1 FROM kk_sends o WHERE o.campaign_id = ?1 AND o.address = {_ADDRESS})
  WHEN s.state = 'claimed' THEN 0
  WHEN i.id IS NULL THEN s.state = 'pending' AND s.job_id = ?2
  ELSE i.status = 'processing' OR i.status = 'pending' AND s.state <> 'pending' END
ORDER BY CASE r.status WHEN 'sent' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END, r.rowid LIMIT ?3
"""

# In all of these: ?1 the campaign, ?2 the job, ?3 the time, ?4 the ids of the part's recipients.
_PART = "IN (SELECT value FROM json_each(?4))"
_ALREADY_SENT = f"""
INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, due_at, state, settled_at)
SELECT r.id, r.campaign_id, ?2, {_ADDRESS}, ?3, r.status, r.sent_at
FROM campaign_recipients r WHERE r.id {_PART} AND +r.campaign_id = ?1 AND +r.status IN ('sent', 'failed')
ORDER BY r.status DESC, r.rowid
ON CONFLICT DO NOTHING
"""
_SENDS = f"""
INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, due_at)
SELECT r.id, r.campaign_id, ?2, {_ADDRESS}, coalesce(r.next_retry_at, ?3)
FROM campaign_recipients r WHERE r.id {_PART} AND +r.campaign_id = ?1 AND +r.status = 'pending' ORDER BY r.rowid
ON CONFLICT DO NOTHING
"""
# Set back to pending by a person, in the web CRM's list of failed recipients.
_REVIVE = f"""
UPDATE kk_sends SET state = 'pending', job_id = ?2, due_at = ?3, attempts = 0, reason = NULL
WHERE recipient_id {_PART} AND +campaign_id = ?1 AND +state IN ('failed', 'skipped', 'cancelled', 'pending')
  AND +job_id <> ?2
  AND EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.id = recipient_id AND r.status = 'pending')
"""
# What another sender left in the middle of a mail: nobody knows whether it went.
_FOREIGN = f"""
UPDATE kk_sends SET state = 'unconfirmed', job_id = ?2, reason = 'unconfirmed', settled_at = ?3,
  claimed_at = i.updated_at
FROM email_job_items i
WHERE kk_sends.recipient_id {_PART} AND i.recipient_id = kk_sends.recipient_id AND +i.job_id = ?2
  AND i.status = 'processing' AND +kk_sends.campaign_id = ?1
  AND +kk_sends.state IN ('pending', 'failed', 'skipped', 'cancelled')
"""
# Our word goes: a recipient whose mail has left, or may have, is not pending; nor is a second one of an address.
_CORRECT = f"""
UPDATE campaign_recipients SET status = CASE WHEN x.state = 'sent' THEN 'sent' ELSE 'failed' END,
  error_message = x.message
FROM (
  SELECT r.id, s.state, CASE WHEN s.state IS NULL THEN 'SEND_SKIPPED: same_address'
    WHEN s.state = 'sent' THEN NULL ELSE '{UNCONFIRMED}' END AS message
  FROM campaign_recipients r LEFT JOIN kk_sends s ON s.recipient_id = r.id
  WHERE r.id {_PART} AND +r.campaign_id = ?1 AND +r.status = 'pending' AND s.state IS NOT 'pending') AS x
WHERE campaign_recipients.id = x.id
"""
_SETTLE_ITEMS = f"""
UPDATE email_job_items SET updated_at = ?3, status = {_ITEM_STATUS.format(state="x.state")}
FROM kk_sends x WHERE email_job_items.recipient_id {_PART} AND +email_job_items.job_id = ?2
  AND email_job_items.status IN ('processing', 'pending')
  AND x.recipient_id = email_job_items.recipient_id AND +x.campaign_id = ?1 AND +x.state <> 'claimed'
  AND email_job_items.status <> {_ITEM_STATUS.format(state="x.state")}
"""
_ITEMS = f"""
INSERT INTO email_job_items (id, job_id, campaign_id, recipient_id, status, created_at, updated_at)
SELECT 'jit_' || substr(lower(hex(randomblob(11))), 1, 21), ?2, ?1, s.recipient_id, 'pending', ?3, ?3
FROM kk_sends s WHERE s.recipient_id {_PART} AND +s.campaign_id = ?1 AND +s.state = 'pending' AND +s.job_id = ?2
  AND NOT EXISTS (SELECT 1 FROM email_job_items i WHERE i.recipient_id = s.recipient_id AND i.job_id = ?2)
"""
_ADOPT = (_ALREADY_SENT, _SENDS, _REVIVE, _FOREIGN, _CORRECT, _SETTLE_ITEMS, _ITEMS)


async def adopt_recipients(db: Database, lease: Lease, clock: Clock, enough: Callable[[], bool]) -> bool:
    """Give a place in our queue to whoever lacks it, until it is `enough`; whether nobody lacks it now.

    However little time there is, one part is done. Raises `Conflict` when the job is no longer ours.
    """
    after = ""
    while rows := await db.query(_UNFOLDED, (lease.campaign_id, after, FOUND_AT_ONCE)):
        unfolded = [(as_text(row["id"]), as_text(row["email"])) for row in rows]
        after = unfolded[-1][0]
        for start in range(0, len(unfolded), PART_SIZE):
            # Where no mailbox can be made out SQL's own spelling will do.
            folded = [(id_, address_key(email) or email) for id_, email in unfolded[start : start + PART_SIZE]]
            await _apply(db, lease, clock(), Statement(_FOLD, (json.dumps(folded),)))
            if enough():
                return False
    while rows := await db.query(_FOUND, (lease.campaign_id, lease.job_id, FOUND_AT_ONCE)):
        found = [as_text(row["id"]) for row in rows]
        for start in range(0, len(found), PART_SIZE):
            now = clock()
            args = (lease.campaign_id, lease.job_id, now, json.dumps(found[start : start + PART_SIZE]))
            await _apply(db, lease, now, *(Statement(sql, args) for sql in _ADOPT))
            if enough():
                return False
    return True


async def _apply(db: Database, lease: Lease, now: int, *statements: Statement) -> None:
    change = Change(_LABEL, (renewal(lease, now), *statements), guards=still_ours(lease), at_primary=True)
    await db.apply(change)
