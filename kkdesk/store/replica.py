"""`ReplicaDatabase`: the desktop's. Reads the replica's file, sends changes to the company's database by the outbox.

A change is safe on this computer's disk before `apply` returns. While the server answers, it is delivered within that
call; else it waits, and reads come from a fork of the replica that has it. Reads never wait for the network, but for
one case: right after one's own change they give the replica a moment to follow (`FOLLOW_SECONDS`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import Conflict, DatabaseDamaged, KKDeskError, Offline, StoreError
from kkdesk.store.delivery import Delivery
from kkdesk.store.outbox_thread import OutboxThread
from kkdesk.store.readers import closed
from kkdesk.store.replica_follow import Follow
from kkdesk.store.replica_guest import GuestPlace
from kkdesk.store.replica_straight import Straight
from kkdesk.store.replica_sync import ReplicaSync
from kkdesk.store.replica_view import ReplicaView
from kkdesk.store.sync_errors import needs_server, silent
from kkdesk.store.sync_status import SyncStatus

if TYPE_CHECKING:
    from pathlib import Path

    from kkdesk.model.row import Row
    from kkdesk.store.database import Args
    from kkdesk.store.remote import RemoteDatabase
    from kkdesk.store.remote_change import Outcome
    from kkdesk.store.replica_view import ReplicaHome

SendLong = Callable[[str], Awaitable["Outcome"]]

#: Seconds that a read waits for the replica to have one's own change of a moment ago.
FOLLOW_SECONDS: Final = 0.25
#: Seconds between two looks at the server while waiting changes leave.
FOLLOW_PAUSE: Final = 2.0
#: Seconds that what needs the server's word waits for it.
PRIMARY_SECONDS: Final = 15.0
#: Seconds that closing waits for what can still be delivered.
CLOSING_SECONDS: Final = 3.0
#: Seconds between two forks made anew because others have written: each costs a copy of the file.
REBASE_SECONDS: Final = 10.0
#: Seconds that what waits is given to leave before the fork is made anew: mostly it is soon not needed.
LEAVING_SECONDS: Final = 60.0


class ReplicaDatabase:
    """Implements `kkdesk.store.database.Database` for the one process of a profile that syncs and delivers."""

    def __init__(
        self,
        home: ReplicaHome,
        remote: RemoteDatabase,
        token: Callable[[], Awaitable[str]],
        send_long: SendLong,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        """Call `start` before anything else. `on_close` is called when all is put away.

        `send_long` delivers one change of the outbox, too long for the window's process, from a process of its own.
        """
        self.remote = remote
        self._on_close = on_close
        self.clock = remote.clock
        self.status = SyncStatus()
        self.box = OutboxThread(home.outbox)
        self.view = ReplicaView(home, self.box, self.clock)
        self.delivery = Delivery(
            remote,
            self.box,
            self.status,
            self.clock,
            settled=self._settled,
            send_long=send_long,
        )
        self.sync = ReplicaSync(
            home, self.view, remote, token, self.status, self.box, self._fetched, self.delivery.recognised.set
        )
        self._follow = Follow(self.box, self.view, self.delivery)
        self._straight = Straight(
            self.box, self.delivery, self._follow, self.status, keep=self._keep, delivered=self.sync.want
        )
        # Changes are made one after the other: their order here is the order in which they are delivered.
        self._order = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._rebuilding: asyncio.Task[None] | None = None
        self._outdated = False
        self._rebased = 0.0
        self._followed = 0.0
        self._closed = False

    async def start(self) -> None:
        """Open what is there; the first time, or where the file is no good, all is fetched before this returns.

        `status` can be listened to meanwhile. Raises `Offline` and `SignInNeeded` only when there is nothing to read,
        and the `StoreError` family.
        """
        await self.view.open()
        if not await self.view.is_readable():
            await self.sync.first()
        await self._follow.load()
        await self.delivery.recount()
        wanted = self.status.state.waiting or await self.view.is_outdated()
        if wanted and self.view.fork is None:
            await self.view.make_fork()
        else:
            await self.view.take_in()
        self._tasks = [asyncio.create_task(self.sync.run()), asyncio.create_task(self.delivery.run())]
        self.sync.want()
        self.delivery.wake()

    @property
    def file(self) -> Path:
        """The file that is read now."""
        return self.view.file

    def place(self) -> GuestPlace:
        """Where another process of this computer reads and writes, as things are now."""
        return GuestPlace(self.view.file, self.box.path, is_fork=self.view.fork is not None)

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        await self._up_to_date()
        try:
            return await self.view.query(sql, args)
        except DatabaseDamaged:
            await self._rebuilt()
            return await self.view.query(sql, args)

    async def data_version(self) -> int:
        """See `Database.data_version`."""
        await self._up_to_date()
        return await self.view.data_version()

    async def apply(self, change: Change) -> Applied:
        """See `Database.apply`. A change that cannot be delivered now waits, also over the end of the program.

        With `at_primary` it never waits: `Offline` is raised. Cancelling does not take a change back.
        """
        if self._closed:
            raise closed()
        if change.at_primary:
            return await self._at_primary(change)
        return await asyncio.shield(asyncio.ensure_future(self._apply(change)))

    async def close(self) -> None:
        """See `Database.close`. What waits, waits on."""
        if self._closed:
            return
        if self.status.state.waiting and self.status.state.connection == "online":
            with contextlib.suppress(TimeoutError, KKDeskError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self.delivery.drain()
        self._closed = True
        for task in (*self._tasks, self._rebuilding):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, KKDeskError):
                    await task
        await self._straight.close()
        await self.sync.close()
        await self.view.close()
        await self.box.close()
        await self.remote.close()
        self._on_close()

    async def show_waiting(self) -> None:
        """Something that was withdrawn waits again: it is read again, and delivered."""
        async with self._order:
            if self.view.fork is None:
                await self.view.make_fork()
            else:
                await self.view.rebase()
            await self.delivery.recount()
        self.delivery.wake(at_once=True)

    async def _apply(self, change: Change) -> Applied:
        async with self._order:
            await self._take_in_others()
            if self.view.fork is None and await self._straight.may_go(change):
                applied = await self._straight.go(change)
                if applied is not None:
                    return applied
                tried = True
            else:
                self.delivery.held.add(change.id)
                await self._keep(change)
                tried = False
            try:
                return await self._in_fork(change, tried=tried)
            finally:
                self.delivery.held.discard(change.id)
                await self.delivery.recount()
                self.delivery.wake()

    async def _in_fork(self, change: Change, *, tried: bool) -> Applied:
        """The change as this computer sees it, before the server does."""
        try:
            fork = await self.view.make_fork(without=change.id)
            return await fork.apply(change)
        except (Conflict, StoreError):
            if tried:
                # Perhaps the server has it: it is kept, and asked for again.
                raise silent() from None
            await self.box.do(lambda box: box.remove(change.id))
            raise

    async def _keep(self, change: Change) -> None:
        now = self.clock()
        await self.box.do(lambda box: box.append(change, now))

    async def _at_primary(self, change: Change) -> Applied:
        async with self._order:
            try:
                async with asyncio.timeout(PRIMARY_SECONDS):
                    await self.delivery.drain()
                    applied = await self.remote.apply(change)
            except TimeoutError:
                raise needs_server() from None
            except Offline as error:
                self.delivery.note(error)
                raise needs_server() from error
            await self._keep(change)
            await self._follow.expect(change.id)
        self.sync.want()
        return applied

    async def _up_to_date(self) -> None:
        """Let reads include what this computer has written."""
        if self._closed:
            raise closed()
        if self.box.written_by_others() and not self._order.locked():
            async with self._order:
                await self._take_in_others()
        if self.view.fork is None and self._follow.expecting and not await self._follow.arrived(FOLLOW_SECONDS):
            async with self._order:
                if self._follow.expecting:
                    await self.view.make_fork()

    async def _take_in_others(self) -> None:
        """Another process of this computer has put changes into the outbox."""
        if not self.box.written_by_others():
            return
        self.box.taken_in()
        await self.delivery.recount()
        if self.status.state.waiting:
            if self.view.fork is None:
                await self.view.make_fork()
            else:
                await self.view.take_in()
            self.delivery.wake()

    async def _fetched(self) -> None:
        """The replica may have more than before."""
        changed = await self._follow.look()
        if self.status.state.waiting:
            self.delivery.wake(at_once=True)
        if self.view.fork is None:
            return
        async with self._order:
            all_here = not self.status.state.waiting and not self._follow.expecting
            if all_here and not await self.view.is_outdated():
                await self.view.drop_fork()
                self._outdated = self.delivery.withdrawn = False
                return
            self._outdated = self._outdated or changed or self.delivery.withdrawn
            if self._outdated and self._may_rebase():
                self._outdated = self.delivery.withdrawn = False
                await self.view.rebase()
                self._rebased = asyncio.get_running_loop().time()

    def _may_rebase(self) -> bool:
        now = asyncio.get_running_loop().time()
        leaving = self.delivery.leaving_since
        return now - self._rebased > REBASE_SECONDS and (leaving is None or now - leaving > LEAVING_SECONDS)

    def _settled(self) -> None:
        """Something was delivered, or withdrawn."""
        self._follow.renew()
        now = asyncio.get_running_loop().time()
        # While many leave, the replica follows them now and then; after the last one at once.
        if not self.status.state.waiting or now - self._followed > FOLLOW_PAUSE:
            self._followed = now
            self.sync.want()

    async def _rebuilt(self) -> None:
        """The file cannot be read: make it anew, from the server. Raises `Offline` when that cannot be reached."""
        if self.view.fork is not None and self.view.file == self.view.fork.path:
            await self.view.rebase()
            return
        if self._rebuilding is None or self._rebuilding.done():
            self.sync.recheck()
            self._rebuilding = asyncio.ensure_future(self.sync.rebuild())
        await asyncio.shield(self._rebuilding)
