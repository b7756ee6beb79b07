"""A second process of a profile: it reads what the first one reads, and leaves its changes in the outbox for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import NotAllowed
from kkdesk.store.local import connect_to_read
from kkdesk.store.outbox_thread import OutboxThread
from kkdesk.store.readers import Readers
from kkdesk.store.replica_file import connect_to_replica

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.model.row import Row
    from kkdesk.store.database import Args


@dataclass(frozen=True, slots=True)
class GuestPlace:
    """Where a guest reads and writes, as plain data that another process can be given."""

    view: Path
    outbox: Path
    is_fork: bool

    async def open(self, clock: Clock) -> ReplicaGuest:
        """Open it, in the process that works there."""
        return ReplicaGuest(self, clock)


class ReplicaGuest:
    """Implements `kkdesk.store.database.Database`. Its own changes are not in what it reads: they wait for the host."""

    def __init__(self, place: GuestPlace, clock: Clock) -> None:
        """Opens nothing yet."""
        self._place = place
        self.clock = clock
        self._readers = Readers(place.view, connect_to_read if place.is_fork else connect_to_replica)
        self._box = OutboxThread(place.outbox)

    @property
    def file(self) -> Path:
        """The file that is read."""
        return self._place.view

    def place(self) -> GuestPlace:
        """Where this guest is."""
        return self._place

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        return await self._readers.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        """Keep the change for the host: it is on the disk when this returns. The answer has no rows and no counts.

        Raises `NotAllowed` for what needs the server's word.
        """
        if change.at_primary:
            raise NotAllowed(
                Bilingual(
                    "Όσο είναι ανοιχτό το παράθυρο του KK Desk, αυτό γίνεται από εκεί.",
                    "While the window of KK Desk is open, this is done there.",
                ),
                kept=Bilingual("Τίποτα δεν ξεκίνησε.", "Nothing was begun."),
            )
        now = self.clock()
        await self._box.do(lambda box: box.append(change, now))
        return Applied(change.id)

    async def data_version(self) -> int:
        """See `Database.data_version`."""
        return await self._readers.data_version()

    async def close(self) -> None:
        """See `Database.close`."""
        await asyncio.gather(self._readers.close(), self._box.close())
