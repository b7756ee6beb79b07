"""Whether the replica has what this computer has delivered."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING

from kkdesk.model.errors import StoreError
from kkdesk.store.outbox import Outbox

if TYPE_CHECKING:
    from kkdesk.store.delivery import Delivery
    from kkdesk.store.outbox_thread import OutboxThread
    from kkdesk.store.replica_view import ReplicaView


class Follow:
    """Delivered changes that the replica was not yet seen to have."""

    def __init__(self, box: OutboxThread, view: ReplicaView, delivery: Delivery) -> None:
        """Knows of nothing before `load`."""
        self._box = box
        self._view = view
        self._delivery = delivery
        self._missing = 0
        self._all_here = asyncio.Event()
        self._version: int | None = None

    @property
    def expecting(self) -> bool:
        """Whether a delivered change is not in the replica yet."""
        return self._missing > 0

    async def load(self) -> None:
        """Take over what an earlier run of the program has left."""
        counts = await self._box.do(lambda box: box.counts())
        self._set(counts.delivered)

    async def expect(self, change_id: str) -> None:
        """The server has this one: it will be in the replica."""
        await self._box.do(lambda box: box.mark_delivered([change_id]))
        self._set(self._missing + 1)

    def renew(self) -> None:
        """There is more to wait for; `look` counts."""
        self._set(max(self._missing, 1))

    async def arrived(self, seconds: float) -> bool:
        """Wait for all of them, but no longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._all_here.wait()
        except TimeoutError:
            return False
        return True

    async def look(self) -> bool:
        """Look into the replica; whether it has changed since the last look."""
        try:
            version = await self._view.replica_readers.data_version()
            while ids := await self._box.do(lambda box: box.delivered()):
                found = await self._view.replica_readers.query(
                    "SELECT id FROM kk_changes WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
                )
                seen = [str(row["id"]) for row in found]
                if not seen:
                    break
                now = self._view.clock()
                await self._box.do(partial(Outbox.mark_seen, ids=seen, now=now))
        except StoreError:
            # Whoever reads the replica meets it too, and has it rebuilt.
            return False
        await self.load()
        changed, self._version = version != self._version, version
        return changed

    def _set(self, missing: int) -> None:
        self._missing = missing
        if missing:
            self._all_here.clear()
        else:
            self._all_here.set()
