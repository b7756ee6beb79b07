"""The one compiler of segment rules and recipient filters to SQL: list, campaign and sender all ask through it.

Conditions are about one row of `customers`, reached by an alias. Every value is a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from kkdesk.model.clock import athens_midnight
from kkdesk.model.segment import Condition, Rule
from kkdesk.model.segment_text import MARKS, folded, spellings

if TYPE_CHECKING:
    from kkdesk.model.campaign import RecipientFilters
    from kkdesk.model.row import SqlValue
    from kkdesk.model.segment_fields import Operator

_ALIAS: Final = re.compile(r"[a-z_]{1,20}\Z")
_COMPARE: Final[Mapping[Operator, str]] = {
    "equals": "=",
    "notEquals": "<>",
    "greaterThan": ">",
    "lessThan": "<",
    "greaterOrEqual": ">=",
    "lessOrEqual": "<=",
}


@dataclass(frozen=True, slots=True)
class SqlCondition:
    """An expression for a WHERE clause, in parentheses where it needs them, and its positional parameters."""

    sql: str
    args: tuple[SqlValue, ...] = ()


EVERYBODY: Final = SqlCondition("1")
NOBODY: Final = SqlCondition("0")


def rule_condition(rule: Rule, alias: str = "c") -> SqlCondition:
    """Customers (under `alias`) that `rule` selects. A rule without conditions selects nobody."""
    parts = (
        rule_condition(part, alias) if isinstance(part, Rule) else _condition(part, alias) for part in rule.conditions
    )
    return _joined(parts, " AND " if rule.logic == "and" else " OR ")


def filters_condition(
    filters: RecipientFilters, segments: Mapping[str, Rule], org_id: str, alias: str = "c"
) -> SqlCondition:
    """Customers (under `alias`) within the filters: lists combined by "and", the members of a list by "or".

    `segments` has the organisation's rules by id; ids that are not in it select nobody. An empty list restricts
    nothing, so that empty filters select everybody, as in the web CRM: whether that was meant is the caller's to ask.
    """
    parts = []
    if filters.cities:
        parts.append(_member(f"{_column(alias, 'city')}", filters.cities))
    if filters.categories:
        parts.append(_member(f"{_column(alias, 'category')}", filters.categories))
    if filters.tags:
        tagged = (
            f"{_column(alias, 'id')} IN (SELECT ct.customer_id FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id "
            "WHERE t.org_id = ? AND ct.tag_id IN (SELECT value FROM json_each(?)))"
        )
        parts.append(SqlCondition(tagged, (org_id, _json(filters.tags))))
    if filters.segments:
        chosen = (rule_condition(segments[segment], alias) for segment in filters.segments if segment in segments)
        parts.append(_joined(chosen, " OR "))
    return _joined(parts, " AND ") if parts else EVERYBODY


def text_pattern(text: str, *, anywhere: bool) -> str:
    """A GLOB pattern for values that contain `text` (or begin with it), whatever the case and accents of either."""
    letters = "".join(_letter_class(letter) for letter in folded(text))
    return f"*{letters}*" if anywhere else f"{letters}*"


def without_marks(expression: str) -> str:
    """SQL that gives the text of `expression` without combining marks: decomposed text has its accents apart."""
    bare = expression
    for mark in MARKS:
        bare = f"replace({bare}, char({ord(mark)}), '')"
    # One range to test, for every row: all marks are in it.
    return f"CASE WHEN {expression} GLOB '*[\u0300-\u036f]*' THEN {bare} ELSE {expression} END"


def _condition(condition: Condition, alias: str) -> SqlCondition:
    column = _column(alias, condition.field.column)
    if condition.value is None:
        empty = f"({column} IS NULL OR {column} = '')"
        return SqlCondition(empty if condition.operator == "equals" else f"NOT {empty}")
    match condition.field.kind:
        case "text":
            return _text(condition, column)
        case "number":
            # A text that slipped into a numeric column would be more than every number.
            numeric = f"typeof({column}) IN ('integer', 'real')"
            value = cast("float", condition.value)
            return SqlCondition(f"({numeric} AND {column} {_COMPARE[condition.operator]} ?)", (value,))
        case "flag":
            wanted = condition.value is (condition.operator == "equals")
            # The comparison is NULL, and so nobody is selected, where the flag is.
            return SqlCondition(f"({column} <> 0) = {int(wanted)}")
        case _:
            return _day(condition.operator, cast("date", condition.value), column)


def _text(condition: Condition, column: str) -> SqlCondition:
    value = cast("str", condition.value)
    if condition.operator in ("equals", "notEquals"):
        return SqlCondition(f"{column} {_COMPARE[condition.operator]} ?", (value,))
    pattern = text_pattern(value, anywhere=condition.operator == "contains")
    return SqlCondition(f"({without_marks(column)}) GLOB ?", (pattern,))


def _day(operator: Operator, day: date, column: str) -> SqlCondition:
    begin, end = athens_midnight(day), athens_midnight(day + timedelta(days=1))
    in_time = f"typeof({column}) IN ('integer', 'real') AND {column} > -2e9 AND {column} < 2e10"
    bounds: Mapping[Operator, tuple[str, tuple[SqlValue, ...]]] = {
        "equals": (f"{column} >= ? AND {column} < ?", (begin, end)),
        "notEquals": (f"NOT ({column} >= ? AND {column} < ?)", (begin, end)),
        "greaterThan": (f"{column} >= ?", (end,)),
        "lessThan": (f"{column} < ?", (begin,)),
        "greaterOrEqual": (f"{column} >= ?", (begin,)),
        "lessOrEqual": (f"{column} < ?", (end,)),
    }
    sql, args = bounds[operator]
    return SqlCondition(f"({in_time} AND {sql})", args)


def _member(column: str, values: Sequence[str]) -> SqlCondition:
    return SqlCondition(f"{column} IN (SELECT value FROM json_each(?))", (_json(values),))


def _joined(parts: Iterable[SqlCondition], word: str) -> SqlCondition:
    found = tuple(parts)
    if not found:
        return NOBODY
    sql = word.join(part.sql for part in found)
    return SqlCondition(f"({sql})", tuple(value for part in found for value in part.args))


def _letter_class(letter: str) -> str:
    same = spellings(letter)
    if len(same) > 1:
        return f"[{_ranges(same)}]"
    return f"[{letter}]" if letter in "*?[" else letter


@lru_cache(maxsize=512)
def _ranges(letters: str) -> str:
    """The inside of a GLOB class, with neighbours as ranges: SQLite tries its items one by one, for every row."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, letters)):
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return "".join(
        chr(run[0]) + (f"-{chr(run[-1])}" if len(run) > 2 else chr(run[-1]) * (len(run) - 1)) for run in runs
    )


def _column(alias: str, name: str) -> str:
    if not _ALIAS.match(alias):
        raise ValueError(f"not an alias: {alias!r}")
    return f"{alias}.{name}"


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)
