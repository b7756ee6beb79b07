"""One run of one job: lanes send what the pump claims; the pump writes down what the lanes did.

The pump talks to the database about once per hundred mails, in one change that holds results, heartbeat and the next
claim; the lanes never wait for it as long as it keeps ahead.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Collection, Sequence
from typing import cast

import structlog

from kkdesk.model.errors import InvalidInput, KKDeskError, Offline, StoreError
from kkdesk.model.faults import fault_place
from kkdesk.services.mail.replies import judge
from kkdesk.services.mail.transport import Outcome
from kkdesk.services.opt_outs import opted_out_among
from kkdesk.services.queue.claims import Batch, Claimed, ClaimRequest, claim_request, read_again
from kkdesk.services.queue.domain_pace import domain_of
from kkdesk.services.queue.equipment import Ending, Equipment, RunLimits, RunResult
from kkdesk.services.queue.exchange import Exchange
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.limits import capacity_returns_at
from kkdesk.services.queue.pauses import Pause, errors_pile_up
from kkdesk.services.queue.ready import Ready
from kkdesk.services.queue.records import MailTemplate
from kkdesk.services.queue.results import Settled
from kkdesk.services.queue.too_late import mail_server_silent

_log = structlog.get_logger(__name__)

#: Recipients of one claim, and how many may be left when the next is made.
BATCH = 100
LOW_WATER = 100
#: Seconds after which a result is written, however few there are.
RECORD_SECONDS = 1.0
#: Seconds between looks at the database while nothing happens.
IDLE_SECONDS = 2.0
#: Seconds after which a claimed recipient is claimed anew: who opted out meanwhile is seen then. Slow servers only.
STALE_SECONDS = 30
#: Seconds that mails in flight get to finish when the database is gone; then they are in doubt.
IN_FLIGHT_SECONDS = 15.0
#: Seconds that mails which have been begun get to leave when the run is told to end; then they are given back.
STOP_SECONDS = 3.0
#: Seconds after which a lane that has been cancelled, and has not ended, is cancelled again.
_CANCEL_SECONDS = 0.1
#: Seconds that a run waits itself for room under the limits; for longer it gives its job back.
_PATIENCE = 15


class JobRun:
    """Sends one job's mails until nobody is left, or a reason to stop turns up."""

    def __init__(
        self,
        equipment: Equipment,
        lease: Lease,
        template: MailTemplate,
        limits: RunLimits,
        known_causes: frozenset[str] = frozenset(),
    ) -> None:
        """Starts nothing yet. A refusal whose cause is among `known_causes` does not hold the campaign again."""
        self._with = equipment
        self._lease = lease
        self._template = template
        self._limits = limits
        self._known_causes = known_causes
        self._exchange = Exchange(equipment, lease, limits)
        self._news = asyncio.Event()
        self._ready = Ready(equipment.clock, equipment.pace, LOW_WATER, self._news.set)
        self._claimed = 0
        self._turn_ends: int | None = None
        self._idle = min(IDLE_SECONDS, equipment.leases.lock_timeout / 4)
        #: The limits leave room for the next claim from here on, Unix seconds.
        self._claim_from = 0
        self._exhausted = False
        self._stopping = False
        #: Lanes whose mail has been begun and has not left, and when they are given up (`time.monotonic`).
        self._not_left: set[asyncio.Task[None]] = set()
        self._give_back_at = math.inf
        self._fault: Exception | None = None
        self.result = RunResult()

    async def run(self) -> RunResult:
        """Run to the end; everything that happened is recorded when it returns.

        Raises `StoreError` or `Offline` when the database stays away: the journal then knows what is not recorded.
        """
        lanes = [asyncio.create_task(self._lane()) for _ in range(self._with.transport.lanes)]
        try:
            while not all(lane.done() for lane in lanes):
                await self._turn()
                await self._until_news(lanes)
                if not self._limits.left():
                    await self._give_up(lanes)
                elif time.monotonic() >= self._give_back_at:
                    await _ended(self._not_left)
        except (StoreError, Offline):
            # What is in flight is finished all the same: the journal keeps what became of it.
            self._stop("stopped")
            await asyncio.wait(lanes, timeout=min(IN_FLIGHT_SECONDS, self._limits.left()))
            raise
        finally:
            self._stop("stopped")
            await _ended(lanes)
            await asyncio.gather(*lanes, return_exceptions=True)
            self._exchange.release(*(claimed.addressee.recipient_id for claimed in self._ready.take_back()))
            if not self._exchange.away and self._exchange.waiting:
                await self._exchange.write(None)
        if self._fault is not None:
            raise self._fault
        return self.result

    def request_stop(self) -> None:
        """End soon: mails that have left are finished, those that do not get to leave soon are given back."""
        self._stop("stopped")
        self._give_back_at = min(self._give_back_at, time.monotonic() + STOP_SECONDS)

    # The lanes

    async def _lane(self) -> None:
        while (claimed := await self._ready.next()) is not None:
            try:
                await self._send(claimed)
            finally:
                self._ready.finished(claimed)
        self._news.set()

    async def _send(self, claimed: Claimed) -> None:
        message_id = claimed.addressee.message_id
        journal = self._with.journal
        if not self._exchange.renewed_within(self._with.leases.lock_timeout * 0.8):
            # Others may think that we are dead.
            self._exchange.release(claimed.addressee.recipient_id)
            self._stop("lost")
            return
        now = self._with.clock()
        if claimed.not_before and now - claimed.not_before > STALE_SECONDS:
            self._exchange.release(claimed.addressee.recipient_id)
            return
        try:
            mail = self._template.render(claimed.addressee, now)
        except InvalidInput as error:
            self._record(claimed, Outcome("refused", now, "recipient", text=error.what.en))
            return
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one customer's data, the others get theirs
            _log.error("mail_not_composed", recipient=claimed.addressee.recipient_id, fault=fault_place(error))
            self._record(claimed, Outcome("refused", now, "content", text=f"not composed: {type(error).__name__}"))
            return
        left = False
        lane = cast("asyncio.Task[None]", asyncio.current_task())
        self._not_left.add(lane)

        async def before_content() -> None:
            nonlocal left
            self._not_left.discard(lane)
            await journal.start(message_id)
            left = True

        try:
            outcome = await self._with.transport.send(mail, before_content)
        except KKDeskError as error:
            self._give_back(claimed)
            self.result.error = self.result.error or error
            self._stop("error")
            return
        except BaseException as error:
            if not left and isinstance(error, asyncio.CancelledError):
                self._give_back(claimed)
                raise
            # A fault of the program, or its end: whether the mail left is anybody's guess.
            self._record(claimed, Outcome("unconfirmed", now, "content", text=type(error).__name__))
            if isinstance(error, Exception):
                self._fault = self._fault or error
            self._stop("stopped")
            raise
        finally:
            self._not_left.discard(lane)
        self._note(lambda: journal.answer(message_id, outcome))
        self._record(claimed, outcome)

    def _give_back(self, claimed: Claimed) -> None:
        """Its mail has certainly not left."""
        self._note(lambda: self._with.journal.given_back(claimed.addressee.message_id))
        self._exchange.release(claimed.addressee.recipient_id)

    def _note(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:
            # The database is told all the same; only a crash before that would leave this mail in doubt.
            _log.warning("journal_not_written", error=error.what.en)

    def _record(self, claimed: Claimed, outcome: Outcome) -> None:
        addressee = claimed.addressee
        held = self._heed(domain_of(addressee.email), outcome)
        settled = Settled(addressee.recipient_id, addressee.message_id, claimed.attempt, addressee.email, outcome, held)
        if not held:
            self.result.count(outcome)
        # As a rule the next claim takes the results along.
        if self._exchange.settled(settled) >= 2 * BATCH:
            self._news.set()

    def _heed(self, domain: str, outcome: Outcome) -> bool:
        """Draw the conclusions of an answer; whether the recipient waits until the campaign is let go on."""
        if outcome.result == "sent":
            self._with.pace.accepted(domain)
            return False
        verdict = judge(outcome)
        if verdict.slow_down and (rests := self._with.pace.asked_to_slow_down(domain)):
            self._leave_alone(domain, self._with.clock() + self._with.policies["rate_limited"].stop_delay(rests))
        pause = Pause.of(verdict, outcome, domain)
        if pause is None or pause.cause in self._known_causes:
            return False
        self._exchange.hold(pause)
        self._stop("paused")
        return True

    def _leave_alone(self, domain: str, until: int) -> None:
        _log.info("domain_left_alone", campaign=self._lease.campaign_id, seconds=until - self._with.clock())
        self._exchange.release(*(each.addressee.recipient_id for each in self._ready.take_back_domain(domain)))
        self._exchange.put_off(domain, until)
        self._news.set()

    # The pump

    async def _until_news(self, lanes: Sequence[asyncio.Task[None]]) -> None:
        """Return when there is something to write or to claim, or nothing has happened for a while."""
        if all(lane.done() for lane in lanes):
            return
        now = time.monotonic()
        wait = self._exchange.seconds_left(RECORD_SECONDS, self._idle)
        if self._limits.until is not None and not self._stopping:
            wait = min(wait, self._limits.until - now)
        wait = min(wait, self._limits.left())
        if self._not_left:
            wait = min(wait, self._give_back_at - now)
        if (room := self._claim_from - self._with.clock()) > 0 and not self._stopping:
            wait = min(wait, float(room))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.0)):
                await self._news.wait()
        self._news.clear()
        # Once: stopping is news, too.
        if self._limits.over and not self._stopping:
            self._stop("limit")

    async def _give_up(self, lanes: Sequence[asyncio.Task[None]]) -> None:
        """The mail server has not answered in all this time: whoever called is to be answered."""
        if any(not lane.done() for lane in lanes) and self.result.ending not in {"paused", "lost"}:
            self.result.error = self.result.error or mail_server_silent()
            self.result.ending = "error"
        await _ended(lanes)

    async def _turn(self) -> None:
        """Write what has come up, and claim more if more is wanted."""
        request = await self._request(self._with.clock())
        if request is None and not self._exchange.waiting and self._exchange.renewed_within(self._idle):
            return
        applied, ours, recent = await self._exchange.write(request)
        if (pause := errors_pile_up(recent)) is not None:
            self._exchange.hold(pause)
            self._stop("paused")
        if request is None:
            if not applied.repeated and not applied.counts[ours]:
                self._stop("lost")
            return
        if applied.repeated:
            batch = await read_again(self._with.db, request)
        else:
            batch = request.read(applied.rows[ours:], applied.counts[ours:])
        await self._take(batch)

    async def _request(self, now: int) -> ClaimRequest | None:
        """The next claim, if one is wanted now."""
        if self._stopping or self._exhausted or len(self._ready) > LOW_WATER or now < self._claim_from:
            return None
        if await self._gives_way(now):
            self._no_more("limit")
            return None
        ends = [end for end in (self._limits.mails, self._turn_ends) if end is not None]
        size = min([BATCH, *(end - self._claimed for end in ends)])
        if size <= 0:
            self._no_more("limit")
            return None
        return claim_request(
            self._lease,
            home=self._with.leases.home,
            message_domain=self._template.message_domain,
            size=size,
            per_minute=self._with.transport.per_minute,
            now=now,
            last_claim=self._with.journal.last_claim,
        )

    async def _gives_way(self, now: int) -> bool:
        """Whether this campaign has had its turn and another one waits."""
        turn = self._limits.turn
        if turn is None or (self._turn_ends is not None and self._claimed < self._turn_ends):
            return False
        self._turn_ends = self._claimed + turn
        return self._claimed > 0 and await self._with.leases.others_due(self._lease, now)

    async def _take(self, batch: Batch) -> None:
        """Hand a claimed batch to the lanes, or see that there is none."""
        if not batch.valid:
            self._stop("lost")
            return
        if batch.throttled:
            await self._wait_for_room()
            return
        self.result.skipped += batch.skipped
        self._claimed += len(batch.recipients) + batch.skipped
        try:
            self._with.journal.claimed(batch.claim_id)
        except StoreError as error:
            self.result.error = error
            self._stop("error")
        await self._check_doubtful(batch)
        # The seconds that this claim has reserved come first.
        self._claim_from = batch.reserved_until
        self._ready.add(
            [each for each in batch.recipients if not self._exchange.is_barred(each.addressee.recipient_id)]
        )
        if not batch.full:
            self._no_more("done")
        elif len(self._ready) <= LOW_WATER:
            # Whoever was skipped took the place of others who may be mailed.
            self._news.set()

    async def _wait_for_room(self) -> None:
        """The limits of all workers are used up: wait if it is not for long, else come back when there is room."""
        now = self._with.clock()
        at = await capacity_returns_at(self._with.db, self._lease.org_id, self._with.transport.per_minute, now)
        if at - now <= _PATIENCE:
            self._claim_from = at
            return
        self.result.resume_at = at
        self._no_more("throttled")

    async def _check_doubtful(self, batch: Batch) -> None:
        if not batch.doubtful:
            return
        emails = {
            each.addressee.recipient_id: each.addressee.email
            for each in batch.recipients
            if each.addressee.recipient_id in batch.doubtful
        }
        refused = await opted_out_among(self._with.db, self._lease.org_id, emails, self._with.clock())
        self._exchange.bar(dict(refused))
        self.result.skipped += len(refused)

    def _no_more(self, ending: Ending) -> None:
        self._exhausted = True
        if not self._stopping:
            self.result.ending = ending
        self._news.set()
        self._ready.no_more()

    def _stop(self, ending: Ending) -> None:
        """Begin no further mail. The first reason counts."""
        if not self._stopping:
            self._stopping = True
            if not self._exhausted or ending in {"error", "paused"}:
                self.result.ending = ending
        self._news.set()
        self._ready.close()


async def _ended(lanes: Collection[asyncio.Task[None]]) -> None:
    """Return when `lanes` are at their end, or have left them.

    Cancelled until they are: Python 3.11's `asyncio.wait_for`, in whatever they wait for, may swallow it once.
    """
    while running := [lane for lane in lanes if not lane.done()]:
        for lane in running:
            lane.cancel()
        await asyncio.wait(running, timeout=_CANCEL_SECONDS)
