"""The time of the company's server: a wrong clock of this computer must not age anybody's work."""

from __future__ import annotations

from kkdesk.model.clock import Clock, system_clock


class PrimaryClock:
    """Unix seconds: this computer's clock, put right by what the server said last."""

    def __init__(self, clock: Clock = system_clock, offset: int = 0) -> None:
        """`offset` is what was found out before, in seconds."""
        self._clock = clock
        self.offset = offset

    def __call__(self) -> int:
        """The time now."""
        return self._clock() + self.offset

    def adjust(self, server: int) -> None:
        """The server's clock says `server` now. A second more or less is the way there and back."""
        offset = server - self._clock()
        if abs(offset - self.offset) > 1:
            self.offset = offset
