"""Customers: every column, the fields as data, names, and what is wrong with a draft."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.customer import COLUMNS, Customer, changed_fields, column_value
from kkdesk.model.customer_check import errors, problems, tidied
from kkdesk.model.customer_fields import CATEGORIES, FIELDS, GROUPS, HIDDEN_COLUMNS, TEXT_KINDS
from tests.vectors import Vector, name, vectors

SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"
SHOP = Customer(company="Ελαστικά Α.Ε.")


def sample_rows() -> list[sqlite3.Row]:
    with closing(sqlite3.connect(SAMPLE)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM customers").fetchall()


def test_every_column_of_the_table_is_there_and_every_shown_one_is_a_field() -> None:
    names = sample_rows()[0].keys()
    assert set(names) == set(COLUMNS)
    assert {field.name for field in FIELDS} | set(HIDDEN_COLUMNS) == set(names)
    assert {field.group for field in FIELDS} == set(GROUPS)
    for field in FIELDS:
        assert field.label.el and field.label.en
        assert isinstance(getattr(SHOP, field.name), str) == (field.kind in TEXT_KINDS)
        assert (field.choices is None) == (field.kind != "choice")
        assert field.editable or not field.bulk


def test_reading_a_row_and_writing_it_back_changes_nothing() -> None:
    for row in sample_rows():
        customer = Customer.from_row(row)
        assert changed_fields(customer, Customer.from_row(row)) == []
        for column in COLUMNS:
            was, now = row[column], column_value(customer, column)
            assert now == was or (not was and now in {None, "", 0, 1}), column


def test_columns_that_an_old_database_lacks_have_their_defaults() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT 'cust_1' AS id, NULL AS company, 'x' AS revenue, x'00ff' AS notes").fetchone()
    customer = Customer.from_row(row)
    assert (customer.id, customer.company, customer.revenue) == ("cust_1", "", 0.0)
    assert not customer.unsubscribed and customer.is_active


@pytest.mark.parametrize(
    ("customer", "display", "listing", "contact"),
    [
        (Customer(first_name="Γιώργος", last_name="Παππάς"), "Γιώργος Παππάς", "Παππάς Γιώργος", ""),
        (Customer(company="ΑΕ", first_name="Άννα", last_name="Ω"), "ΑΕ", "ΑΕ", "Άννα Ω"),
        (Customer(first_name="Άννα"), "Άννα", "Άννα", ""),
        (Customer(email="a@b.gr"), "a@b.gr", "a@b.gr", ""),
        (Customer(company="  "), "—", "—", ""),
    ],
)
def test_names(customer: Customer, display: str, listing: str, contact: str) -> None:
    assert (customer.display_name, customer.listing_name, customer.contact_name) == (display, listing, contact)


def severities(customer: Customer, seen: Customer | None = None) -> dict[str, str]:
    return {problem.field: problem.severity for problem in problems(customer, seen)}


@pytest.mark.parametrize(
    ("values", "field", "severity"),
    [
        ({"company": ""}, "company", "error"),
        ({"email": "nobody"}, "email", "error"),
        ({"email": "a@gmial.com"}, "email", "warning"),
        ({"email": "a@b.gr, c@d.gr"}, "email", "error"),
        ({"email_secondary": "@b.gr"}, "email_secondary", "error"),
        ({"afm": "094259217"}, "afm", "warning"),
        ({"afm": "12345678"}, "afm", "error"),
        ({"afm": "12345678a"}, "afm", "error"),
        ({"postal_code": "1056"}, "postal_code", "error"),
        ({"postal_code": "99999"}, "postal_code", "warning"),
        ({"website": "ftp://x.gr/aaaaa"}, "website", "error"),
        ({"website": "https://a..gr"}, "website", "error"),
        ({"mobile": "123"}, "mobile", "warning"),
        ({"birthday": "2020-02-30"}, "birthday", "error"),
        ({"birthday": "9999-01-01"}, "birthday", "error"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude", "error"),
        ({"latitude": 37.0}, "longitude", "error"),
        ({"credit_limit": -1.0}, "credit_limit", "error"),
        ({"lead_score": 101}, "lead_score", "error"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(values: dict[str, object], field: str, severity: str) -> None:
    assert severities(replace(SHOP, **values)) == {field: severity}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        {"afm": "EL 094259216"}, {"postal_code": "105 63"}, {"website": "www.shop.gr"}, {"mobile": "+49 30 123456"},
        {"email": " Γ@δ.ελ "}, {"birthday": "1980-02-29"}, {"phone": "2310 123456"}, {"category": "whatever"},
    ],
)  # fmt: skip
def test_what_needs_no_question_is_put_in_order(values: dict[str, object]) -> None:
    assert severities(replace(SHOP, **values)) == {}  # type: ignore[arg-type]


def test_tidying() -> None:
    tidy = tidied(replace(SHOP, afm="EL 094 259216", postal_code="105 63", website=" www.shop.gr ", notes="α\x00β\n "))
    assert (tidy.afm, tidy.postal_code, tidy.website) == ("094259216", "10563", "https://www.shop.gr")
    assert tidy.notes == "αβ"
    assert tidied(tidy) == tidy


def test_a_dropped_zero_is_offered() -> None:
    (problem,) = problems(replace(SHOP, afm="94259216"))
    assert (problem.severity, problem.suggestion) == ("error", "094259216")


def test_what_was_wrong_before_the_edit_does_not_hinder_it() -> None:
    seen = replace(SHOP, afm="123", email="nobody")
    assert severities(replace(seen, notes="x"), seen) == {"afm": "warning", "email": "warning"}
    assert severities(replace(seen, afm="124"), seen) == {"afm": "error", "email": "warning"}
    assert severities(replace(seen, company=""), seen)["company"] == "error"


_CHECKED = {"email", "email_secondary", "afm", "postal_code", "website"}
_VECTORS = [
    entry
    for entry in vectors("db_triggers")
    if entry["input"]["table"] == "customers" and entry["input"]["column"] in _CHECKED
]


@pytest.mark.parametrize("entry", _VECTORS, ids=name)
def test_whatever_the_database_refuses_is_an_error_before(entry: Vector) -> None:
    given_value = entry["input"]["value"] or ""
    draft = replace(SHOP, **{entry["input"]["column"]: given_value})  # type: ignore[arg-type]
    if not entry["expected"]["accepted"] and getattr(tidied(draft), entry["input"]["column"]) == given_value:
        assert errors(problems(draft))


@given(st.sampled_from(sorted(_CHECKED)), st.text(max_size=30) | st.text("ab1.@:/hpts", max_size=20))
def test_what_has_no_error_is_accepted_by_the_triggers(column: str, text: str) -> None:
    draft = replace(SHOP, **{column: text})  # type: ignore[arg-type]
    if errors(problems(draft)):
        return
    value = column_value(tidied(draft), column)
    with closing(_triggers()) as connection:
        connection.execute(f"INSERT INTO customers ({column}) VALUES (?)", (value,))


def _triggers() -> sqlite3.Connection:
    from importlib.resources import files

    from kkdesk.store.migrate import statements_of

    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE customers ({', '.join(sorted(_CHECKED))})")
    for statement in statements_of(files("kkdesk.store.migrations").joinpath("0003_web_rules.sql").read_text("utf-8")):
        if statement.startswith("CREATE TRIGGER") and "INSERT ON customers" in statement:
            connection.execute(statement)
    return connection


def test_categories_are_those_of_the_web_crm() -> None:
    assert list(CATEGORIES) == ["retail", "wholesale", "fleet", "garage", "vip", "premium", "standard", "basic"]
