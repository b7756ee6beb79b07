"""Hrana 3 as JSON: values both ways, batches of steps with conditions, results as rows.

Source: docs/HRANA_3_SPEC.md of github.com/tursodatabase/libsql.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StatementRefused
from kkdesk.model.row import SqlValue

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Holds when the step with this number ran without an error."""

    step: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Holds when the step with this number ended with an error.

    With sqld, and against the specification, also when it was passed over: ask for what comes before it too.
    """

    step: int


@dataclass(frozen=True, slots=True)
class Autocommit:
    """Holds when no transaction is open."""


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when `condition` does not."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every one of `conditions` does."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one of `conditions` does."""

    conditions: tuple[Condition, ...]


Condition = Succeeded | Failed | Autocommit | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a batch, passed over when `condition` does not hold. Steps count from 0 within their batch.

    Without `want_rows` the server may leave out the rows; sqld does not.
    """

    sql: str
    args: Sequence[SqlValue] = ()
    condition: Condition | None = None
    want_rows: bool = True


class RemoteRow:
    """A row that came over the network; satisfies `kkdesk.model.row.Row` as `sqlite3.Row` does."""

    __slots__ = ("_names", "_places", "_values")

    def __init__(self, names: tuple[str, ...], places: Mapping[str, int], values: tuple[SqlValue, ...]) -> None:
        """`places` has the position of each name in small letters; the rows of one result share it."""
        self._names = names
        self._places = places
        self._values = values

    def __getitem__(self, key: str | int, /) -> SqlValue:
        if isinstance(key, int):
            return self._values[key]
        place = self._places.get(key.lower())
        if place is None:
            raise IndexError(f"No item with that key: {key}")
        return self._values[place]

    def __iter__(self) -> Iterator[SqlValue]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RemoteRow):
            return NotImplemented
        return (self._names, self._values) == (other._names, other._values)

    def __hash__(self) -> int:
        return hash((self._names, self._values))

    def __repr__(self) -> str:
        # Values are people's data, and a row may end up in a log.
        return f"RemoteRow{self._names}"

    def keys(self) -> Sequence[str]:
        """The column names."""
        return list(self._names)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step that ran answered: its rows, and how many rows it inserted, updated or deleted."""

    rows: tuple[RemoteRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step failed: the server's text, and its code (`SQLITE_CONSTRAINT`, `TRANSACTION_TIMEOUT`, ...)."""

    message: str
    code: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """For each step its result or its error, or neither when it was passed over.

    `error` is set instead when the batch as a whole was refused: a text that is no SQL, an answer that is too long.
    `index` counts the pages that the server's database has ever written; None when the server does not say.
    """

    results: tuple[StepResult | None, ...] = ()
    errors: tuple[StepError | None, ...] = ()
    error: StepError | None = None
    index: int | None = None


def batch_request(steps: Sequence[Step]) -> Json:
    """The request of a pipeline that runs `steps`. Raises `StatementRefused` for a value that cannot be sent."""
    return {"type": "batch", "batch": {"steps": [_step(step) for step in steps]}}


def read_batch(answer: Json) -> BatchResult:
    """The result of such a request. Raises `KeyError`, `TypeError` or `ValueError` for what is not Hrana."""
    if answer["type"] == "error":
        return BatchResult(error=_error(answer["error"]))
    result = answer["response"]["result"]
    found = tuple(None if step is None else _result(step) for step in result["step_results"])
    errors = tuple(None if error is None else _error(error) for error in result["step_errors"])
    index = result.get("replication_index")
    return BatchResult(found, errors, index=None if index is None else int(index))


def to_json(value: SqlValue) -> Json:
    """A value as Hrana has it. Raises `StatementRefused` for an infinite number, which it has no form for."""
    match value:
        case None:
            return {"type": "null"}
        case str():
            return {"type": "text", "value": value}
        case int():
            return {"type": "integer", "value": str(int(value))}
        case float() if math.isnan(value):
            return {"type": "null"}  # As SQLite keeps it.
        case float() if math.isinf(value):
            raise unsendable()
        case float():
            return {"type": "float", "value": value}
        case _:
            return {"type": "blob", "base64": base64.b64encode(value).decode().rstrip("=")}


def from_json(value: Json) -> SqlValue:
    """A value of an answer. An infinite number, whose sign the answer lacks, becomes not-a-number."""
    match value["type"]:
        case "text":
            return str(value["value"])
        case "integer":
            return int(value["value"])
        case "null":
            return None
        case "float":
            number = value["value"]
            return math.nan if number is None else float(number)
        case "blob":
            text = value["base64"]
            return base64.b64decode(text + "=" * (-len(text) % 4))
        case kind:
            raise ValueError(f"an unknown type of value: {kind!r}")


def unsendable() -> StatementRefused:
    """The error for a value that JSON has no form for: an infinite number, half a character."""
    return StatementRefused(
        Bilingual("Μια τιμή δεν μπορεί να σταλεί στη βάση.", "A value cannot be sent to the database."),
        kept=Bilingual("Τίποτα δεν γράφτηκε.", "Nothing was written."),
        next_step=Bilingual("Διορθώστε την τιμή και δοκιμάστε ξανά.", "Correct the value and try again."),
    )


def _step(step: Step) -> Json:
    statement: Json = {"sql": step.sql}
    if step.args:
        statement["args"] = [to_json(value) for value in step.args]
    if not step.want_rows:
        statement["want_rows"] = False
    if step.condition is None:
        return {"stmt": statement}
    return {"stmt": statement, "condition": _condition(step.condition)}


def _condition(condition: Condition) -> Json:
    match condition:
        case Succeeded(step):
            return {"type": "ok", "step": step}
        case Failed(step):
            return {"type": "error", "step": step}
        case Autocommit():
            return {"type": "is_autocommit"}
        case Not(inner):
            return {"type": "not", "cond": _condition(inner)}
        case AllOf(conditions):
            return {"type": "and", "conds": [_condition(inner) for inner in conditions]}
        case AnyOf(conditions):
            return {"type": "or", "conds": [_condition(inner) for inner in conditions]}


def _result(result: Json) -> StepResult:
    names = tuple(str(column["name"] or "") for column in result["cols"])
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name.lower(), place)
    rows = tuple(RemoteRow(names, places, tuple(map(from_json, values))) for values in result["rows"])
    return StepResult(rows, int(result["affected_row_count"]))


def _error(error: Json) -> StepError:
    return StepError(str(error["message"]), str(error.get("code") or ""))
