"""A list of recipients that is made in several goes: killed anywhere, out of time after each part, edited meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import Conflict
from kkdesk.services import audience_parts
from kkdesk.services.queue import adoption
from kkdesk.services.queue.home import Home
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.preparation import prepare
from tests.servers.smtp_sink import SmtpSink
from tests.servers.sqld import Sqld
from tests.services.queue.shop import EVERYBODY, Shop, in_shop
from tests.services.queue.test_listing import leased
from tests.services.queue.test_on_the_server import company

CUSTOMERS = 11


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_parts, "PART_SIZE", 4)
    monkeypatch.setattr(adoption, "PART_SIZE", 2)
    monkeypatch.setattr(adoption, "FOUND_AT_ONCE", 3)


class Killed(BaseException):
    """The process is no more."""


class Death:
    """Kills the worker of `shop` at its nth change: before it is written, or before its answer has come."""

    def __init__(self, shop: Shop, nth: int, *, before: bool) -> None:
        self.left = nth
        self._before = before
        self._dead = False
        db: Any = shop.workspace.db
        self._db = db
        self._real = (db.apply, db.query)
        db.apply, db.query = self._apply, self._query

    async def _apply(self, change: Change) -> Applied:
        self._live()
        self.left -= 1
        if not self.left and self._before:
            self._die()
        applied: Applied = await self._real[0](change)
        if not self.left:
            self._die()
        return applied

    async def _query(self, sql: str, args: Any = ()) -> Any:
        self._live()
        return await self._real[1](sql, args)

    def _live(self) -> None:
        if self._dead:
            raise Killed

    def _die(self) -> None:
        self._dead = True
        raise Killed

    def bury(self) -> None:
        """The next process has nothing of it."""
        self._db.apply, self._db.query = self._real


async def begun_by_the_web_crm(shop: Shop) -> str:
    """A campaign for everybody, some of whom the web CRM has listed, one of these mailed."""
    campaign_id = await shop.campaign()
    await shop.write(
        "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) "
        "SELECT 'rcpt_web' || rowid || ?1, ?1, id, 'Κώστας <' || upper(email) || '>', "
        "iif(email LIKE 'c0%', 'sent', 'pending') FROM customers WHERE email < 'c3'",
        campaign_id,
    )
    await shop.workspace.send_queue.enqueue(campaign_id)
    await shop.write("UPDATE email_campaigns SET total_recipients = 11, status = 'sending' WHERE id = ?", campaign_id)
    return campaign_id


async def killed_at_every_change(shop: Shop, forgets: Callable[[], Awaitable[None]] | None = None) -> int:
    """How many changes there are until the first mail leaves; whoever comes next finishes what each death left."""
    await shop.customers(CUSTOMERS)
    for before in (True, False):
        nth = 1
        while True:
            campaign_id = await begun_by_the_web_crm(shop)
            already = len(shop.sink.mails)
            death = Death(shop, nth, before=before)
            # Its death is what is tried: what it leaves is for whoever comes next.
            with suppress(Killed):
                await shop.worker().once()
            death.bury()
            begun = await shop.value(
                "SELECT count(*) FROM kk_sends WHERE campaign_id = ? AND attempts > 0", campaign_id
            )
            if begun:
                # Its mails are another matter, and other tests'.
                await shop.workspace.send_queue.cancel(campaign_id)
                break
            assert death.left == 0, "it came to its end without a mail"
            if forgets is not None:
                await forgets()
            await shop.worker().once()
            await everybody_once(shop, campaign_id, already)
            nth += 1
    return nth


async def everybody_once(shop: Shop, campaign_id: str, already: int) -> None:
    mailed = Counter(address for mail in shop.sink.mails[already:] for address in mail.recipients)
    # Listed before, c1, c10 and c2 are mailed as the web CRM wrote them; c0 had its mail.
    assert Counter(address.lower() for address in mailed.elements()) == Counter(
        f"c{n}@x.example" for n in range(1, CUSTOMERS)
    )
    assert await shop.states(campaign_id) == {"sent": CUSTOMERS}
    assert await shop.campaign_status(campaign_id) == "sent"
    row = (await shop.rows("SELECT total_recipients, sent_count FROM email_campaigns WHERE id = ?", campaign_id))[0]
    assert tuple(row) == (CUSTOMERS, CUSTOMERS)
    listed = "SELECT count(*), count(DISTINCT customer_id) FROM campaign_recipients WHERE campaign_id = ?"
    assert tuple((await shop.rows(listed, campaign_id))[0]) == (CUSTOMERS, CUSTOMERS)
    assert await shop.value("SELECT count(*) FROM kk_send_list_places") == 0
    assert await shop.value("SELECT count(*) FROM email_job_items WHERE campaign_id = ?", campaign_id) == 0


def test_killed_at_every_change_of_the_list(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        # Settling, taking, beginning, folding, three parts of adoption, three of the list, its end, and the first claim.
        assert await killed_at_every_change(shop) >= 10

    in_shop(tmp_path, body)


def test_killed_at_every_change_on_a_computer_that_is_gone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        async def forgets() -> None:
            for journal in (tmp_path / "queue").glob("*.journal"):
                journal.unlink()
            shop.now += 1000

        assert await killed_at_every_change(shop, forgets) >= 10

    in_shop(tmp_path, body)


def test_killed_at_every_change_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    async def body() -> None:
        async with SmtpSink() as sink, company(tmp_path, sink, sqld) as shop:
            assert await killed_at_every_change(shop) >= 10

    asyncio.run(body())


async def go_on(shop: Shop, lease: Lease, *, enough: Callable[[], bool] = lambda: True) -> bool:
    """One more go with no time at all; whether the job is ready."""
    home = Home(shop.folder / "queue").id
    campaign = await prepare(
        shop.workspace.db, lease, shop.workspace.audience, home=home, clock=shop.clock, enough=enough
    )
    return campaign is not None


async def listed(shop: Shop) -> list[str]:
    return [str(row[0]) for row in await shop.rows("SELECT email FROM campaign_recipients ORDER BY rowid")]


def test_each_go_gets_further_however_little_time_it_has(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(CUSTOMERS, updated_at=0)
        campaign_id = await shop.campaign()
        await shop.workspace.send_queue.enqueue(campaign_id)
        lease = await leased(shop)
        counts = []
        while not await go_on(shop, lease):
            counts.append(len(await listed(shop)))
            assert len(counts) < 10
        assert counts == [4, 8, 11, 11], "the last one sees that it is complete"
        assert await listed(shop) == [f"c{n}@x.example" for n in range(CUSTOMERS)]
        assert await shop.states(campaign_id) == {"pending": CUSTOMERS}
        assert await shop.value("SELECT total_recipients FROM email_campaigns") == CUSTOMERS
        assert await shop.value("SELECT completed_at FROM kk_send_lists") is not None
        assert await shop.value("SELECT count(*) FROM kk_send_list_places") == 0

    in_shop(tmp_path, body)


def test_a_list_of_whom_nobody_may_be_mailed_does_not_begin_anew_each_time(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(10, unsubscribed=1)
        await shop.write(
            "INSERT INTO customers (id, org_id, email, first_name, created_at, updated_at) VALUES (?, ?, ?, '', ?, 0)",
            *("z", shop.workspace.actor.org_id, "z@x.example", shop.now + 1),
        )
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        lease = await leased(shop)
        for _ in range(3):
            assert not await go_on(shop, lease)
        assert await listed(shop) == ["z@x.example"]

    in_shop(tmp_path, body)


def test_who_comes_or_is_edited_meanwhile_is_looked_at_once_more(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = await shop.customers(CUSTOMERS, updated_at=0)
        await shop.write("UPDATE customers SET email = NULL, created_at = created_at - 9 WHERE id = ?", ids[0])
        await shop.write("UPDATE customers SET email = NULL, created_at = created_at - 8 WHERE id = ?", ids[1])
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        assert await listed(shop) == ["c2@x.example", "c3@x.example"]
        # The address of a record that is still to come goes to one that has been looked at, by hand;
        edit = "UPDATE customers SET email = ?, updated_at = ? WHERE id = ?"
        await shop.write(edit, "c9@x.example", shop.now, ids[0])
        await shop.write(edit, "", shop.now, ids[9])
        # another has an address that was listed already; one who was listed gets another;
        await shop.write(edit, "C2@x.example", shop.now, ids[1])
        await shop.write(edit, "new@x.example", shop.now, ids[3])
        # one is deleted; one comes from a spreadsheet with its date of long ago.
        await shop.write("DELETE FROM customers WHERE id = ?", ids[8])
        await shop.write(
            "INSERT INTO customers (id, org_id, email, first_name, created_at, updated_at) VALUES (?, ?, ?, '', 5, ?)",
            *("cust_old", shop.workspace.actor.org_id, "old@x.example", shop.now),
        )
        while not await go_on(shop, lease):
            pass
        assert sorted(await listed(shop)) == sorted(
            [*(f"c{n}@x.example" for n in (2, 3, 4, 5, 6, 7, 9, 10)), "old@x.example"]
        )
        assert await shop.value("SELECT total_recipients FROM email_campaigns") == 9

    in_shop(tmp_path, body)


def test_an_edit_that_is_undone_meanwhile_loses_nobody(tmp_path: Path) -> None:
    """Undo puts `updated_at` back as well: only the ledger knows."""

    async def body(shop: Shop) -> None:
        await shop.customers(CUSTOMERS, updated_at=7)
        await shop.write("UPDATE customers SET created_at = created_at - 9 WHERE email = 'c1@x.example'")
        customers = shop.workspace.customers
        first = str(await shop.value("SELECT id FROM customers WHERE email = 'c1@x.example'"))
        written = await customers.edit([first], {"is_active": False})
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        assert "c1@x.example" not in await listed(shop)
        await shop.workspace.history.undo(written.change_id)
        assert await shop.value("SELECT updated_at FROM customers WHERE id = ?", first) == 7
        while not await go_on(shop, lease):
            pass
        assert "c1@x.example" in await listed(shop)

    in_shop(tmp_path, body)


def test_a_segment_that_is_edited_meanwhile_counts_as_it_was(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(CUSTOMERS, city="Βόλος")
        rule = {"logic": "and", "conditions": [{"field": "city", "operator": "equals", "value": "Βόλος"}]}
        await shop.write(
            "INSERT INTO segments (id, org_id, name, filters, created_at, updated_at) VALUES ('s', ?, 'S', ?, 0, 0)",
            *(shop.workspace.actor.org_id, json.dumps(rule)),
        )
        await shop.workspace.send_queue.enqueue(
            await shop.campaign({**EVERYBODY, "everyone": False, "segments": ["s"]})
        )
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        await shop.write("DELETE FROM segments")
        while not await go_on(shop, lease):
            pass
        assert len(await listed(shop)) == CUSTOMERS

    in_shop(tmp_path, body)


@pytest.mark.parametrize("place", ["{}", "nonsense", '{"filters": 1}', ""])
def test_a_place_that_makes_no_sense_is_the_beginning(tmp_path: Path, place: str) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(CUSTOMERS)
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        await shop.write("UPDATE kk_send_list_places SET place = ?", place)
        while not await go_on(shop, lease):
            pass
        assert sorted(await listed(shop)) == sorted(f"c{n}@x.example" for n in range(CUSTOMERS))

    in_shop(tmp_path, body)


def test_filters_that_another_program_changes_meanwhile_are_gone_through_from_the_beginning(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customers(CUSTOMERS, city="Βόλος")
        await shop.write("UPDATE customers SET city = 'Λαμία' WHERE email IN ('c0@x.example', 'c10@x.example')")
        campaign_id = await shop.campaign({**EVERYBODY, "everyone": False, "cities": ["Βόλος"]})
        await shop.workspace.send_queue.enqueue(campaign_id)
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        await shop.write("UPDATE email_campaigns SET recipient_filters = ?", json.dumps(EVERYBODY))
        while not await go_on(shop, lease):
            pass
        assert sorted(await listed(shop)) == sorted(f"c{n}@x.example" for n in range(CUSTOMERS))

    in_shop(tmp_path, body)


def test_a_pause_between_two_goes_keeps_the_place(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(CUSTOMERS)
        lease = await leased(shop)
        assert not await go_on(shop, lease)
        await shop.workspace.send_queue.pause(campaign_id)
        with pytest.raises(Conflict):
            await go_on(shop, lease)
        await shop.workspace.send_queue.resume(campaign_id)
        report = await shop.worker().once()
        assert report.sent == CUSTOMERS
        assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(CUSTOMERS))

    in_shop(tmp_path, body)
