"""Folding and alphabetical order."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.greek import fold, name_sort_key

GREEK = st.text(
    alphabet=st.characters(min_codepoint=0x0370, max_codepoint=0x03FF) | st.sampled_from(" -'."), max_size=30
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Γιώργος", "γιωργοσ"),
        ("ΓΙΏΡΓΟΣ", "γιωργοσ"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ  Α.Ε. ", "παπαδοπουλοσ α.ε."),
        ("Μαΐου", "μαιου"),
        ("ᾳἌᾧ", "ααω"),
        ("΄Αννα", "αννα"),
        ("Straße É", "strasse e"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("\u00a0α\tβ\n", "α β"),
        ("", ""),
    ],
)
def test_what_people_do_not_type_is_gone(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_folds_to_something_that_folds_to_itself() -> None:
    changing = [
        hex(code)
        for code in range(0x110000)
        if not 0xD800 <= code < 0xE000 and fold(once := fold(f"x{chr(code)}y")) != once
    ]
    assert changing == []


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(GREEK)
def test_case_and_composition_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(unicodedata.normalize("NFD", text))


@given(GREEK)
def test_the_ascii_shortcut_agrees_with_the_long_way(text: str) -> None:
    assert fold("abc DEF " + text).split()[:2] == fold("abc DEF").split()


def test_greek_comes_before_latin_and_accents_do_not_count() -> None:
    names = ["Zorbas", "Ωμέγα", "Άλφα", "αλφάβητο", "Alpha", "«Βήτα» ΑΕ", "3Κ ΑΕ", "Σ", "Ταύ", "ς"]
    assert sorted(names, key=lambda text: (name_sort_key(text), text)) == [
        "3Κ ΑΕ", "Άλφα", "αλφάβητο", "«Βήτα» ΑΕ", "Σ", "ς", "Ταύ", "Ωμέγα", "Alpha", "Zorbas",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=12), min_size=2))
def test_the_order_is_the_same_in_utf_8_as_sqlite_compares(texts: list[str]) -> None:
    keys = [name_sort_key(text) for text in texts if text.isprintable()]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode("utf-8"))
