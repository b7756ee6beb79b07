"""Segments: rules over customers, as the web CRM stores them in `segments.filters`.

A rule that cannot be understood whole is refused (`InvalidInput`): leaving one condition out of an "and" would widen
the audience. `contains` and `startsWith` ignore case and accents, `equals` compares exactly, as the web CRM does.
The same rules run in SQL (`kkdesk.store.segment_sql`); tests hold both to the same answers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_date
from kkdesk.model.errors import InvalidInput
from kkdesk.model.segment_fields import FIELDS, OPERATORS, Field, Operator
from kkdesk.model.segment_text import folded

if TYPE_CHECKING:
    from kkdesk.model.row import SqlValue

Logic = Literal["and", "or"]
#: What a condition compares with. None asks for fields that are empty (or, with notEquals, are not).
Value: TypeAlias = str | float | bool | date | None

_EQUALITY: Final = ("equals", "notEquals")

#: Groups within groups, at most.
MAX_DEPTH: Final = 8
MAX_CONDITIONS: Final = 100
#: Characters in a text to look for; as a pattern of letter classes they stay below SQLite's limit of 50,000 bytes.
MAX_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `value` has the type of the field: text, number, bool or an Athens day; None asks for "empty"."""

    field: Field
    operator: Operator
    value: Value

    def matches(self, customer: Mapping[str, SqlValue]) -> bool:
        """Whether a row of `customers` (values by column name) meets the condition.

        A value that is missing meets neither "is" nor "is not", except that a condition for empty asks for it.
        """
        found = customer.get(self.field.column)
        if self.value is None:
            return (found is None or found == "") is (self.operator == "equals")
        return found is not None and _TESTS[self.field.kind](self, found)

    def to_json(self) -> dict[str, Any]:
        """The condition as the web CRM stores it."""
        value = self.value.isoformat() if isinstance(self.value, date) else _plain_number(self.value)
        return {"field": self.field.name, "operator": self.operator, "value": value}


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions joined by "and" or "or". A rule without conditions selects nobody, on every screen alike.

    The web CRM knows one level only; rules within rules are understood but should not be made.
    """

    logic: Logic = "and"
    conditions: tuple[Condition | Rule, ...] = ()

    def matches(self, customer: Mapping[str, SqlValue]) -> bool:
        """Whether a row of `customers` (values by column name) is selected."""
        if not self.conditions:
            return False
        meets = (condition.matches(customer) for condition in self.conditions)
        return all(meets) if self.logic == "and" else any(meets)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to select by."""
        return all(isinstance(part, Rule) and part.is_empty for part in self.conditions)

    def to_json(self) -> dict[str, Any]:
        """The rule as the web CRM stores it."""
        return {"logic": self.logic, "conditions": [condition.to_json() for condition in self.conditions]}


def dump_rule(rule: Rule) -> str:
    """The text for `segments.filters`."""
    return json.dumps(rule.to_json(), ensure_ascii=False, separators=(",", ":"))


def parse_rule(filters: object) -> Rule:
    """The rule in `segments.filters`: JSON text, or what it decodes to. Nothing at all is the empty rule.

    Raises `InvalidInput`, naming the condition, for anything that is not understood.
    """
    decoded = _decoded(filters)
    if decoded is None:
        return Rule()
    return _rule(decoded, MAX_DEPTH)


def parse_condition(field: object, operator: object, value: object) -> Condition:
    """One condition from its three parts as JSON has them. Raises `InvalidInput` when it makes no sense."""
    known = FIELDS.get(field) if isinstance(field, str) else None
    if known is None:
        raise _refused(field, operator, value, Bilingual("άγνωστο πεδίο", "unknown field"))
    chosen = next((allowed for allowed in OPERATORS[known.kind] if allowed == operator), None)
    if chosen is None:
        what = Bilingual(
            f"το «{operator}» δεν ισχύει για το πεδίο {known.label.el}",
            f"“{operator}” does not apply to the field {known.label.en}",
        )
        raise _refused(field, operator, value, what)
    if value is None and chosen in _EQUALITY:
        return Condition(known, chosen, None)
    try:
        parsed = _PARSERS[known.kind](value, chosen)
    except _NotUnderstood as error:
        raise _refused(field, operator, value, error.why) from error
    return Condition(known, chosen, parsed)


def _decoded(filters: object) -> object:
    if not isinstance(filters, str):
        return filters
    if not filters.strip():
        return None
    try:
        return json.loads(filters)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error


def _rule(decoded: object, depth: int) -> Rule:
    if not isinstance(decoded, dict) or depth == 0:
        raise _unreadable()
    logic = decoded.get("logic")
    conditions = decoded.get("conditions")
    conditions = [] if conditions is None else conditions
    if logic not in ("and", "or", None) or not isinstance(conditions, list) or len(conditions) > MAX_CONDITIONS:
        raise _unreadable()
    return Rule(logic or "and", tuple(_part(condition, depth) for condition in conditions))


def _part(decoded: object, depth: int) -> Condition | Rule:
    if isinstance(decoded, dict) and "conditions" in decoded:
        inner = _rule(decoded, depth - 1)
        if inner.is_empty:
            # Inside "or" it would be nobody, inside "and" it would make the whole nobody: surely not what was meant.
            raise _unreadable()
        return inner
    if not isinstance(decoded, dict):
        raise _unreadable()
    return parse_condition(decoded.get("field"), decoded.get("operator"), decoded.get("value"))


class _NotUnderstood(Exception):
    def __init__(self, el: str, en: str) -> None:
        super().__init__(en)
        self.why = Bilingual(el, en)


_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_GREEK_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def _text(value: object, operator: Operator) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _NotUnderstood("χρειάζεται κείμενο", "text is needed")
    text = value if isinstance(value, str) else _number_as_text(value)
    if len(text) > MAX_TEXT or "\0" in text:
        raise _NotUnderstood(
            f"το κείμενο ξεπερνά τους {MAX_TEXT} χαρακτήρες", f"the text exceeds {MAX_TEXT} characters"
        )
    if operator in ("contains", "startsWith") and not folded(text).strip():
        raise _NotUnderstood("λείπει το κείμενο", "the text is missing")
    return text


def _number(value: object, _operator: Operator) -> Value:
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < 1e300 else None
    elif isinstance(value, str):
        written = value.strip()
        if _GREEK_NUMBER.fullmatch(written):
            written = written.replace(".", "")
        number = float(written.replace(",", ".")) if _NUMBER.fullmatch(written) else None
    if number is None or not math.isfinite(number):
        raise _NotUnderstood("χρειάζεται αριθμός", "a number is needed")
    return number


def _flag(value: object, _operator: Operator) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in _FLAGS:
        return _FLAGS[value.strip().lower()]
    raise _NotUnderstood("χρειάζεται «ναι» ή «όχι»", "“yes” or “no” is needed")


def _day(value: object, _operator: Operator) -> Value:
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip(), re.ASCII):
            day = date.fromisoformat(value.strip())
            if 1900 <= day.year <= 2200:
                return day
    except ValueError:
        pass  # The thirtieth of February: told below, with the rest.
    raise _NotUnderstood("χρειάζεται ημερομηνία όπως 2026-02-16", "a date such as 2026-02-16 is needed")


_PARSERS: Final = {"text": _text, "number": _number, "flag": _flag, "day": _day}


def _test_text(condition: Condition, found: SqlValue) -> bool:
    value = cast("str", condition.value)
    if condition.operator in _EQUALITY:
        return (found == value) is (condition.operator == "equals")
    if not isinstance(found, str):
        return False
    inside, looked_for = folded(found), folded(value)
    return looked_for in inside if condition.operator == "contains" else inside.startswith(looked_for)


def _test_number(condition: Condition, found: SqlValue) -> bool:
    # Text in a numeric column is more than any number in SQL: it must not slip into an audience.
    return isinstance(found, int | float) and _compare(condition.operator, found, cast("float", condition.value))


def _test_flag(condition: Condition, found: SqlValue) -> bool:
    return ((found != 0) is condition.value) is (condition.operator == "equals")


def _test_day(condition: Condition, found: SqlValue) -> bool:
    if not isinstance(found, int | float) or not -2e9 < found < 2e10:
        return False
    day = athens_date(math.floor(found)).toordinal()
    return _compare(condition.operator, day, cast("date", condition.value).toordinal())


_TESTS: Final = {"text": _test_text, "number": _test_number, "flag": _test_flag, "day": _test_day}


def _compare(operator: Operator, left: float, right: float) -> bool:
    match operator:
        case "equals":
            return left == right
        case "notEquals":
            return left != right
        case "greaterThan":
            return left > right
        case "lessThan":
            return left < right
        case "greaterOrEqual":
            return left >= right
        case _:
            return left <= right


def _plain_number(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _number_as_text(value: float) -> str:
    return str(value if isinstance(value, int) else _plain_number(value))


def _refused(field: object, operator: object, value: object, why: Bilingual) -> InvalidInput:
    condition = f"{field} {operator} {json.dumps(value, ensure_ascii=False, default=str)}"[:200]
    return InvalidInput(
        Bilingual(
            f"Η συνθήκη «{condition}» δεν είναι κατανοητή: {why.el}.",
            f"The condition “{condition}” cannot be understood: {why.en}.",
        ),
        kept=Bilingual("Δεν επιλέχθηκε κανείς.", "Nobody was selected."),
        next_step=Bilingual("Διορθώστε το τμήμα πελατών.", "Correct the segment."),
    )


def _unreadable() -> InvalidInput:
    return InvalidInput(
        Bilingual(
            "Οι συνθήκες του τμήματος πελατών δεν είναι κατανοητές.",
            "The conditions of the segment cannot be understood.",
        ),
        kept=Bilingual("Δεν επιλέχθηκε κανείς.", "Nobody was selected."),
        next_step=Bilingual("Ορίστε ξανά τις συνθήκες του.", "Set its conditions anew."),
    )
