"""What a run tells the database: results, recipients given back, heartbeat and the next claim, in one change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement
from kkdesk.model.errors import DatabaseBusy, Offline, StoreError
from kkdesk.model.row import Row
from kkdesk.services.queue.claims import ClaimRequest, release_statements, renewal, skip_statements
from kkdesk.services.queue.equipment import NO_LIMITS, Equipment, RunLimits
from kkdesk.services.queue.leases import Lease
from kkdesk.services.queue.pauses import Pause, pause_statements, recent_results
from kkdesk.services.queue.results import Settled, result_statements
from kkdesk.services.queue.too_late import database_silent

_log = structlog.get_logger(__name__)
_LABEL = Bilingual("Αποστολή μηνυμάτων", "Send mails")

#: Seconds that writing down what came of mails may take after they have been given up.
_RECORD_SECONDS = 2.0
#: Seconds between tries, and how many, while the database is busy or away.
_AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)

# Nobody of a domain that wants to be left alone is tried before.
_PUT_OFF = """
UPDATE kk_sends SET due_at = max(due_at, ?3)
WHERE job_id = ?1 AND state = 'pending' AND substr(address, -length(?2)) = ?2
"""


class Exchange:
    """Collects what has come up and writes it down. Nothing is lost when writing fails: it is collected again."""

    def __init__(self, equipment: Equipment, lease: Lease, limits: RunLimits = NO_LIMITS) -> None:
        """The lease counts as renewed now. Soon after `limits` the database counts as away."""
        self._with = equipment
        self._lease = lease
        self._limits = limits
        self._done: list[Settled] = []
        self._oldest_done = 0.0
        self._released: list[str] = []
        self._barred: dict[str, str] = {}
        self._put_off: dict[str, int] = {}
        self._pause: Pause | None = None
        self._renewed = time.monotonic()
        self._renewed_at = equipment.clock()
        #: The database could not be reached: the journal knows what is not written.
        self.away = False

    # What comes up

    def settled(self, result: Settled) -> int:
        """A mail's outcome; how many wait to be written now."""
        if not self._done:
            self._oldest_done = time.monotonic()
        self._done.append(result)
        return len(self._done)

    def release(self, *recipient_ids: str) -> None:
        """Claimed recipients whose mails were not begun."""
        self._released += recipient_ids

    def bar(self, reasons: dict[str, str]) -> None:
        """Claimed recipients who may not be mailed after all, and why."""
        self._barred.update(reasons)

    def is_barred(self, recipient_id: str) -> bool:
        """Whether the recipient may not be mailed after all."""
        return recipient_id in self._barred

    def put_off(self, domain: str, until: int) -> None:
        """Nobody of the domain is to be tried before `until` (Unix seconds)."""
        self._put_off[domain] = until

    def hold(self, pause: Pause) -> None:
        """The campaign is to be paused; the first reason counts."""
        self._pause = self._pause or pause

    # When to write

    @property
    def waiting(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._done or self._released or self._barred or self._put_off or self._pause)

    def seconds_left(self, longest: float, otherwise: float) -> float:
        """Seconds until the oldest result has waited for `longest`; `otherwise` when there is none."""
        return self._oldest_done + longest - time.monotonic() if self._done else otherwise

    def renewed_within(self, seconds: float) -> bool:
        """Whether the lease was renewed so recently; a computer's sleep counts on the clock on the wall only."""
        # That one counts whole seconds: the next one may begin at any moment.
        return time.monotonic() - self._renewed <= seconds and self._with.clock() - self._renewed_at <= seconds + 1

    # Writing

    async def write(self, request: ClaimRequest | None) -> tuple[Applied, int, Sequence[Row]]:
        """Write what has come up, with the claim if one is wanted.

        Gives the outcome, where in it the claim's (or the renewal's) begins, and the campaign's latest results where
        some of these were failures. Raises `StoreError` or `Offline`: then all of it is still collected.
        """
        done, self._done = self._done, []
        released, self._released = self._released, []
        barred, self._barred = self._barred, {}
        put_off, self._put_off = self._put_off, {}
        pause, self._pause = self._pause, None
        now, began = self._with.clock(), time.monotonic()
        first = self._statements(done, released, barred, put_off, pause, now)
        failures = any(result.outcome.result in {"refused", "unconfirmed"} for result in done)
        looked_at = (recent_results(self._lease.campaign_id),) if failures else ()
        ours = request.statements if request else (renewal(self._lease, now),)
        try:
            applied = await self._in_time(Change(_LABEL, (*first, *looked_at, *ours), at_primary=True))
        except (StoreError, Offline):
            self._done[:0], self._released[:0] = done, released
            self._barred |= barred
            self._put_off |= put_off
            self._pause = pause or self._pause
            self.away = True
            raise
        self._with.journal.recorded(result.message_id for result in done)
        # As of the time that was written, not of the answer, which may have taken long.
        self._renewed, self._renewed_at = began, now
        recent = applied.rows[len(first)] if failures and applied.rows else ()
        return applied, len(first) + len(looked_at), recent

    def _statements(
        self,
        done: Sequence[Settled],
        released: Sequence[str],
        barred: dict[str, str],
        put_off: dict[str, int],
        pause: Pause | None,
        now: int,
    ) -> list[Statement]:
        lease = self._lease
        statements = [*result_statements(lease.campaign_id, done, self._with.policies, now)]
        if released:
            statements += release_statements(lease.worker, released, now)
        if barred:
            statements += skip_statements(lease.worker, barred, now)
        statements += [Statement(_PUT_OFF, (lease.job_id, f"@{domain}", until)) for domain, until in put_off.items()]
        if pause is not None:
            statements += pause_statements(lease.campaign_id, pause.cause, pause.domain, pause.reason, now)
        return [*statements, self._with.leases.beat(now)]

    async def _in_time(self, change: Change) -> Applied:
        patience = asyncio.timeout(self._limits.left(more=_RECORD_SECONDS))
        try:
            async with patience:
                return await self._apply(change)
        except TimeoutError as error:
            if patience.expired():
                raise database_silent() from error
            raise  # One of ours: the database is busy.

    async def _apply(self, change: Change) -> Applied:
        """Apply, and again while the database is busy or away; the ledger knows a change that got through."""
        for pause in (*_AGAIN_SECONDS, None):
            try:
                return await self._with.db.apply(change)
            except (DatabaseBusy, Offline) as error:
                if pause is None:
                    raise
                _log.warning("database_waits", error=error.what.en)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")
