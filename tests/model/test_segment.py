"""Segment rules: what the web CRM stores is understood whole, or refused by name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.clock import athens_midnight
from kkdesk.model.errors import InvalidInput
from kkdesk.model.segment import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_TEXT,
    Condition,
    Rule,
    dump_rule,
    parse_condition,
    parse_rule,
)
from kkdesk.model.segment_fields import FIELDS, OPERATOR_LABELS, OPERATORS
from kkdesk.model.segment_text import MARKS, folded, spellings


def rule(*conditions: tuple[str, str, Any], logic: str | None = "and") -> dict[str, Any]:
    found = [{"field": f, "operator": o, "value": v} for f, o, v in conditions]
    return {"logic": logic, "conditions": found} if logic else {"conditions": found}


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (("revenue", "greaterThan", 10000), 10000.0),
        (("revenue", "greaterThan", "10000"), 10000.0),
        (("revenue", "lessThan", " 1000.5 "), 1000.5),
        (("revenue", "lessThan", "1000,5"), 1000.5),
        (("revenue", "lessThan", "1.234.567,89"), 1234567.89),
        (("leadScore", "greaterOrEqual", "50"), 50.0),
        (("isVip", "equals", "false"), False),
        (("isVip", "equals", "TRUE"), True),
        (("isActive", "notEquals", False), False),
        (("isVip", "equals", 1), True),
        (("country", "equals", "Ελλάδα"), "Ελλάδα"),
        (("postalCode", "startsWith", 546), "546"),
        (("afm", "equals", 94429812.0), "94429812"),
        (("city", "equals", None), None),
        (("createdAt", "greaterOrEqual", "2026-02-16"), date(2026, 2, 16)),
    ],
)
def test_values_are_read_as_their_field_needs_them(condition: tuple[str, str, Any], value: object) -> None:
    parsed = parse_condition(*condition)
    assert parsed.value == value
    assert type(parsed.value) is type(value)


@pytest.mark.parametrize(
    "condition",
    [
        ("leadscore", "equals", 1),
        ("email", "endsWith", ".gr"),
        ("city", "greaterThan", "Α"),
        ("revenue", "contains", "1"),
        ("isVip", "greaterThan", True),
        ("revenue", "equals", ""),
        ("revenue", "equals", "πολύς"),
        ("revenue", "equals", True),
        ("revenue", "equals", float("nan")),
        ("revenue", "equals", float("inf")),
        ("revenue", "equals", 10**400),
        ("revenue", "greaterThan", None),
        ("revenue", "equals", "1e999"),
        ("isVip", "equals", "ναι"),
        ("isVip", "equals", 2),
        ("city", "equals", True),
        ("city", "equals", ["Αθήνα"]),
        ("city", "contains", ""),
        ("city", "contains", "  "),
        ("city", "startsWith", "\u0301"),
        ("city", "contains", None),
        ("city", "contains", "α" * (MAX_TEXT + 1)),
        ("createdAt", "equals", "2026-02-30"),
        ("createdAt", "equals", "16/2/2026"),
        ("createdAt", "equals", 1771200000),
        (None, "equals", "1"),
        ("city", None, "1"),
        (["city"], {"a": 1}, "1"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(condition: tuple[Any, Any, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rule(rule(("city", "equals", "Αθήνα"), condition))
    assert str(condition[0]) in caught.value.what.en
    assert str(condition[0]) in caught.value.what.el


@pytest.mark.parametrize(
    "filters",
    [
        "{",
        "[]",
        [],
        "x",
        7,
        {"logic": "xor", "conditions": []},
        {"logic": "OR", "conditions": []},
        {"logic": "and", "conditions": {}},
        {"logic": "and", "conditions": [None]},
        {"logic": "and", "conditions": [{"logic": "or", "conditions": []}]},
        rule(*[("city", "equals", "Α")] * (MAX_CONDITIONS + 1)),
        "[" * 100_000,
    ],
)
def test_broken_rules_are_refused(filters: object) -> None:
    with pytest.raises(InvalidInput):
        parse_rule(filters)


def test_rules_nested_too_deeply_are_refused() -> None:
    nested: dict[str, Any] = rule(("city", "equals", "Αθήνα"))
    for _ in range(MAX_DEPTH - 1):
        nested = {"logic": "and", "conditions": [nested]}
    assert parse_rule(nested).matches({"city": "Αθήνα"})
    with pytest.raises(InvalidInput):
        parse_rule({"logic": "and", "conditions": [nested]})


@pytest.mark.parametrize("filters", [None, "", "null", "{}", {"conditions": None}, {"logic": "or", "conditions": []}])
def test_a_rule_without_conditions_selects_nobody(filters: object) -> None:
    parsed = parse_rule(filters)
    assert parsed.is_empty
    assert not parsed.matches({"city": "Αθήνα"})


def test_logic_is_and_unless_it_says_or() -> None:
    conditions = (("city", "equals", "Πάτρα"), ("category", "equals", "fleet"))
    only_city = {"city": "Πάτρα", "category": "retail"}
    assert not parse_rule(rule(*conditions)).matches(only_city)
    assert not parse_rule(rule(*conditions, logic=None)).matches(only_city)
    assert parse_rule(rule(*conditions, logic="or")).matches(only_city)


@pytest.mark.parametrize(
    ("condition", "column", "found", "matches"),
    [
        (("city", "equals", "Αθήνα"), "city", "Αθήνα", True),
        (("city", "equals", "Αθήνα"), "city", "ΑΘΗΝΑ", False),
        (("city", "equals", "Αθήνα"), "city", None, False),
        (("city", "notEquals", "Αθήνα"), "city", None, False),
        (("city", "notEquals", "Αθήνα"), "city", "", True),
        (("city", "equals", None), "city", None, True),
        (("city", "equals", None), "city", "", True),
        (("city", "equals", None), "city", "Αθήνα", False),
        (("city", "notEquals", None), "city", "", False),
        (("city", "notEquals", None), "city", "Αθήνα", True),
        (("city", "contains", "αθηνα"), "city", "Αθήνα", True),
        (("city", "contains", "ΆΘΗΝΑ"), "city", "Νέα Αθη\u0301να", True),
        (("lastName", "startsWith", "παπας"), "last_name", "ΠΑΠΑΣΤΑΜΟΥ", True),
        (("email", "contains", "_"), "email", "a.b@c.gr", False),
        (("email", "contains", "_"), "email", "a_b@c.gr", True),
        (("company", "contains", "100%"), "company", "1000 λάστιχα", False),
        (("company", "contains", "[Α]"), "company", "Κέντρο [Α]", True),
        (("revenue", "greaterThan", "1000"), "revenue", 1000.5, True),
        (("revenue", "greaterThan", "1000"), "revenue", "πολύς", False),
        (("revenue", "notEquals", 0), "revenue", None, False),
        (("isVip", "equals", "false"), "is_vip", 0, True),
        (("isVip", "equals", "false"), "is_vip", 1, False),
        (("isVip", "equals", "false"), "is_vip", None, False),
        (("createdAt", "equals", "2026-02-16"), "created_at", athens_midnight(date(2026, 2, 16)), True),
        (("createdAt", "equals", "2026-02-16"), "created_at", athens_midnight(date(2026, 2, 17)), False),
        (("createdAt", "lessThan", "2026-02-16"), "created_at", athens_midnight(date(2026, 2, 16)) - 1, True),
    ],
)
def test_conditions(condition: tuple[str, str, Any], column: str, found: Any, matches: bool) -> None:
    assert parse_condition(*condition).matches({column: found}) is matches


def test_every_operator_of_every_field_has_a_name_and_survives_storing() -> None:
    values = {"text": "α", "number": 12.5, "flag": True, "day": "2026-02-16"}
    for field in FIELDS.values():
        for operator in OPERATORS[field.kind]:
            assert OPERATOR_LABELS[operator].el
            condition = parse_condition(field.name, operator, values[field.kind])
            one = Rule("or", (condition,))
            assert parse_rule(dump_rule(one)) == one


def test_whole_numbers_are_stored_as_the_web_crm_reads_them() -> None:
    stored = json.loads(dump_rule(parse_rule(rule(("revenue", "greaterThan", "10000"), ("isVip", "equals", "true")))))
    assert stored["conditions"][0]["value"] == 10000
    assert stored["conditions"][1]["value"] is True


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["logic", "conditions", "field"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_parsing_never_fails_otherwise(filters: object) -> None:
    try:
        parsed = parse_rule(filters)
    except InvalidInput:
        return
    assert isinstance(parsed, Rule)
    assert parse_rule(parsed.to_json()) == parsed


@given(st.text(), st.text(min_size=1))
def test_folding_text_is_stable_and_letters_fold_alike(text: str, letters: str) -> None:
    assert folded(folded(text)) == folded(text)
    for letter in folded(letters):
        assert all(folded(one) == letter for one in spellings(letter))


def test_greek_spellings() -> None:
    assert {"α", "ά", "Α", "Ά", "ᾶ"} <= set(spellings("α"))
    assert {"σ", "ς", "Σ"} <= set(spellings("σ"))
    assert folded("Γιώ\u0301ργος ΐ" + MARKS) == "γιωργοσ ι"
    assert isinstance(parse_condition("city", "equals", "Α"), Condition)
