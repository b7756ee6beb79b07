"""A campaign of a few mails in every home that the endpoints work with, and visits to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visits import Kind, MailRef, Visit
from kkdesk.store.database import Database
from kkdesk.store.local import LocalDatabase
from kkdesk.store.remote import RemoteDatabase

#: When the mails were sent, in Unix seconds.
SENT = 1_790_000_000
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCANNER = "BarracudaCentral"

START = f"""
INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o', 'o', 'o', 0, 0)
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES ('cust_1', 'o', 'Α', 'a@x.example', 0, 0), ('cust_2', 'o', 'Β', 'b@x.example', 0, 0)
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) VALUES ('camp_1', 'o', '1', '', '', 'sent', 0, 0), ('camp_2', 'o', '2', '', '', 'sent', 0, 0)
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, sent_at) VALUES ('rcpt_1', 'camp_1', 'cust_1', 'a@x.example', 'sent', {SENT}), ('rcpt_2', 'camp_1', 'cust_2', 'b@x.example', 'sent', {SENT}), ('rcpt_9', 'camp_2', 'cust_1', 'a@x.example', 'pending', NULL)
"""


@dataclass(frozen=True)
class Mails:
    """The database, and shorthand for what tests ask it."""

    db: Database

    async def write(self, *statements: str) -> None:
        """Run these."""
        await self.db.apply(Change(Bilingual("", ""), tuple(Statement(line) for line in statements)))

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        return [tuple(row[name] for name in row.keys()) for row in await self.db.query(sql)]  # noqa: SIM118

    async def visits(self) -> set[tuple[Any, ...]]:
        """What is known of who came: recipient, kind, link, actor, rule."""
        return set(await self.rows("SELECT recipient_id, type, link_url, actor, rule FROM kk_visits"))

    async def counters(self) -> tuple[Any, ...]:
        """The first campaign's opens and clicks as the web CRM counts them."""
        return (await self.rows("SELECT open_count, click_count FROM email_campaigns WHERE id = 'camp_1'"))[0]


Body = Callable[[Mails], Awaitable[None]]
InMails = Callable[[Body], None]


def visit(
    kind: Kind = "open",
    link: str = "",
    *,
    after: float = 3600.0,
    recipient: str = "rcpt_1",
    campaign: str = "camp_1",
    agent: str | None = BROWSER,
    head: bool = False,
) -> Visit:
    """A visit so many seconds after the send."""
    at_ms = int((SENT + after) * 1000)
    return Visit(MailRef(campaign, recipient), kind, at_ms, link, Visitor("5.6.7.0", agent), head=head)


def homes(request: pytest.FixtureRequest) -> InMails:
    """What runs a test's body on the home that the fixture's parameter names."""
    folder: Path = request.getfixturevalue("tmp_path")
    sqld = request.getfixturevalue("sqld") if request.param == "sqld" else None

    async def token() -> str:
        return str(sqld.token()) if sqld else ""

    async def opened() -> Database:
        if sqld is None:
            return await LocalDatabase.open(folder / "crm.db")
        db = RemoteDatabase(sqld.url, token)
        await db.migrate()
        return db

    def run(body: Body) -> None:
        async def inside() -> None:
            mails = Mails(await opened())
            try:
                await mails.write(*START.strip().splitlines())
                await body(mails)
            finally:
                await mails.db.close()

        asyncio.run(inside())

    return run
