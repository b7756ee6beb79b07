"""HTML shown in the program: the web CRM's vectors, and what slips through its clean-up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.mail.html_sanitize import sanitize
from kkdesk.services.mail.markup import StartTag, tokens
from tests.vectors import Vector, name, vectors

# What is right where the web CRM lets a handler through. An svg is not shown at all.
RIGHT = {
    "<p onclick=a()>x</p>": "<p>x</p>",
    '<svg/onload="a()">': "",
    "<img src=x onerror=a>": '<img src="x">',
}


@pytest.mark.parametrize("vector", vectors("html_sanitize_server"), ids=name)
def test_cleans_as_the_web_crm(vector: Vector) -> None:
    html = vector["input"]["html"]
    assert sanitize(html) == (RIGHT[html] if vector.get("expected_is_bug") else vector["expected"])


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<a href="java\nscript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="JAVASCRIPT&colon;alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,<script>">x</a>', "<a>x</a>"),
        ('<a href=" da\tta:text/html,x">x</a>', "<a>x</a>"),
        ('<img src="data:image/svg+xml;base64,PHN2Zz4=">', "<img>"),
        ('<img src="data:image/png;base64,iVBORw0KGgo=">', '<img src="data:image/png;base64,iVBORw0KGgo=">'),
        ('<img src="cid:logo">', '<img src="cid:logo">'),
        ('<iframe src="https://k.gr"></iframe><form action="/x"><input name="y"></form>', ""),
        ('<p style="position:fixed;color:#c00;background:url(https://k.gr/x)">x</p>', '<p style="color:#c00">x</p>'),
        (
            '<style>p{color:red}</style><title>τ</title><p align="center">Καλησπέρα</p>',
            '<p align="center">Καλησπέρα</p>',
        ),
        ("<math><mtext><script>a()</script></mtext></math>", ""),
        ('<meta http-equiv="refresh" content="0;url=https://k.gr"><base href="https://k.gr/">', ""),
    ],
)
def test_cleans_what_the_web_crm_never_thought_of(html: str, clean: str) -> None:
    assert sanitize(html) == clean


PIECES = [
    "<img", " src=x", " onerror=a()", "<a ", 'href="', "javascript:", "data:text/html,", "x", '"', ">", "<svg/onload=",
    "<p ", "style=", "'", "</p>", "<script>", "</script>", "<style>", "<!--", "-->", "<math>", "&Tab;", "κ",
]  # fmt: skip


@given(html=st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_nothing_that_runs_survives(html: str) -> None:
    clean = sanitize(html)
    assert sanitize(clean) == clean
    for tag in tokens(clean):
        if not isinstance(tag, StartTag):
            continue
        assert tag.name in {"img", "a", "p"}
        for attribute in tag.attributes:
            assert attribute.name in {"src", "href", "style"}
            assert not attribute.value.strip().lower().startswith(("javascript:", "data:"))
