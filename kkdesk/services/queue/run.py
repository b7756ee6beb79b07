"""One run of one job: lanes send what the pump claims; the pump writes down what the lanes did.

The pump talks to the database about once per hundred mails, in one change that holds results, heartbeat and the next
claim; the lanes never wait for it as long as it keeps ahead.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DatabaseBusy, InvalidInput, KKDeskError, Offline, StoreError
from kkdesk.model.faults import fault_place
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.queue.claims import (
    Batch,
    Claimed,
    ClaimRequest,
    claim_request,
    read_again,
    release_statements,
    renewal,
    skip_statements,
)
from kkdesk.services.queue.equipment import Ending, Equipment, RunLimits, RunResult
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.recheck import opted_out_among
from kkdesk.services.queue.records import MailTemplate
from kkdesk.services.queue.results import Settled, result_statements

_log = structlog.get_logger(__name__)
_LABEL = Bilingual("Αποστολή μηνυμάτων", "Send mails")

#: Recipients of one claim, and how many may be left when the next is made.
BATCH = 100
LOW_WATER = 60
#: Seconds after which a result is written, however few there are.
RECORD_SECONDS = 1.0
#: Seconds between looks at the database while nothing happens.
IDLE_SECONDS = 2.0
#: Seconds that mails in flight get to finish when the database is gone; then they are in doubt.
IN_FLIGHT_SECONDS = 15.0
#: Seconds between tries, and how many, while the database is busy or away.
_AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)


class JobRun:
    """Sends one job's mails until nobody is left, or a reason to stop turns up."""

    def __init__(self, equipment: Equipment, lease: Lease, template: MailTemplate, limits: RunLimits) -> None:
        """Starts nothing yet."""
        self._with = equipment
        self._lease = lease
        self._template = template
        self._limits = limits
        self._ready: deque[Claimed] = deque()
        self._done: list[Settled] = []
        self._oldest_done = 0.0
        self._released: list[str] = []
        self._barred: dict[str, str] = {}
        self._claimed = 0
        self._turn_ends: int | None = None
        self._idle = min(IDLE_SECONDS, equipment.leases.lock_timeout / 4)
        self._exhausted = False
        self._renewed = time.monotonic()
        self._renewed_at = equipment.clock()
        self._news = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._stopping = False
        self._fault: Exception | None = None
        self._database_away = False
        self.result = RunResult()

    async def run(self) -> RunResult:
        """Run to the end; everything that happened is recorded when it returns.

        Raises `StoreError` or `Offline` when the database stays away: the journal then knows what is not recorded.
        """
        lanes = [asyncio.create_task(self._lane()) for _ in range(self._with.transport.lanes)]
        try:
            while not all(lane.done() for lane in lanes):
                await self._exchange()
                await self._until_news(lanes)
        except (StoreError, Offline):
            # What is in flight is finished all the same: the journal keeps what became of it.
            self._stop("stopped")
            await asyncio.wait(lanes, timeout=IN_FLIGHT_SECONDS)
            raise
        finally:
            self._stop("stopped")
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            self._give_back()
            if not self._database_away and (self._done or self._released or self._barred):
                await self._exchange(claim=False)
        if self._fault is not None:
            raise self._fault
        return self.result

    def request_stop(self) -> None:
        """End soon: mails in flight are finished, no other is begun."""
        self._stop("stopped")

    # The lanes

    async def _lane(self) -> None:
        while (claimed := await self._next()) is not None:
            await self._send(claimed)

    async def _next(self) -> Claimed | None:
        while not self._stopping:
            if self._ready:
                claimed = self._ready.popleft()
                if len(self._ready) == LOW_WATER:
                    self._news.set()
                return claimed
            if self._exhausted:
                break
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        self._news.set()
        return None

    async def _send(self, claimed: Claimed) -> None:
        message_id = claimed.addressee.message_id
        journal = self._with.journal
        if self._overslept():
            # Others may think that we are dead.
            self._released.append(claimed.addressee.recipient_id)
            self._stop("lost")
            return
        now = self._with.clock()
        try:
            mail = self._template.render(claimed.addressee, now)
        except InvalidInput as error:
            self._record(claimed, Outcome("refused", now, "recipient", text=error.what.en))
            return
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one customer's data, the others get theirs
            _log.error("mail_not_composed", recipient=claimed.addressee.recipient_id, fault=fault_place(error))
            self._record(claimed, Outcome("refused", now, "content", text=f"not composed: {type(error).__name__}"))
            return
        try:
            outcome = await self._with.transport.send(mail, lambda: journal.start(message_id))
        except KKDeskError as error:
            self._note(lambda: journal.given_back(message_id))
            self._released.append(claimed.addressee.recipient_id)
            self.result.error = self.result.error or error
            self._stop("error")
            return
        except BaseException as error:
            # A fault of the program, or its end: whether the mail left is anybody's guess.
            self._record(claimed, Outcome("unconfirmed", now, "content", text=type(error).__name__))
            if isinstance(error, Exception):
                self._fault = self._fault or error
            self._stop("stopped")
            raise
        self._note(lambda: journal.answer(message_id, outcome))
        self._record(claimed, outcome)

    def _overslept(self) -> bool:
        """Whether the lease may have run out; a computer's sleep counts on the clock on the wall only."""
        limit = self._with.leases.lock_timeout * 0.8
        return time.monotonic() - self._renewed > limit or self._with.clock() - self._renewed_at > limit

    def _note(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:
            # The database is told all the same; only a crash before that would leave this mail in doubt.
            _log.warning("journal_not_written", error=error.what.en)

    def _record(self, claimed: Claimed, outcome: Outcome) -> None:
        addressee = claimed.addressee
        if not self._done:
            self._oldest_done = time.monotonic()
        self._done.append(
            Settled(addressee.recipient_id, addressee.message_id, claimed.attempt, addressee.email, outcome)
        )
        self.result.count(outcome)
        # As a rule the next claim takes the results along.
        if len(self._done) >= 2 * BATCH:
            self._news.set()

    # The pump

    async def _until_news(self, lanes: Sequence[asyncio.Task[None]]) -> None:
        """Return when there is something to write or to claim, or nothing has happened for a while."""
        if all(lane.done() for lane in lanes):
            return
        now = time.monotonic()
        wait = self._oldest_done + RECORD_SECONDS - now if self._done else self._idle
        if self._limits.until is not None and not self._stopping:
            wait = min(wait, self._limits.until - now)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.0)):
                await self._news.wait()
        self._news.clear()
        if self._limits.until is not None and time.monotonic() >= self._limits.until:
            self._stop("limit")

    async def _exchange(self, *, claim: bool = True) -> None:
        """Write what has come up, and claim more if more is wanted."""
        done, self._done = self._done, []
        released, self._released = self._released, []
        barred, self._barred = self._barred, {}
        now, began = self._with.clock(), time.monotonic()
        request = await self._request(now) if claim else None
        if not (done or released or barred or request) and time.monotonic() - self._renewed < self._idle:
            return
        first = [
            *result_statements(self._lease.campaign_id, done, self._with.policies, now),
            *(release_statements(self._lease.worker, released, now) if released else ()),
            *(skip_statements(self._lease.worker, barred, now) if barred else ()),
            self._with.leases.beat(now),
        ]
        ours = request.statements if request else (renewal(self._lease, now),)
        try:
            applied = await self._apply(Change(_LABEL, (*first, *ours), at_primary=True))
        except (StoreError, Offline):
            self._done[:0], self._released[:0] = done, released
            self._barred.update(barred)
            self._database_away = True
            raise
        self._with.journal.recorded(settled.message_id for settled in done)
        # As of the time that was written, not of the answer, which may have taken long.
        self._renewed, self._renewed_at = began, now
        await self._take(request, applied, len(first))

    async def _request(self, now: int) -> ClaimRequest | None:
        """The next claim, if one is wanted now."""
        if self._stopping or self._exhausted or len(self._ready) > LOW_WATER:
            return None
        if await self._gives_way(now):
            self._no_more("limit")
            return None
        ends = [end for end in (self._limits.mails, self._turn_ends) if end is not None]
        size = min([BATCH, *(end - self._claimed for end in ends)])
        if size <= 0:
            self._no_more("limit")
            return None
        domain = self._template.message_domain
        return claim_request(self._lease, home=self._with.leases.home, message_domain=domain, size=size, now=now)

    async def _gives_way(self, now: int) -> bool:
        """Whether this campaign has had its turn and another one waits."""
        turn = self._limits.turn
        if turn is None or (self._turn_ends is not None and self._claimed < self._turn_ends):
            return False
        self._turn_ends = self._claimed + turn
        return self._claimed > 0 and await self._with.leases.others_due(self._lease, now)

    async def _take(self, request: ClaimRequest | None, applied: Applied, skip: int) -> None:
        """Hand a claimed batch to the lanes, or see that there is none."""
        if request is None:
            if not applied.repeated and not applied.counts[skip]:
                self._stop("lost")
            return
        if applied.repeated:
            batch = await read_again(self._with.db, request)
        else:
            batch = request.read(applied.rows[skip:], applied.counts[skip:])
        if not batch.valid:
            self._stop("lost")
            return
        self.result.skipped += batch.skipped
        self._claimed += len(batch.recipients) + batch.skipped
        try:
            self._with.journal.claimed(batch.claim_id)
        except StoreError as error:
            self.result.error = error
            self._stop("error")
        await self._check_doubtful(batch)
        self._ready.extend(each for each in batch.recipients if each.addressee.recipient_id not in self._barred)
        if not batch.full:
            self._no_more("done")
        elif len(self._ready) <= LOW_WATER:
            # Whoever was skipped took the place of others who may be mailed.
            self._news.set()
        self._wake()

    async def _check_doubtful(self, batch: Batch) -> None:
        if not batch.doubtful:
            return
        emails = {
            each.addressee.recipient_id: each.addressee.email
            for each in batch.recipients
            if each.addressee.recipient_id in batch.doubtful
        }
        refused = await opted_out_among(self._with.db, self._lease.org_id, emails, self._with.clock())
        self._barred.update(refused)
        self.result.skipped += len(refused)

    async def _apply(self, change: Change) -> Applied:
        """Apply, and again while the database is busy or away; the ledger knows a change that got through."""
        for pause in (*_AGAIN_SECONDS, None):
            try:
                return await self._with.db.apply(change)
            except (DatabaseBusy, Offline) as error:
                if pause is None:
                    raise
                _log.warning("database_waits", error=error.what.en)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    def _no_more(self, ending: Ending) -> None:
        self._exhausted = True
        self.result.ending = ending
        self._news.set()
        self._wake()

    def _stop(self, ending: Ending) -> None:
        """Begin no further mail. The first reason counts."""
        if not self._stopping:
            self._stopping = True
            if not self._exhausted or ending == "error":
                self.result.ending = ending
        self._news.set()
        self._wake()

    def _give_back(self) -> None:
        self._released += [claimed.addressee.recipient_id for claimed in self._ready]
        self._ready.clear()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
