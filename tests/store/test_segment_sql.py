"""Rules in SQL select exactly whom the rules in Python select."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.clock import athens_midnight
from kkdesk.model.segment import MAX_TEXT, Condition, Rule, parse_condition
from kkdesk.model.segment_fields import FIELDS, OPERATORS, Field
from kkdesk.store.segment_sql import filters_condition, rule_condition, text_pattern

# Few letters, so that texts are found in one another: spellings of two letters, wildcards of LIKE and GLOB, marks.
NEAR = st.text(st.sampled_from("αάΆΑσςΣ*?[_\u0301 "), max_size=4)
FAR = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
TEXT = NEAR | NEAR | st.sampled_from(["%", "^", "]", "-", "[α-ω]", "Ϊ\u0308", "É", "ß", "İ", "µ", "'"]) | FAR
NUMBERS = st.sampled_from([0, 50, 50.5, 1000, -1]) | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9)
# Summer time begins on 29 March 2026: that day has 23 hours.
NEAR_DAYS = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
DAYS = st.sampled_from(NEAR_DAYS) | st.dates(date(1990, 1, 1), date(2040, 1, 1))
MOMENTS = [athens_midnight(day) + second for day in NEAR_DAYS for second in (-1, 0, 1)]
STORED = {
    "text": TEXT | st.none(),
    "number": NUMBERS | st.none() | st.sampled_from(["", "πολύ", "12"]),
    "flag": st.sampled_from([0, 1, None, 2]),
    "day": st.sampled_from(MOMENTS) | st.integers(600_000_000, 2_400_000_000) | st.none() | st.sampled_from([0, ""]),
}


def values_of(field: Field, operator: str) -> st.SearchStrategy[Any]:
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXT,
        "number": NUMBERS,
        "flag": st.booleans(),
        "day": DAYS.map(date.isoformat),
    }
    strategy = strategies[field.kind]
    if operator in ("contains", "startsWith"):
        return TEXT.filter(lambda text: bool(text.strip("\u0301\u0308 ")))
    return strategy | st.none() if operator in ("equals", "notEquals") else strategy


CHOSEN = [
    FIELDS[name] for name in ("city", "email", "revenue", "leadScore", "isVip", "isActive", "createdAt", "company")
]


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(CHOSEN))
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    value = draw(values_of(field, operator))
    try:
        return parse_condition(field.name, operator, value)
    except ValueError:  # Text that folds away to nothing.
        return parse_condition("city", "equals", None)


RULES = st.recursive(
    conditions().map(lambda one: Rule("and", (one,))),
    lambda inner: st.builds(
        Rule, st.sampled_from(["and", "or"]), st.lists(inner | conditions(), max_size=3).map(tuple)
    ),
    max_leaves=5,
)
CUSTOMERS = st.lists(
    st.fixed_dictionaries({field.column: STORED[field.kind] for field in CHOSEN}), min_size=1, max_size=5
)


@settings(max_examples=150, deadline=None)
@given(rule=RULES, customers=CUSTOMERS)
def test_sql_and_python_agree(rule: Rule, customers: list[dict[str, Any]]) -> None:
    columns = [field.column for field in CHOSEN]
    types = {"text": "TEXT", "number": "REAL", "flag": "INTEGER", "day": "INTEGER"}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        declared = ", ".join(f"{field.column} {types[field.kind]}" for field in CHOSEN)
        connection.execute(f"CREATE TABLE customers (place INTEGER, {declared})")
        for place, customer in enumerate(customers):
            marks = ", ".join("?" * (len(columns) + 1))
            connection.execute(f"INSERT INTO customers VALUES ({marks})", (place, *(customer[c] for c in columns)))
        stored = connection.execute("SELECT * FROM customers ORDER BY place").fetchall()
        condition = rule_condition(rule)
        found = connection.execute(f"SELECT place FROM customers c WHERE {condition.sql}", condition.args)
        in_sql = {row["place"] for row in found}
    in_python = {row["place"] for row in stored if rule.matches(dict(row))}
    assert in_sql == in_python


KINDS = {
    kind: FIELDS[name]
    for kind, name in (("text", "city"), ("number", "revenue"), ("flag", "isVip"), ("day", "createdAt"))
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_each_condition_agrees(kind: str, data: st.DataObject) -> None:
    field = KINDS[kind]
    stored: Any = data.draw(STORED[kind])
    operator = data.draw(st.sampled_from(OPERATORS[field.kind]))
    # Half of the time what is looked for comes from what is there.
    near = [stored[place:] for place in range(len(stored))] if isinstance(stored, str) and kind == "text" else []
    near = [text for text in near if text.strip("\u0301\u0308 ")]
    value = data.draw(st.sampled_from(near) | values_of(field, operator) if near else values_of(field, operator))
    try:
        condition = parse_condition(field.name, operator, value)
    except ValueError:
        assume(False)
    compiled = rule_condition(Rule("and", (condition,)))
    with closing(sqlite3.connect(":memory:")) as connection:
        [found] = connection.execute(
            f"SELECT count(*) FROM (SELECT ? AS {field.column}) c WHERE {compiled.sql}", (stored, *compiled.args)
        ).fetchone()
    assert bool(found) is condition.matches({field.column: stored})


@pytest.mark.parametrize("operator", OPERATORS["day"])
@pytest.mark.parametrize("day", NEAR_DAYS)
def test_days_begin_and_end_at_midnight_in_athens(operator: str, day: date) -> None:
    condition = parse_condition("createdAt", operator, day.isoformat())
    compiled = rule_condition(Rule("and", (condition,)))
    with closing(sqlite3.connect(":memory:")) as connection:
        for moment in MOMENTS:
            sql = f"SELECT count(*) FROM (SELECT ? AS created_at) c WHERE {compiled.sql}"
            found = connection.execute(sql, (moment, *compiled.args)).fetchone()[0]
            assert bool(found) is condition.matches({"created_at": moment})


@pytest.mark.parametrize("value", ["*", "?", "[", "[α", "[α]", "]", "^α", "[^β]", "-", "α-ω", "%", "_", "\\"])
@pytest.mark.parametrize("operator", ["contains", "startsWith"])
def test_wildcards_mean_themselves(value: str, operator: str) -> None:
    condition = rule_condition(Rule("and", (parse_condition("city", operator, value),)))
    with closing(sqlite3.connect(":memory:")) as connection:
        for stored, expected in (("α", 0), (value, 1), (value + "ω", 1)):
            sql = f"SELECT count(*) FROM (SELECT ? AS city) c WHERE {condition.sql}"
            assert connection.execute(sql, (stored, *condition.args)).fetchone()[0] == expected, stored


def test_the_longest_text_is_within_what_sqlite_takes() -> None:
    for letter in "oαuι":
        assert len(text_pattern(letter * MAX_TEXT, anywhere=True).encode()) < 50_000


def test_a_rule_without_conditions_selects_nobody() -> None:
    assert rule_condition(Rule()).sql == "0"
    assert rule_condition(Rule("or")).sql == "0"


def test_segments_that_are_not_there_select_nobody() -> None:
    condition = filters_condition(RecipientFilters(segments=("gone",), cities=("Αθήνα",)), {}, "org")
    assert " AND 0)" in condition.sql


def test_an_alias_is_never_input() -> None:
    with pytest.raises(ValueError, match="alias"):
        rule_condition(Rule("and", (parse_condition("city", "equals", "Α"),)), "c; DROP TABLE customers")
