"""Takes visits in: recorded in the database within the time that a reader waits, else kept on this server's disk.

Whoever gives a visit is told the truth: `True` means that it is durable. The reader's picture or page never waits for
longer than `PATIENCE` and `DISK_PATIENCE`, whatever the database does.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog

from kkdesk.model.errors import KKDeskError
from kkdesk.model.faults import fault_place
from kkdesk.services.tracking.group_commit import MOST_TOGETHER, GroupCommit
from kkdesk.services.tracking.recording import Recording
from kkdesk.services.tracking.spool import Kept, Spool
from kkdesk.services.tracking.visits import Visit
from kkdesk.store.database import Database

#: Seconds that a reader may wait for the database, and then for the disk.
PATIENCE: Final = 0.15
DISK_PATIENCE: Final = 0.08
#: Seconds in which a database that has failed is not asked again by everybody who comes, where there is a disk.
_REST: Final = 1.0
#: Visits that may wait for the database; more are not taken in.
MOST_WAITING: Final = 2000
#: Seconds between attempts to record what was kept, the first and the longest.
_RETRY: Final = (1.0, 60.0)

_log = structlog.get_logger(__name__)


class VisitRecorder:
    """Opens and clicks on their way into the database. One for each process."""

    def __init__(
        self,
        db: Database,
        spool: Spool | None,
        *,
        patience: float | None = None,
        disk_patience: float | None = None,
    ) -> None:
        """Without a `spool` (a server whose disk does not last) what the database does not take is refused.

        The patiences, in seconds, are `PATIENCE` and `DISK_PATIENCE` unless told otherwise.
        """
        self._patience = PATIENCE if patience is None else patience
        self._disk_patience = DISK_PATIENCE if disk_patience is None else disk_patience
        self._commit = GroupCommit(Recording(db).record)
        self._spool = spool
        self._rests_until = 0.0
        self._recovery: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    def start(self) -> None:
        """Begin to record what an earlier process left behind, and what will be kept later."""
        if self._spool is not None:
            self._wake.set()
            self._recovery = asyncio.create_task(self._recover(self._spool))

    async def record(self, visit: Visit) -> bool:
        """Whether `visit` is durable now: recorded, or kept. Takes no longer than both patiences together."""
        if self._may_be_asked():
            try:
                async with asyncio.timeout(self._patience):
                    await self._commit.add(visit)
            except KKDeskError as error:  # first: some of ours are TimeoutErrors, too
                self._rests_until = asyncio.get_running_loop().time() + _REST
                _log.warning("visit_not_recorded", code=error.code, error=error.what.en)
            except TimeoutError:
                _log.warning("database_slow", waiting=self._commit.waiting)
            except Exception as error:  # noqa: BLE001 - a fault of ours is no reason to keep a reader from the page
                _log.error("visit_faulty", fault=fault_place(error))
            else:
                return True
        return await self._keep(visit)

    async def close(self) -> None:
        """Finish the batch under way. What is kept stays for the next process."""
        await self._commit.close()
        if self._recovery is not None:
            self._recovery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._recovery
        if self._spool is not None:
            await self._spool.close()

    def _may_be_asked(self) -> bool:
        """Whether the database may be expected to answer in time."""
        rests = self._spool is not None and asyncio.get_running_loop().time() < self._rests_until
        return not rests and self._commit.waiting < MOST_WAITING and self._commit.under_way < self._patience

    async def _keep(self, visit: Visit) -> bool:
        if self._spool is None:
            return False
        try:
            async with asyncio.timeout(self._disk_patience):
                await self._spool.keep(visit)
        except KKDeskError as error:
            _log.warning("visit_not_kept", code=error.code, error=error.what.en)
            return False
        except TimeoutError:
            return False
        self._wake.set()
        return True

    async def _recover(self, spool: Spool) -> None:
        wait = _RETRY[0]
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._record_kept(spool)
                wait = _RETRY[0]
            except KKDeskError as error:
                _log.warning("visits_wait", code=error.code, error=error.what.en, seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _RETRY[1])
                self._wake.set()

    async def _record_kept(self, spool: Spool) -> None:
        while (kept := await spool.take()) is not None:
            try:
                await self._record_file(kept)
            finally:
                kept.let_go()

    async def _record_file(self, kept: Kept) -> None:
        visits = await kept.visits()
        for first in range(0, len(visits), MOST_TOGETHER):
            # A batch at a time: whoever comes now has the next one.
            await asyncio.gather(*(self._commit.add(visit) for visit in visits[first : first + MOST_TOGETHER]))
        await kept.remove()
        if visits:
            _log.info("kept_visits_recorded", visits=len(visits))
