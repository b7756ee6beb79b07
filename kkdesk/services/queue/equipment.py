"""What a run of the queue works with, and what it reports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from kkdesk.model.clock import Clock
from kkdesk.model.errors import KKDeskError
from kkdesk.services.mail.transport import Outcome, Transport
from kkdesk.services.queue.domain_pace import DomainPace
from kkdesk.services.queue.journal import Journal
from kkdesk.services.queue.leases import Leases
from kkdesk.services.queue.retry import RetryPolicy
from kkdesk.store.database import Database

#: Why a run ended: nobody left that is due, its share used up, the limits of all workers reached, told to stop, the
#: campaign held for what was answered, the job no longer ours, or an error.
Ending = Literal["done", "limit", "throttled", "stopped", "paused", "lost", "error"]

#: Seconds that stand for no end: a day. Not every loop takes infinity for a time (the window's does not).
NO_END: Final = 86_400.0


@dataclass(slots=True)
class RunResult:
    """What one run did."""

    ending: Ending = "done"
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    unconfirmed: int = 0
    skipped: int = 0
    #: When the limits leave room again, Unix seconds, where they ended the run.
    resume_at: int | None = None
    error: KKDeskError | None = None

    def count(self, outcome: Outcome) -> None:
        """Add one mail."""
        match outcome.result:
            case "sent":
                self.sent += 1
            case "refused":
                self.failed += 1
            case "deferred":
                self.deferred += 1
            case "unconfirmed":
                self.unconfirmed += 1


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How long and how far a run goes; None means no limit. Times are on the clock of `time.monotonic`.

    Nothing is begun after `until`; but once a campaign is ready its mails have `least` seconds, however long that took.
    What is in flight `at_latest` is given up: a mail whose content has left is in doubt then, others are not. After
    every `turn` mails it gives way if another campaign waits.
    """

    mails: int | None = None
    until: float | None = None
    turn: int | None = None
    at_latest: float | None = None
    least: float = 0.0

    def from_now(self) -> RunLimits:
        """The limits of a campaign that is ready now."""
        return self if self.until is None else replace(self, until=max(self.until, time.monotonic() + self.least))

    @property
    def over(self) -> bool:
        """Whether nothing is to be begun any more."""
        return self.until is not None and time.monotonic() >= self.until

    def left(self, more: float = 0.0) -> float:
        """Seconds until `at_latest`, and `more`; `NO_END` where there is none."""
        return NO_END if self.at_latest is None else max(self.at_latest + more - time.monotonic(), 0.0)


NO_LIMITS: Final = RunLimits()


def without_end() -> bool:
    """Whether it is enough, for whoever has all the time it takes."""
    return False


@dataclass(slots=True)
class Equipment:
    """What a worker sends with, the same for all its jobs."""

    db: Database
    leases: Leases
    transport: Transport
    journal: Journal
    clock: Clock
    policies: Mapping[str, RetryPolicy]
    pace: DomainPace
