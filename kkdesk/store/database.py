"""The one interface through which every service reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kkdesk.model.change import Applied, Change
from kkdesk.model.clock import Clock
from kkdesk.model.row import Row, SqlValue

Args = Sequence[SqlValue]


class Database(Protocol):
    """A home of the data: the embedded file, the company's server, or a replica of it.

    Every method may raise the `StoreError` family (busy, damaged, full); none of them blocks the event loop.
    """

    @property
    def clock(self) -> Clock:
        """What the time is for what is written here: the company's server says so, where there is one."""
        ...

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """Rows of one SELECT. Cancelling the call interrupts the statement."""
        ...

    async def apply(self, change: Change) -> Applied:
        """Write `change` whole or not at all, and once however often it is given.

        Raises `Conflict` when a guard does not hold; nothing is written then.
        """
        ...

    async def data_version(self) -> int:
        """A number that differs from the last one when anybody, in any process, has written since."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of the data. May be called twice."""
        ...
