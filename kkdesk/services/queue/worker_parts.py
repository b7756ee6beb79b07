"""What a worker works with, and what it says of its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from kkdesk.model.actor import Actor
from kkdesk.model.clock import Clock
from kkdesk.model.errors import KKDeskError
from kkdesk.services.mail.transport import Transport
from kkdesk.services.queue.equipment import RunResult
from kkdesk.services.queue.records import Audience, Composer
from kkdesk.services.queue.settling import Settlement
from kkdesk.services.queue.who_sends import Place
from kkdesk.services.settings import Settings
from kkdesk.store.database import Database


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The web CRM's settings of its sender. Times in seconds."""

    lock_timeout: int
    #: Mails of one job before another that waits has its turn.
    mails_per_run: int
    #: Before a job that gave way is due again.
    yield_delay: int
    cron_budget: float
    cron_jobs: int

    @classmethod
    def of(cls, settings: Settings) -> WorkerSettings:
        """As `settings` have them. Raises `InvalidInput` for one that is no number."""
        return cls(
            lock_timeout=settings.number("EMAIL_JOB_LOCK_TIMEOUT_MS", 1000, 86_400_000) // 1000,
            mails_per_run=settings.number("EMAIL_JOB_MAX_ITEMS_PER_RUN", 1, 1_000_000),
            yield_delay=settings.number("EMAIL_JOB_YIELD_DELAY_MS", 0, 3_600_000) // 1000,
            cron_budget=settings.number("EMAIL_CRON_TIME_BUDGET_MS", 100, 3_600_000) / 1000,
            cron_jobs=settings.number("EMAIL_CRON_MAX_JOBS", 1, 1000),
        )


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """Everything a worker works with."""

    db: Database
    actor: Actor
    clock: Clock
    settings: WorkerSettings
    audience: Audience
    composer: Composer
    #: Opens the transport of the settings; one for each run of a job.
    open_transport: Callable[[], Awaitable[Transport]]
    #: The folder of its journal.
    home: Path
    #: The database is this profile's own file, not a server's.
    embedded: bool
    #: Whose turn it may be to send.
    place: Place = "desktop"


@dataclass(slots=True)
class WorkerReport:
    """What a worker did since it began."""

    jobs: int = 0
    finished: int = 0
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    skipped: int = 0
    unconfirmed: int = 0
    #: Campaigns held for what mail servers answered.
    paused: int = 0
    settled: Settlement = field(default_factory=Settlement)
    #: The last thing that stopped a job.
    error: KKDeskError | None = None

    def add(self, result: RunResult) -> None:
        """Add one run."""
        self.sent += result.sent
        self.failed += result.failed
        self.deferred += result.deferred
        self.skipped += result.skipped
        self.unconfirmed += result.unconfirmed
        self.error = result.error or self.error
