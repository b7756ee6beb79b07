"""A shop with customers and campaigns, a mail server, and a clock that tests may set."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import new_id
from kkdesk.model.row import Row
from kkdesk.services.worker import Worker
from kkdesk.store.local import prepare
from kkdesk.workspace import Workspace
from tests.servers.smtp_sink import Behaviour, SmtpSink

EVERYBODY = {"everyone": True, "cities": [], "tags": [], "segments": [], "categories": []}
SENDER = "KK Tires <info@kktires.example>"


def environment(port: int | None = None, **more: str) -> dict[str, str]:
    """The settings of a profile that can send; without `port` into the mail folder."""
    env = {"NEXTAUTH_URL": "https://crm.example", "EMAIL_TRACKING_SECRET": "tracking", "SMTP_FROM": SENDER}
    if port is not None:
        env |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TIMEOUT_SECONDS": "5"}
    return env | more


@lru_cache(maxsize=1)
def _empty() -> Path:
    path = Path(mkdtemp(prefix="kkdesk-shop-")) / "crm.db"
    prepare(path)
    return path


@dataclass
class Shop:
    """An open profile."""

    workspace: Workspace
    folder: Path
    sink: SmtpSink = field(default_factory=SmtpSink)
    now: int = field(default_factory=lambda: int(time.time()))

    def clock(self) -> int:
        """The time in the test."""
        return self.now

    async def rows(self, sql: str, *args: Any) -> list[Row]:
        """Rows of a SELECT."""
        return await self.workspace.db.query(sql, args)

    async def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row."""
        return (await self.workspace.db.query(sql, args))[0][0]

    async def pairs(self, sql: str, *args: Any) -> dict[Any, Any]:
        """Two columns as a dict."""
        return {row[0]: row[1] for row in await self.workspace.db.query(sql, args)}

    async def write(self, sql: str, *args: Any) -> None:
        """What somebody else writes meanwhile."""
        await self.workspace.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))

    async def customers(self, count: int, **columns: Any) -> list[str]:
        """Customers with the addresses c0@x.example, c1@x.example, ...; their ids."""
        values = {"org_id": self.workspace.actor.org_id, "created_at": self.now, "updated_at": self.now, **columns}
        # In the order in which they are listed when they were made in the same second.
        ids = sorted(new_id("cust") for _ in range(count))
        names = ", ".join(["id", "email", "first_name", *values])
        rows = [(ids[n], f"c{n}@x.example", f"Όνομα{n}", *values.values()) for n in range(count)]
        sql = f"INSERT INTO customers ({names}) VALUES ({', '.join('?' * (len(values) + 3))})"
        await self.workspace.db.apply(Change(Bilingual("", ""), (Statement(sql, many=rows),)))
        return ids

    async def campaign(self, filters: object = EVERYBODY, **columns: Any) -> str:
        """A draft for everybody; its id."""
        campaign_id = new_id("camp")
        values = {
            "id": campaign_id,
            "org_id": self.workspace.actor.org_id,
            "name": "Δοκιμή",
            "subject": "Γεια {{firstName}}",
            "content": "<p>Καλημέρα {{firstName}}</p>",
            "recipient_filters": json.dumps(filters),
            "status": "draft",
            "created_at": self.now,
            "updated_at": self.now,
            **columns,
        }
        marks = ", ".join("?" * len(values))
        await self.write(f"INSERT INTO email_campaigns ({', '.join(values)}) VALUES ({marks})", *values.values())
        return campaign_id

    async def queued(self, customers: int, **columns: Any) -> str:
        """A campaign to so many customers, queued for now; its id."""
        await self.customers(customers)
        campaign_id = await self.campaign(**columns)
        await self.workspace.send_queue.enqueue(campaign_id)
        return campaign_id

    def worker(self) -> Worker:
        """A worker of this profile."""
        return self.workspace.new_worker()

    async def statuses(self, campaign_id: str) -> dict[str, str]:
        """Status in the web CRM's words by address."""
        return await self.pairs("SELECT email, status FROM campaign_recipients WHERE campaign_id = ?", campaign_id)

    async def states(self, campaign_id: str) -> dict[str, int]:
        """How many recipients are in each of our states."""
        return await self.pairs("SELECT state, count(*) FROM kk_sends WHERE campaign_id = ? GROUP BY 1", campaign_id)

    async def campaign_status(self, campaign_id: str) -> str:
        """The campaign's status."""
        return str(await self.value("SELECT status FROM email_campaigns WHERE id = ?", campaign_id))

    def received(self) -> Sequence[str]:
        """Addresses in the order in which the server took their mails, repeated when mailed twice."""
        return [recipient for mail in self.sink.mails for recipient in mail.recipients]


def in_shop(
    folder: Path,
    body: Callable[[Shop], Awaitable[None]],
    behaviour: Behaviour | None = None,
    *,
    env: Mapping[str, str] | None = None,
    to_folder: bool = False,
) -> None:
    """Run `body` in a new profile in `folder`, with a mail server that behaves so."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_empty(), folder / "crm.db")

    async def run() -> None:
        async with SmtpSink(behaviour) as sink:
            settings = environment(None if to_folder else sink.port, **(env or {}))
            workspace = await Workspace.open(folder, settings)
            shop = Shop(workspace, folder, sink)
            workspace.clock = shop.clock
            try:
                await body(shop)
            finally:
                await workspace.close()

    asyncio.run(run())
