"""A worker's shift: one identity, one journal, from the settling of what others left to a clean end."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Mapping
from types import TracebackType
from typing import Self, TypeVar

import structlog

from kkdesk.model.errors import Conflict, InvalidInput, KKDeskError, MailQuotaReached, StoreError
from kkdesk.model.faults import fault_place
from kkdesk.services.mail.transport import Transport
from kkdesk.services.queue.domain_pace import DomainPace
from kkdesk.services.queue.equipment import Equipment, RunLimits, RunResult
from kkdesk.services.queue.faults import as_fault
from kkdesk.services.queue.home import Home
from kkdesk.services.queue.journal import Journal
from kkdesk.services.queue.leases import Lease, Leases
from kkdesk.services.queue.limits import most_per_domain
from kkdesk.services.queue.pauses import known_causes
from kkdesk.services.queue.preparation import finish, prepare
from kkdesk.services.queue.records import MailTemplate
from kkdesk.services.queue.retry import RetryPolicy, read_policies
from kkdesk.services.queue.run import JobRun
from kkdesk.services.queue.settling import settle_dead, settle_home
from kkdesk.services.queue.too_late import files_too_slow
from kkdesk.services.queue.worker_parts import WorkerParts, WorkerReport

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Shift:
    """To be used with `async with`. Raises the `StoreError` family when database or journal cannot be used."""

    leases: Leases
    _home: Home
    _journal: Journal
    _policies: Mapping[str, RetryPolicy]

    def __init__(
        self, parts: WorkerParts, report: WorkerReport, *, hurry: bool, limits: RunLimits | None = None
    ) -> None:
        """`hurry`: somebody has just started this worker, so what stopped by itself is tried again at once.

        Without `limits` a job goes on to the end, unless another campaign waits for its turn.
        """
        self._parts = parts
        self._report = report
        self._hurry = hurry
        self._limits = limits or RunLimits(turn=parts.settings.mails_per_run)
        self._run: JobRun | None = None
        self._pace: tuple[tuple[int, int], DomainPace] | None = None
        #: Around what is waited for and can be given up.
        self._patience: asyncio.Timeout | None = None
        self._stopped = False

    async def __aenter__(self) -> Self:
        """Take an identity and settle what dead workers left."""
        parts = self._parts
        # A server's answer puts our clock right, which a cloud that runs for months would hear nowhere else.
        await parts.db.data_version()
        self._home = await asyncio.to_thread(Home, parts.home)
        worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.leases = Leases(
            parts.db, parts.actor.org_id, worker, self._home.id, parts.settings.lock_timeout, parts.place
        )
        self._policies = await read_policies(parts.db, parts.actor.org_id)
        self._report.settled += await settle_home(
            parts.db,
            parts.actor.org_id,
            self._home,
            self._policies,
            parts.clock(),
            embedded=parts.embedded,
            enough=self._is_enough,
        )
        self._journal = Journal(self._home.folder, worker, self._home.last_claim)
        try:
            await self.leases.begin(parts.clock(), hurry=self._hurry)
        except BaseException:
            self._journal.close(keep=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind, unless the database does not know everything that the journal knows."""
        clean = False
        try:
            if failure is None:
                self._home.remember(self._journal.last_claim)
                await self.leases.sign_off()
                clean = True
        finally:
            self._journal.close(keep=not clean)

    def request_stop(self) -> None:
        """Finish what is in flight and begin nothing more."""
        self._stopped = True
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(0.0)
        if self._run is not None:
            self._run.request_stop()

    def _is_enough(self) -> bool:
        """Whether what can be gone on with later is left for later."""
        return self._stopped or self._limits.over

    async def next_job(self) -> bool:
        """Take one due job, make it ready and send its mails, as far as there is time; false when none is due."""
        parts = self._parts
        now = parts.clock()
        self._report.settled += await settle_dead(
            parts.db, self._policies, now, parts.settings.lock_timeout, self._is_enough
        )
        if not await self.leases.any_due(now):
            return False
        lease = await self.leases.take(now)
        if lease is None:
            return False
        self._report.jobs += 1
        _log.info("job_taken", job=lease.job_id, campaign=lease.campaign_id)
        template: MailTemplate | None = None
        try:
            template = await self._ready(lease)
            transport = None if template is None else await self._in_time(parts.open_transport())
        except Conflict:
            return True  # Paused, taken over or deleted in the same moment; or sent long ago.
        except InvalidInput as error:
            if template is None:
                self._report.error = error
                await self.leases.fail(lease, parts.clock(), error.what)
            else:
                # A setting of the way out, on this computer: the campaign is not to blame.
                await self._stop(lease, RunResult("error", error=error))
            return True
        except StoreError:
            raise
        except KKDeskError as error:
            await self._stop(lease, RunResult("error", error=error))
            return True
        except Exception as error:  # noqa: BLE001 - one campaign that cannot be worked on must not hold up the others
            await self._stop_faulty(lease, error)
            return True
        if template is None or transport is None:
            await self.leases.requeue(lease, parts.clock(), parts.clock())
            return True
        try:
            await self._send(lease, template, transport)
        finally:
            await transport.close()
        return True

    async def _ready(self, lease: Lease) -> MailTemplate | None:
        """The job's mails; None when making them ready is to be gone on with later."""
        parts = self._parts
        campaign = await prepare(
            parts.db, lease, parts.audience, home=self._home.id, clock=parts.clock, enough=self._is_enough
        )
        return None if campaign is None else await self._in_time(parts.composer.compile(campaign))

    async def _in_time(self, work: Awaitable[T]) -> T | None:
        """What does not talk to the database, and waits for others; None when this worker is told to end meanwhile.

        Raises `Offline` when they are too slow.
        """
        self._patience = patience = asyncio.timeout(self._limits.left())
        try:
            async with patience:
                if self._stopped:
                    patience.reschedule(0.0)
                return await work
        except TimeoutError as error:
            if not patience.expired():
                raise
            if self._stopped:
                return None
            raise files_too_slow() from error
        finally:
            self._patience = None

    async def _send(self, lease: Lease, template: MailTemplate, transport: Transport) -> None:
        parts = self._parts
        pace = await self._domain_pace(transport.lanes)
        equipment = Equipment(parts.db, self.leases, transport, self._journal, parts.clock, self._policies, pace)
        known = await known_causes(parts.db, lease.campaign_id)
        self._run = JobRun(equipment, lease, template, self._limits.from_now(), known)
        if self._stopped:
            self._run.request_stop()
        try:
            result = await self._run.run()
        except KKDeskError:
            raise
        except Exception as error:  # noqa: BLE001 - as above; what was sent has been recorded
            await self._stop_faulty(lease, error)
            return
        finally:
            self._report.add(self._run.result)
            self._run = None
        await self._end(lease, result)

    async def _domain_pace(self, lanes: int) -> DomainPace:
        """What this worker knows of recipient domains, begun anew when the limits change."""
        limits = (lanes, await most_per_domain(self._parts.db, self._parts.actor.org_id))
        if self._pace is None or self._pace[0] != limits:
            self._pace = (limits, DomainPace(*limits))
        return self._pace[1]

    async def _stop_faulty(self, lease: Lease, error: Exception) -> None:
        _log.error("job_faulty", job=lease.job_id, campaign=lease.campaign_id, fault=fault_place(error))
        await self._stop(lease, RunResult("error", error=as_fault(error)))

    async def _end(self, lease: Lease, result: RunResult) -> None:
        now = self._parts.clock()
        _log.info("run_ended", job=lease.job_id, ending=result.ending, sent=result.sent, failed=result.failed)
        match result.ending:
            case "done":
                if await finish(self._parts.db, lease, now):
                    self._report.finished += 1
                else:
                    await self.leases.requeue(lease, await self.leases.next_attempt(lease, now), now)
            case "throttled":
                await self.leases.requeue(lease, result.resume_at or now, now)
            case "paused":
                # The pause has freed the job already, unless a person let the campaign go on in the same moment.
                self._report.paused += 1
                await self.leases.requeue(lease, now, now)
            case "error":
                await self._stop(lease, result)
            case "limit":
                await self.leases.requeue(lease, now + self._parts.settings.yield_delay, now)
            case "stopped" | "lost":
                await self.leases.requeue(lease, now, now)

    async def _stop(self, lease: Lease, result: RunResult) -> None:
        error = result.error
        if error is None:
            raise ValueError("a run that ended with an error names it")
        self._report.error = error
        if isinstance(error, MailQuotaReached) and error.until is not None:
            now = self._parts.clock()
            await self.leases.requeue(lease, max(error.until, now + 1), now, error.what)
            return
        policy = self._policies["connection_failed"]
        await self.leases.stop(lease, policy, self._parts.clock(), error.what, progressed=result.sent > 0)
