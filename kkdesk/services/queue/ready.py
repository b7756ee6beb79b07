"""Recipients that are claimed and wait for a lane: handed out when their second has come and their domain has room."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from kkdesk.model.clock import Clock
from kkdesk.services.queue.claims import Claimed
from kkdesk.services.queue.domain_pace import DomainPace, domain_of


class Ready:
    """A queue between the pump, which puts batches in, and the lanes, which take mails out one by one."""

    def __init__(self, clock: Clock, pace: DomainPace, low_water: int, on_low: Callable[[], None]) -> None:
        """`on_low` is called when so few are left that the next batch should be claimed."""
        self._clock = clock
        self._pace = pace
        self._low_water = low_water
        self._on_low = on_low
        self._waiting: list[asyncio.Future[None]] = []
        self._items: deque[Claimed] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._last_batch = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._items)

    def add(self, recipients: Sequence[Claimed]) -> None:
        """Put a batch in, in the order of its seconds."""
        self._items.extend(recipients)
        self._wake()

    def no_more(self) -> None:
        """No further batch will come: lanes end when the last has been handed out."""
        self._last_batch = True
        self._wake()

    def close(self) -> None:
        """Hand nothing out any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._wake()

    def take_back(self) -> list[Claimed]:
        """All that still wait, taken out."""
        left = list(self._items)
        self._items.clear()
        return left

    def take_back_domain(self, domain: str) -> list[Claimed]:
        """All that wait for one domain, taken out."""
        left = [claimed for claimed in self._items if domain_of(claimed.addressee.email) == domain]
        self._items = deque(claimed for claimed in self._items if domain_of(claimed.addressee.email) != domain)
        self._wake()
        return left

    async def next(self) -> Claimed | None:
        """The next to be mailed; waits for one. None when there will be none. Its `finished` must follow."""
        while not self._closed:
            claimed = self._pick()
            if claimed is not None:
                self._pace.begin(domain_of(claimed.addressee.email))
                if len(self._items) == self._low_water:
                    self._on_low()
                return claimed
            if self._last_batch and not self._items:
                break
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter
        return None

    def finished(self, claimed: Claimed) -> None:
        """A mail that was handed out is done with."""
        self._pace.end(domain_of(claimed.addressee.email))
        if self._waiting and self._items:
            self._wake()

    def _pick(self) -> Claimed | None:
        if not self._items:
            return None
        if (wait := self._items[0].not_before - self._clock()) > 0:
            self._wake_later(wait)
            return None
        if not self._pace.watched:
            return self._items.popleft()
        now = self._clock()
        for place, claimed in enumerate(self._items):
            if claimed.not_before > now:
                self._wake_later(claimed.not_before - now)
                return None
            if self._pace.has_room(domain_of(claimed.addressee.email)):
                del self._items[place]
                return claimed
        return None

    def _wake_later(self, seconds: int) -> None:
        # The clock counts whole seconds; looking twice in one costs nothing.
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(min(seconds, 0.5), self._timer_rings)

    def _timer_rings(self) -> None:
        self._timer = None
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
