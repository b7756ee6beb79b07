"""Changes as steps of one batch, so that a change costs one round trip and is written whole, once and guarded.

Of each change: a transaction with its row in the ledger, its guards, images for undo, statements. A change begins only
when the one before it is settled, so that their order is kept whatever fails in the middle. Most changes are written:
a batch may leave out the steps that find out why one was not, and another batch then asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kkdesk.model.change import Applied, Change, FailedGuard
from kkdesk.model.conflicts import already_undone
from kkdesk.model.errors import KKDeskError
from kkdesk.model.row import SqlValue, as_int
from kkdesk.store.hrana import AllOf, AnyOf, Autocommit, Condition, Failed, Not, Step, Succeeded
from kkdesk.store.hrana_errors import step_error
from kkdesk.store.remote_guards import STOP, failed_guards, guard_checks, was_stopped
from kkdesk.store.undo import UNDO_SECONDS, after_statements, before_statements

if TYPE_CHECKING:
    from kkdesk.model.row import Row
    from kkdesk.store.hrana import BatchResult
    from kkdesk.store.undo import Columns


@dataclass(frozen=True, slots=True)
class Delivered:
    """The change was written; `applied_at` is in Unix seconds of the server's clock."""

    applied: Applied
    applied_at: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The ledger has the change: it was written before, and not now."""


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Guards did not hold; nothing was written."""

    failed: tuple[FailedGuard, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The database could not write the change, or would not; nothing was written."""

    error: KKDeskError


@dataclass(frozen=True, slots=True)
class NotTried:
    """Something before it was not settled."""


Outcome = Delivered | Repeated | Conflicted | Refused | NotTried


@dataclass(slots=True)
class ChangePlan:
    """Where in a batch the steps of one change are.

    `known` finds out whether the ledger has the change already, `reads` which guards do not hold: left out of a batch
    that does not ask. `parts` has the steps of each statement, the first and one too far, and whether its rows
    are wanted.
    """

    change: Change
    begin: int
    enter: int
    known: int | None = None
    undone: int | None = None
    checks: list[int] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    parts: list[tuple[int, int, bool]] = field(default_factory=list)
    entry_end: int = 0
    commit: int = -1

    def entered(self) -> Condition:
        """Holds when the change is new, and its guards hold."""
        needed = [self.enter if self.undone is None else self.undone, *self.checks]
        return _all([Succeeded(step) for step in needed])

    def settled(self) -> Condition:
        """Holds when the change is written, now or before, or certainly in conflict."""
        ways: list[Condition] = [Succeeded(self.commit)]
        if self.known is not None:
            ways.append(Succeeded(self.known))
        if self.reads:
            pairs = zip(self.checks, self.reads, strict=True)
            read = [AnyOf((Succeeded(check), Succeeded(read))) for check, read in pairs]
            ways.append(AllOf((AnyOf(tuple(Succeeded(step) for step in self.reads)), *read)))
        return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


class TooLong(Exception):
    """A change has more in it than one request should carry."""


def plan_change(
    change: Change, columns: Columns, steps: list[Step], before: ChangePlan | None, *, room: int, ask: bool
) -> tuple[ChangePlan, int]:
    """Add the steps of `change` to `steps`, to run once `before` is settled; and their size in bytes, about.

    `columns` has the tables of `change.undo`. Without `ask` the batch needs a `ROLLBACK` at its end. Raises `TooLong`
    above `room` bytes.
    """
    plan = plan_entry(change, steps, before, ask=ask)
    condition = plan.entered()
    size = sum(map(size_of, steps[plan.begin :]))
    for step, of_statement in body_of(change, columns):
        if step is None:
            plan.parts.append((len(steps), len(steps), False))
            continue
        size += size_of(step)
        if size > room:
            raise TooLong
        if of_statement:
            plan.parts[-1] = (plan.parts[-1][0], len(steps) + 1, step.want_rows)
        steps.append(Step(step.sql, step.args, condition, step.want_rows))
        condition = Succeeded(len(steps) - 1)
    plan.commit = len(steps)
    steps.append(Step("COMMIT", condition=condition, want_rows=False))
    if ask:
        steps.append(ROLLBACK)
    return plan, size


def plan_entry(change: Change, steps: list[Step], before: ChangePlan | None = None, *, ask: bool = True) -> ChangePlan:
    """Add the steps up to the guards: BEGIN, the row in the ledger, what is undone, what must hold."""
    begin = len(steps)
    plan = ChangePlan(change, begin, begin + 1)
    label = json.dumps({"el": change.label.el, "en": change.label.en}, ensure_ascii=False)
    undo_until = f"unixepoch() + {UNDO_SECONDS}" if change.undo else "NULL"
    steps += [
        Step("BEGIN IMMEDIATE", condition=before.settled() if before else None, want_rows=False),
        Step(
            "INSERT INTO kk_changes (id, label, actor, applied_at, undo_until, undo_of) "
            f"VALUES (?, ?, ?, unixepoch(), {undo_until}, ?)",
            (change.id, label, change.actor, change.undo_of),
            Succeeded(begin),
        ),
        # Not RETURNING: that takes the server as long as all the rest of a short change.
        Step("SELECT applied_at FROM kk_changes WHERE id = ?", (change.id,), Succeeded(plan.enter)),
    ]
    if ask:
        plan.known = len(steps)
        sql = f"SELECT CASE WHEN count(*) = 0 THEN {STOP} END FROM kk_changes WHERE id = ?"
        steps.append(Step(sql, (change.id,), AllOf((Succeeded(begin), Failed(plan.enter)))))
    last = plan.enter
    if change.undo_of is not None:
        last = plan.undone = len(steps) + 1
        steps += _mark_undone(change, Succeeded(plan.enter), len(steps))
    checks = guard_checks(change.guards)
    plan.checks = list(range(len(steps), len(steps) + len(checks)))
    steps += [Step(check.check, check.args, Succeeded(last)) for check in checks]
    if ask:
        plan.reads = list(range(len(steps), len(steps) + len(checks)))
        # Read inside the transaction: what is told is what the guards met.
        steps += [
            Step(check.read, check.args, AllOf((Succeeded(last), Failed(step))))
            for check, step in zip(checks, plan.checks, strict=True)
        ]
    plan.entry_end = len(steps)
    return plan


def body_of(change: Change, columns: Columns) -> Iterator[tuple[Step | None, bool]]:
    """What `change` writes, in order, without conditions; each with whether it is a statement's, and not an image's.

    None comes before the steps of each statement.
    """
    for image in before_statements(change, columns):
        yield Step(image.sql, image.args, want_rows=False), False
    for statement in change.statements:
        yield None, True
        if statement.many is None:
            yield Step(statement.sql, statement.args), True
            continue
        for args in statement.many:
            yield Step(statement.sql, args, want_rows=False), True
    for image in after_statements(change, columns):
        yield Step(image.sql, image.args, want_rows=False), False


def outcome_of(plan: ChangePlan, result: BatchResult) -> Outcome | None:
    """What became of the change of `plan`; None when it was not written and the batch did not ask why."""
    if result.results[plan.commit] is not None:
        rows, counts = answers_of(plan, result)
        return Delivered(Applied(plan.change.id, rows, counts), applied_at(plan, result))
    if plan.known is None:
        return None
    if (entry := entry_outcome(plan, result)) is not None:
        return entry
    errors = result.errors[plan.begin : plan.commit + 1]
    first = next((error for error in errors if error is not None), None)
    return NotTried() if first is None else Refused(step_error(first))


def entry_outcome(plan: ChangePlan, result: BatchResult) -> Outcome | None:
    """What became of the change, as far as the steps up to its guards tell; None when they let it through."""
    if plan.known is not None and result.results[plan.known] is not None:
        return Repeated()
    found = [read for step in plan.reads if (read := result.results[step]) is not None]
    failed_checks = [step for step in plan.checks if result.errors[step] is not None]
    if found and len(found) == len(failed_checks):
        return Conflicted(failed_guards(plan.change.guards, found))
    undone = None if plan.undone is None else result.errors[plan.undone]
    if undone is not None and was_stopped(undone):
        return Refused(already_undone())
    errors = [error for error in result.errors[plan.begin : plan.entry_end] if error is not None]
    if errors:
        # What stopped a check matters less than what kept it from being confirmed.
        return Refused(step_error(next((error for error in errors if not was_stopped(error)), errors[0])))
    return NotTried() if result.results[plan.begin] is None else None


def applied_at(plan: ChangePlan, result: BatchResult) -> int:
    """When the change was written, in Unix seconds of the server's clock."""
    entered = result.results[plan.enter + 1]
    return 0 if entered is None or not entered.rows else as_int(entered.rows[0][0])


def answers_of(plan: ChangePlan, result: BatchResult) -> tuple[tuple[tuple[Row, ...], ...], tuple[int, ...]]:
    """The rows of each statement, and how many rows it wrote."""
    rows: list[tuple[Row, ...]] = []
    counts: list[int] = []
    for first, end, wanted in plan.parts:
        answers = [answer for answer in result.results[first:end] if answer is not None]
        rows.append(tuple(row for answer in answers for row in answer.rows) if wanted else ())
        counts.append(sum(answer.count for answer in answers))
    return tuple(rows), tuple(counts)


def size_of(step: Step) -> int:
    """About how many bytes `step` is in a request."""
    return _FRAME + len(step.sql) + sum(map(_length, step.args))


#: Undoes what was not committed, whatever failed.
ROLLBACK: Final = Step("ROLLBACK", condition=Not(Autocommit()), want_rows=False)
#: Bytes around a statement, and around a value.
_FRAME: Final = 100
_AROUND: Final = 40


def _length(value: SqlValue) -> int:
    match value:
        case str():
            return _AROUND + len(value) * (1 if value.isascii() else 2)
        case bytes():
            return _AROUND + len(value) * 4 // 3
        case _:
            return _AROUND


def _mark_undone(change: Change, condition: Condition, first: int) -> list[Step]:
    return [
        Step(
            "UPDATE kk_changes SET undone_by = ? WHERE id = ? AND undone_by IS NULL AND undo_until > unixepoch()",
            (change.id, change.undo_of),
            condition,
        ),
        Step(
            f"SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM kk_changes WHERE id = ? AND undone_by = ?) THEN {STOP} END",
            (change.undo_of, change.id),
            Succeeded(first),
        ),
    ]


def _all(conditions: Sequence[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))
