"""Customers of several organisations who have addresses and no places, and geocoders that tests decide about."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import Row
from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Geocoder, NotFound, Place
from kkdesk.services.geocoding.service import CustomerPlaces
from kkdesk.store.database import Database
from kkdesk.store.local import LocalDatabase, prepare

LIMIT, SECONDS = 25, 60.0
DAY = 86_400
A_PLACE = Place(37.9755, 23.7348, "google", "rooftop", place_id="ChIJ1", formatted_address="Ερμού 1, Αθήνα 105 63")

#: What is said of an address, by its question: an answer, or what makes one.
Says = Callable[[Address], Answer] | Mapping[str, Answer]


@lru_cache(maxsize=1)
def empty() -> Path:
    """A database without anybody. Do not write to it."""
    path = Path(mkdtemp(prefix="kkdesk-places-")) / "crm.db"
    prepare(path)
    return path


class Oracle:
    """A geocoder that says what it is told to; `asked` are the questions."""

    at_once = 5

    def __init__(self, says: Says | None = None, *, at_once: int = 5) -> None:
        self._says = says
        self.at_once = at_once
        self.asked: list[str] = []
        self.open = 0

    async def find(self, address: Address, seconds: float) -> Answer:
        self.asked.append(address.question)
        await asyncio.sleep(0)
        if self._says is None:
            return A_PLACE
        return (
            self._says(address) if callable(self._says) else self._says.get(address.question, NotFound("zero_results"))
        )

    async def close(self) -> None:
        self.open -= 1


@dataclass
class Shop:
    """An open database, and a clock that tests may set."""

    db: Database
    now: int = field(default_factory=lambda: int(time.time()))

    def clock(self) -> int:
        """The time in the test."""
        return self.now

    def places(self, geocoder: Geocoder | None, org_id: str | None = None) -> CustomerPlaces:
        """The service, with this geocoder."""

        async def opened() -> Geocoder | None:
            if isinstance(geocoder, Oracle):
                geocoder.open += 1
            return geocoder

        return CustomerPlaces(self.db, self.clock, opened, Actor("u", org_id, "Ε") if org_id else None)

    async def organisation(self, org_id: str) -> None:
        """One more organisation."""
        await self.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES (?1, ?1, ?1, 0, 0)", org_id
        )

    async def customer(
        self, customer_id: str, street: str | None = "Ερμού 1", org_id: str = "a", **columns: Any
    ) -> None:
        """A customer of Athens without a place."""
        values = {
            "id": customer_id, "org_id": org_id, "first_name": customer_id, "street": street, "city": "Αθήνα",
            "country": "Ελλάδα", "created_at": self.now, "updated_at": 1, **columns,
        }  # fmt: skip
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        await self.write(f"INSERT INTO customers ({names}) VALUES ({marks})", *values.values())

    async def rows(self, sql: str, *args: Any) -> list[Row]:
        """Rows of a SELECT."""
        return await self.db.query(sql, args)

    async def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row."""
        return (await self.db.query(sql, args))[0][0]

    async def write(self, sql: str, *args: Any) -> None:
        """What somebody else writes."""
        await self.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))

    async def placed(self) -> dict[str, tuple[Any, Any]]:
        """Latitude and longitude of the customers who have both."""
        rows = await self.rows("SELECT id, latitude, longitude FROM customers WHERE latitude + longitude IS NOT NULL")
        return {str(row["id"]): (row["latitude"], row["longitude"]) for row in rows}

    async def turns(self) -> dict[str, int]:
        """When each customer was looked up last."""
        return {str(row["id"]): int(str(row["turn"])) for row in await self.rows("SELECT * FROM kk_customer_places")}


def in_shop(folder: Path, body: Callable[[Shop], Awaitable[None]]) -> None:
    """Run `body` on a database in `folder` with the organisation `a`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(empty(), folder / "crm.db")

    async def run() -> None:
        db = await LocalDatabase.open(folder / "crm.db")
        try:
            shop = Shop(db)
            await shop.organisation("a")
            await body(shop)
        finally:
            await db.close()

    asyncio.run(run())
