"""Telephone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.greek import PhoneCheck, format_phone, normalize_phone, phone_digits, validate_phone
from kkdesk.model.phone import NOT_A_GREEK_NUMBER
from tests.vectors import Vector, name, vectors

GREEK = st.from_regex(r"(69|2[1-8])[0-9]{8}", fullmatch=True)
COUNTRY = st.sampled_from(["", "+30", "0030", "30", "+30 ", "(+30) ", "00 30 "])
# What is right where the web CRM is wrong: 0030 is the country code; 800 and 801 numbers have ten digits, not nine.
RIGHT = {
    "00306971234567": PhoneCheck(True, "00306971234567", "+306971234567", "mobile"),
    "800123456": PhoneCheck(False, "800123456", "800123456", error=NOT_A_GREEK_NUMBER),
    "+30800123456": PhoneCheck(False, "+30800123456", "+30800123456", error=NOT_A_GREEK_NUMBER),
}
RIGHT_FORM = {
    "8001234567": "+308001234567", "8011234567": "+308011234567", "800123456": "800123456",
    "+30800123456": "+30800123456",
}  # fmt: skip


@pytest.mark.parametrize("vector", vectors("greek_validation", "validate_phone"), ids=name)
def test_fields_as_the_web_crm_judges_them(vector: Vector) -> None:
    check = validate_phone(vector["input"]["value"])
    if vector.get("expected_is_bug"):
        assert check == RIGHT[vector["input"]["value"]]
        return
    result: dict[str, object] = {
        "valid": check.valid, "phone": check.phone, "normalized": check.normalized, "type": check.type,
    }  # fmt: skip
    if check.error is NOT_A_GREEK_NUMBER:
        result["error"] = "Invalid Greek phone number format"
    assert result == vector["expected"]


@pytest.mark.parametrize("vector", vectors("greek_validation", "normalize_phone"), ids=name)
def test_numbers_in_one_form_as_the_web_crm_has_them(vector: Vector) -> None:
    value = vector["input"]["value"]
    assert normalize_phone(value) == (RIGHT_FORM[value] if vector.get("expected_is_bug") else vector["expected"])


@given(GREEK, COUNTRY, st.sampled_from(["", " ", "-", ".", "/"]))
def test_a_greek_number_is_the_same_however_it_is_written(number: str, country: str, mark: str) -> None:
    written = country + mark.join((number[:3], number[3:6], number[6:]))
    check = validate_phone(written)
    assert (check.valid, check.normalized) == (True, "+30" + number)
    assert check.type == ("mobile" if number.startswith("69") else "landline")
    assert phone_digits(written) == number
    assert format_phone(written).replace(" ", "") == number
    assert format_phone(format_phone(written)) == format_phone(written)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("+306971234567", "697 123 4567"),
        ("2101234567", "210 123 4567"),
        ("2310654321", "2310 654 321"),
        ("24210 12345", "24210 12345"),
        ("8011234567", "801 123 4567"),
        (" +49 30 123456 ", "+49 30 123456"),
        ("εσωτ. 12", "εσωτ. 12"),
        (None, ""),
    ],
)
def test_how_people_read_it(written: str | None, shown: str) -> None:
    assert format_phone(written) == shown


@pytest.mark.parametrize("written", ["+49 30 123456", "0049 30 123456", "+1 212 555 1234", "+357 22 123456"])
def test_a_foreign_number_is_kept_and_taken(written: str) -> None:
    check = validate_phone(written)
    assert (check.valid, check.foreign, check.acceptable) == (False, True, True)
    assert check.normalized.startswith("+") and check.normalized[1:].isdigit()


@given(st.text(max_size=25))
def test_any_text_gets_an_answer_and_one_form_for_good(text: str) -> None:
    check = validate_phone(text)
    assert check.valid is (check.error is None)
    assert not (check.valid and check.foreign)
    assert normalize_phone(check.normalized) == check.normalized or not check.valid
    assert all(char in "+0123456789" for char in check.normalized)
