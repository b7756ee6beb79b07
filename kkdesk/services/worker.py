"""The worker: sends the campaigns of the queue that are due, one after the other, fair between them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, Offline, StoreError
from kkdesk.services.queue.equipment import RunLimits
from kkdesk.services.queue.shift import Shift
from kkdesk.services.queue.worker_parts import WorkerParts, WorkerReport

if TYPE_CHECKING:
    from kkdesk.services.bounces.report import BounceReport
    from kkdesk.services.bounces.service import BounceMailbox

_log = structlog.get_logger(__name__)

#: Seconds between looks at whether anybody has written to the database, while there is nothing to send.
POLL_SECONDS = 1.0
#: Seconds between heartbeats while there is nothing to send; each is a write that wakes whoever watches the data.
_BEAT_SECONDS = 300.0
#: Seconds to wait after the database failed.
_RECOVERY_SECONDS = 5.0
#: Seconds that a look into the bounce mailbox may take after sending, and what it has when sending took all the time.
_MAILBOX_SECONDS = 120.0
_LEAST_MAILBOX_SECONDS = 2.0
#: Seconds that a look into it may still take when the worker is to end; what is not read then is read next time.
_MAILBOX_GRACE_SECONDS = 2.0

#: Seconds that mails have, of a budget that is as long, when making a campaign ready has taken all of it.
_LEAST_SENDING_SECONDS = 1.0
#: Of the seconds within which all must have ended: those for mails in flight after the last was begun and what follows,
#: and of these the last ones, for writing down what came of them.
_TO_END_SECONDS = 9.0
_TO_RECORD_SECONDS = 3.0


class Worker:
    """Several may work on one queue, in one profile or on other machines."""

    def __init__(self, parts: WorkerParts, mailbox: BounceMailbox | None = None) -> None:
        """Touches nothing yet. `mailbox` is read after sending, or beside it."""
        self._parts = parts
        self._mailbox = mailbox
        self._shift: Shift | None = None
        self._stopping = asyncio.Event()
        self.report = WorkerReport()
        #: What came back; None where nobody has looked.
        self.bounces: BounceReport | None = None

    def request_stop(self) -> None:
        """End soon: mails in flight are finished, their results recorded, the rest given back."""
        self._stopping.set()
        if self._shift is not None:
            self._shift.request_stop()

    async def once(self) -> WorkerReport:
        """Send everything that is due, and end.

        What stopped a campaign is in the report. Raises the `StoreError` family when the database or the disk fails.
        """
        if self._parts.place == "nowhere":
            self.report.error = _cannot_send()
        async with self._begin(hurry=True) as shift:
            while not self._stopping.is_set() and await shift.next_job():
                pass
        await self._read_mailbox(_MAILBOX_SECONDS)
        return self.report

    async def drain(
        self,
        budget: float | None = None,
        max_jobs: int | None = None,
        max_items: int | None = None,
        *,
        within: float | None = None,
    ) -> WorkerReport:
        """Send for `budget` seconds, `max_jobs` turns of jobs and `max_items` mails in each, at most.

        The defaults are the settings'. What is not done then is left for the next call: listing recipients goes on
        where it was. With `within` whatever waits for others (mail server, files, mailbox) is given up so that all of
        it ends within so many seconds, unless the database itself stands still. Raises as `once` does.
        """
        settings = self._parts.settings
        began = time.monotonic()
        seconds = settings.cron_budget if budget is None else budget
        if within is not None:
            seconds = min(seconds, max(within - _TO_END_SECONDS, 0.0))
        limits = RunLimits(
            settings.mails_per_run if max_items is None else max_items,
            until=began + seconds,
            at_latest=None if within is None else began + within - _TO_RECORD_SECONDS,
            least=min(seconds, _LEAST_SENDING_SECONDS),
        )
        async with self._begin(hurry=False, limits=limits) as shift:
            for _ in range(settings.cron_jobs if max_jobs is None else max_jobs):
                if self._stopping.is_set() or limits.over or not await shift.next_job():
                    break
        left = began + seconds - time.monotonic()
        await self._read_mailbox(min(max(left, _LEAST_MAILBOX_SECONDS), limits.left()))
        return self.report

    async def serve(self) -> WorkerReport:
        """Send whatever becomes due until `request_stop`. A database or disk that fails is waited for."""
        async with self._mailbox_watched():
            while not self._stopping.is_set():
                try:
                    async with self._begin(hurry=True) as shift:
                        while not self._stopping.is_set():
                            version = await self._parts.db.data_version()
                            if not await shift.next_job():
                                await self._until_work(shift, version)
                except (StoreError, Offline) as error:
                    _log.warning("worker_waits", error=error.what.en)
                    self.report.error = error
                    await self._pause(_RECOVERY_SECONDS)
        return self.report

    async def _read_mailbox(self, seconds: float) -> None:
        """What stops it is in `bounces`, and stops nothing else."""
        if self._mailbox is None or self._stopping.is_set():
            return
        check = asyncio.create_task(self._mailbox.check(seconds))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({check, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            await _ended(check, 0)
        if not check.cancelled():
            self.bounces = check.result()

    @contextlib.asynccontextmanager
    async def _mailbox_watched(self) -> AsyncIterator[None]:
        if self._mailbox is None:
            yield
            return
        watch = asyncio.create_task(self._mailbox.watch(self._stopping))
        try:
            yield
        finally:
            await _ended(watch, _MAILBOX_GRACE_SECONDS if self._stopping.is_set() else 0)

    def _begin(self, *, hurry: bool, limits: RunLimits | None = None) -> Shift:
        self._shift = Shift(self._parts, self.report, hurry=hurry, limits=limits)
        if self._stopping.is_set():
            self._shift.request_stop()
        return self._shift

    async def _until_work(self, shift: Shift, version: int) -> None:
        """Return when somebody has written to the database, a job is due or the heart must beat."""
        due = await shift.leases.next_due()
        beat_at = time.monotonic() + _BEAT_SECONDS
        while not self._stopping.is_set() and time.monotonic() < beat_at:
            await self._pause(POLL_SECONDS)
            if due is not None and self._parts.clock() >= due:
                return
            if await self._parts.db.data_version() != version:
                return
        await shift.leases.begin(self._parts.clock(), hurry=False)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def _cannot_send() -> NotConfigured:
    return NotConfigured(
        Bilingual(
            "Σε αυτόν τον υπολογιστή δεν έχει οριστεί διακομιστής αλληλογραφίας.",
            "No mail server has been set up on this computer.",
        ),
        kept=Bilingual("Οι καμπάνιες περιμένουν όποιον μπορεί να τις στείλει.", "Campaigns wait for whoever can."),
        next_step=Bilingual(
            "Ορίστε το SMTP_HOST εδώ, ή αφήστε την αποστολή στο cloud.", "Set SMTP_HOST here, or leave it to the cloud."
        ),
    )


async def _ended(task: asyncio.Task[Any], grace: float) -> None:
    """Return when `task` is at its end: within `grace` seconds by itself, else cancelled."""
    if not task.done() and grace:
        await asyncio.wait({task}, timeout=grace)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
