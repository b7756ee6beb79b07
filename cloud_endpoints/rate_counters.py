"""Counters of fixed windows for `limits`, in this process's memory.

Its own memory storage starts a thread for each pass over its counters, a hundred times a second while there is traffic.
This one forgets what has passed when it has grown by as much as it held.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from limits.storage.base import Storage

#: Counters that are kept before any is forgotten.
_FEW: Final = 1000


class MinuteCounters(Storage):
    """See `limits.storage.Storage`, whose documentation invites backends like this."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` counts seconds."""
        super().__init__()
        self._clock = clock
        #: Hits and the end of the window, by key.
        self._counters: dict[str, tuple[int, float]] = {}
        self._sweep_at = _FEW

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here fails."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """See `Storage.incr`."""
        now = self._clock()
        count, end = self._counters.get(key, (0, 0.0))
        if end <= now:
            count, end = 0, now + expiry
        self._counters[key] = (count + amount, end)
        if len(self._counters) > self._sweep_at:
            self._counters = {name: held for name, held in self._counters.items() if held[1] > now}
            self._sweep_at = max(_FEW, 2 * len(self._counters))
        return count + amount

    def get(self, key: str) -> int:
        """See `Storage.get`."""
        count, end = self._counters.get(key, (0, 0.0))
        return count if end > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """See `Storage.get_expiry`."""
        return max(self._counters.get(key, (0, 0.0))[1], self._clock())

    def check(self) -> bool:
        """See `Storage.check`."""
        return True

    def reset(self) -> int:
        """See `Storage.reset`."""
        number = len(self._counters)
        self._counters = {}
        return number

    def clear(self, key: str) -> None:
        """See `Storage.clear`."""
        self._counters.pop(key, None)
