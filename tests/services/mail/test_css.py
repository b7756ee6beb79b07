"""Style sheets inside the elements: what is styled, and that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.css import inline_css
from kkdesk.services.mail.tracking import Signer

SHEET = "<style>p{color:red} a:hover{color:blue} @media (max-width:600px){p{color:green}}</style>"


@pytest.mark.parametrize(
    ("html", "styled"),
    [
        ("<p>Γεια &nbsp;&amp;<p>2", '<p style="color: red;">Γεια &nbsp;&amp;<p style="color: red;">2'),
        ("<P STYLE='font-family:\"A\"'>x", "<P STYLE='color: red;font-family: &#39;A&#39;'>x"),
        ("<p style=margin:0 id=x>y", '<p style="color: red;margin: 0" id=x>y'),
        (
            '<p style="color:blue;mso-line-height-rule:exactly">y',
            '<p style="color: blue;mso-line-height-rule: exactly">y',
        ),
        ("<td><p>x</td>", '<td><p style="color: red;">x</td>'),
        ("<!--[if mso]><p>x</p><![endif]--><b>y</b>", "<!--[if mso]><p>x</p><![endif]--><b>y</b>"),
        ("<!-- <p> --><textarea><p></textarea>", "<!-- <p> --><textarea><p></textarea>"),
        ("<a href='?a=1&b=2'>x</a><br/>", "<a href='?a=1&b=2'>x</a><br/>"),
    ],
)
def test_only_styles_change(html: str, styled: str) -> None:
    around = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd"><html xmlns:v="u"><head>',
        "</html>",
    )
    assert inline_css(f"{SHEET}{html}").html == f"{SHEET}{styled}"
    assert (
        inline_css(f"{around[0]}{SHEET}</head>{html}{around[1]}").html
        == f"{around[0]}{SHEET}</head>{styled}{around[1]}"
    )


@pytest.mark.parametrize(
    ("html", "style"),
    [
        ("""<style>p{background:url("a'b.png")}</style><p>x""", r"background: url('a\27 b.png');"),
        ("""<style>p{font-family:'The "A"'}</style><p>x""", r"font-family: 'The \22 A\22 ';"),
        (r"""<style>p{content:'it\'s "A"'}</style><p>x""", r"content: 'it\27 s \22 A\22 ';"),
        ("""<style>p{color:red}</style><p style="background:url(&quot;a'b&quot;)">x""", r"color: red;background: url('a\27 b')"),
        ("""<style>p{color:red}</style><p style='font-family:"A B"'>x""", "color: red;font-family: 'A B'"),
        ("""<style>/* it's "odd */ p{font-family:"A B"}</style><p>x""", "font-family: 'A B';"),
    ],
)  # fmt: skip
def test_quotation_marks_inside_strings_stay_inside(html: str, style: str) -> None:
    root = etree.fromstring(inline_css(html).html.encode(), etree.HTMLParser())
    assert [element.get("style") for element in root.iter("p")] == [style]


@pytest.mark.parametrize(
    "html", ["<p style='a:b'>x", "<!-- <style>p{color:red}</style> --><p>", "<p>x<style", "", "<styled>"]
)
def test_without_a_style_sheet_nothing_is_done(html: str) -> None:
    assert inline_css(html).html == html


def test_merge_fields_in_styles_are_filled_in() -> None:
    campaign = CompiledCampaign.compile(
        campaign_id="camp_1",
        subject="x",
        html="<style>p{color:{{city}}}</style><p style='width:{{phone}}'>{{company}}</p>",
        signer=Signer("s", "https://crm.example.gr"),
    )
    html = campaign.render("rcpt_1", {"city": "red", "phone": "1'px", "company": "Α&Β"}).html
    assert html.startswith("<style>p{color:red}</style><p style='color: red;width: 1&#x27;px'>Α&amp;Β</p>")


def test_nothing_is_loaded(capfd: pytest.CaptureFixture[str]) -> None:
    html = (
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'><style>@import 'http://127.0.0.1:9/y';p{a:b}</style><p>"
    )
    assert inline_css(html).html == f'{html[:-3]}<p style="a: b;">'
    assert inline_css(html).finding is None
    assert capfd.readouterr().out == ""


PIECES = [
    "<style>", "</style>", "p{color:red}", "*{margin:0}", "td > a{x:'y\"z'}", "}", "{", "@media x{", "/*", "<p>", "</p>",
    "<p style=\"a:b\">", "<p style='c:\"d\"'>", "<td>", "<table>", "</table>", "<b title=x", ">", "<!--", "-->", "x", "\ue0001\ue000",
    "<svg>", "</svg>", "<plaintext>", "<a/>", "<p style=e:f/>", "&quot;", "<template>", "<select>", "<option>", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_structure_is_never_touched(html: str) -> None:
    """Attributes other than `style`, texts and nesting come out as they were, whatever is written."""

    def structure(text: str) -> list[tuple[object, str | None, str | None, list[tuple[str, str]]]]:
        root = etree.fromstring(f"<html><body>{text}", etree.HTMLParser())
        return [
            (element.tag, element.text, element.tail, sorted((k, v) for k, v in element.attrib.items() if k != "style"))
            for element in root.iter()
        ]

    assert structure(inline_css(html).html) == structure(html)
