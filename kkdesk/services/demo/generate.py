"""Fills a profile with a sample shop: `kkdesk db demo --customers N`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.audience import Recipient
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import InvalidInput
from kkdesk.model.row import as_int, as_text
from kkdesk.services.audience import Audience
from kkdesk.services.demo import texts
from kkdesk.services.demo.campaigns import SEGMENTS, CampaignMaker, segment_rule
from kkdesk.services.demo.customers import COLUMNS, CustomerMaker, row_of
from kkdesk.services.demo.past import TAGS, Past
from kkdesk.services.demo.sample import Row, Sample, insertion
from kkdesk.services.segments import Segments
from kkdesk.store.database import Database

#: Called with the customers written so far and their final number.
Progress = Callable[[int, int], None]

#: Customers in one change: some 40,000 rows with all that belongs to them.
_BATCH: Final = 10_000
_LABEL: Final = Bilingual("Δοκιμαστικά δεδομένα", "Sample data")
_LARGEST: Final = 1_000_000
_TABLES: Final = ("customers", "tags", "segments", "email_campaigns", "leads", "tasks", "campaign_recipients")


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How many rows were added."""

    customers: int
    tags: int
    segments: int
    campaigns: int
    leads: int
    tasks: int
    recipients: int


async def generate_demo(
    db: Database,
    actor: Actor,
    customers: int,
    seed: int,
    now: int,
    progress: Progress | None = None,
    *,
    force: bool = False,
) -> DemoSummary:
    """Write a sample shop with that many customers into the actor's organisation.

    The same `seed`, `now` (Unix seconds) and number give the same rows. Every e-mail address is under `.example`, where
    nobody can be reached. Written in several changes, each whole; cancelling between two leaves the ones before.

    Raises `InvalidInput` when the number is out of range, or when the organisation has customers already and `force`
    is not given. With `force` sample customers are added to them; tags, segments and campaigns that are there by
    name are kept and not made again.
    """
    if not 1 <= customers <= _LARGEST:
        raise InvalidInput(
            Bilingual(
                f"Ο αριθμός των πελατών πρέπει να είναι από 1 έως {_LARGEST:,}.".replace(",", "."),
                f"The number of customers must be between 1 and {_LARGEST:,}.",
            )
        )
    before = await _counts(db, actor)
    if before["customers"] and not force:
        raise _has_customers(before["customers"])
    shop = _Shop(db, actor, seed, now, before["customers"], await _used_afms(db))
    await shop.customers(customers, progress or (lambda _done, _total: None))
    await shop.campaigns()
    after = await _counts(db, actor)
    return DemoSummary(*(after[table] - before[table] for table in _TABLES))


class _Shop:
    """The sample as it grows."""

    def __init__(self, db: Database, actor: Actor, seed: int, now: int, start: int, used_afms: set[str]) -> None:
        self._db, self._actor, self._now = db, actor, now

        def sample(of: str) -> Sample:
            # A source of chance each, so that a change of one part does not reshuffle the rest.
            return Sample(Random(f"{seed}/{start}/{of}"), actor, now)  # noqa: S311 - no secrets

        self._sample = sample("shop")
        self._past = sample("past")
        self._maker = CustomerMaker(sample("customers"), used_afms, start)
        self._campaigns = CampaignMaker(sample("campaigns"))
        self._tag_ids: dict[str, str] = {}

    async def customers(self, number: int, progress: Progress) -> None:
        """Write customers and their past, batch by batch."""
        await self._tags()
        progress(0, number)
        for done in range(0, number, _BATCH):
            size = min(_BATCH, number - done)
            # Making them is pure computation; in a thread it does not hold the event loop up.
            statements = await asyncio.to_thread(self._batch, size)
            await self._write(statements)
            progress(done + size, number)

    async def campaigns(self) -> None:
        """Write segments, templates, the signature and the campaigns."""
        segment_ids = await self._segments()
        signature_id = await self._signature()
        await self._suppressions()
        if texts.AUTUMN_CHECK.name not in await self._names("email_campaigns"):
            preview = await Audience(self._db, self._actor, lambda: self._now).preview(self._campaigns.finished_filters)
            recipients = await self._known_then(list(preview.recipients()))
            await self._write(self._campaigns.finished(signature_id, recipients))
            await self._write([self._campaigns.drafts(signature_id, self._tag_ids, segment_ids)])

    def _batch(self, size: int) -> list[Statement]:
        past = Past(self._past, self._tag_ids)
        rows: list[Row] = []
        for _ in range(size):
            customer = self._maker.customer()
            rows.append(row_of(customer))
            past.add(customer)
        return [insertion("customers", COLUMNS, rows), *past.statements()]

    async def _tags(self) -> None:
        self._tag_ids = await self._names("tags")
        rows: list[Row] = []
        for name, colour, meaning, _ in TAGS:
            if name not in self._tag_ids:
                self._tag_ids[name] = self._sample.new_id("tag")
                rows.append((self._tag_ids[name], self._actor.org_id, name, colour, meaning, self._now))
        if rows:
            columns = ("id", "org_id", "name", "color", "description", "created_at")
            await self._write([insertion("tags", columns, rows)])

    async def _segments(self) -> dict[str, str]:
        ids = await self._names("segments")
        new = {name: self._sample.new_id() for name, *_ in SEGMENTS if name not in ids}
        segments = Segments(self._db, self._actor, lambda: self._now)
        counts = {
            name: await segments.count(segment_rule(logic, conditions)) for name, _, logic, conditions in SEGMENTS
        }
        if new:
            await self._write([self._campaigns.segments(new, counts)])
        return ids | new

    async def _signature(self) -> str:
        """The id of the default signature; templates come with it when there is none yet."""
        known = await self._names("email_signatures")
        if texts.SIGNATURE_NAME in known:
            return known[texts.SIGNATURE_NAME]
        signature_id = self._sample.new_id("sig")
        await self._write([self._campaigns.signature(signature_id), self._campaigns.templates()])
        return signature_id

    async def _suppressions(self) -> None:
        """Put a few addresses, none of them on the list yet, on the suppression list."""
        rows = await self._db.query(
            "SELECT DISTINCT lower(trim(email)) AS email FROM customers c WHERE org_id = ? AND email <> '' "
            "AND email NOT LIKE '%;%' AND NOT EXISTS (SELECT 1 FROM email_suppressions s "
            "WHERE s.org_id = c.org_id AND s.email = lower(trim(c.email))) ORDER BY id LIMIT 5",
            (self._actor.org_id,),
        )
        if rows:
            await self._write([self._campaigns.suppressions([as_text(row["email"]) for row in rows])])

    async def _known_then(self, recipients: list[Recipient]) -> list[Recipient]:
        """Those who were customers when the finished campaign was sent, in the order of their ids."""
        rows = await self._db.query(
            "SELECT id FROM customers WHERE org_id = ? AND created_at < ?",
            (self._actor.org_id, self._campaigns.sent_before),
        )
        known = {row["id"] for row in rows}
        return sorted(r for r in recipients if r.customer_id in known)

    async def _names(self, table: str) -> dict[str, str]:
        """Ids by name of what the organisation has in `table`."""
        rows = await self._db.query(f"SELECT id, name FROM {table} WHERE org_id = ?", (self._actor.org_id,))
        return {as_text(row["name"]): as_text(row["id"]) for row in rows}

    async def _write(self, statements: list[Statement]) -> None:
        await self._db.apply(Change(_LABEL, tuple(statements), actor=self._actor.user_id))


async def _counts(db: Database, actor: Actor) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in _TABLES:
        where = (
            "campaign_id IN (SELECT id FROM email_campaigns WHERE org_id = ?)"
            if table == "campaign_recipients"
            else "org_id = ?"
        )
        rows = await db.query(f"SELECT count(*) AS number FROM {table} WHERE {where}", (actor.org_id,))
        counts[table] = as_int(rows[0]["number"])
    return counts


async def _used_afms(db: Database) -> set[str]:
    rows = await db.query("SELECT DISTINCT afm FROM customers WHERE afm <> ''")
    return {as_text(row["afm"]) for row in rows}


def _has_customers(number: int) -> InvalidInput:
    return InvalidInput(
        Bilingual(
            f"Το προφίλ έχει ήδη πελάτες ({number}), γι' αυτό δεν προστέθηκαν δοκιμαστικά δεδομένα.",
            f"The profile already has customers ({number}), so no sample data were added.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Δώστε άλλον φάκελο με --data, ή --force για να προστεθούν στους υπάρχοντες.",
            "Give another folder with --data, or --force to add them to what is there.",
        ),
    )
