"""The text part made from HTML: what a reader of plain text gets to see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.mail.plain_text import html_to_text, readable_url
from tests.vectors import vectors


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Καλημέρα  σας,</p>\n<p>τι\nκάνετε;</p>", "Καλημέρα σας,\n\nτι κάνετε;"),
        ("<h1>Τίτλος</h1>κείμενο<h2>Άλλος</h2>", "Τίτλος\n\nκείμενο\n\nΆλλος"),
        ("α<br>β<br><br>γ<br><br><br><br>δ", "α\nβ\n\nγ\n\n\nδ"),
        ("<div>α</div><div><div>β</div></div>γ", "α\nβ\nγ"),
        ("<p>α <b>β</b><i> γ</i> .</p>", "α β γ ."),
        ("<ul><li>ένα</li><li>δύο<ul><li>υπό<br>συνέχεια</li></ul></li></ul>τέλος",
         "- ένα\n- δύο\n  - υπό\n    συνέχεια\n\nτέλος"),
        ("<ol start=9><li>α<li><p>β</p><p>γ</p></ol>", "9. α\n\n10. β\n\n    γ"),
        ("<li>α<li>β", "- α\n- β"),
        ("x<blockquote>α<p>β</p></blockquote>y", "x\n\n> α\n>\n> β\n\ny"),
        ("<table><tr><th>Μέγεθος</th><th>Τιμή</th></tr><tr><td>205/55 R16</td><td>59&nbsp;€</td></tr></table>",
         "Μέγεθος  Τιμή\n205/55 R16  59 €"),
        ("<pre>α\n  β\n\nγ</pre>", "α\n  β\n\nγ"),
        ("α<hr>β", "α\n\n--------------------\n\nβ"),
        ("<a href='https://kktires.gr/π?a=1&amp;b'>προσφορές</a>.", "προσφορές (https://kktires.gr/π?a=1&b)."),
        ("<a href='https://kktires.gr/'>kktires.gr</a> <a href='mailto:a@b.gr?subject=x'>a@b.gr</a>",
         "kktires.gr a@b.gr"),
        ("<a href='tel:+302310555123'>+30 2310 555-123</a> <a href='tel:2310'>τηλέφωνο</a>",
         "+30 2310 555-123 τηλέφωνο (2310)"),
        ("<a href='#top'>πάνω</a> <a href='/x'>α</a> <a href='javascript:x'>β</a> <a name=x>γ</a>", "πάνω α β γ"),
        ("<a href='https://kktires.gr/'><img src=x alt='KK Tires'></a><img src=y><a href='https://k.gr'></a>",
         "KK Tires (https://kktires.gr/)"),
        ("<style>p{}</style><title>τ</title><script>x</script><p hidden>κ</p><b style='DISPLAY : none'>λ<i>μ</i></b>ν",
         "ν"),
        ("<!--[if mso]><p>outlook</p><![endif]--><!--[if !mso]><!--><p>άλλοι</p><!--<![endif]-->", "άλλοι"),
        ("<p>👨‍👩‍👧 οικογένεια\u200b</p>", "👨‍👩‍👧 οικογένεια"),
        ("<meta charset='windows-1253'><p>Γειά &amp; χαρά &lt;3</p>", "Γειά & χαρά <3"),
        ("απλό κείμενο &amp; τέλος  \n  δεύτερη γραμμή\n\n", "απλό κείμενο & τέλος\n  δεύτερη γραμμή"),
        ("<p>Α <b>έντονα <a href='https://k.gr/x'>link <table><tr><td>κελί", "Α έντονα link (https://k.gr/x)\nκελί"),
        ("", ""),
        ("<!-- τίποτα --><p></p>", ""),
    ],
)  # fmt: skip
def test_reads_as_it_looks(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_addresses_as_the_caller_wants_them() -> None:
    html = "<a href='https://k.gr/'>α</a> <a href='x'>β</a>"
    assert html_to_text(html, lambda href: "!" if href == "x" else None) == "α β (!)"


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        (" https://kktires.gr/α β ", "https://kktires.gr/%CE%B1%20%CE%B2"),
        ("HTTP://kktires.gr", "HTTP://kktires.gr"),
        ("mailto:%CE%B1@b.gr", "α@b.gr"),
        ("mailto:?subject=x", None),
        ("https://exa mple.gr/", None),
        ("cid:x", None),
    ],
)
def test_readable_addresses(href: str, shown: str | None) -> None:
    assert readable_url(href) == shown


@given(
    words=st.lists(st.text(alphabet="αβγδ😀'&\"", min_size=1, max_size=8), min_size=1, max_size=8),
    tag=st.sampled_from(["p", "div", "li", "td", "b", "h3", "blockquote"]),
)
def test_every_word_survives_in_order(words: list[str], tag: str) -> None:
    html = "".join(f"<{tag}>{word.replace('&', '&amp;')}</{tag}> " for word in words)
    text = html_to_text(html)
    assert [piece for piece in text.split() if piece not in {"-", ">"}] == words


@given(html=st.text(alphabet="<>/abpuliole \n\"'=&;é!-", max_size=60))
def test_never_fails(html: str) -> None:
    text = html_to_text(html)
    assert text == text.rstrip("\n")


def test_depth_is_no_obstacle() -> None:
    assert html_to_text("<div><b>" * 900 + "βαθιά") == "βαθιά"


def test_the_newsletter_of_the_vectors() -> None:
    (vector,) = (entry for entry in vectors("mail_full") if entry["name"] == "mail/newsletter-no-company")
    text = html_to_text(vector["input"]["campaign"]["content"])
    assert text.startswith("KK Tires (https://kktires.example/?utm_source=news&utm_medium=email&utm_campaign=")
    assert "2310 555 123 (+302310555123), γράψτε μας (info@kktires.example), πάνω, σχετικός," in text
    assert text.endswith("\n\nΠΡΟΣΦΟΡΑ (https://kktires.example/btn)")
    assert "width" not in text and "mso" not in text


def test_what_outlook_alone_does_not_show_is_read_by_all_the_others() -> None:
    html = (
        '<!--[if mso]><v:roundrect href="https://kktires.gr/"/><![endif]-->'
        '<a href="https://kktires.gr/" style="color:#fff;mso-hide:all">Προσφορές</a>'
        '<div style="max-height:0;mso-hide:all">α</div><p style="max-height:0.5em">β</p><p style="max-height: 0px !important">γ</p>'
    )
    assert html_to_text(html) == "Προσφορές (https://kktires.gr/)\n\nβ"
