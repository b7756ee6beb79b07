"""Who and what is not to be tracked gets mails without tracking, by the worker itself, also when that changes on the way."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.store.database import Database
from tests.servers.smtp_sink import SmtpSink
from tests.servers.sqld import Sqld
from tests.services.mail.test_dkim_signature import pem
from tests.services.queue.shop import Shop, in_shop
from tests.services.queue.test_on_the_server import company

LINK = 'href="https://www.kktires.example/prosfores?a=1"'
CONTENT = f"<p>Γεια {{{{firstName}}}}</p><p><a {LINK}>x</a></p>"
#: Whether a mail tracks opens, tracks clicks, has its link as it was written.
TRACKED, UNTRACKED = (True, True, False), (False, False, True)


def seen(mail: bytes) -> tuple[bool, bool, bool]:
    """What the mail tracks; both ways to unsubscribe are in each."""
    message = message_from_bytes(mail, policy=default)
    html, plain = (message.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert plain is not None
    unsubscribe = message["List-Unsubscribe"].strip("<>")
    assert unsubscribe.startswith("https://crm.example/api/unsubscribe?cid=")
    for part in (html, plain):
        assert unsubscribe in part.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = html.get_content() + plain.get_content()
    endpoints = set(re.findall(r"https://crm\.example/(\S*?)\?", text))
    assert endpoints <= {"api/email/tracking", "api/email/click", "api/unsubscribe"}
    return "api/email/tracking" in endpoints, "api/email/click" in endpoints, LINK in text


def by_address(shop: Shop) -> dict[str, tuple[bool, bool, bool]]:
    """What each recipient's mail tracks."""
    return {mail.recipients[0]: seen(mail.content) for mail in shop.sink.mails}


def test_customers_who_are_off_and_others_in_one_campaign(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = await shop.customers(230)
        off = {f"c{n}@x.example" for n in range(230) if n % 7 == 3}
        chosen = [ids[n] for n in range(230) if n % 7 == 3]
        await shop.workspace.tracking_switches.switch_customers(chosen, tracked=False)
        await shop.workspace.send_queue.enqueue(await shop.campaign(content=CONTENT))
        assert (await shop.worker().once()).sent == 230
        found = by_address(shop)
        assert {address for address, what in found.items() if what == UNTRACKED} == off
        assert set(found.values()) == {TRACKED, UNTRACKED}

    in_shop(tmp_path, body)


@pytest.mark.parametrize("signed", [False, True])
def test_a_campaign_that_is_off(tmp_path: Path, *, signed: bool) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30, content=CONTENT)
        await shop.workspace.tracking_switches.switch_campaign(campaign_id, tracked=False)
        assert (await shop.worker().once()).sent == 30
        assert set(by_address(shop).values()) == {UNTRACKED}

    env = {"DKIM_DOMAIN": "kktires.example", "DKIM_SELECTOR": "s1", "DKIM_PRIVATE_KEY": pem()} if signed else {}
    in_shop(tmp_path, body, env=env)


def test_into_the_mail_folder_too(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = await shop.customers(6)
        await shop.workspace.tracking_switches.switch_customers(ids[:2], tracked=False)
        await shop.workspace.send_queue.enqueue(await shop.campaign(content=CONTENT))
        assert (await shop.worker().once()).sent == 6
        kinds = {file.name.split(" ")[2]: seen(file.read_bytes()) for file in (tmp_path / "mail").iterdir()}
        assert kinds == {f"c{n}@x.example": UNTRACKED if n < 2 else TRACKED for n in range(6)}

    in_shop(tmp_path, body, to_folder=True)


def at_mail(shop: Shop, number: int, action: Callable[[sqlite3.Connection], None]) -> None:
    """Let somebody else write when the server has taken so many mails."""
    taken = 0

    def count(_recipients: list[str], _message: bytes) -> None:
        nonlocal taken
        taken += 1
        if taken == number:
            with closing(sqlite3.connect(shop.folder / "crm.db", timeout=10)) as others, others:
                action(others)

    shop.sink.behaviour.after_mail = count


@pytest.mark.parametrize("table", ["kk_untracked_campaigns", "kk_untracked_customers"])
@pytest.mark.parametrize("begins", [TRACKED, UNTRACKED])
def test_a_switch_while_it_is_being_sent_holds_for_what_is_claimed_afterwards(
    tmp_path: Path, table: str, begins: tuple[bool, bool, bool]
) -> None:
    """At most two batches have been claimed by then."""

    async def body(shop: Shop) -> None:
        ids = await shop.customers(900)
        campaign_id = await shop.campaign(content=CONTENT)
        chosen = [campaign_id] if table == "kk_untracked_campaigns" else ids
        rows = [(one, 1) for one in chosen]
        insert, delete = f"INSERT INTO {table} VALUES (?, ?)", f"DELETE FROM {table} WHERE since = 1"
        if begins == UNTRACKED:
            with closing(sqlite3.connect(shop.folder / "crm.db", timeout=10)) as others, others:
                others.executemany(insert, rows)
            at_mail(shop, 30, lambda others: others.execute(delete) and None)
        else:
            at_mail(shop, 30, lambda others: others.executemany(insert, rows) and None)
        await shop.workspace.send_queue.enqueue(campaign_id)
        assert (await shop.worker().once()).sent == 900
        kinds = [seen(mail.content) for mail in shop.sink.mails]
        ends = UNTRACKED if begins == TRACKED else TRACKED
        assert set(kinds) == {begins, ends}
        assert 30 <= kinds.count(begins) <= 30 + 200

    in_shop(tmp_path, body)


def test_a_run_that_begins_later_sees_what_was_switched_between(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(8, content=CONTENT)
        await shop.worker().drain(max_items=3, max_jobs=1)
        switches = shop.workspace.tracking_switches
        off = await switches.switch_campaign(campaign_id, tracked=False)
        await shop.worker().drain(max_items=3, max_jobs=1)
        assert off.change_id is not None
        await shop.workspace.history.undo(off.change_id)
        await shop.worker().once()
        assert [seen(mail.content) for mail in shop.sink.mails] == [TRACKED] * 3 + [UNTRACKED] * 3 + [TRACKED] * 2

    in_shop(tmp_path, body)


class FirstAnswerIsLost:
    """A database that applies the first change of a run twice: as if its answer had been lost on the way."""

    def __init__(self, db: Database) -> None:
        self.query, self.data_version, self.close, self.clock, self._db = (
            db.query,
            db.data_version,
            db.close,
            db.clock,
            db,
        )
        self.lost = 0

    async def apply(self, change: Change) -> Applied:
        applied = await self._db.apply(change)
        if change.label.en != "Send mails" or self.lost:
            return applied
        self.lost += 1
        return await self._db.apply(change)


def test_a_claim_that_is_read_again_says_who_is_off(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        ids = await shop.customers(5)
        await shop.workspace.tracking_switches.switch_customers(ids[:1], tracked=False)
        await shop.workspace.send_queue.enqueue(await shop.campaign(content=CONTENT))
        shop.workspace.db = losing = FirstAnswerIsLost(shop.workspace.db)
        assert (await shop.worker().once()).sent == 5
        assert losing.lost == 1
        assert by_address(shop) == {f"c{n}@x.example": UNTRACKED if n < 1 else TRACKED for n in range(5)}

    in_shop(tmp_path, body)


def test_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    """Switched, sent, switched again, taken back and deleted, all over the network."""

    async def body() -> None:
        async with SmtpSink() as sink, company(tmp_path, sink, sqld) as shop:
            workspace, switches = shop.workspace, shop.workspace.tracking_switches
            ids = await shop.customers(6)
            await switches.switch_customers(ids[:4], tracked=False)
            on = await switches.switch_customers(ids[2:], tracked=True)
            assert on.count == 2
            await workspace.send_queue.enqueue(await shop.campaign(content=CONTENT))
            assert (await shop.worker().once()).sent == 6
            assert by_address(shop) == {f"c{n}@x.example": UNTRACKED if n < 2 else TRACKED for n in range(6)}
            assert on.change_id is not None
            await workspace.history.undo(on.change_id)
            deleted = await workspace.customers.delete(ids)
            assert await shop.rows("SELECT 1 FROM kk_untracked_customers") == []
            assert deleted.change_id is not None
            await workspace.history.undo(deleted.change_id)
            off = {row["id"] for row in await shop.rows("SELECT id FROM kk_untracked_customers")}
            assert off == set(ids[:4])

    asyncio.run(body())
