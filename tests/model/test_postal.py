"""Postal codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.greek import format_postal, normalize_postal, postal_region, validate_data, validate_postal
from kkdesk.model.postal import NOT_FIVE_DIGITS, OUT_OF_RANGE
from tests.vectors import Vector, name, vectors

# Where these codes really are. The web CRM's table is wrong for some (marked as bugs) and, as its notes say,
# incomplete: it knows nothing of 26…, 45…, 68… and 69…. Ours names every region on purpose.
REGIONS = {
    "71409": "Κρήτη", "73100": "Κρήτη", "31100": "Ιόνια Νησιά", "49100": "Ιόνια Νησιά", "24100": "Πελοπόννησος",
    "23100": "Πελοπόννησος", "62100": "Κεντρική Μακεδονία", "81100": "Βόρειο Αιγαίο", "84100": "Νότιο Αιγαίο",
    "85100": "Νότιο Αιγαίο", "41222": "Θεσσαλία", "34100": "Στερεά Ελλάδα", "26221": "Δυτική Ελλάδα",
    "26504": "Δυτική Ελλάδα", "68100": "Ανατολική Μακεδονία & Θράκη", "69100": "Ανατολική Μακεδονία & Θράκη",
    "45221": "Ήπειρος",
}  # fmt: skip
WAYS = st.sampled_from(["{0} {1}", "GR-{0}{1}", " {0}\u00a0{1}", "ΤΚ {0} {1}", "Τ.Κ. {0}{1}", "{0}{1}"])
ERRORS = {
    "Greek postal code must be exactly 5 digits": NOT_FIVE_DIGITS,
    # The web CRM's upper bound is 99999; no Greek code is above 85999.
    "Postal code must be between 10000 and 99999": OUT_OF_RANGE,
}


@pytest.mark.parametrize("vector", vectors("greek_validation", "validate_postal"), ids=name)
def test_fields_as_the_web_crm_judges_them(vector: Vector) -> None:
    expected = vector["expected"]
    check = validate_postal(vector["input"]["value"])
    if check.normalized == "99999":
        assert (check.valid, check.error) == (False, OUT_OF_RANGE)
        return
    assert check.valid is expected["valid"]
    assert check.postal_code == expected["postalCode"]
    assert check.normalized == expected["normalized"]
    assert check.region == REGIONS.get(check.normalized, expected["region"])
    assert check.error == (ERRORS[expected["error"]] if "error" in expected else None)


@pytest.mark.parametrize("vector", vectors("greek_validation", "postal_region"), ids=name)
def test_regions(vector: Vector) -> None:
    value = vector["input"]["value"]
    assert postal_region(value) == REGIONS.get(value.strip(), vector["expected"])


@pytest.mark.parametrize("vector", vectors("greek_validation", "validate_data"), ids=name)
def test_the_fields_of_a_customer_together(vector: Vector) -> None:
    value, expected = vector["input"]["value"], vector["expected"]
    check = validate_data(value["afm"], value["phone"], value["mobile"], value["postalCode"])
    assert check.valid is expected["valid"]
    assert check.afm.normalized == expected["afm"]["normalized"]
    assert (check.phone.normalized, check.phone.type) == (expected["phone"]["normalized"], expected["phone"]["type"])
    assert (check.mobile.normalized, check.mobile.type) == (
        expected["mobile"]["normalized"],
        expected["mobile"]["type"],
    )
    assert check.postal_code.region == expected["postalCode"]["region"]


def test_one_bad_field_spoils_the_whole() -> None:
    assert not validate_data(afm="123456789").valid
    assert not validate_data(phone="12").valid
    assert not validate_data(postal_code="1").valid


@given(st.integers(10000, 85999), WAYS)
def test_a_code_is_the_same_however_it_is_written(code: int, form: str) -> None:
    text = str(code)
    written = form.format(text[:3], text[3:])
    assert normalize_postal(written) == text
    assert validate_postal(written).valid
    assert format_postal(written) == f"{text[:3]} {text[3:]}"


@given(st.text(max_size=12))
def test_any_text_gets_an_answer(text: str) -> None:
    check = validate_postal(text)
    assert check.valid is (check.error is None)
    assert normalize_postal(check.normalized) == check.normalized or not check.valid
    assert check.region is None or check.valid
