"""What is pasted comes in clean."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.ui.campaigns.editing.letter import PARAGRAPH_STYLE, Letter
from kkdesk.ui.campaigns.editing.pasting import clean_html, clean_text
from kkdesk.ui.campaigns.editing.reading import read
from kkdesk.ui.campaigns.editing.writing import body_html

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head>
<body lang=EL><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'><b><span style='font-size:14.0pt;font-family:"Calibri";color:red'>
Γεια σας</span></b><span lang=EL>, όλα καλά;<o:p></o:p></span></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Πρώτο</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Ένθετο</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>Αριθμημένο</p>
<!--EndFragment--></body></html>"""
DOCS = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span '
    'style="font-weight:700">Έντονα</span><span> και <a href="https://a.gr"><span style="text-decoration:underline;'
    'color:#1155cc">σύνδεσμος</span></a> {{ first_name }}</span></p><ul><li dir="ltr"><p>ένα</p></li></ul></b>'
)


def cleaned(html: str) -> str:
    return body_html(clean_html(html).blocks).replace(f' style="{PARAGRAPH_STYLE}"', "")


def test_word() -> None:
    assert cleaned(WORD) == (
        "<p><strong>Γεια σας</strong>, όλα καλά;</p>\n"
        "<ul>\n<li>Πρώτο\n<ul>\n<li>Ένθετο</li>\n</ul></li>\n</ul>\n<ol>\n<li>Αριθμημένο</li>\n</ol>"
    )


def test_google_docs() -> None:
    assert cleaned(DOCS) == (
        '<p><strong>Έντονα</strong> και <a href="https://a.gr">σύνδεσμος</a> {{firstName}}</p>\n<ul>\n<li>ένα</li>\n</ul>'
    )


def test_a_web_page_loses_its_scripts_pictures_and_dress() -> None:
    html = (
        '<div style="color:red"><script>alert(1)</script><h1 class="x">Τίτλος</h1><p>α<img src="https://t.example/x.gif">'
        '<a href="javascript:alert(1)">β</a></p><table><tr><td>γ</td><td>δ</td></tr></table></div>'
    )
    assert cleaned(html).splitlines()[1:] == ["<p>αβ</p>", "<p>γ&nbsp; &nbsp;δ</p>"]
    assert "Τίτλος</h1>" in cleaned(html)


def test_plain_text_becomes_paragraphs() -> None:
    letter = clean_text("α\r\n\r\nβ\nγ\n\n\n")
    assert Letter(letter.blocks).plain_text().split("\n") == ["α", "β", "γ"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<ul>", "<li>", "</ul>", "<td>", "<b>", "α ", "<table><tr>", "<br>", "<h2>"])
    )
)
def test_whatever_is_pasted_can_be_written_and_read_again(parts: list[str]) -> None:
    letter = clean_html("".join(parts))
    assert read(body_html(letter.blocks)).blocks == letter.blocks
