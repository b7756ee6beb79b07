"""The check before sending finds what would embarrass, and nothing else."""

from __future__ import annotations

import pytest

from kkdesk.model.campaign import CampaignDraft
from kkdesk.services.checklist import CLIPPED_AT, Severity, check_content, fields_in_use


def codes(subject: str = "Θέμα", content: str = "<p>Κείμενο</p>", signature: str = "", **blank: int) -> list[str]:
    return [finding.code for finding in check_content(CampaignDraft("Κ", subject, content), signature, blank)]


def test_a_good_mail_has_no_findings() -> None:
    content = (
        '<html><head><style>p{color:red}</style></head><body><p>{{firstName|φίλε πελάτη}}</p><a href="https://kktires.gr/x?a=1">δ</a>'
        '<a href="mailto:info@kktires.gr">m</a><a href="tel:+302310555123">τ</a><a href="{{company}}">c</a>'
        '<img src="https://kktires.gr/a.png" alt=""></body></html>'
    )
    assert codes(content=content, signature="<p>ΚΚ</p>", firstName=3) == []


@pytest.mark.parametrize(
    "content", ["", "<p>&nbsp;</p>", "<style>p{color:red}</style><br>", "<!-- x --><p> </p>", "\u200b"]
)
def test_a_mail_without_text_cannot_be_sent(content: str) -> None:
    assert codes(content=content) == ["no_content"]
    assert codes(content=content, signature="<p>ΚΚ</p>") == ["no_content"]


def test_a_picture_is_content() -> None:
    assert codes(content='<img src="a.png" alt="Προσφορά">') == []


def test_a_mail_without_subject_cannot_be_sent() -> None:
    [finding] = check_content(CampaignDraft("Κ", " ", "<p>Κ</p>"), "", {})
    assert (finding.code, finding.severity) == ("no_subject", Severity.STOP)


def test_grave_findings_come_first() -> None:
    found = check_content(CampaignDraft("Κ", "", "<p>{{first_name}}</p>"), "", {})
    assert [finding.severity for finding in found] == [Severity.STOP, Severity.WARN]


def test_unknown_fields_are_named_with_what_was_meant() -> None:
    [finding] = check_content(CampaignDraft("Κ", "{{first_name}}", "<p>{{plate}}</p>"), "", {})
    assert finding.code == "unknown_field"
    assert "{{first_name}}" in finding.text.el
    assert "{{firstName}}" in finding.text.en
    assert "{{plate}}" in finding.text.en


def test_fields_without_default_are_told_only_where_somebody_has_no_value() -> None:
    content = "<p>{{firstName}} {{company|}} {{city|πόλη}}</p>"
    assert fields_in_use(CampaignDraft("Κ", "{{lastName}}", content)) == {"firstName", "company", "lastName"}
    assert codes(content=content) == []
    [finding] = check_content(CampaignDraft("Κ", "Θ", content), "", {"firstName": 7, "company": 0, "city": 5})
    assert finding.code == "no_default"
    assert "{{firstName}}" in finding.text.el
    assert "7" in finding.text.el


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#",
        "#top",
        "www.kktires.gr",
        "prosfores.html",
        "//kktires.gr",
        "http://",
        "https://kktires",
        "javascript:void(0)",
        "mailto:",
        "ftp://x.gr",
    ],
)
def test_links_that_lead_nowhere(href: str) -> None:
    assert codes(content=f'<p>x <a href="{href}">εδώ</a></p>') == ["dead_link"]


def test_links_of_the_signature_count_too() -> None:
    assert codes(signature='<a href="kktires.gr">ΚΚ</a>') == ["dead_link"]


def test_images_without_description() -> None:
    [finding] = check_content(CampaignDraft("Κ", "Θ", '<img src="a"><img src="b"><img src="c" alt="γ">'), "", {})
    assert finding.code == "no_alt"
    assert "2" in finding.text.en


def test_a_mail_that_gmail_would_cut_off() -> None:
    text = "<p>" + "α" * (CLIPPED_AT // 2 - 100) + "</p>"
    assert codes(content=text) == []
    assert codes(content=text + '<a href="https://kktires.gr">δ</a>') == ["too_long"]
    untracked = CampaignDraft("Κ", "Θέμα", text + '<a href="https://kktires.gr">δ</a>', tracked=False)
    assert check_content(untracked, "", {}) == [], "its links stay as short as they are"
    # A picture in the text travels as a part of its own.
    assert codes(content=f'<p>x<img alt="" src="data:image/png;base64,{"A" * 200_000}"></p>') == []


def test_many_examples_are_cut() -> None:
    content = "".join(f'<a href="x{number}">δ</a>' for number in range(9))
    [finding] = check_content(CampaignDraft("Κ", "Θ", content), "", {})
    assert finding.text.en.endswith("(+6).")
