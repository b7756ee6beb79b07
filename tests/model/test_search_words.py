"""The match rule by itself: what is found, what is not, and that no text breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.greek_names import MEN_VOCATIVE_E, MEN_VOCATIVE_O, WOMEN
from kkdesk.model.search_words import NUMBER_DIGITS, endings, found_in, is_blank, matches, units_of, words_of

SHOP = words_of(
    ["Γεώργιος", "Παπαδόπουλος", "Ελαστικά Α.Ε.", "info@g-papadop.example", "Θεσσαλονίκη"],
    ["+30 697 123 4567", "2310-555666"],
    ["54621", "094259216"],
)


def found(query: str) -> bool:
    return matches(units_of(query), SHOP)


@pytest.mark.parametrize(
    "query",
    [
        "παπαδ", "ΠΑΠΑΔΌΠΟΥΛΟΣ", "papadopoulos", "PAPADOP", "γεωρ παπ", "παπ γεωρ", "georg", "ελαστικα", "elastika",
        "θεσ", "8essaloniki", "thessaloniki", "info", "info@g-papadop.example", "papadop.example", "ΑΕ", "α.ε.",
        "6971234567", "697 123 4567", "69 71 23 45 67", "1234", "4567", "+30 6971234567", "+306971234567",
        "00306971234567", "0030 697", "2310555", "555666", "2310 555", "546", "54621", "546 21", "094259216",
        "259216", "EL094259216", "el 094259216", "παπ 4567", "θεσ 2310", "π", "p", "6",
    ],
)  # fmt: skip
def test_a_customer_is_found_by(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    [
        "απαδ",
        "παπαδοπουλοσα",
        "γιαν",
        "παπ γιαν",
        "6971234568",
        "999",
        "54622",
        "εσσα",
        "+30 99",
        "παπ 999",
        "12345678",
    ],
)
def test_a_customer_is_not_found_by(query: str) -> None:
    assert not found(query)


@pytest.mark.parametrize("name", [*MEN_VOCATIVE_O[:20], *MEN_VOCATIVE_E[:20], *WOMEN[:20]])
def test_every_beginning_of_a_name_finds_it_in_greek(name: str) -> None:
    words = words_of([name], ())
    for end in range(1, len(name) + 1):
        assert matches(units_of(name[:end]), words)


@given(st.text(alphabet="0123456789", min_size=3, max_size=NUMBER_DIGITS), st.data())
def test_every_fragment_of_three_digits_finds_the_number(digits: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(digits) - 3))
    end = data.draw(st.integers(start + 3, len(digits)))
    assert any(ending.startswith(digits[start:end]) for ending in endings(digits))


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4))
def test_no_text_breaks_it_and_more_words_never_find_more(query: str, texts: list[str]) -> None:
    words = words_of(texts, texts, texts)
    assert "" not in words
    whole = units_of(query)
    assert all(begin for unit in whole for way in unit.ways for begin in way)
    if matches(whole, words):
        assert all(unit.met_by(words) for unit in whole)


@given(st.text(max_size=40), st.text(max_size=20))
def test_highlights_are_places_in_the_text(text: str, query: str) -> None:
    for unit in units_of(query):
        for number in (False, True):
            for start, end in found_in(unit, text, number=number):
                assert 0 <= start < end <= len(text)


def test_highlights_say_what_was_met() -> None:
    (unit,) = units_of("παπ")
    assert found_in(unit, "Γιώργος Παπαδόπουλος") == [(8, 11)]
    (unit,) = units_of("papad")
    assert found_in(unit, "Γιώργος Παπαδόπουλος") == [(8, 20)]
    (unit,) = units_of("1234")
    assert found_in(unit, "697 12 34 567", number=True) == [(4, 9)]


def test_a_pasted_book_asks_for_a_few_words_only() -> None:
    assert len(units_of("παπ " * 5000)) <= 12
    assert units_of("\ud83d") == ()
    assert not is_blank("***") and units_of("***") == ()
    assert is_blank(" \t ")


def test_a_hundred_times_the_same_letter_is_not_that_letter() -> None:
    assert not matches(units_of("α" * 100), words_of(["Αλέξανδρος"], ()))
