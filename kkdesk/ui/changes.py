"""Telling every page what kinds of data changed, whoever changed them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, get_args

from PySide6.QtCore import QObject, Signal

from kkdesk.model.errors import StoreError

if TYPE_CHECKING:
    from kkdesk.store.database import Database

#: What a page may show. Every change is also one of the history, so `history` need not be named.
Kind = Literal[
    "customers",
    "tags",
    "segments",
    "campaigns",
    "mail",
    "settings",
    "organisation",
    "history",
]
Kinds = frozenset[Kind]
ALL_KINDS: Kinds = frozenset(get_args(Kind))

#: Seconds between two looks at `Database.data_version`; each takes some 20 µs on a thread of its own.
WATCH_SECONDS = 1.0
#: Seconds to leave a database alone that could not be asked.
FAILED_WATCH_SECONDS = 5.0


class ChangeBus(QObject):
    """One per program. `changed(kinds, initiator)`: the initiator has shown the change itself, or is None."""

    changed = Signal(object, object)

    def tell(self, kinds: Iterable[Kind], initiator: QObject | None = None) -> None:
        """Announce that data of `kinds` changed."""
        self.changed.emit(frozenset(kinds) | {"history"}, initiator)

    async def watch(self, db: Database) -> None:
        """Announce changes of every kind whenever anybody, in any process, has written. Ends when cancelled.

        Our own writes are announced a second time: SQLite's counter cannot tell them from other people's, and a
        refresh too many costs less than a change that is missed.
        """
        seen: int | None = None
        while True:
            try:
                version = await db.data_version()
            except StoreError:
                # Whoever reads or writes next is told why; the watch only tries again.
                await asyncio.sleep(FAILED_WATCH_SECONDS)
                continue
            if seen is not None and version != seen:
                self.tell(ALL_KINDS)
            seen = version
            await asyncio.sleep(WATCH_SECONDS)
