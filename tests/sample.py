"""The web CRM's sample database, upgraded once per test run and copied for each test."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.store.local import LocalDatabase, prepare

DATA = Path(__file__).parent / "data"
#: The owner of the first organisation.
OWNER = Actor("1e3fa16d-cb68-48bb-a16d-364443ab1ab1", "org_kktires", "Ιδιοκτήτης")
SENT, SCHEDULED, DRAFT = "camp_72wWaE7UpU0iKxu6m8FZC", "camp_Km04Sq7oLGYZbcfFAY5wi", "camp_k9EhCZyych_wgrFdI6ohq"
#: A while after the latest time in the data.
NOW = 1_771_300_000


@lru_cache(maxsize=1)
def upgraded() -> Path:
    """The sample database as `db upgrade` leaves it. Do not write to it."""
    folder = Path(tempfile.mkdtemp(prefix="kkdesk-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "crm.db"
    shutil.copy(DATA / "webapp-sample.db", path)
    prepare(path)
    return path


@dataclass
class Sample:
    """A copy of the database, open, and a clock that tests may set."""

    db: LocalDatabase
    actor: Actor = OWNER
    now: int = NOW

    def clock(self) -> int:
        """The time in the test."""
        return self.now

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """Rows of a SELECT."""
        return list(await self.db.query(sql, args))

    async def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row."""
        return (await self.db.query(sql, args))[0][0]

    async def write(self, sql: str, *args: Any) -> None:
        """What somebody else writes meanwhile."""
        await self.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))

    async def add_customer(self, customer_id: str, email: str | None, **columns: Any) -> None:
        """One more customer of the first organisation."""
        values = {
            "org_id": self.actor.org_id,
            "first_name": "",
            "created_at": self.now,
            "updated_at": self.now,
            **columns,
        }
        names = ", ".join(["id", "email", *values])
        marks = ", ".join("?" * (len(values) + 2))
        await self.write(f"INSERT INTO customers ({names}) VALUES ({marks})", customer_id, email, *values.values())

    async def add_campaign(self, campaign_id: str, filters: object, **columns: Any) -> None:
        """One more campaign of the first organisation, a draft with subject and text."""
        values = {
            "org_id": self.actor.org_id,
            "name": "Δοκιμή",
            "subject": "Θέμα",
            "content": "<p>Κείμενο</p>",
            "status": "draft",
            "created_at": self.now,
            "updated_at": self.now,
            **columns,
        }
        names = ", ".join(["id", "recipient_filters", *values])
        marks = ", ".join("?" * (len(values) + 2))
        stored = filters if filters is None or isinstance(filters, str) else json.dumps(filters)
        await self.write(
            f"INSERT INTO email_campaigns ({names}) VALUES ({marks})",
            campaign_id,
            stored,
            *values.values(),
        )


def in_sample(folder: Path, body: Callable[[Sample], Awaitable[None]]) -> None:
    """Run `body` on a copy of its own in `folder`."""
    path = folder / "crm.db"
    shutil.copy(upgraded(), path)

    async def run() -> None:
        db = await LocalDatabase.open(path)
        try:
            await body(Sample(db))
        finally:
            await db.close()

    asyncio.run(run())
