"""What the editor takes on, what it refuses, and that it looks the same afterwards."""

from __future__ import annotations

import pytest

from kkdesk.model.merge_fields import MergeField
from kkdesk.ui.campaigns.editing.letter import Break, Field, Item, Letter, Link, Look, Paragraph, Picture, Run, Text
from kkdesk.ui.campaigns.editing.reading import read
from kkdesk.ui.campaigns.editing.refusals import CannotKeep
from kkdesk.ui.campaigns.editing.writing import write


def runs(html: str) -> tuple[Run, ...]:
    (block,) = read(html).blocks
    return block.runs


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<table><tr><td>α</td></tr></table>", "tables"),
        ("<p>α</p><style>p{color:red}</style>", "style sheets"),
        ("<html><head><style>p{}</style></head><body><p>α</p></body></html>", "a whole HTML document"),
        ("<!doctype html><p>α</p>", "a whole HTML document"),
        ("<p>α</p><hr>", "rules"),
        ("<blockquote>α</blockquote>", "quotations"),
        ("<p>α</p><!--[if mso]><p>β</p><![endif]-->", "instructions for Outlook"),
        ('<p onclick="x()">α</p>', "the attribute “onclick”"),
        ('<p dir="rtl">α</p>', "the attribute “dir”"),
        ('<div style="display:none">κρυφό</div><p>α</p>', "the style “display”"),
        ('<p style="background:url(x.png)">α</p>', "the style “background”"),
        ('<p><span style="position:absolute">α</span></p>', "the style “position”"),
        ('<p><span style="border:1px solid">α</span></p>', "the style “border”"),
        ('<p><span style="font-size:80%">α <span style="font-size:80%">β</span></span></p>', "the style “font-size”"),
        ('<p>α <a name="x">β</a></p>', "links within the mail itself"),
        ('<ol start="3"><li>α</li></ol>', "the attribute “start”"),
        ("<ul><li>α<ul><li>β</li></ul>γ</li></ul>", "elaborate lists"),
        ('<div style="padding:8px"><p>α</p></div><p>β</p>', "frames with a style of their own"),
        ("<p>α <button>β</button></p>", "the element <button>"),
        ('<p><img src="x.png" usemap="#m"></p>', "images with areas or actions"),
    ],
)
def test_what_could_not_be_given_back_is_refused(html: str, reason: str) -> None:
    with pytest.raises(CannotKeep) as caught:
        read(html)
    assert reason in [one.en for one in caught.value.reasons]
    assert all(one.el for one in caught.value.reasons)


def test_looks() -> None:
    html = (
        '<p>α <b>β</b><i>γ</i><u>δ</u><s>ε</s><span style="color:rgb(179, 38, 30);font-size:18px">ζ</span>'
        '<font color="red" size="5">η</font><sup>2</sup></p>'
    )
    assert runs(html) == (
        Text("α "),
        Text("β", Look(bold=True)),
        Text("γ", Look(italic=True)),
        Text("δ", Look(underline=True)),
        Text("ε", Look(struck=True)),
        Text("ζ", Look(colour="#b3261e", kept="font-size:18px")),
        Text("η", Look(colour="#ff0000", kept="font-size:24px")),
        Text("2", Look(kept="vertical-align:super;font-size:smaller")),
    )


def test_a_links_colour_is_its_own() -> None:
    """Mail programs colour links blue, whatever stands around them."""
    html = '<p><span style="color:#b3261e">α <a href="https://a.gr" style="font-weight:bold">β</a></span></p>'
    link = Link("https://a.gr", "font-weight:bold")
    assert runs(html) == (Text("α ", Look(colour="#b3261e")), Text("β", Look(link=link)))


def test_headings_are_bold_by_themselves() -> None:
    assert read("<h2><b>α</b> β</h2>").blocks == (Paragraph((Text("α β"),), "h2"),)


def test_blanks_are_read_as_a_browser_shows_them() -> None:
    assert runs("<p>\n  α \t β\n<b> γ</b>&nbsp; δ </p>") == (
        Text("α β "),
        Text("γ", Look(bold=True)),
        Text("\u00a0 δ"),
    )


def test_lines() -> None:
    assert runs("<p>α<br>β<br></p>") == (Text("α"), Break(), Text("β"))
    assert read("<p>α</p><p></p><p><br></p>").blocks == (Paragraph((Text("α"),)), Paragraph())


def test_loose_text_is_a_paragraph_without_space() -> None:
    kinds = [(block.kind, len(block.runs)) for block in read("α<br>β<p>γ</p>δ").blocks]
    assert kinds == [("div", 3), ("p", 1), ("div", 1)]


def test_lists() -> None:
    html = '<ul style="padding-left:22px"><li>α</li><li>β<ol><li>γ</li></ol></li></ul><ul><li><p>δ</p></li></ul>'
    items = [(block.item, block.kind) for block in read(html).blocks]
    assert items == [
        (Item(ordered=False, depth=1, first=True, kept="padding-left:22px"), "div"),
        (Item(ordered=False, depth=1, first=False, kept="padding-left:22px"), "div"),
        (Item(ordered=True, depth=2, first=True), "div"),
        (Item(ordered=False, depth=1, first=True), "p"),
    ]


def test_fields_with_and_without_defaults() -> None:
    assert runs("<p>Αγαπητέ {{firstName|φίλε}} {{ last_name }}, {{nonsense}}</p>") == (
        Text("Αγαπητέ "),
        Field(MergeField("firstName", "φίλε")),
        Text(" "),
        Field(MergeField("lastName")),
        Text(", {{nonsense}}"),
    )


def test_a_field_that_formatting_took_apart_is_put_together() -> None:
    assert runs("<p>{{<b>first_name</b>}}</p>") == (Field(MergeField("firstName")),)


def test_pictures_keep_what_is_not_understood() -> None:
    html = '<p><img src="x" alt="Λάστιχο" width="200" height="90" data-email-asset-id="ast_1"></p>'
    assert runs(html) == (Picture("x", "Λάστιχο", 200, (("height", "90"), ("data-email-asset-id", "ast_1"))),)
    assert write(Letter(read(html).blocks)) == (
        '<p><img src="x" alt="Λάστιχο" width="200" height="90" data-email-asset-id="ast_1"></p>'
    )


def test_what_stands_around_is_kept_to_the_letter() -> None:
    head = '<!DOCTYPE html>\n<html lang="el"><head><meta charset="utf-8"><title>x</title></head><body bgcolor=white>'
    letter = read(f'{head}<div style="padding:4px"><p>α</p></div>\n</body></html>')
    assert letter.head == f'{head}<div style="padding:4px">'
    assert letter.tail == "</div>\n</body></html>"
    assert letter.blocks == (Paragraph((Text("α"),)),)


def test_two_divs_side_by_side_are_no_frame() -> None:
    letter = read("<div><p>α</p></div><div><p>β</p></div>")
    assert letter.head == "" and len(letter.blocks) == 2


def test_alignment_is_inherited() -> None:
    blocks = read('<div align="center"><p>α</p><p style="text-align:right">β</p></div><p>γ</p>').blocks
    assert [block.align for block in blocks] == ["center", "right", ""]


def test_deep_and_broken_html_does_not_break_the_editor() -> None:
    for html in ("<p>" * 300 + "α", "<b>" * 200 + "α", "\x00<p>α\x01</p>"):
        assert read(html).plain_text() == "α"
    assert "α" in read("<<p>>α</q>").plain_text()
