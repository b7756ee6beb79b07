"""Merge fields: what is a field, what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.merge_fields import FIELDS, MergeField, UnknownField, modernised, parse


def test_parts() -> None:
    template = parse("Γεια {{vocative|φίλε πελάτη}}, {{{city}}}")
    assert template.parts == ("Γεια ", MergeField("vocative", "φίλε πελάτη"), ", {", MergeField("city"), "}")
    assert template.names == {"vocative", "city"}
    assert template.unknown == ()


@pytest.mark.parametrize(
    ("source", "suggestion"),
    [
        ("{{first_name}}", "{{firstName}}"),
        ("{{ firstName }}", "{{firstName}}"),
        ("{{FIRSTNAME|φίλε}}", "{{firstName|φίλε}}"),
        ("{{first<b></b>Name}}", "{{firstName}}"),
        ("{{&nbsp;last-name&nbsp;}}", "{{lastName}}"),
        ("{{unknown}}", None),
        ("{{unknown|x}}", None),
        ("{{}}", None),
    ],
)
def test_unknown_fields_are_named_with_what_was_meant(source: str, suggestion: str | None) -> None:
    found = parse(f"α {source} β {source}").unknown
    assert found == (() if source == "{{}}" else (UnknownField(source, suggestion),))
    assert modernised(f"α {source} β") == f"α {suggestion or source} β"


pieces = st.sampled_from(
    ["{{", "}}", "{", "}", "|", "firstName", "first_name", "city", " ", "κ", "<b>", "{{email}}", "{{x}}"]
)


@given(source=st.lists(pieces, max_size=15).map("".join))
def test_parsing_loses_nothing(source: str) -> None:
    template = parse(source)
    again = template.fill(lambda field: field.source)
    assert again.replace(" ", "") == source.replace(" ", "")
    assert all(field.name in FIELDS for field in template.fields)


@given(source=st.lists(pieces, max_size=15).map("".join))
def test_put_right_once_is_right(source: str) -> None:
    once = modernised(source)
    assert modernised(once) == once
    assert all(unknown.suggestion is None for unknown in parse(once).unknown)
