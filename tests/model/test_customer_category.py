"""Customer categories."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model import customer_category
from kkdesk.model.customer_category import CATEGORIES, DEFAULT, colour, label, normalize
from tests.vectors import Vector, name, vectors


@pytest.mark.parametrize("vector", vectors("customer_category", "normalize"), ids=name)
def test_spellings_as_the_web_crm_reads_them(vector: Vector) -> None:
    assert normalize(vector["input"]["value"]) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("customer_category", "label"), ids=name)
def test_labels_as_the_web_crm_shows_them(vector: Vector) -> None:
    assert label(vector["input"]["value"]).el == vector["expected"]


@pytest.mark.parametrize("vector", vectors("customer_category", "colour"), ids=name)
def test_colours_as_the_web_crm_paints_them(vector: Vector) -> None:
    # Its fault: the name of a JavaScript function ("constructor") gets no colour at all.
    expected = colour(None) if vector.get("expected_is_bug") else vector["expected"]
    assert colour(vector["input"]["value"]) == expected


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_complete(category: customer_category.Category) -> None:
    assert normalize(category) == category
    assert normalize(label(category).el) == category
    assert normalize(label(category).en) == category
    assert re.fullmatch("#[0-9a-f]{6}", colour(category))
    assert len({colour(other) for other in CATEGORIES}) == len(CATEGORIES)


@given(st.text(max_size=20) | st.none() | st.integers())
def test_anything_has_a_label_and_a_colour(value: object) -> None:
    assert colour(value) == colour(normalize(value) or DEFAULT)
    assert label(value).en or value == ""
