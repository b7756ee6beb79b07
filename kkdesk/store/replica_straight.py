"""Delivering a change within the call that makes it: the usual case, while the server answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from kkdesk.model.change import Applied
from kkdesk.model.conflicts import somebody_else_changed
from kkdesk.model.errors import KKDeskError
from kkdesk.store.delivery import PASSING
from kkdesk.store.remote_change import Conflicted, Delivered, Refused, Repeated
from kkdesk.store.sync_errors import silent

if TYPE_CHECKING:
    from kkdesk.model.change import Change
    from kkdesk.store.delivery import Delivery
    from kkdesk.store.outbox_thread import OutboxThread
    from kkdesk.store.remote_change import Outcome
    from kkdesk.store.replica_follow import Follow
    from kkdesk.store.sync_status import SyncStatus

#: Seconds that a change waits for the server before its maker goes on without.
PATIENCE: Final = 0.25
#: Rows of parameters from which on a change is not tried within the call.
_MANY: Final = 500


class Straight:
    """`keep` puts a change into the outbox; `delivered` is called when the server has one."""

    def __init__(
        self,
        box: OutboxThread,
        delivery: Delivery,
        follow: Follow,
        status: SyncStatus,
        *,
        keep: Callable[[Change], Awaitable[None]],
        delivered: Callable[[], None],
    ) -> None:
        """Starts nothing yet."""
        self._box = box
        self._delivery = delivery
        self._follow = follow
        self._status = status
        self._keep = keep
        self._delivered = delivered
        self._late: set[asyncio.Task[None]] = set()

    async def may_go(self, change: Change) -> bool:
        """Whether `change` is worth trying now: nothing waits before it, it is short, and the server was there."""
        short = all(statement.many is None or len(statement.many) < _MANY for statement in change.statements)
        if self._status.state.waiting or not short:
            return False
        if self._status.state.connection == "starting":
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._delivery.recognised.wait()
        return self._delivery.recognised.is_set() and self._status.state.connection in {"starting", "online"}

    async def go(self, change: Change) -> Applied | None:
        """Keep and deliver at the same time; None when the server has not answered in time: the change waits.

        Raises `Conflict` and the refusals of the server; the change is then forgotten.
        """
        sending = asyncio.ensure_future(self._delivery.straight(change))
        try:
            await self._keep(change)
        except KKDeskError:
            # No room to keep it: what the server says counts, and it must be waited for.
            return await self._outcome(change, await sending)
        done, _ = await asyncio.wait({sending}, timeout=PATIENCE)
        if not done:
            self._delivery.note(silent())
            self._adopt(change, sending)
            return None
        try:
            outcome = sending.result()
        except PASSING as error:
            self._delivery.note(error)
            return None
        return await self._outcome(change, outcome)

    async def close(self) -> None:
        """Wait for no late answer any more."""
        for task in tuple(self._late):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, KKDeskError):
                await task

    async def _outcome(self, change: Change, outcome: Outcome) -> Applied | None:
        match outcome:
            case Delivered(applied):
                await self._is_there(change)
                return applied
            case Repeated():
                await self._is_there(change)
                return Applied(change.id, repeated=True)
            case Conflicted(failed):
                await self._box.do(lambda box: box.remove(change.id))
                raise somebody_else_changed(failed)
            case Refused(error) if not isinstance(error, PASSING):
                await self._box.do(lambda box: box.remove(change.id))
                raise error
            case _:
                return None

    async def _is_there(self, change: Change) -> None:
        await self._follow.expect(change.id)
        self._delivered()

    def _adopt(self, change: Change, sending: asyncio.Future[Outcome]) -> None:
        """The answer is late: what it says is noted when it comes."""
        self._delivery.late.add(change.id)

        async def note() -> None:
            try:
                await sending
            except PASSING as error:
                self._delivery.note(error)
            finally:
                self._delivery.late.discard(change.id)

        task = asyncio.ensure_future(note())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
