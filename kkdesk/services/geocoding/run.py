"""One run: addresses one after the other, some at a time; answers are written before the next ones are asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.clock import Clock
from kkdesk.model.errors import DatabaseBusy, KKDeskError, Offline
from kkdesk.model.ids import ulid
from kkdesk.services.geocoding.due import DueCustomer
from kkdesk.services.geocoding.geocoder import Answer, Failed, Geocoder, NotFound, Place, Stop
from kkdesk.services.geocoding.lookups import BEGIN_WITHIN, Known, claim, known, read, release
from kkdesk.services.geocoding.recording import Settled, record
from kkdesk.services.geocoding.report import GeocodingReport
from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)
_LABEL: Final = Bilingual("Εύρεση θέσης πελατών", "Find customers' places")

#: Seconds that one address may take, with all pauses and tries: Google's own clients give up then, too.
_ADDRESS_SECONDS: Final = 60.0
#: No more addresses are begun with less than this left.
_ENOUGH_SECONDS: Final = 3.0
#: So many failures one after the other are the server's, and no address's.
_FAILURES: Final = 3
#: Addresses of one change.
_TOGETHER: Final = 500
#: Seconds between tries to write, while the database is busy or away: answers are paid for.
_AGAIN_SECONDS: Final = (0.5, 1.5)

#: An address, and who has it.
Group = tuple[str, list[DueCustomer]]


class GeocodingRun:
    """Looks customers up, and counts in `report`."""

    def __init__(
        self, db: Database, clock: Clock, geocoder: Geocoder | None, until: float, report: GeocodingReport
    ) -> None:
        """`until` is a time of the running loop; None for a geocoder: only what is known already is used."""
        self._db = db
        self._clock = clock
        self._geocoder = geocoder
        self._until = until
        self._report = report
        self._claim_id = ulid()
        self._failures = 0
        self._asked = False
        #: We have claimed what we did not ask about.
        self._holds = False

    async def look_up(self, customers: Sequence[DueCustomer]) -> None:
        """Find their places. Raises the `StoreError` family and `Offline`; what was written by then stays."""
        waiting: list[Group] = []
        groups = _by_key(customers)
        for begin in range(0, len(groups), _TOGETHER):
            waiting += await self._recall(groups[begin : begin + _TOGETHER])
        if self._geocoder is not None:
            await self._ask_all(self._geocoder, deque(waiting))

    async def _recall(self, groups: Sequence[Group]) -> list[Group]:
        """Settle what is known already; the rest. Without a geocoder the rest has had its turn."""
        found = await self._read([key for key, _ in groups])
        settled: list[Settled] = []
        waiting: list[Group] = []
        for key, customers in groups:
            if not customers[0].address.can_be_asked:
                settled.append(Settled(key, customers, NotFound("no_address")))
            elif (one := found.get(key, Known())).answer is not None:
                settled.append(Settled(key, customers, one.answer, one.until))
            elif self._geocoder is None:
                settled.append(Settled(key, customers, None, 0))
            else:
                waiting.append((key, customers))
        if settled:
            await self._exchange(settled, ())
        return waiting

    async def _ask_all(self, geocoder: Geocoder, waiting: deque[Group]) -> None:
        settled: list[Settled] = []
        while settled or waiting:
            wave = self._next(waiting, geocoder.at_once)
            if not settled and not wave:
                break
            now = self._clock()
            found = await self._exchange(settled, [key for key, _ in wave])
            settled, mine = self._sorted_out(wave, found)
            if mine and self._clock() - now <= BEGIN_WITHIN:
                settled += await self._ask(geocoder, mine)
            else:
                self._holds |= bool(mine)
        if self._holds:
            await self._apply(Change(_LABEL, (release(self._claim_id),), at_primary=True))

    def _next(self, waiting: deque[Group], count: int) -> list[Group]:
        """The next addresses to ask about; none when the run is to end. The first may be asked at any time."""
        if self._report.stopped is None and waiting and self._asked and self._seconds_left() < _ENOUGH_SECONDS:
            self._report.stopped = "time"
        if self._report.stopped is not None:
            waiting.clear()
        return [waiting.popleft() for _ in range(min(count, len(waiting)))]

    def _sorted_out(self, wave: Iterable[Group], found: Mapping[str, Known]) -> tuple[list[Settled], list[Group]]:
        """What others have answered by now, and what is ours to ask."""
        settled: list[Settled] = []
        mine: list[Group] = []
        for key, customers in wave:
            one = found.get(key, Known(busy=True))
            if one.answer is not None:
                settled.append(Settled(key, customers, one.answer, one.until))
            elif one.ours:
                mine.append((key, customers))
            else:
                self._report.busy += len(customers)
        return settled, mine

    async def _ask(self, geocoder: Geocoder, groups: Sequence[Group]) -> list[Settled]:
        self._asked = True
        seconds = min(max(self._seconds_left(), _ENOUGH_SECONDS), _ADDRESS_SECONDS)
        asked = (geocoder.find(customers[0].address, seconds) for _, customers in groups)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        settled: list[Settled] = []
        for (key, customers), answer in zip(groups, answers, strict=True):
            if isinstance(answer, BaseException):
                raise answer
            self._heed(answer)
            if isinstance(answer, Stop):
                self._holds = True
            else:
                settled.append(Settled(key, customers, answer, asked=True))
        return settled

    def _heed(self, answer: Answer) -> None:
        """Whether the run goes on after this answer."""
        report = self._report
        if isinstance(answer, Stop):
            report.stopped, report.error = report.stopped or answer.why, report.error or answer.error
        if not isinstance(answer, Failed) or answer.lasting:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= _FAILURES and report.stopped is None:
            report.stopped = "unreadable" if answer.reason == "unreadable" else "unreachable"
            report.error = _in_trouble(readable=answer.reason != "unreadable")

    async def _exchange(self, settled: Sequence[Settled], keys: Sequence[str]) -> Mapping[str, Known]:
        """Write what is settled and claim what comes next, in one change; what is known of the latter."""
        now = self._clock()
        writing = record(settled, self._claim_id, now) if settled else []
        claiming = claim(self._claim_id, keys, now) if keys else ()
        applied = await self._apply(Change(_LABEL, (*writing, *claiming), at_primary=True))
        placed = None
        if writing and applied.rows:
            placed = {str(row["id"]) for row in applied.rows[len(writing) - 1]}
        for one in settled:
            self._count(one, placed)
        if not keys:
            return {}
        return known(applied.rows[-1], self._claim_id, now) if applied.rows else await self._read(keys)

    async def _read(self, keys: Sequence[str]) -> Mapping[str, Known]:
        reading = read(keys)
        return known(await self._db.query(reading.sql, reading.args), self._claim_id, self._clock())

    def _count(self, one: Settled, placed: set[str] | None) -> None:
        """`placed` are the customers who got their place; None when the database did not say: then all did."""
        report, number = self._report, len(one.customers)
        report.examined += number
        match one.answer:
            case Place():
                got = number if placed is None else sum(customer.id in placed for customer in one.customers)
                report.found += got
                report.changed += number - got
                report.from_cache += 0 if one.asked else got
            case NotFound():
                report.not_found += number
            case Failed():
                report.failed += number

    async def _apply(self, change: Change) -> Applied:
        """Apply, and again while the database is busy or away; the ledger knows a change that got through."""
        for pause in (*_AGAIN_SECONDS, None):
            try:
                return await self._db.apply(change)
            except (DatabaseBusy, Offline) as error:
                if pause is None:
                    raise
                _log.info("database_waits", error=error.what.en)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    def _seconds_left(self) -> float:
        return self._until - asyncio.get_running_loop().time()


def _by_key(customers: Iterable[DueCustomer]) -> list[Group]:
    """Who has the same address comes together, at the place of the first."""
    groups: dict[str, list[DueCustomer]] = {}
    for customer in customers:
        groups.setdefault(customer.address.key, []).append(customer)
    return list(groups.items())


def _in_trouble(*, readable: bool) -> KKDeskError:
    kept = Bilingual("Οι θέσεις που βρέθηκαν έχουν γραφτεί.", "The places that were found are written.")
    if readable:
        return Offline(
            Bilingual(
                "Η υπηρεσία εύρεσης διευθύνσεων δεν απαντά όπως πρέπει.", "The geocoder does not answer properly."
            ),
            kept=kept,
            next_step=Bilingual("Η επόμενη εκτέλεση συνεχίζει από εκεί.", "The next run goes on from there."),
        )
    return KKDeskError(
        Bilingual(
            "Η υπηρεσία εύρεσης διευθύνσεων δίνει απαντήσεις που δεν διαβάζονται.",
            "The geocoder gives answers that cannot be read.",
        ),
        kept=kept,
        next_step=Bilingual(
            "Ελέγξτε τις διευθύνσεις των υπηρεσιών στις ρυθμίσεις και τη σύνδεση του δικτύου.",
            "Check the servers' addresses in the settings, and the network's connection.",
        ),
    )
