"""The recipients of a campaign, listed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.email_address import address_key
from kkdesk.model.errors import Conflict
from kkdesk.services.audience_parts import AudienceParts
from kkdesk.services.queue.home import Home
from kkdesk.services.queue.leases import Lease, Leases
from kkdesk.services.queue.preparation import prepare
from tests.services.queue.shop import Shop, in_shop


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.services.audience_parts.PART_SIZE", 4)


async def leased(shop: Shop) -> Lease:
    """The job, taken by a worker."""
    leases = Leases(shop.workspace.db, shop.workspace.actor.org_id, "w", "home", 900)
    lease = await leases.take(shop.now)
    assert lease is not None
    return lease


async def list_all(shop: Shop, lease: Lease) -> None:
    home = Home(shop.folder / "queue").id
    await prepare(shop.workspace.db, lease, shop.workspace.audience, home=home, clock=shop.clock)


def test_everybody_is_listed_in_order_as_the_web_crm_lists_them(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        await list_all(shop, await leased(shop))
        rows = await shop.rows("SELECT * FROM campaign_recipients ORDER BY rowid")
        assert len(rows) == 10
        for row in rows:
            assert row["id"].startswith("rcpt_") and len(row["id"]) == 26
            assert (row["status"], row["attempt_count"]) == ("pending", 0)
            assert row["email_normalized"] == address_key(row["email"])
            assert row["email_normalized"].endswith("@" + row["domain"])
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids), "so that indexes grow at their end"
        assert await shop.value("SELECT count(*) FROM email_job_items WHERE status = 'pending'") == 10
        assert await shop.states(campaign_id) == {"pending": 10}
        assert await shop.value("SELECT total_recipients FROM email_campaigns") == 10

    in_shop(tmp_path, body)


def test_one_mailbox_is_listed_once_and_the_oldest_record_gets_the_mail(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = await shop.customers(9)
        await shop.write("UPDATE customers SET created_at = created_at - rowid")
        await shop.write("UPDATE customers SET email = 'C0@X.example ' WHERE id = ?", ids[8])
        await shop.write("UPDATE customers SET email = 'c1@x.example' WHERE id = ?", ids[2])
        campaign_id = await shop.campaign()
        await shop.workspace.send_queue.enqueue(campaign_id)
        await list_all(shop, await leased(shop))
        listed = {str(row[0]) for row in await shop.rows("SELECT customer_id FROM campaign_recipients")}
        assert listed == set(ids) - {ids[0], ids[1]}, "the later ones are older"

    in_shop(tmp_path, body)


def test_an_interrupted_list_is_completed_and_nobody_is_listed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(11)
        lease = await leased(shop)
        real, calls = shop.workspace.db.apply, 0

        async def dies(change: object) -> object:
            nonlocal calls
            calls += 1
            if calls == 3:
                raise ConnectionResetError
            return await real(change)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(shop.workspace.db, "apply", dies)
            with pytest.raises(ConnectionResetError):
                await list_all(shop, lease)
        assert await shop.states(campaign_id) == {"pending": 4}
        assert await shop.value("SELECT completed_at FROM kk_send_lists") is None
        await list_all(shop, lease)
        assert await shop.states(campaign_id) == {"pending": 11}
        assert await shop.value("SELECT count(DISTINCT customer_id) FROM campaign_recipients") == 11
        # Complete now: customers who come later are not among them.
        await shop.write("DELETE FROM campaign_recipients WHERE id = (SELECT id FROM campaign_recipients LIMIT 1)")
        await list_all(shop, lease)
        assert await shop.value("SELECT count(*) FROM campaign_recipients") == 10

    in_shop(tmp_path, body)


def test_a_list_that_the_web_crm_began_is_completed_whatever_its_spelling(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(6)
        await shop.write(
            "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) "
            "SELECT 'rcpt_web' || rowid, ?, id, 'Κώστας <' || upper(email) || '>', "
            "iif(email LIKE 'c0%', 'sent', 'pending') FROM customers WHERE email < 'c3'",
            campaign_id,
        )
        await shop.write("UPDATE email_campaigns SET total_recipients = 6, status = 'sending'")
        await list_all(shop, await leased(shop))
        assert await shop.value("SELECT count(*) FROM campaign_recipients") == 6
        assert await shop.states(campaign_id) == {"sent": 1, "pending": 5}
        assert await shop.value("SELECT count(DISTINCT address) FROM kk_sends WHERE address LIKE 'c_@x.example'") == 6

    in_shop(tmp_path, body)


def test_a_pause_stops_the_listing_and_resuming_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(11)
        lease = await leased(shop)
        real = AudienceParts._opted_out
        calls = 0

        async def pauses(*args: object) -> object:
            nonlocal calls
            calls += 1
            if calls == 2:
                await shop.workspace.send_queue.pause(campaign_id)
            return await real(*args)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(AudienceParts, "_opted_out", pauses)
            with pytest.raises(Conflict):
                await list_all(shop, lease)
        assert await shop.states(campaign_id) == {"pending": 4}
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).sent == 11
        assert len(set(shop.received())) == 11

    in_shop(tmp_path, body)
