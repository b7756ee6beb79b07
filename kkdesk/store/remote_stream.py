"""A change too long for one request: one transaction over several, on one connection of the server."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from kkdesk.model.change import Applied
from kkdesk.model.errors import DatabaseBusy, KKDeskError, Offline, StoreError
from kkdesk.store.hrana import Autocommit, Condition, Not, Step, Succeeded
from kkdesk.store.hrana_errors import busy, step_error
from kkdesk.store.remote_change import (
    ROLLBACK,
    Delivered,
    Refused,
    applied_at,
    body_of,
    entry_outcome,
    plan_entry,
    size_of,
)

if TYPE_CHECKING:
    from kkdesk.model.change import Change
    from kkdesk.model.row import Row
    from kkdesk.store.hrana import BatchResult
    from kkdesk.store.hrana_client import HranaClient, HranaStream
    from kkdesk.store.remote_change import Outcome
    from kkdesk.store.undo import Columns

#: Bytes of one request, about.
PIECE: Final = 1_000_000
#: How often it is begun anew when the stream is lost: the server ends a transaction that others wait 5 s for.
_TRIES: Final = 3


async def deliver_long(client: HranaClient, change: Change, columns: Columns) -> Outcome:
    """What became of `change`. Raises `Offline` and `SignInNeeded`; whether it was written is not known then."""
    for number in range(1, _TRIES + 1):
        stream = client.stream()
        try:
            outcome = await _LongChange(stream, change, columns).deliver()
        except StoreError as error:
            return Refused(error)
        except Offline:
            # The ledger tells the next try when only the answer to COMMIT was lost.
            if number == _TRIES:
                raise
            continue
        finally:
            with contextlib.suppress(KKDeskError):
                await stream.close()
        if number == _TRIES or not (isinstance(outcome, Refused) and isinstance(outcome.error, DatabaseBusy)):
            return outcome
    raise AssertionError("the last try returns or raises")


class _LongChange:
    def __init__(self, stream: HranaStream, change: Change, columns: Columns) -> None:
        self._stream = stream
        self._change = change
        self._columns = columns
        self._rows: list[tuple[Row, ...]] = []
        self._counts: list[int] = []

    async def deliver(self) -> Outcome:
        entry: list[Step] = []
        plan = plan_entry(self._change, entry)
        # An entry that fails leaves its transaction open for the next request, which is the closing one.
        entered = await self._stream.batch(entry)
        if entered.error is not None:
            return Refused(step_error(entered.error))
        if (outcome := entry_outcome(plan, entered)) is not None:
            return outcome
        if (refused := await self._body()) is not None:
            return refused
        end = await self._stream.batch([Step("COMMIT", condition=_STILL_OPEN, want_rows=False), ROLLBACK], last=True)
        if (failed := _failed(end, 1)) is not None:
            return failed
        applied = Applied(self._change.id, tuple(self._rows), tuple(self._counts))
        return Delivered(applied, applied_at(plan, entered))

    async def _body(self) -> Refused | None:
        steps: list[Step] = []
        owners: list[int] = []
        size = 0
        for step, of_statement in body_of(self._change, self._columns):
            if step is None:
                self._rows.append(())
                self._counts.append(0)
                continue
            if steps and size + size_of(step) > PIECE:
                if (refused := await self._send(steps, owners)) is not None:
                    return refused
                steps, owners, size = [], [], 0
            condition: Condition = Succeeded(len(steps) - 1) if steps else _STILL_OPEN
            steps.append(Step(step.sql, step.args, condition, step.want_rows))
            owners.append(len(self._counts) - 1 if of_statement else -1)
            size += size_of(step)
        return await self._send(steps, owners)

    async def _send(self, steps: list[Step], owners: list[int]) -> Refused | None:
        result = await self._stream.batch(steps)
        if (failed := _failed(result, len(steps))) is not None:
            return failed
        for step, owner, answer in zip(steps, owners, result.results, strict=True):
            if owner >= 0 and answer is not None:
                self._rows[owner] += answer.rows if step.want_rows else ()
                self._counts[owner] += answer.count
        return None


_STILL_OPEN: Final = Not(Autocommit())


def _failed(result: BatchResult, steps: int) -> Refused | None:
    """Why the first `steps` did not all run. The transaction was ended by the server when they were passed over."""
    error = result.error or next((error for error in result.errors if error is not None), None)
    if error is not None:
        return Refused(step_error(error))
    if any(answer is None for answer in result.results[:steps]):
        return Refused(busy())
    return None
