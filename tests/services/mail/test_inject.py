"""Pixel and footer at the end of a mail: the web CRM's vectors, and the right place where it misses it."""

from __future__ import annotations

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.mail.inject import FOOTER, PIXEL, body_end, inject_open_pixel, inject_unsubscribe_footer
from tests.vectors import Vector, name, vectors

INJECT = {"open_pixel": inject_open_pixel, "unsubscribe_footer": inject_unsubscribe_footer}
AROUND = {"open_pixel": PIXEL, "unsubscribe_footer": FOOTER}

# Where the web CRM puts it wrongly: | marks the right place.
RIGHT = {
    "body-space": "<html><body>x|</body ></html>",
    "in-comment": "<body>x|</body><!-- </body> -->",
    "dotted-capital-I": "<html><body><p>İİİİ ΕΛΑΣΤΙΚΑ</p>|</body></html>",
    "dotted-capital-one": "<body>İ|</body>",
}


@pytest.mark.parametrize("vector", vectors("html_inject"), ids=name)
def test_injects_as_the_web_crm(vector: Vector) -> None:
    given_html, url, function = vector["input"]["html"], vector["input"]["url"], vector["input"]["fn"]
    expected = vector["expected"]
    if vector.get("expected_is_bug"):
        right = RIGHT[vector["name"].partition("/")[2]]
        assert right.replace("|", "") == given_html
        expected = right.replace("|", url.join(AROUND[function]))
    assert INJECT[function](given_html, url) == expected


@pytest.mark.parametrize(
    "marked",
    [
        "<p>x</p>|<!-- never closed",
        "<p>x</p>|<style>p{",
        "<p>x</p>|<textarea>y</p>",
        "<p>x|<a href='https://kktires.gr/",
        "x|<plaintext>y</body>",
        "<BODY>x|</BoDy\n>",
        "<body>α</body>β|</body>γ",
        "<body>x|</body><!--[if mso]></body><![endif]-->",
        "<body>5 < 6|</body>",
        "|",
    ],
)
def test_the_end_is_where_a_reader_sees_it(marked: str) -> None:
    assert body_end(marked.replace("|", "")) == marked.index("|")


PIECES = [
    "<body>",
    "</body>",
    "</BODY >",
    "<!--",
    "-->",
    "<p>",
    "κείμενο",
    "<style>",
    "</style>",
    "<b",
    ">",
    '"',
    "<a href='",
    "'",
    "</html>",
    "İ",
]


@given(html=st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_the_footer_is_always_seen(html: str) -> None:
    url = "https://crm.example.gr/api/unsubscribe?cid=c&rid=r&sig=s"
    seen = nh3.clean(inject_unsubscribe_footer(html, url), tags={"a"}, link_rel=None)
    assert f'<a href="{url.replace("&", "&amp;")}">εδώ</a>' in seen


def test_an_odd_address_cannot_leave_its_attribute() -> None:
    assert inject_open_pixel("", 'https://k.gr/"><script>').startswith('<img src="https://k.gr/%22%3E%3Cscript%3E" ')
