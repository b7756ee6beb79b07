"""Keys of the geocode cache and the text that is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.geocoding.address import address_string, cache_key
from tests.vectors import Vector, name, vectors


@pytest.mark.parametrize("vector", vectors("geocode_key", "cache_key"), ids=name)
def test_keys_are_the_web_crms(vector: Vector) -> None:
    assert cache_key(vector["input"]["address"]) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("geocode_key", "address_string"), ids=name)
def test_addresses_are_the_web_crms(vector: Vector) -> None:
    parts = dict(vector["input"]["parts"])
    parts["postal_code"] = parts.pop("postalCode", None)
    assert address_string(**parts) == vector["expected"]


@given(st.text(max_size=40))
def test_a_key_has_no_accents_capitals_or_double_blanks(address: str) -> None:
    key = cache_key(address)
    assert "  " not in key and not any("\u0300" <= char <= "\u036f" for char in key)


@given(st.text(alphabet="αβγΑΒΓάέ ,\t1", max_size=30))
def test_case_and_blanks_do_not_make_another_key(address: str) -> None:
    assert cache_key(address.upper()) == cache_key(f" {address}".replace(" ", "  ")) or address.strip().startswith(",")
