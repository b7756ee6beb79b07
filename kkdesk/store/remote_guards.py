"""Guards as SQL that stops a batch: one statement that fails unless all hold, and one that reads what is there instead.

Ten thousand guards are one step: they travel as JSON, but for values that JSON does not hold exactly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from kkdesk.model.change import WHOLE_ROW, FailedGuard, Guard
from kkdesk.model.row import SqlValue, as_int
from kkdesk.store.ledger import current_sql
from kkdesk.store.row_image import schema_name

if TYPE_CHECKING:
    from kkdesk.store.hrana import StepError, StepResult

#: SQL that fails when it is evaluated: the way for a statement to stop the ones after it.
STOP: Final = "abs(-9223372036854775808)"
_STOPPED: Final = "integer overflow"
#: Groups and parameters of one statement: SQLite takes 500 and 32,766.
_GROUPS: Final = 100
_PARAMETERS: Final = 9_000
#: Characters of values that are told when more guards than that do not hold: the server answers with 10 MB at most.
_TOLD: Final = 2_000_000
_AROUND: Final = 100
#: So many guards are asked for one by one, which takes the server a quarter of the time: most changes have few.
_FEW: Final = 12


@dataclass(frozen=True, slots=True)
class GuardCheck:
    """`check` fails unless all of its guards hold; `read` gives those that do not, and fails when all hold.

    Both take the same `args`. `read` answers with a guard's place in the change, whether its row is missing, and what
    is there now; a row without a place says nothing. Of very many guards it gives the first.
    """

    check: str
    read: str
    args: tuple[SqlValue, ...]


def was_stopped(error: StepError) -> bool:
    """Whether a step failed because it evaluated `STOP`, and for no other reason."""
    return _STOPPED in error.message


def guard_checks(guards: Sequence[Guard]) -> list[GuardCheck]:
    """The statements for `guards`: none without guards, most often one."""
    if 0 < len(guards) <= _FEW:
        return [_check_few(guards)]
    by_json: dict[tuple[str, str], list[tuple[int, Guard]]] = {}
    bound: dict[tuple[str, str], list[tuple[int, Guard]]] = {}
    for place, guard in enumerate(guards):
        groups = by_json if _fits_json(guard.old) and _fits_json(guard.row_id) else bound
        groups.setdefault((_source(guard), current_sql(guard)), []).append((place, guard))
    pieces = [(*group, _JSON, _as_json(members)) for group, members in by_json.items()]
    for group, members in bound.items():
        rest = iter(members)
        while some := list(islice(rest, _PARAMETERS // 3)):
            values = ", ".join(["(?, ?, ?)"] * len(some))
            args = tuple(value for place, guard in some for value in (place, guard.row_id, guard.old))
            pieces.append((*group, f"VALUES {values}", args))
    return [_check(some) for some in _together(pieces)]


def failed_guards(guards: Sequence[Guard], reads: Sequence[StepResult]) -> tuple[FailedGuard, ...]:
    """The guards that the answers to `read` name, in their order in the change."""
    failed: dict[int, FailedGuard] = {}
    for read in reads:
        for row in read.rows:
            if row[0] is None:
                continue
            place, missing = as_int(row[0]), bool(row[1])
            failed[place] = FailedGuard(guards[place], None if missing else row[2], missing=missing)
    return tuple(failed[place] for place in sorted(failed))


_JSON: Final = (
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?)"
)

#: How its rows are joined, the value that is guarded, the SQL of the guards, and its parameters.
_Piece = tuple[str, str, str, tuple[SqlValue, ...]]


def _source(guard: Guard) -> str:
    """How the guarded row is joined: one that is to be deleted may be gone already."""
    return f"{'JOIN' if guard.column == WHOLE_ROW else 'LEFT JOIN'} {schema_name(guard.table)}"


def _fits_json(value: SqlValue) -> bool:
    """Whether SQLite gets the same value out of JSON: real numbers may be rounded, text ends at a NUL there."""
    return value is None or isinstance(value, int) or (isinstance(value, str) and "\0" not in value)


def _as_json(members: Sequence[tuple[int, Guard]]) -> tuple[SqlValue, ...]:
    return (json.dumps([[place, guard.row_id, guard.old] for place, guard in members], ensure_ascii=False),)


def _together(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """`pieces` in as few statements as SQLite's limits allow."""
    found: list[list[_Piece]] = []
    parameters = 0
    for piece in pieces:
        if not found or len(found[-1]) == _GROUPS or parameters + len(piece[3]) > _PARAMETERS:
            found.append([])
            parameters = 0
        found[-1].append(piece)
        parameters += len(piece[3])
    return found


def _check_few(guards: Sequence[Guard]) -> GuardCheck:
    fails: list[str] = []
    pieces: list[_Piece] = []
    for place, guard in enumerate(guards):
        table, current = schema_name(guard.table), current_sql(guard)
        row_id, old = f"?{2 * place + 1}", f"?{2 * place + 2}"
        one = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = {row_id} AND +{current} COLLATE BINARY"
        fails.append(f"{one} IS NOT {old})" if guard.column == WHOLE_ROW else f"NOT {one} IS {old})")
        pieces.append((_source(guard), current, f"VALUES ({place}, {row_id}, {old})", (guard.row_id, guard.old)))
    asked = _check(pieces)
    return GuardCheck(f"SELECT CASE WHEN {' OR '.join(fails)} THEN {STOP} END", asked.read, asked.args)


def _check(pieces: Sequence[_Piece]) -> GuardCheck:
    tables: list[str] = []
    failing: list[str] = []
    for number, (joined, current, source, _args) in enumerate(pieces):
        tables.append(f"g{number} (place, row_id, old) AS ({source})")
        # The bare `+` and BINARY: values are compared as they are, not as the column would convert or fold them.
        failing.append(
            f"SELECT g.place, t.id IS NULL, {current} FROM g{number} g {joined} t ON t.id = g.row_id "
            f"WHERE t.id IS NULL OR +{current} COLLATE BINARY IS NOT g.old"
        )
    given = f"WITH {', '.join(tables)}, failed (place, missing, value) AS ({' UNION ALL '.join(failing)})"
    return GuardCheck(
        f"{given} SELECT CASE WHEN EXISTS (SELECT 1 FROM failed) THEN {STOP} END",
        f"{given}, sized AS (SELECT *, coalesce(length(value), 0) + {_AROUND} AS size FROM failed), "
        "summed AS (SELECT *, sum(size) OVER (ORDER BY place) AS total FROM sized) "
        f"SELECT place, missing, value FROM summed WHERE total - size < {_TOLD} UNION ALL "
        f"SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM failed) THEN {STOP} END, NULL, NULL",
        tuple(value for piece in pieces for value in piece[3]),
    )
