"""One rate for everybody: questions to a server, spaced out over all processes and computers that share a database.

Who wants to ask takes the next free moment from the database, by the database's own clock, and waits for it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import as_int
from kkdesk.store.database import Database

_LABEL: Final = Bilingual("Σειρά για ερώτημα διεύθυνσης", "A turn to ask about an address")
_NOW: Final = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
# A moment that is further ahead than anybody waits is left from a clock that was wrong.
_NEXT: Final = f"CASE WHEN next_ms > {_NOW} + 60000 THEN {_NOW} ELSE max(next_ms, {_NOW}) END"
_TAKE: Final = f"""
INSERT INTO kk_geocode_pace (id, next_ms) VALUES (?1, {_NOW} + ?2)
ON CONFLICT (id) DO UPDATE SET next_ms = {_NEXT} + ?2 WHERE {_NEXT} - {_NOW} <= ?3
RETURNING max(next_ms - ?2 - {_NOW}, 0) AS wait_ms
"""
_sleep = asyncio.sleep


class Pace:
    """The moments of one server, by its `name`."""

    def __init__(self, db: Database, name: str, seconds_apart: float) -> None:
        """Two questions are at least `seconds_apart`."""
        self._db = db
        self._name = name
        self._apart = round(seconds_apart * 1000)

    async def turn(self, seconds: float) -> bool:
        """Wait for the next free moment; False, at once, when there is none within `seconds`.

        Raises the `StoreError` family and `Offline`.
        """
        take = Statement(_TAKE, (self._name, self._apart, max(round(seconds * 1000), 0)))
        applied = await self._db.apply(Change(_LABEL, (take,), at_primary=True))
        rows = applied.rows[0] if applied.rows else ()
        if not rows:
            # No room, or an answer that was lost on the way: then that moment passes unused.
            return False
        await _sleep(as_int(rows[0]["wait_ms"]) / 1000)
        return True
