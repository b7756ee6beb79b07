"""By what a text names a file."""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.assets.names import Way, decoded, named, named_in
from tests.services.assets.library import percent, references

STORE = "https://abc.public.blob.vercel-storage.com"


def test_the_ways_of_the_web_crms_files() -> None:
    path = "email-assets/org_kktires/1717171717171-V1StGXR8_Z5jdHi6B-myT.png"
    found = named("ast_V1StGXR8_Z5jdHi6B-myT", f"{STORE}/{path}", path)
    assert [(way.mark, way.first, way.second) for way in found.ways] == [
        ("assets", "1717171717171", "V1StGXR8"),
        ("ast", "V1StGXR8", "Z5jdHi6B"),
    ]


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("logo.png", ("logo", "", "")),
        ("a/b/c.png", ("c", "", "")),
        ("files/2026/%CE%B1%20tyre12.png", ("files", "tyre12", "")),
        ("φάκελος/offer.png", ("offer", "", "")),
        ("files/offer", ("files", "offer", "")),
    ],
)
def test_the_ways_of_other_files(path: str, way: tuple[str, str, str]) -> None:
    found = named("ast_V1StGXR8", f"{STORE}/{path}", path)
    assert way in [(found.mark, found.first, found.second) for found in found.ways]


def test_an_id_of_another_form() -> None:
    path = "files/1717-ab.png"
    found = named("0f8fad5b-d9cb-469f-a165-70867728950e", f"{STORE}/{path}", path)
    assert ("70867728950e", "", "") in [(way.mark, way.first, way.second) for way in found.ways]


@pytest.mark.parametrize("url", [f"{STORE}/files/εικόνα.png", f"{STORE}/", ""])
def test_what_nobody_can_look_for(url: str) -> None:
    assert named("ast_V1StGXR8", url, "files/1717.png").ways == ()


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="%&"), max_size=30)


@given(
    TEXT,
    TEXT,
    st.sampled_from([percent, references]),
    st.sets(st.integers(0, 70)),
    st.lists(st.sampled_from([html.escape, quote]), max_size=2),
)
def test_whatever_is_spelt_in_whatever_way_is_found(
    before: str,
    after: str,
    encode: Callable[[str, Callable[[str], bool]], str],
    places: set[int],
    layers: list[Callable[[str], str]],
) -> None:
    path = "email-assets/org_kktires/1717171717171-V1StGXR8_Z5jdHi6B-myT.png"
    other = path.replace("1717171717171", "1717171717172")
    letters = itertools.count()
    spelt = encode(path, lambda _: next(letters) in places)
    for layer in layers:
        spelt = layer(spelt)
    files = [named("ast_1111aaaa", f"{STORE}/{path}", path), named("ast_2222bbbb", f"{STORE}/{other}", other)]
    assert named_in(f"{before} {spelt}.{after}", files) == {"ast_1111aaaa"}


@given(st.text())
def test_decoding_ends(text: str) -> None:
    decoded(text)


def test_a_way_is_wide_enough_for_every_spelling() -> None:
    (way,) = {
        way
        for way in named("ast_1", f"{STORE}/email-assets/Ορ_γ/1717-ab.png", "email-assets/Ορ_γ/1717-ab.png").ways
        if way.mark == "assets"
    }
    assert isinstance(way, Way)
    longest = "/Ορ_γ/1717-ab".replace("Ο", "&amp;#x0039F;").replace("/", "&amp;#x0002F;").replace("γ", "%25CE%25B3")
    assert way.width > len(longest)
