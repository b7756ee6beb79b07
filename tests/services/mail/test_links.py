"""Click tracking of a whole mail: the web CRM's vectors, and a browser's own parser as the judge."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured
from kkdesk.services.mail.links import find_links, rewrite_links
from kkdesk.services.mail.markup import resolve_references
from kkdesk.services.mail.tracking import Signer, normalize_destination
from tests.vectors import Vector, name, vectors

SIGNER = Signer("vector-secret-1", "https://crm.example.gr")

# What is right where the web CRM is wrong; {destination} stands for the tracked link to that address.
RIGHT = {
    "anchor/long-4097": None,  # stays as it is: the click endpoint would refuse it
    "html/unquoted": '<a href="{https://kktires.gr/x}">t</a>',
    "html/newline-in-href": '<a href="{https://kktires.gr/%20x}">t</a>',
    "html/href-then-data-href": '<a href="{https://kktires.gr/b}" data-href="https://kktires.gr/a">t</a>',
    "html/area": '<map><area href="{https://kktires.gr/x}"></map>',
    "html/script": None,
    "html/textarea": None,
    "html/entity-quote": '<a href="{https://kktires.gr/?q=%22x%22%3C}">t</a>',
    # Not a bug of the web CRM, but its note calls leaving plain comments alone equally good.
    "html/comment": None,
}


def tracked(destination: str) -> str:
    return SIGNER.click_url("camp_1", "rcpt_1", destination)


@pytest.mark.parametrize("vector", vectors("link_rewrite"), ids=name)
def test_rewrites_as_the_web_crm(vector: Vector) -> None:
    html, env = vector["input"]["html"], vector["env"]
    if not env["EMAIL_TRACKING_SECRET"] or not env["NEXTAUTH_URL"]:
        # The web CRM sends the mail untracked, and without an unsubscribe link; here it cannot be sent.
        with pytest.raises(NotConfigured):
            Signer(env["EMAIL_TRACKING_SECRET"], env["NEXTAUTH_URL"])
        return
    signer = Signer(env["EMAIL_TRACKING_SECRET"], env["NEXTAUTH_URL"])
    expected = vector["expected"]
    if vector["name"] in RIGHT:
        right = RIGHT[vector["name"]] or html
        expected = re.sub(r"\{(https:[^}]*)\}", lambda match: tracked(match[1]), right)
    else:
        assert not vector.get("expected_is_bug")
    assert rewrite_links(html, vector["input"]["campaignId"], vector["input"]["recipientId"], signer) == expected


def rewritten(html: str) -> str:
    return rewrite_links(html, "camp_1", "rcpt_1", SIGNER)


def test_outlook_sees_tracked_links_too_but_its_shapes_stay() -> None:
    html = (
        '<!--[if mso]><v:roundrect href="https://kktires.gr/mso"><a href="https://kktires.gr/a">Α</a></v:roundrect>'
        '<![endif]--><!--[if !mso]><!--><a href="https://kktires.gr/b">Β</a><!--<![endif]-->'
    )
    assert rewritten(html) == html.replace("https://kktires.gr/a", tracked("https://kktires.gr/a")).replace(
        "https://kktires.gr/b", tracked("https://kktires.gr/b")
    )


@pytest.mark.parametrize(
    "html",
    [
        '<a data-href="https://kktires.gr/">x</a>',
        '<a name="href=https://kktires.gr/">x</a>',
        "<a title='<a href=\"https://kktires.gr/\">'>x</a>",
        '<style>a{content:"<a href=https://kktires.gr/>"}</style>',
        '<title><a href="https://kktires.gr/">x</a></title>',
        '<!-- <a href="https://kktires.gr/">x</a> -->',
        '<!doctype html><? <a href="x">',
        '</a href="https://kktires.gr/">',
        '<plaintext><a href="https://kktires.gr/">x</a>',
        "<a href = >x</a><a href>x</a>",
        "5 < 6 <3 <",
    ],
)
def test_what_only_looks_like_a_link_stays(html: str) -> None:
    assert rewritten(html) == html


def test_the_first_of_two_hrefs_counts() -> None:
    html = '<a href="https://kktires.gr/1" href="https://kktires.gr/2">x</a>'
    assert [link.href for link in find_links(html)][:1] == ["https://kktires.gr/1"]
    assert rewritten(html) == html.replace("https://kktires.gr/1", tracked("https://kktires.gr/1"))


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=1&copy=2&reg=3&lang=el", "?a=1&copy=2&reg=3&lang=el"),
        ("?a=1&copy;=2", "?a=1©=2"),
        ("?a&copy", "?a©"),
        ("?a&copyright=1", "?a&copyright=1"),
        ("&#x1F697;&#960;&#960", "🚗ππ"),
        ("&nosuch;&;&#;&", "&nosuch;&;&#;&"),
        ("&pi;&eacute", "πé"),
    ],
)
def test_references_in_attributes_follow_the_standard(raw: str, meant: str) -> None:
    assert resolve_references(raw) == meant


PIECES = [
    "<a href=\"", "'", '"', "<a ", " href=", "https://kktires.gr/", "?a=1&b=2", "&amp;", "&copy=", ">", "</a>", "<p>",
    "</p>", "<br/>", "κείμενο", " ", "\n", "<!--", "-->", "<!-- x -->", "title='", "href", "=", "/", "<",
    "mailto:a@b.gr",
    "<AREA HREF=", "<b class=x>", "</b>", "\t", "<!", "--!>", "<a\nid=1\nhref='https://k.gr/π'>",
]  # fmt: skip
soup = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def hrefs_a_browser_sees(html: str) -> set[str]:
    seen: set[str] = set()

    def remember(element: str, attribute: str, value: str) -> str:
        if element in {"a", "area"} and attribute == "href":
            seen.add(value)
        return value

    nh3.clean(
        html,
        tags={"a", "area", "p", "b", "br"},
        attributes={"a": {"href"}, "area": {"href"}},
        attribute_filter=remember,
        link_rel=None,
        url_schemes={"https", "mailto"},
    )
    return {value for value in seen if normalize_destination(value)}


@given(html=soup)
def test_finds_the_links_a_browser_finds(html: str) -> None:
    found = {link.href for link in find_links(html)}
    assert {href for href in found if normalize_destination(href)} == hrefs_a_browser_sees(html)


@given(html=soup)
def test_rewriting_changes_destinations_only(html: str) -> None:
    after = rewritten(html)
    assert nh3.clean(after, tags=set()) == nh3.clean(html, tags=set())
    before_links, after_links = list(find_links(html)), list(find_links(after))
    assert len(before_links) == len(after_links)
    for old, new in zip(before_links, after_links, strict=True):
        destination = normalize_destination(old.href)
        if destination is None:
            assert new.href == old.href
        else:
            query = parse_qs(urlsplit(new.href).query)
            assert query["u"] == [destination]
            assert SIGNER.verify_click("camp_1", "rcpt_1", destination, query["sig"][0])
