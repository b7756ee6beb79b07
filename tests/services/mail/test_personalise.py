"""Merge fields and signature: the web CRM's vectors, escaping, and values that try to be more than values."""

from __future__ import annotations

import html as html_library

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.merge_fields import FIELDS, MergeField
from kkdesk.services.mail.personalise import (
    append_signature,
    in_url,
    merge_values,
    one_line,
    personalise_html,
    personalise_subject,
    personalise_text,
)
from tests.vectors import Vector, name, vectors

CUSTOMER = {
    "first_name": "Γιώργος",
    "last_name": "Παπαδόπουλος",
    "company": None,
    "email": " g@mail1.example ",
    "city": "Άργος",
    "phone": "",
    "mobile": "6971234567",
}


@pytest.mark.parametrize("vector", vectors("personalise_signature", "personalise"), ids=name)
def test_fills_in_as_the_web_crm(vector: Vector) -> None:
    text = vector["input"]["text"]
    values = {key.strip("{}"): value for key, value in vector["input"]["values"].items()}
    if vector["name"] == "personalise/html":
        # The web CRM puts customer data into HTML unescaped.
        assert personalise_html(text, values) == "&lt;b&gt;&amp;&quot;&#x27;"
        assert personalise_text(text, values) == "<b>&\"'"
    elif vector["name"] == "personalise/dollar-tick":
        # The web CRM interprets dollar patterns in customer data.
        assert personalise_text(text, values) == "pre $`|$' post"
    else:
        assert not vector.get("expected_is_bug")
        assert personalise_text(text, values) == vector["expected"]
        if "<" not in vector["expected"]:
            assert personalise_html(text, values) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("personalise_signature", "append_signature"), ids=name)
def test_appends_the_signature_as_the_web_crm(vector: Vector) -> None:
    html, signature = vector["input"]["html"], vector["input"]["signature"]
    expected = vector["expected"]
    if vector.get("expected_is_bug"):
        # The web CRM loses its place when capital letters change length, and does not see "</body >".
        around = f'\n<div style="margin-top:24px">{signature}</div>\n'
        expected = html.replace("</body", around + "</body")
    assert append_signature(html, signature) == expected


def test_values_of_a_customer() -> None:
    assert merge_values(CUSTOMER) == {
        "firstName": "Γιώργος",
        "lastName": "Παπαδόπουλος",
        "company": "",
        "email": " g@mail1.example ",
        "city": "Άργος",
        "phone": "6971234567",
        "vocative": "Γιώργο",
    }


def test_a_name_in_capitals_is_greeted_as_a_letter_would() -> None:
    assert merge_values({"first_name": " ΓΙΩΡΓΟΣ "}, ["vocative"]) == {"vocative": "Γιώργο"}


def test_values_of_a_row_without_most_columns() -> None:
    assert merge_values({"company": "ΑΒΓ\x00\r\nΑΕ"}, ["company", "vocative", "phone"]) == {
        "company": "ΑΒΓ\nΑΕ",
        "vocative": "",
        "phone": "",
    }


@pytest.mark.parametrize(
    ("template", "html", "text"),
    [
        ("{{firstName|φίλε}}", "Γιώργος", "Γιώργος"),
        ("{{company|φίλε πελάτη}}", "φίλε πελάτη", "φίλε πελάτη"),
        ("{{company| φίλε }}!", "φίλε!", "φίλε!"),
        ("{{company|}}!", "!", "!"),
        ('{{company|Α &amp; "Β"}}', "Α &amp; &quot;Β&quot;", 'Α &amp; "Β"'),
        ("{{company|a|b}}", "a|b", "a|b"),
        ("{{first_name}} {{ firstName }} {{FIRSTNAME}}", "{{first_name}} {{ firstName }} {{FIRSTNAME}}", None),
        ("{{company|<b>x</b>}}", "{{company|<b>x</b>}}", None),
    ],
)
def test_defaults_and_spellings(template: str, html: str, text: str | None) -> None:
    values = merge_values(CUSTOMER)
    assert personalise_html(template, values) == html
    assert personalise_text(template, values) == (html if text is None else text)


values = st.fixed_dictionaries(
    {field: st.text(max_size=20) | st.sampled_from(["{{company}}", "{{city|x}}", "$&", "\\1"]) for field in FIELDS}
)


@given(values=values)
def test_values_are_never_expanded_again(values: dict[str, str]) -> None:
    template = "|".join(f"{{{{{field}}}}}" for field in FIELDS)
    assert personalise_text(template, values) == "|".join(values[field] for field in FIELDS)
    assert html_library.unescape(personalise_html("{{company}}", values)) == html_library.unescape(
        html_library.escape(values["company"])
    )


@given(value=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00")))
def test_a_value_is_text_in_html(value: str) -> None:
    shown = nh3.clean(personalise_html('<p title="{{company}}">{{company}}</p>', {"company": value}), tags=set())
    assert html_library.unescape(shown) == html_library.unescape(html_library.escape(value, quote=False))


@given(value=st.text(alphabet=st.characters()))
def test_a_subject_stays_one_line(value: str) -> None:
    subject = personalise_subject("Για {{company}} σήμερα", {"company": value})
    assert len(subject.splitlines()) == 1
    assert subject.startswith("Για ") and subject.endswith(" σήμερα")


def test_line_breaks_become_blanks() -> None:
    assert one_line("α\r\nBcc: x\r\n\r\nβ\tγ\u2028δ\x85ε") == "α Bcc: x  β γ δ ε"


def test_inside_an_address_a_value_cannot_change_its_structure() -> None:
    assert in_url(MergeField("city"), {"city": " Α&Β/?#@ "}) == "%CE%91%26%CE%92%2F%3F%23%40"
    assert in_url(MergeField("city", "α&amp;β"), {}) == "%CE%B1%26%CE%B2"
