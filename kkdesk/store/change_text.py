"""Changes as text, as the outbox keeps them: a head, and the statements in parts of a bounded size."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, overload

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, FailedGuard, Guard, Statement, Touched
from kkdesk.model.row import SqlValue

#: Values in one part: some 200 kB as text, which takes 2 ms to read.
_VALUES_IN_PART: Final = 10_000

Parts = Callable[[], Iterable[str]]


class StoredStatements(Sequence[Statement]):
    """The statements of a stored change, read anew at each pass, so that a long one is never in memory as a whole.

    Statements with many rows of parameters come in several pieces.
    """

    def __init__(self, parts: Parts) -> None:
        """`parts` gives the texts that `parts_of` made, in their order."""
        self._parts = parts

    def __iter__(self) -> Iterator[Statement]:
        for part in self._parts():
            for sql, args, many in json.loads(part, object_hook=_value_from):
                yield Statement(sql, tuple(args), None if many is None else [tuple(row) for row in many])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return tuple(self)[index]


def head_of(change: Change) -> str:
    """All of a change but its statements."""
    return json.dumps(
        {
            "label": [change.label.el, change.label.en],
            "guards": [guard_values(guard) for guard in change.guards],
            "undo": [[t.table, t.keys, t.key_column, t.columns, t.below] for t in change.undo],
            "actor": change.actor,
            "undo_of": change.undo_of,
        },
        ensure_ascii=False,
        default=_value_to,
    )


def parts_of(change: Change) -> Iterator[str]:
    """The statements of a change, in texts of a bounded size."""
    waiting: list[Any] = []
    size = 0
    for sql, args, many, values in _pieces(change.statements):
        if waiting and size + values > _VALUES_IN_PART:
            yield _text(waiting)
            waiting, size = [], 0
        waiting.append((sql, args, many))
        size += values
    yield _text(waiting)


def change_from(change_id: str, head: str, parts: Parts) -> Change:
    """The change that `head_of` and `parts_of` were told of."""
    stored = json.loads(head, object_hook=_value_from)
    return Change(
        id=change_id,
        label=Bilingual(*stored["label"]),
        statements=StoredStatements(parts),
        guards=tuple(guard_from(values) for values in stored["guards"]),
        undo=tuple(Touched(t[0], tuple(t[1]), t[2], tuple(t[3]), t[4]) for t in stored["undo"]),
        actor=stored["actor"],
        undo_of=stored["undo_of"],
    )


def failed_text(failed: Sequence[FailedGuard]) -> str:
    """Guards that did not hold, as text."""
    return json.dumps(
        [[guard_values(item.guard), item.current, item.missing] for item in failed],
        ensure_ascii=False,
        default=_value_to,
    )


def failed_from(text: str) -> tuple[FailedGuard, ...]:
    """The guards that `failed_text` was told of."""
    found = json.loads(text, object_hook=_value_from)
    return tuple(FailedGuard(guard_from(guard), current, bool(missing)) for guard, current, missing in found)


def guard_values(guard: Guard) -> list[SqlValue]:
    """A guard as a list, in the order in which `guard_from` takes it."""
    return [guard.table, guard.row_id, guard.column, guard.old, guard.new]


def guard_from(values: Sequence[Any]) -> Guard:
    """The guard of such a list."""
    return Guard(*values)


def _pieces(statements: Iterable[Statement]) -> Iterator[tuple[str, Sequence[SqlValue], list[Any] | None, int]]:
    for statement in statements:
        if statement.many is None:
            yield statement.sql, statement.args, None, 1 + len(statement.args)
            continue
        rows = iter(statement.many)
        first = next(rows, None)
        together = max(1, _VALUES_IN_PART // max(1, len(first or ())))
        piece = [] if first is None else [first, *islice(rows, together - 1)]
        while piece:
            yield statement.sql, (), piece, sum(map(len, piece))
            piece = list(islice(rows, together))


def _text(statements: list[Any]) -> str:
    return json.dumps(statements, ensure_ascii=False, default=_value_to)


def _value_to(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"not a value of a database: {type(value).__name__}")


def _value_from(found: dict[str, Any]) -> Any:
    return base64.b64decode(found["base64"]) if found.keys() == {"base64"} else found
