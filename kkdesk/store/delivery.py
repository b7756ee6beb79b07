"""Delivering what is in the outbox, in order, until the company's database has everything or a person must decide."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, DiskFull, KKDeskError, Offline, SignInNeeded
from kkdesk.store.outbox import Outbox
from kkdesk.store.remote_change import Conflicted, Delivered, Refused, Repeated

if TYPE_CHECKING:
    from kkdesk.model.change import Change
    from kkdesk.model.clock import Clock
    from kkdesk.store.outbox_thread import OutboxThread
    from kkdesk.store.remote import RemoteDatabase
    from kkdesk.store.remote_change import Outcome
    from kkdesk.store.sync_status import SyncStatus

#: Changes in one request. They keep the server's write lock only one at a time.
TOGETHER: Final = 200
#: Seconds before the next try after failures in a row, each times 0.5 to 1.5 by chance.
BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
#: Seconds that a change may wait before its owner is asked again: the ledger keeps what was applied for 90 days.
TOO_OLD: Final = 80 * 24 * 3600
#: Failures that say nothing of the change: it waits.
PASSING: Final = (Offline, SignInNeeded, DatabaseBusy, DiskFull)

_OLD: Final = Bilingual(
    "Περιμένει πάνω από 80 ημέρες: βεβαιωθείτε ότι ισχύει ακόμη και ότι δεν έχει γίνει ήδη.",
    "It has waited for more than 80 days: make sure that it still holds, and has not been done already.",
)

_log = structlog.get_logger(__name__)


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1] * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret


class Delivery:
    """One sender of one outbox. `send_long` delivers a long change from a process of its own."""

    def __init__(
        self,
        remote: RemoteDatabase,
        box: OutboxThread,
        status: SyncStatus,
        clock: Clock,
        *,
        settled: Callable[[], None],
        send_long: Callable[[str], Awaitable[Outcome]],
    ) -> None:
        """`settled` is called whenever something was delivered or withdrawn."""
        self._remote = remote
        self._box = box
        self._status = status
        self._clock = clock
        self._settled = settled
        self._send_long = send_long
        # One request at a time: order is kept, and the server has one writer of this computer.
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._now = asyncio.Event()
        #: Set once the server is known to be the one that the changes are for.
        self.recognised = asyncio.Event()
        #: Changes that are not to be sent yet: whether they hold here is being found out.
        self.held: set[str] = set()
        #: Changes on their way whose makers no longer wait for the answer.
        self.late: set[str] = set()
        #: Set when a change was withdrawn, and what is read still has it.
        self.withdrawn = False
        #: When `run` began to deliver what waits, on the event loop's clock; None while it does not.
        self.leaving_since: float | None = None

    def wake(self, *, at_once: bool = False) -> None:
        """There is something to deliver; `at_once` ends a wait after a failure."""
        self._wake.set()
        if at_once:
            self._now.set()

    async def straight(self, change: Change) -> Outcome:
        """Deliver one change before anything waits. Raises what the server could not be asked for.

        When its maker has been told meanwhile that it waits (`late`), what became of it is noted here.
        """
        async with self._turn:
            outcome = (await self._remote.deliver([change]))[0]
            # Within the turn, or the change would be found waiting and be sent again.
            if change.id in self.late:
                await self._settle([change], [outcome])
            return outcome

    async def run(self) -> None:
        """Deliver for ever."""
        failures = 0
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._now.clear()
            try:
                await self._leave()
                failures = 0
            except PASSING as error:
                failures += 1
                self.note(error)
                await self._pause(back_off(failures))
                self._wake.set()

    async def drain(self) -> None:
        """Deliver until nothing is left that can be. Raises `PASSING` errors."""
        await self.recognised.wait()
        await self._set_old_aside()
        while True:
            async with self._turn:
                changes = await self._next()
                if not changes:
                    return
                outcomes = await self._outcomes(changes)
                settled = await self._settle(changes, outcomes)
            if not settled:
                raise _passing(outcomes[0])

    async def recount(self) -> None:
        """Tell how many changes are in which state."""
        counts = await self._box.do(lambda box: box.counts())
        self._status.update(waiting=counts.waiting, conflicts=counts.conflicts)

    def note(self, error: KKDeskError) -> None:
        """Tell that the server could not be asked."""
        connection = "sign_in" if isinstance(error, SignInNeeded) else "offline"
        self._status.update(connection=connection, error=error)

    async def _leave(self) -> None:
        await self.recognised.wait()  # What waits for the server is not leaving yet.
        self.leaving_since = asyncio.get_running_loop().time()
        try:
            await self.drain()
        finally:
            self.leaving_since = None

    async def _set_old_aside(self) -> None:
        """The ledger forgets in time; a change that it may have forgotten could be applied a second time."""
        than = self._clock() - TOO_OLD
        if await self._box.do(lambda box: box.refuse_older(than, _OLD)):
            await self.recount()

    async def _next(self) -> list[Change]:
        changes = await self._box.do(lambda box: box.next_waiting(TOGETHER))
        first_held = next((n for n, change in enumerate(changes) if change.id in self.held), len(changes))
        return changes[:first_held]

    async def _outcomes(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        if len(changes) == 1 and await self._box.do(lambda box: box.is_long(changes[0].id)):
            return [await self._send_long(changes[0].id)]
        return await self._remote.deliver(changes)

    async def _settle(self, changes: Sequence[Change], outcomes: Sequence[Outcome]) -> int:
        there: list[str] = []
        decided = 0
        for change, outcome in zip(changes, outcomes, strict=True):
            match outcome:
                case Delivered() | Repeated():
                    there.append(change.id)
                case Conflicted(failed):
                    _log.info("change_in_conflict", change=change.id)
                    await self._box.do(partial(Outbox.mark_conflict, change_id=change.id, failed=failed))
                    decided += 1
                case Refused(error) if not isinstance(error, PASSING):
                    _log.warning("change_refused", change=change.id, code=error.code)
                    await self._box.do(partial(Outbox.mark_refused, change_id=change.id, reason=error.what))
                    decided += 1
                case _:
                    break  # Order: what comes after it was not tried, or is tried again with it.
        await self._box.do(lambda box: box.mark_delivered(there))
        self.withdrawn = self.withdrawn or decided > 0
        await self.recount()
        if there or decided:
            self._status.update(connection="online", error=None)
            self._settled()
        return len(there) + decided

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._now.wait()
        except TimeoutError:
            return


def _passing(outcome: Outcome) -> KKDeskError:
    if isinstance(outcome, Refused):
        return outcome.error
    return Offline(Bilingual("Ο διακομιστής δεν δέχτηκε τις αλλαγές.", "The server did not take the changes."))
