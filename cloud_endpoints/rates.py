"""How much one network may ask for: generous where many people come through one proxy, strict where somebody guesses.

Counted in this process's memory: a second process, or another instance of a function, counts for itself.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from kkdesk.services.tracking.visitor import network_of


@dataclass(frozen=True, slots=True)
class Ceiling:
    """So many a minute for one network."""

    name: str
    per_minute: int


#: Pages, unsubscribing and the rest. Gmail unsubscribes for all its readers, too.
REQUESTS: Final = Ceiling("requests", 600)
#: Links whose signature is wrong.
FORGED: Final = Ceiling("forged", 120)
#: Calls with a wrong secret, or none.
UNAUTHORISED: Final = Ceiling("unauthorised", 20)
#: Database tokens of one person, who may have several computers.
TOKENS: Final = Ceiling("tokens", 20)


class Rates:
    """Fixed windows of a minute."""

    def __init__(self, visits_per_minute: int) -> None:
        """Begins to count. The package is loaded here, not when the endpoints are imported."""
        from limits import RateLimitItemPerMinute
        from limits.strategies import FixedWindowRateLimiter

        from cloud_endpoints.rate_counters import MinuteCounters

        #: Opens and clicks with a good signature. Gmail fetches the pictures of all its readers from a few networks.
        self.visits = Ceiling("visits", visits_per_minute)
        self._item = RateLimitItemPerMinute
        self._limiter = FixedWindowRateLimiter(MinuteCounters())

    def wait(self, request: Request, ceiling: Ceiling, person: str = "") -> int:
        """Count one request; the seconds after which its network may come again, 0 when it is let in.

        With `person` theirs are counted, wherever they come from.
        """
        item, who = self._item(ceiling.per_minute), (ceiling.name, person or _who(request))
        if self._limiter.hit(item, *who):
            return 0
        return max(math.ceil(self._limiter.get_window_stats(item, *who).reset_time - time.time()), 1)

    def exhausted(self, request: Request, ceiling: Ceiling) -> bool:
        """Whether the network has used up its minute, without counting this request."""
        return not self._limiter.test(self._item(ceiling.per_minute), ceiling.name, _who(request))


def _who(request: Request) -> str:
    host = request.client.host if request.client else ""
    return network_of(host) or host
