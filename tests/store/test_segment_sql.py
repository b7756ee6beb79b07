"""Rules in SQL select exactly whom the rules in Python select."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.segment import MAX_TEXT, Condition, Rule, parse_condition
from kkdesk.model.segment_fields import FIELDS, OPERATORS, Field
from kkdesk.store.segment_sql import filters_condition, rule_condition, text_pattern

# Letters whose spellings matter, wildcards of LIKE and GLOB, marks that stand alone, and some of everything.
LETTERS = st.sampled_from("αάΑΆσςΣιΐϊΪγgGéÉ%_*?[]^-\\'\"\u0301\u0308\u0345 aZzßİµ")
TEXT = st.text(LETTERS | st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9) | st.sampled_from([0, 50, 50.5, 1000])
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))
STORED = {
    "text": TEXT | st.none(),
    "number": NUMBERS | st.none() | st.sampled_from(["", "πολύ", "12"]),
    "flag": st.sampled_from([0, 1, None, 2]),
    "day": st.integers(600_000_000, 2_400_000_000) | st.none() | st.sampled_from([0, "", 1_771_192_800, 1_771_279_200]),
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
        return TEXT.filter(lambda text: bool(text.strip("\u0301\u0308\u0345 ").strip()))
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
