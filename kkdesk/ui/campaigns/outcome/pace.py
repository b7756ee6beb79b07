"""How fast a campaign is being sent, from what was seen of it lately."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

#: Seconds that are looked back upon.
_WINDOW: Final = 60.0
#: Seconds before anything is said: the first figures jump.
_SHORTEST: Final = 3.0


class SendingPace:
    """Fed with how many mails are done at which moment (seconds of any clock that only goes forward)."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, moment: float, done: int) -> None:
        """`done` mails are finished at `moment`. Going backwards, as after a retry, begins anew."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((moment, done))
        while len(self._seen) > 2 and self._seen[1][0] <= moment - _WINDOW:
            self._seen.popleft()

    @property
    def per_minute(self) -> float | None:
        """Mails per minute; None while nobody can tell, or nothing moves."""
        if len(self._seen) < 2:
            return None
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if ended - began < _SHORTEST or last <= first:
            return None
        return 60.0 * (last - first) / (ended - began)

    def minutes_left(self, left: int) -> int | None:
        """Whole minutes for `left` more, rounded up; None while nobody can tell."""
        rate = self.per_minute
        return None if rate is None else math.ceil(left / rate)
