"""What somebody else began is taken over in parts, and comes out as if it had been one statement after the other."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.change import Change
from kkdesk.services.queue import adoption
from kkdesk.services.queue.adoption import adopt_recipients
from kkdesk.services.queue.leases import Lease
from kkdesk.store.local import LocalDatabase, connect, prepare
from tests.services.queue.shop import Shop, in_shop

NOW = 1_790_000_000
LEASE = Lease("job_mine", "camp", "org_kktires", "w")
_UNCONFIRMED = "SEND_UNCONFIRMED"
# The same over all of a campaign: what is to come of it, however it is done.
WHOLE = (
    """
INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, due_at, state, settled_at)
SELECT r.id, r.campaign_id, 'job_mine', coalesce(nullif(trim(r.email_normalized), ''), lower(trim(r.email))), ?1,
  r.status, r.sent_at
FROM campaign_recipients r WHERE r.campaign_id = 'camp' AND r.status IN ('sent', 'failed')
ORDER BY r.status DESC, r.rowid ON CONFLICT DO NOTHING""",
    """
INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, due_at)
SELECT r.id, r.campaign_id, 'job_mine', coalesce(nullif(trim(r.email_normalized), ''), lower(trim(r.email))),
  coalesce(r.next_retry_at, ?1)
FROM campaign_recipients r WHERE r.campaign_id = 'camp' AND r.status = 'pending' ORDER BY r.rowid
ON CONFLICT DO NOTHING""",
    """
UPDATE kk_sends SET state = 'pending', job_id = 'job_mine', due_at = ?1, attempts = 0, reason = NULL
WHERE campaign_id = 'camp' AND state IN ('failed', 'skipped', 'cancelled', 'pending') AND job_id <> 'job_mine'
  AND EXISTS (SELECT 1 FROM campaign_recipients r WHERE r.id = recipient_id AND r.status = 'pending')""",
    """
UPDATE kk_sends SET state = 'unconfirmed', job_id = 'job_mine', reason = 'unconfirmed', settled_at = ?1,
  claimed_at = i.updated_at
FROM email_job_items i
WHERE i.job_id = 'job_mine' AND i.status = 'processing' AND kk_sends.recipient_id = i.recipient_id
  AND kk_sends.campaign_id = 'camp' AND kk_sends.state IN ('pending', 'failed', 'skipped', 'cancelled')""",
    f"""
UPDATE campaign_recipients SET status = CASE WHEN x.state = 'sent' THEN 'sent' ELSE 'failed' END,
  error_message = x.message
FROM (
  SELECT r.id, s.state, CASE WHEN s.state IS NULL THEN 'SEND_SKIPPED: same_address'
    WHEN s.state = 'sent' THEN NULL ELSE '{_UNCONFIRMED}' END AS message
  FROM campaign_recipients r LEFT JOIN kk_sends s ON s.recipient_id = r.id
  WHERE r.campaign_id = 'camp' AND r.status = 'pending' AND (s.state IS NULL OR s.state <> 'pending')) AS x
WHERE campaign_recipients.id = x.id AND ?1""",
    """
UPDATE email_job_items SET updated_at = ?1,
  status = CASE x.state WHEN 'pending' THEN 'pending' WHEN 'sent' THEN 'sent' ELSE 'failed' END
FROM kk_sends x
WHERE email_job_items.job_id = 'job_mine' AND email_job_items.status IN ('processing', 'pending')
  AND x.recipient_id = email_job_items.recipient_id AND x.campaign_id = 'camp' AND x.state <> 'claimed'
  AND email_job_items.status <> CASE x.state WHEN 'pending' THEN 'pending' WHEN 'sent' THEN 'sent' ELSE 'failed' END""",
    """
INSERT INTO email_job_items (id, job_id, campaign_id, recipient_id, status, created_at, updated_at)
SELECT 'jit_' || s.recipient_id, 'job_mine', 'camp', s.recipient_id, 'pending', ?1, ?1
FROM kk_sends s WHERE s.campaign_id = 'camp' AND s.state = 'pending' AND s.job_id = 'job_mine'
  AND NOT EXISTS (SELECT 1 FROM email_job_items i WHERE i.recipient_id = s.recipient_id AND i.job_id = 'job_mine')""",
)
COMPARED = (
    "SELECT id, email, status, error_message FROM campaign_recipients ORDER BY rowid",
    "SELECT recipient_id, job_id, address, state, due_at, reason, settled_at, claimed_at FROM kk_sends ORDER BY 1",
    # Those of a campaign are mailed in this order.
    "SELECT recipient_id FROM kk_sends WHERE state = 'pending' ORDER BY due_at, rowid",
    "SELECT recipient_id, job_id, status, updated_at FROM email_job_items ORDER BY 1, 2, 3",
)
_SENDS = ("pending", "sent", "failed", "skipped", "cancelled", "claimed", "unconfirmed", "bounced")
_RECIPIENT = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["pending", "pending", "sent", "failed", "bounced"]),
        # Few, so that some are the same; in spellings of the web CRM's.
        "email": st.sampled_from(["a@x.example", " A@X.example", "b@x.example", "B@x.EXAMPLE ", "c@x.example"])
        | st.from_regex(r"[d-z]{2}@x\.example", fullmatch=True),
        "send": st.sampled_from([None] * 8 + ["pending"] * 4 + [*_SENDS]),
        "mine": st.booleans(),
        "item": st.sampled_from([None, None, "pending", "processing", "sent", "failed"]),
    }
)
_RECIPIENTS = st.lists(_RECIPIENT, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("adoption") / "crm.db"
    prepare(path)
    with closing(connect(path)) as db:
        db.executescript(
            f"""
INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('org_kktires', 'o', 'o', 0, 0);
INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'u@x.example', 0, 0);
INSERT INTO customers (id, org_id, first_name, created_at, updated_at) VALUES ('c', 'org_kktires', '', 0, 0);
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at)
  VALUES ('camp', 'org_kktires', '', '', '', 'sending', 0, 0);
INSERT INTO email_jobs (id, org_id, campaign_id, sender_user_id, status, run_at, locked_by, created_at, updated_at)
  VALUES ('job_mine', 'org_kktires', 'camp', 'u', 'processing', {NOW}, 'w', 0, 0),
    ('job_other', 'org_kktires', 'camp', 'u', 'completed', {NOW}, NULL, 0, 0);
"""
        )
    return path


def fill(db: sqlite3.Connection, recipients: list[dict[str, Any]]) -> None:
    for table in ("campaign_recipients", "kk_sends", "email_job_items"):
        db.execute(f"DELETE FROM {table}")
    taken = set()
    for number, one in enumerate(recipients):
        rowid, address = f"rcpt_{number:02}", one["email"].strip().lower()
        db.execute(
            "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, sent_at, next_retry_at) "
            "VALUES (?, 'camp', 'c', ?, ?, ?, ?)",
            (rowid, one["email"], one["status"], number if one["status"] == "sent" else None, number % 3 or None),
        )
        if one["send"] and address not in taken:
            taken.add(address)
            db.execute(
                "INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, state, due_at) "
                "VALUES (?, 'camp', ?, ?, ?, 5)",
                (rowid, "job_mine" if one["mine"] else "job_other", address, one["send"]),
            )
        if one["item"]:
            db.execute(
                "INSERT INTO email_job_items (id, job_id, campaign_id, recipient_id, status, created_at, updated_at) "
                "VALUES (?, 'job_mine', 'camp', ?, ?, 0, 7)",
                (f"jit_{number}", rowid, one["item"]),
            )


def outcome(db: sqlite3.Connection) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in db.execute(sql)] for sql in COMPARED]


@settings(max_examples=200)
@given(recipients=_RECIPIENTS, part=st.integers(1, 4), found=st.integers(1, 7))
def test_in_parts_as_in_one(empty: Path, recipients: list[dict[str, Any]], part: int, found: int) -> None:
    with closing(connect(empty)) as db:
        fill(db, recipients)
        for sql in WHOLE:
            db.execute(sql, (NOW,))
        wanted = outcome(db)
        fill(db, recipients)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adoption, "PART_SIZE", part)
        patch.setattr(adoption, "FOUND_AT_ONCE", found)

        async def run() -> int:
            database = await LocalDatabase.open(empty, lambda: NOW)
            gone = 0
            try:
                while not await adopt_recipients(database, LEASE, lambda: NOW, lambda: True):
                    gone += 1
                    assert gone <= 3 * len(recipients), "each part makes good what it has found"
            finally:
                await database.close()
            return gone

        asyncio.run(run())
    with closing(connect(empty)) as db:
        assert outcome(db) == wanted


def test_what_has_its_place_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each call of a scheduler, for each campaign under way: it takes nobody's lock."""

    async def body(shop: Shop) -> None:
        await shop.queued(6)
        await shop.worker().drain(max_items=2, max_jobs=1)
        labels: list[str] = []
        real = shop.workspace.db.apply

        async def told(change: Change) -> Any:
            labels.append(change.label.en)
            return await real(change)

        monkeypatch.setattr(shop.workspace.db, "apply", told)
        shop.now += 5
        assert (await shop.worker().once()).sent == 4
        assert labels.count("Prepare sending") == 1, "its home and its turn"

    in_shop(tmp_path, body)
