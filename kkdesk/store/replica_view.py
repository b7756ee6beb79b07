"""Which file is read: the replica, or a fork of it while this computer's own changes are not in the replica yet."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kkdesk.model.errors import StoreError
from kkdesk.store.fork import Fork
from kkdesk.store.local import connect_to_read
from kkdesk.store.migrations import LATEST
from kkdesk.store.readers import Readers
from kkdesk.store.replica_file import connect_to_replica, delete_others, frames_in, is_begun

if TYPE_CHECKING:
    from kkdesk.model.change import Change
    from kkdesk.model.clock import Clock
    from kkdesk.model.row import Row
    from kkdesk.store.database import Args
    from kkdesk.store.outbox import Outbox
    from kkdesk.store.outbox_thread import OutboxThread

#: Facts of the outbox: the numbers of the replica and of the fork in use, and the frame that the fork was made of.
REPLICA_NUMBER: Final = "replica"
FORK_NUMBER: Final = "fork"
FORK_FRAMES: Final = "fork_frames"
#: So many changes are read from the outbox at once.
_TOGETHER: Final = 100


@dataclass(frozen=True, slots=True)
class ReplicaHome:
    """Where the replica, its forks and the outbox of a profile lie."""

    folder: Path
    outbox: Path

    def replica(self, number: int) -> Path:
        """The replica's file; each rebuilding takes the next number."""
        return self.folder / f"replica-{number}.db"

    def fork(self, number: int) -> Path:
        """A fork's file."""
        return self.folder / f"fork-{number}.db"


class ReplicaView:
    """Reads the fork where there is one, the replica else."""

    def __init__(self, home: ReplicaHome, box: OutboxThread, clock: Clock) -> None:
        """Use `open`."""
        self._home = home
        self._box = box
        self.clock = clock
        self._number = 0
        self._fork_number = 0
        self._epoch = 0
        self._closing: set[asyncio.Task[None]] = set()
        self.fork: Fork | None = None
        self.replica_readers = Readers(home.replica(0), connect_to_replica)
        self._readers = self.replica_readers

    async def open(self) -> None:
        """Find the replica in use, and the fork, where it is a fork of that replica as it is now."""
        number, fork, frames = await self._box.do(
            lambda box: tuple(int(box.fact(key) or 0) for key in (REPLICA_NUMBER, FORK_NUMBER, FORK_FRAMES))
        )
        self._number, self._fork_number = number, fork
        self._turn_to_replica(number)
        path = self._home.fork(fork)
        usable = bool(fork) and is_begun(path) and frames == frames_in(self.replica)
        await asyncio.to_thread(delete_others, self._home.folder, "fork-*.db", path if usable else None)
        if usable:
            self._turn_to_fork(Fork(path, self.clock))

    @property
    def replica(self) -> Path:
        """The replica's file."""
        return self._home.replica(self._number)

    @property
    def file(self) -> Path:
        """The file that is read now."""
        return self._readers.path

    @property
    def next_number(self) -> int:
        """The number of the replica that a rebuilding makes."""
        return self._number + 1

    async def is_readable(self) -> bool:
        """Whether there is something to read: a fork, or a replica that was filled once."""
        if self.fork is not None:
            return True
        try:
            return bool(await self.replica_readers.query("SELECT 1 FROM sqlite_master WHERE name = 'kk_changes'"))
        except StoreError:
            return False

    async def is_outdated(self) -> bool:
        """Whether the replica lacks migrations of this program, which then only a fork has."""
        rows = await self.replica_readers.query("SELECT count(*) FROM kk_migrations WHERE number <= ?", (LATEST,))
        return rows[0][0] != LATEST

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        return await self._readers.query(sql, args)

    async def data_version(self) -> int:
        """See `Database.data_version`: differs also when another file is read."""
        epoch = self._epoch
        return epoch * 1_000_000_000 + await self._readers.data_version()

    async def make_fork(self, without: str = "") -> Fork:
        """The fork, made where there is none, with all that waits but the change `without`.

        Reads turn to it at once. Raises the `StoreError` family: then they stay where they were.
        """
        if self.fork is None:
            await self._new_fork(without)
        if self.fork is None:
            raise RuntimeError("there is no fork")
        return self.fork

    async def rebase(self) -> None:
        """Make the fork anew from the replica as it is now: others have written, or a change was withdrawn."""
        await self._new_fork("")

    async def drop_fork(self) -> None:
        """Read the replica again: it has everything."""
        await self._keep({FORK_NUMBER: 0})
        fork, self.fork = self.fork, None
        self._turn_to(self.replica_readers)
        if fork is not None:
            self._later(fork.close(forget=True))

    async def turn_to(self, number: int) -> None:
        """Read another replica, one that was made anew."""
        await self._keep({REPLICA_NUMBER: number})
        self._turn_to_replica(number)
        await asyncio.to_thread(delete_others, self._home.folder, "replica-*.db", self.replica)

    async def take_in(self, without: str = "") -> None:
        """Bring into the fork what other processes have put into the outbox."""
        if self.fork is not None:
            await self._replay(self.fork, without)

    async def close(self) -> None:
        """Let go of all files; a fork stays for the next start."""
        while self._closing:
            await asyncio.gather(*tuple(self._closing), return_exceptions=True)
        if self.fork is not None:
            await self.fork.close()
            await self._readers.close()
        await self.replica_readers.close()

    async def _new_fork(self, without: str) -> None:
        number = self._fork_number = self._fork_number + 1
        fork = Fork(self._home.fork(number), self.clock)
        frames = frames_in(self.replica)
        try:
            await fork.copy(self.replica)
            await self._replay(fork, without)
            await self._keep({FORK_NUMBER: number, FORK_FRAMES: frames})
        except BaseException:
            await asyncio.shield(fork.close(forget=True))
            raise
        before = self.fork
        self._turn_to_fork(fork)
        if before is not None:
            self._later(before.close(forget=True))

    async def _replay(self, fork: Fork, without: str) -> None:
        async def unconfirmed(after: int) -> list[tuple[int, Change]]:
            found = await self._box.do(lambda box: box.unconfirmed(after, _TOGETHER))
            return [(seq, change) for seq, change in found if change.id != without]

        await fork.take_in(unconfirmed)

    async def _keep(self, facts: dict[str, int]) -> None:
        for key, value in facts.items():
            await self._box.do(partial(_keep, key=key, value=value))

    def _turn_to_fork(self, fork: Fork) -> None:
        self.fork = fork
        self._turn_to(Readers(fork.path, connect_to_read))

    def _turn_to_replica(self, number: int) -> None:
        before = self.replica_readers
        self._number = number
        self.replica_readers = Readers(self._home.replica(number), connect_to_replica)
        if self.fork is None:
            self._turn_to(self.replica_readers)
        if before is not self._readers:
            self._later(before.close())

    def _turn_to(self, readers: Readers) -> None:
        before, self._readers = self._readers, readers
        self._epoch += 1
        if before is not self.replica_readers and before is not readers:
            self._later(before.close())

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        task.add_done_callback(_retrieve)


def _keep(box: Outbox, *, key: str, value: int) -> None:
    box.keep_fact(key, value)


def _retrieve(task: asyncio.Future[None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        task.exception()
