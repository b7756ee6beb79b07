"""Keeping the replica up to date after each delivered change, on a timer and on demand; rebuilding a bad one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.model.errors import KKDeskError
from kkdesk.model.row import as_text
from kkdesk.store.delivery import back_off
from kkdesk.store.replica_check import last_rows
from kkdesk.store.replica_file import delete, frames_in
from kkdesk.store.sync_errors import connection_of, other_database, trouble
from kkdesk.store.sync_process import Fetched, SyncProcess

if TYPE_CHECKING:
    from kkdesk.store.outbox_thread import OutboxThread
    from kkdesk.store.remote import RemoteDatabase
    from kkdesk.store.replica_view import ReplicaHome, ReplicaView
    from kkdesk.store.sync_status import SyncStatus

#: Seconds between two looks at the server, while the window has the focus and otherwise.
FOREGROUND: Final = 15.0
BACKGROUND: Final = 60.0

#: Failures in a row that nobody understands, after which the replica is made anew.
_PUZZLES: Final = 3
#: Troubles that the file may be the reason of.
_NO_GOOD: Final = {"rejected", "unknown", "ended"}
#: A fact of the outbox: which database its changes are for.
IDENTITY: Final = "identity"
#: So often a replica that differs is given the chance to catch up.
_LOOKS: Final = 5

_log = structlog.get_logger(__name__)


class ReplicaSync:
    """Fetches into the replica in use. `fetched` is called after each fetch, on the event loop."""

    def __init__(
        self,
        home: ReplicaHome,
        view: ReplicaView,
        remote: RemoteDatabase,
        token: Callable[[], Awaitable[str]],
        status: SyncStatus,
        box: OutboxThread,
        fetched: Callable[[], Awaitable[None]],
        recognised: Callable[[], None],
    ) -> None:
        """Nothing is started yet. `recognised` is called once it is certain which database the server has."""
        self._recognised = recognised
        self._home = home
        self._view = view
        self._remote = remote
        self._clock = remote.clock
        self._token = token
        self._status = status
        self._box = box
        self._fetched = fetched
        self._process = SyncProcess()
        self._fetching = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._at_once = asyncio.Event()
        # Once in a run of the program: the server's tables are brought up to date, the replica compared with it.
        self._upgraded = False
        self._checked = False
        self._puzzles = 0
        #: Seconds between two looks at the server.
        self.interval = FOREGROUND

    @property
    def pid(self) -> int | None:
        """The sync process's id, while it runs."""
        return self._process.pid

    def want(self) -> None:
        """Fetch as soon as possible: the server has something that the replica lacks."""
        self._wanted.set()

    def hurry(self) -> None:
        """`want`, and end a wait after a failure."""
        self._at_once.set()
        self._wanted.set()

    async def run(self) -> None:
        """Fetch for ever."""
        failures = 0
        while True:
            pause = back_off(failures) if failures else self.interval * random.uniform(0.9, 1.1)  # noqa: S311 - jitter
            asked = await self._pause(pause, early=self._at_once if failures else self._wanted)
            self._wanted.clear()
            self._at_once.clear()
            try:
                await self.fetch(certain=asked)
                failures = 0
            except KKDeskError as error:
                failures += 1
                _log.info("sync_failed", code=error.code, failures=failures)

    async def fetch(self, *, certain: bool = True) -> None:
        """Bring the replica up to date now. Without `certain` the server is first asked whether it has anything new.

        Raises `Offline`, `SignInNeeded`, `DiskFull`, `StoreError`; the state tells of them too.
        """
        async with self._fetching:
            try:
                index = await self._look()
                if certain or not index or index != frames_in(self._view.replica):
                    await self._fetch()
                if not self._checked:
                    await self._check()
            except KKDeskError as error:
                self._status.update(connection=connection_of(error), error=error, syncing=False)
                raise
            self._status.update(
                connection="online", error=None, syncing=False, last_success=self._clock(), frames=self._frames()
            )
        await self._fetched()

    async def rebuild(self) -> None:
        """Fetch all into a new file and read that: the one in use is bad. Raises what `fetch` does.

        What has come stays when it fails, for the next try.
        """
        async with self._fetching:
            try:
                await self._look()
                await self._rebuild("rebuilding")
            except KKDeskError as error:
                self._status.update(connection=connection_of(error), error=error, syncing=False)
                raise
            self._status.update(connection="online", error=None, syncing=False, last_success=self._clock())
        await self._fetched()

    async def first(self) -> None:
        """Make the first replica. Raises what `fetch` does."""
        async with self._fetching:
            await self._look()
            await self._rebuild("first_sync")
            self._status.update(connection="online", error=None, last_success=self._clock(), frames=self._frames())

    async def close(self) -> None:
        """End the process."""
        await self._process.close()

    def kill(self) -> None:
        """End the process at once, and look the file through before it is continued."""
        self._process.recheck()
        self._process.kill()

    def recheck(self) -> None:
        """Look the file through before it is continued."""
        self._process.recheck()

    async def _look(self) -> int:
        """Ask the server how far it is and what time it is: cheap, and with a deadline, unlike the driver."""
        pulse = await self._remote.pulse()
        if not self._upgraded:
            await self._remote.migrate()
            await self._recognise()
            self._upgraded = True
            self._recognised()
        return pulse.index

    async def _recognise(self) -> None:
        """Changes that wait are for the database they were made on. Raises `NotAllowed` when this is another one."""
        rows = await self._remote.query("SELECT id FROM kk_identity LIMIT 1")
        there = as_text(rows[0]["id"]) if rows else ""
        known = await self._box.do(lambda box: box.fact(IDENTITY))
        if known == there:
            return
        counts = await self._box.do(lambda box: box.counts())
        if known and (counts.waiting or counts.conflicts):
            raise other_database(counts.waiting + counts.conflicts)
        await self._box.do(lambda box: box.keep_fact(IDENTITY, there))

    async def _fetch(self) -> None:
        self._status.update(syncing=True)
        answer = await self._ask(self._view.replica)
        # What the driver says in words of its own may pass; when it goes on, the file is the likeliest reason.
        self._puzzles = self._puzzles + 1 if answer.trouble in {"unknown", "ended"} else 0
        if answer.trouble == "rejected" or self._puzzles >= _PUZZLES:
            self._puzzles = 0
            _log.warning("replica_rejected", text=answer.text)
            await self._rebuild("rebuilding")
        elif answer.trouble:
            raise trouble(answer, self._view.replica)

    async def _check(self) -> None:
        """Rebuild a replica that is sound, but not of this database. Others may write between the two looks."""
        for _ in range(_LOOKS):
            there, here = await last_rows(self._remote, self._view.replica_readers)
            if there == here:
                self._checked = True
                return
            await self._fetch()
        _log.warning("replica_differs")
        await self._rebuild("rebuilding")
        self._checked = True

    async def _rebuild(self, connection: str) -> None:
        number = self._view.next_number
        path = self._home.replica(number)
        total = await self._remote.size()
        self._status.update(connection=connection, done=0, total=total, syncing=True, error=None)

        def tell(done: int) -> None:
            self._status.update(done=min(done, total))

        try:
            # It goes on with what an earlier try has brought, unless that is no good.
            answer = await self._ask(path, tell)
            if answer.trouble in _NO_GOOD:
                await asyncio.to_thread(delete, path)
                answer = await self._ask(path, tell)
        finally:
            self._status.update(done=0, total=0)
        if answer.trouble:
            raise trouble(answer, path)
        await self._view.turn_to(number)

    async def _ask(self, path: Path, progress: Callable[[int], None] | None = None) -> Fetched:
        self._home.folder.mkdir(parents=True, exist_ok=True)
        return await self._process.fetch(path, self._remote.url, await self._token(), progress=progress)

    def _frames(self) -> int:
        return frames_in(self._view.replica)

    async def _pause(self, seconds: float, early: asyncio.Event) -> bool:
        """Wait; whether it was ended early."""
        try:
            async with asyncio.timeout(seconds):
                await early.wait()
        except TimeoutError:
            return False
        return True
