"""Amounts and days as people type them; values go in and come out unchanged."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kkdesk.model.customer import Customer
from kkdesk.model.customer_fields import FIELDS, CustomerField
from kkdesk.model.errors import InvalidInput
from kkdesk.ui.customers.fields import FieldInput, read_amount, read_day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234,56", 1234.56),
        ("1.234,56", 1234.56),
        ("1 234,56 €", 1234.56),
        ("1234.56", 1234.56),
        ("1.234", 1234.0),
        ("12.5", 12.5),
        ("-3", -3.0),
        ("", 0.0),
    ],
)
def test_amounts(text: str, expected: float) -> None:
    assert read_amount(text, 0.0) == expected


@pytest.mark.parametrize("text", ["δέκα", "1,2,3", "1e9", "--1", "∞"])
def test_what_is_no_amount_is_said(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_amount(text, 0.0)


@pytest.mark.parametrize("text", ["3/5/2026", "03-05-2026", "3.5.2026", "2026-05-03", " 03/05/2026 "])
def test_days(text: str) -> None:
    assert read_day(text) == date(2026, 5, 3)


@pytest.mark.parametrize("text", ["31/2/2026", "αύριο", "5/2026", "1/1/26"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_day(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_as_written(day: date) -> None:
    assert read_day(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize("field", [field for field in FIELDS if field.editable], ids=lambda field: field.name)
def test_untouched_inputs_give_back_what_they_were_shown(qapp: QApplication, field: object) -> None:
    customer = Customer(
        first_name="Νίκος",
        category="unknown to us",
        revenue=1234.5,
        credit_limit=None,
        latitude=37.97945,
        birthday="1980-02-29",
        last_contact_date=1_700_000_123,
        notes="δύο\nγραμμές",
        is_vip=True,
        lead_score=7,
    )
    made = FieldInput(field, "el")  # type: ignore[arg-type]
    value = getattr(customer, made.field.name)
    made.show_value(value)
    assert made.value() == value
    made.deleteLater()


@pytest.mark.parametrize("field", [field for field in FIELDS if field.editable], ids=lambda field: field.name)
def test_every_input_tells_of_every_key(qapp: QApplication, field: CustomerField) -> None:
    made = FieldInput(field, "el")
    told: list[int] = []
    made.changed.connect(lambda: told.append(1))
    key = {"flag": Qt.Key.Key_Space, "choice": Qt.Key.Key_Down}.get(field.kind, Qt.Key.Key_5)
    QTest.keyClick(made.input, key)
    assert told == [1]
    made.deleteLater()
