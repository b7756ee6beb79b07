"""`RemoteDatabase`: the company's database over the network, on Turso or on a server of one's own (sqld)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from kkdesk.model.change import Applied
from kkdesk.model.conflicts import somebody_else_changed
from kkdesk.model.errors import DatabaseBusy, KKDeskError, Offline, SignInNeeded, StoreError
from kkdesk.model.row import as_int, as_text
from kkdesk.store.hrana import BatchResult, Step, Succeeded
from kkdesk.store.hrana_client import HranaClient, Timeouts
from kkdesk.store.hrana_errors import busy, only_reads, step_error, unreachable
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.readers import closed
from kkdesk.store.remote_change import (
    ROLLBACK,
    ChangePlan,
    Conflicted,
    Delivered,
    NotTried,
    Outcome,
    Refused,
    Repeated,
    TooLong,
    outcome_of,
    plan_change,
)
from kkdesk.store.remote_stream import deliver_long

if TYPE_CHECKING:
    from kkdesk.model.change import Change
    from kkdesk.model.row import Row
    from kkdesk.store.database import Args
    from kkdesk.store.hrana import StepResult
    from kkdesk.store.undo import Columns

T = TypeVar("T")
Token = Callable[[], Awaitable[str]]

#: Changes that are few enough to be put into steps on the event loop.
_FEW: Final = 10
#: Bytes: changes in one request, about; one that is longer than `_LONG` gets a stream of its own.
_TOGETHER: Final = 1_000_000
_LONG: Final = 2_000_000
#: Seconds that the columns of tables are remembered: others may add some, and images are to have them.
_COLUMNS_KEPT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The server now: its clock (Unix seconds), and the number of the last page it wrote, 0 when it does not say."""

    now: int
    index: int


class RemoteDatabase:
    """Implements `kkdesk.store.database.Database`; every call is a round trip."""

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        timeouts: Timeouts | None = None,
        clock: PrimaryClock | None = None,
        refused: Callable[[str], None] | None = None,
    ) -> None:
        """Connects at the first call. `refused` hears of a token that the server does not take (`HranaClient`).

        Raises `InvalidInput` for what is no database's address.
        """
        self.url = url
        #: The server's time, as of the last `pulse`.
        self.clock = clock or PrimaryClock()
        self._client = HranaClient(url, token, timeouts=timeouts, refused=refused)
        self._columns: Columns = {}
        self._columns_until = 0.0
        self._unnumbered = 0
        self._closed = False

    @classmethod
    async def open(cls, url: str, token: Token, *, timeouts: Timeouts | None = None) -> RemoteDatabase:
        """The database, after a first look: raises `Offline`, `SignInNeeded`, `DatabaseNewer`, `StoreError`."""
        from kkdesk.store.remote_migrate import pending

        db = cls(url, token, timeouts=timeouts)
        try:
            await pending(db._client)
        except BaseException:
            await db.close()
            raise
        return db

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`. Raises `Offline`, `SignInNeeded` too. Cancelling ends the wait at once."""
        # In a transaction that is undone: what writes goes through `apply`, where it happens once.
        steps = [Step("BEGIN", want_rows=False), Step(sql, tuple(args), Succeeded(0)), ROLLBACK]
        answer = _answer_of(await self._batch(steps), 1)
        if answer.count:
            raise only_reads()
        return list(answer.rows)

    async def apply(self, change: Change) -> Applied:
        """See `Database.apply`. With `Offline` and `SignInNeeded` it is unknown whether the change was written.

        It may be given again then: a change with the same id is written once. When its answer was lost on the way, it
        comes back as repeated, without rows.
        """
        match (await self.deliver([change]))[0]:
            case Delivered(applied):
                return applied
            case Repeated():
                return Applied(change.id, repeated=True)
            case Conflicted(failed):
                raise somebody_else_changed(failed)
            case Refused(error):
                raise error
            case NotTried():
                raise unreachable()

    async def deliver(self, changes: Sequence[Change]) -> list[Outcome]:
        """What became of each of `changes`, which are written in their order.

        A change begins when the one before it is written or in conflict; after a refused one the rest is not tried.
        Raises `Offline`, `SignInNeeded` and `DatabaseBusy` when nothing is known of the first.
        """
        outcomes: list[Outcome] = []
        ask = False
        while len(outcomes) < len(changes):
            try:
                found = await self._some(changes[len(outcomes) :], ask=ask)
            except (Offline, SignInNeeded, DatabaseBusy):
                if not outcomes:
                    raise
                break
            known = [outcome for outcome in found if outcome is not None]
            outcomes += known
            # What was not written is given once more, and asked about.
            ask = len(known) < len(found)
            if known and not isinstance(known[-1], Delivered | Repeated | Conflicted):
                break
        return outcomes + [NotTried()] * (len(changes) - len(outcomes))

    async def data_version(self) -> int:
        """See `Database.data_version`. A server that does not number its pages gives a new one at each call."""
        index = (await self.pulse()).index
        if index:
            return index
        self._unnumbered -= 1
        return self._unnumbered

    async def pulse(self) -> Pulse:
        """How the server is; puts `clock` right. Raises what `query` does."""
        result = await self._batch([Step("SELECT unixepoch() AS now")])
        now = as_int(_answer_of(result, 0).rows[0]["now"])
        self.clock.adjust(now)
        return Pulse(now, result.index or 0)

    async def now(self) -> int:
        """The server's clock, in Unix seconds. Raises what `query` does."""
        return (await self.pulse()).now

    async def size(self) -> int:
        """The database's size in bytes. Raises what `query` does."""
        rows = await self.query("SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()")
        return as_int(rows[0]["size"])

    async def migrate(self) -> list[str]:
        """Run what is pending; the names of the migrations that ran. Several computers may do it at once.

        Raises `DatabaseNewer` and what `query` does.
        """
        from kkdesk.store.remote_migrate import migrate

        ran = await migrate(self._client)
        self._columns = {}
        return ran

    async def close(self) -> None:
        """See `Database.close`."""
        self._closed = True
        await self._client.close()

    async def _batch(self, steps: Sequence[Step]) -> BatchResult:
        if self._closed:
            raise closed()
        return (await self._client.batch([steps]))[0]

    async def _some(self, changes: Sequence[Change], *, ask: bool) -> Sequence[Outcome | None]:
        """What became of the first of `changes`, as many as one request takes; None ends it without `ask`."""
        if self._closed:
            raise closed()
        columns = await self._know_columns(changes)
        steps: list[Step] = []
        # Many are put into steps, and read out of them, on a thread: 200 take 30 ms.
        many = len(changes) > _FEW
        plans = await _threaded(lambda: _plans(changes, columns, steps, ask=ask), many)
        if not plans:
            return await self._told(changes, [await deliver_long(self._client, changes[0], columns)])
        refusal: KKDeskError
        try:
            result = (await self._client.batch([steps]))[0]
        except StoreError as error:
            refusal = error
        else:
            if result.error is None:
                outcomes = await _threaded(lambda: [outcome_of(plan, result) for plan in plans], many)
                return await self._told(changes, outcomes)
            refusal = step_error(result.error)
        # Nothing was run. Alone, each change answers for itself.
        return [Refused(refusal)] if len(plans) == 1 else await self._some(changes[:1], ask=ask)

    async def _told(self, changes: Sequence[Change], outcomes: Sequence[Outcome | None]) -> Sequence[Outcome | None]:
        """`outcomes` as far as something is known, and the first refusal looked at twice."""
        for place, outcome in enumerate(outcomes):
            if outcome is None or isinstance(outcome, Refused | NotTried):
                return [*outcomes[:place], outcome and await self._again(changes[place], outcome)]
        return outcomes

    async def _again(self, change: Change, outcome: Outcome) -> Outcome:
        """`outcome`, or that of a second try when the columns that the images were made with are not those there."""
        if not isinstance(outcome, Refused) or not change.undo or "column" not in outcome.error.what.en:
            return outcome
        before, self._columns = self._columns, {}
        await self._know_columns([change])
        return outcome if before == self._columns else (await self._some([change], ask=True))[0] or outcome

    async def _know_columns(self, changes: Sequence[Change]) -> Columns:
        """The columns of all tables whose rows `changes` keep images of."""
        tables = {touched.table for change in changes for touched in change.undo}
        now = asyncio.get_running_loop().time()
        if tables and (now > self._columns_until or not tables <= self._columns.keys()):
            found: dict[str, list[str]] = {}
            for row in await self.query(
                "SELECT m.name AS tbl, c.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                "WHERE m.type = 'table' ORDER BY m.name, c.cid"
            ):
                found.setdefault(as_text(row["tbl"]), []).append(as_text(row["col"]))
            self._columns, self._columns_until = found, now + _COLUMNS_KEPT
        # A table that is not there: the server says so, in its own words.
        return {**self._columns, **{table: ["id"] for table in tables - self._columns.keys()}}


async def _threaded(work: Callable[[], T], on_thread: bool) -> T:  # noqa: FBT001 - said by its name
    return await asyncio.to_thread(work) if on_thread else work()


def _answer_of(result: BatchResult, place: int) -> StepResult:
    """The answer of one step. Raises what it, or a step before it, met."""
    error = result.error or next((error for error in result.errors if error is not None), None)
    if error is not None:
        raise step_error(error)
    answer = result.results[place]
    if answer is None:
        raise busy()
    return answer


def _plans(changes: Sequence[Change], columns: Columns, steps: list[Step], *, ask: bool) -> list[ChangePlan]:
    """As many changes as one request takes; none when already the first is too long."""
    plans: list[ChangePlan] = []
    room = _LONG
    for change in changes:
        begin = len(steps)
        before = plans[-1] if plans else None
        try:
            plan, size = plan_change(change, columns, steps, before, room=room, ask=ask)
        except TooLong:
            del steps[begin:]
            break
        plans.append(plan)
        room = (_TOGETHER if len(plans) == 1 else room) - size
    steps.append(ROLLBACK)
    return plans
