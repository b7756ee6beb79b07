"""Tax numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model import afm as rules
from kkdesk.model.greek import AfmCheck, afm_checksum, afm_suggestion, normalize_afm, valid_afm, validate_afm
from tests.vectors import Vector, name, vectors

DIGITS = st.text("0123456789", min_size=8, max_size=8)


def check_digit(eight: str) -> str:
    """Written out from the definition, and not the way the program does it."""
    return str(sum(int(digit) * 2**power for digit, power in zip(eight, range(8, 0, -1), strict=True)) % 11 % 10)


def in_the_words_of_the_vectors(check: AfmCheck) -> dict[str, object]:
    messages = {
        None: {},
        rules.NOT_NINE_DIGITS: {"error": "AFM must be exactly 9 digits"},
        rules.NOT_ONLY_DIGITS: {"error": "AFM must contain only digits"},
        rules.WRONG_CHECK_DIGIT: {"error": "Invalid AFM checksum"},
    }
    return {"valid": check.valid, "afm": check.afm, "normalized": check.normalized, **messages[check.error]}


@pytest.mark.parametrize("vector", vectors("greek_validation", "validate_afm"), ids=name)
def test_fields_as_the_web_crm_judges_them(vector: Vector) -> None:
    check = validate_afm(vector["input"]["value"])
    if vector.get("expected_is_bug"):  # it takes 000000000 for a tax number
        assert (check.valid, check.error) == (False, rules.ALL_ZEROS)
    else:
        assert in_the_words_of_the_vectors(check) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("greek_validation", "is_valid_afm"), ids=name)
def test_numbers_as_the_web_crm_judges_them(vector: Vector) -> None:
    assert valid_afm(vector["input"]["value"]) is (vector["expected"] and not vector.get("expected_is_bug"))


@pytest.mark.parametrize("vector", vectors("greek_validation", "afm_checksum"), ids=name)
def test_check_digits_as_the_web_crm_counts_them(vector: Vector) -> None:
    assert afm_checksum(vector["input"]["value"]) is vector["expected"]


@given(DIGITS)
def test_one_ninth_digit_in_ten_is_right(eight: str) -> None:
    right = [digit for digit in "0123456789" if valid_afm(eight + digit)]
    assert right == ([] if eight == "00000000" else [check_digit(eight)])


@given(DIGITS, st.sampled_from(["EL", "GR", "el ", "ΕΛ", "EL-", " GR "]))
def test_blanks_and_country_do_not_count(eight: str, country: str) -> None:
    afm = eight + check_digit(eight)
    written = f"{country}{afm[:3]} {afm[3:6]}\u00a0{afm[6:]}\n"
    assert normalize_afm(written) == afm
    assert valid_afm(written) is valid_afm(afm)


@given(st.text("0123456789", min_size=7, max_size=7))
def test_a_zero_eaten_by_a_spreadsheet_is_offered_back(seven: str) -> None:
    eight = seven + check_digit("0" + seven)
    assert afm_suggestion(eight) == (None if eight == "00000000" else "0" + eight)
    assert not valid_afm(eight)
    wrong = seven + str((int(eight[-1]) + 1) % 10)
    assert afm_suggestion(wrong) is None


@given(st.text(max_size=15))
def test_any_text_gets_an_answer_in_both_languages_or_is_valid(text: str) -> None:
    check = validate_afm(text)
    assert check.valid is (check.error is None)
    assert check.valid is (valid_afm(text) or not check.normalized)
    if check.error:
        assert check.error.el and check.error.en and check.error.el != check.error.en
