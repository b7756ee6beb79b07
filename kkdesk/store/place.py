"""Where a database is, as plain data that another process can be given to open it there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database


class Place(Protocol):
    """Can be pickled."""

    async def open(self, clock: Clock) -> Database:
        """Open the database, in the process that works there; the caller closes it. Raises the `StoreError` family."""
        ...


@runtime_checkable
class Placed(Protocol):
    """A database that is read from a file on this computer."""

    @property
    def file(self) -> Path:
        """The file that is read now; it may be another one a moment later. Can be asked on any thread."""
        ...

    def place(self) -> Place:
        """Where it is now; to be asked each time."""
        ...


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """An embedded file, which whoever gives the place has made and brought up to date."""

    path: Path

    async def open(self, clock: Clock) -> Database:
        """See `Place.open`."""
        from kkdesk.store.local import LocalDatabase

        return LocalDatabase(self.path, clock)
