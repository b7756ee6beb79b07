"""Failures of one address that add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import new_id
from kkdesk.services.suppression_rules import FULL_REST_SECONDS, repeated_failure_statements
from tests.services.queue.shop import Shop, in_shop

DAY = 86_400
NOON = 1_795_000_000 // DAY * DAY + DAY // 2


async def _bounce(shop: Shop, campaign: str, recipient: str, at: int, subtype: str, address: str) -> None:
    """A bounce on record, and what follows from it."""
    event = new_id("evt")
    row = (event, shop.workspace.actor.org_id, campaign, recipient, "bounce", "failure", subtype, address, at, at)
    insert = Statement(
        "INSERT INTO email_delivery_events (id, org_id, campaign_id, recipient_id, event_type, event_category, "
        "bounce_subtype, email_address, occurred_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    statements = (insert, *repeated_failure_statements([event], at))
    await shop.workspace.db.apply(Change(Bilingual("", ""), statements, at_primary=True))


async def _recipient(shop: Shop) -> tuple[str, str]:
    campaign = await shop.queued(1)
    await shop.worker().once()
    return campaign, str(await shop.value("SELECT id FROM campaign_recipients"))


@pytest.mark.parametrize(
    ("subtype", "days", "suppressed"),
    [
        ("general", (0,), False),
        ("general", (0, 0), False),
        ("general", (0, 1), True),
        ("general", (0, 364), True),
        ("general", (0, 366), False),
        ("mailbox_full", (0, 1), False),
        ("mailbox_full", (0, 0, 1), False),
        ("mailbox_full", (0, 10, 29), True),
        ("mailbox_full", (0, 10, 31), False),
        ("noemail", (0, 1, 2), False),
    ],
)
def test_an_address_is_given_up_after_failures_on_several_days(
    tmp_path: Path, subtype: str, days: tuple[int, ...], suppressed: bool
) -> None:
    async def body(shop: Shop) -> None:
        campaign, recipient = await _recipient(shop)
        for number, day in enumerate(days):
            # However it was written each time.
            address = ("C0@X.example ", "c0@x.example")[number % 2]
            await _bounce(shop, campaign, recipient, NOON + day * DAY, subtype, address)
        rows = await shop.rows("SELECT email, suppression_type, expires_at FROM email_suppressions")
        assert [row["email"] for row in rows] == (["c0@x.example"] if suppressed else [])
        if suppressed:
            last = NOON + days[-1] * DAY
            assert rows[0]["suppression_type"] == "hard_bounce"
            assert rows[0]["expires_at"] == (last + FULL_REST_SECONDS if subtype == "mailbox_full" else None)

    in_shop(tmp_path, body)


def test_an_address_that_rested_and_fails_again_rests_again_and_what_is_for_good_stays_so(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign, recipient = await _recipient(shop)
        for day in (0, 1, 2, 200, 201, 202):
            await _bounce(shop, campaign, recipient, NOON + day * DAY, "mailbox_full", "c0@x.example")
        row = (await shop.rows("SELECT * FROM email_suppressions"))[0]
        assert row["expires_at"] == NOON + 202 * DAY + FULL_REST_SECONDS
        assert row["suppressed_at"] == NOON + 202 * DAY
        for day in (203, 204):
            await _bounce(shop, campaign, recipient, NOON + day * DAY, "general", "c0@x.example")
        await _bounce(shop, campaign, recipient, NOON + 205 * DAY, "mailbox_full", "c0@x.example")
        assert await shop.value("SELECT expires_at FROM email_suppressions") is None

    in_shop(tmp_path, body)


def test_another_organisations_bounces_do_not_count(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign, recipient = await _recipient(shop)
        await _bounce(shop, campaign, recipient, NOON, "general", "c0@x.example")
        await shop.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'o', 'o', 1, 1)"
        )
        await shop.write("UPDATE email_delivery_events SET org_id = 'o' WHERE event_type = 'bounce'")
        await _bounce(shop, campaign, recipient, NOON + DAY, "general", "c0@x.example")
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0

    in_shop(tmp_path, body)
