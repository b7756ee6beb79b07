"""How many mails at once one recipient domain gets, and when it is left alone for a while.

A domain that asks us to slow down gets half as many at once; three such answers in a row, and nobody there is tried
before its wait is over. Good answers bring it back, one at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

#: Answers "slow down" in a row after which a domain is left alone.
REFUSALS: Final = 3


def domain_of(email: str) -> str:
    """The domain of an address, for counting by it."""
    return email.rpartition("@")[2].strip(" \t>").lower()


@dataclass(slots=True)
class _Slowed:
    """A domain that has asked for patience."""

    at_once: int
    refusals: int = 0
    #: How many times it has been left alone.
    rests: int = 0


class DomainPace:
    """What one worker knows of recipient domains, from run to run."""

    def __init__(self, lanes: int, per_domain: int = 0) -> None:
        """`lanes` mails can be under way in all; `per_domain` of them to one domain, 0 for no such limit."""
        self._limit = min(per_domain, lanes) if per_domain > 0 else lanes
        self._lanes = lanes
        self._under_way: Counter[str] = Counter()
        self._slowed: dict[str, _Slowed] = {}

    @property
    def watched(self) -> bool:
        """Whether any domain may have to wait at all."""
        return self._limit < self._lanes or bool(self._slowed)

    def has_room(self, domain: str) -> bool:
        """Whether another mail to the domain may begin."""
        slowed = self._slowed.get(domain)
        return self._under_way[domain] < (self._limit if slowed is None else slowed.at_once)

    def begin(self, domain: str) -> None:
        """A mail to the domain is under way."""
        self._under_way[domain] += 1

    def end(self, domain: str) -> None:
        """It is no more."""
        self._under_way[domain] -= 1
        if self._under_way[domain] <= 0:
            del self._under_way[domain]

    def accepted(self, domain: str) -> None:
        """The domain took a mail."""
        slowed = self._slowed.get(domain)
        if slowed is None:
            return
        slowed.refusals = 0
        slowed.at_once += 1
        if slowed.at_once >= self._limit:
            del self._slowed[domain]

    def asked_to_slow_down(self, domain: str) -> int:
        """The domain asked for patience; how many times it has to be left alone by now, 0 if it need not be."""
        slowed = self._slowed.setdefault(domain, _Slowed(self._limit))
        slowed.at_once = max(slowed.at_once // 2, 1)
        slowed.refusals += 1
        if slowed.refusals < REFUSALS:
            return 0
        slowed.refusals = 0
        slowed.rests += 1
        return slowed.rests
