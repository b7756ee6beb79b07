"""The length of the subject, the text part, and what is told to be in order."""

from __future__ import annotations

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import InvalidInput, KKDeskError, NotConfigured
from kkdesk.services.checklist import Area, Finding, Severity, check_content
from kkdesk.services.checklist_facts import SUBJECT_SHOWN, facts, subject_findings, text_findings, tracking_notes


@pytest.mark.parametrize(
    ("subject", "codes"),
    [
        ("Χειμερινά ελαστικά −20 %", []), ("Θέμα", []), ("Νέα", ["short_subject"]), ("", []), ("   ", []),
        ("x" * SUBJECT_SHOWN, []), ("x" * (SUBJECT_SHOWN + 1), ["long_subject"]),
        ("{{firstName|αγαπητέ φίλε και πελάτη του καταστήματός μας}}, έρχεται ο χειμώνας", []), ("{{firstName}}", []),
    ],
)  # fmt: skip
def test_subjects(subject: str, codes: list[str]) -> None:
    assert [finding.code for finding in subject_findings(CampaignDraft("Κ", subject, ""))] == codes


@pytest.mark.parametrize(
    ("content", "signature", "codes"),
    [
        ("<p>Κείμενο</p>", "", []), ("<img src='a.png'>", "", ["no_text_part"]), ("", "", []),
        ("<img src='a.png'>", "<p>KK Tires</p>", []),
    ],
)  # fmt: skip
def test_text_part(content: str, signature: str, codes: list[str]) -> None:
    assert [finding.code for finding in text_findings(CampaignDraft("Κ", "Θέμα", content), signature)] == codes


def told(subject: str, content: str, *obstacles: KKDeskError) -> set[str]:
    draft = CampaignDraft("Κ", subject, content)
    findings: list[Finding] = [*check_content(draft, "", {}), *text_findings(draft, "")]
    return {fact.code for fact in facts(draft, "", findings, obstacles)}


def test_what_is_in_order() -> None:
    everything = {"has_content", "text_part", "links_written", "unsubscribe_link"}
    link = "<p>α <a href='https://kktires.gr'>β</a></p>"
    missing = NotConfigured(Bilingual("", ""))
    assert told("Θέμα", link) == everything
    assert told("Θέμα", "<p>α</p>") == everything - {"links_written"}, "no links, nothing to say of them"
    assert told("", link) == everything - {"has_content"}
    assert told("Θέμα", "<p>α <a href='#'>β</a></p>") == everything - {"links_written"}
    assert told("Θέμα", link, missing) == everything - {"unsubscribe_link"}
    assert told("Θέμα", link, InvalidInput(Bilingual("", ""))) == everything
    found = facts(CampaignDraft("Κ", "Θέμα", link), "", [], [])
    assert {(fact.severity, fact.area) for fact in found} == {
        (Severity.GOOD, Area.MESSAGE),
        (Severity.GOOD, Area.DELIVERY),
    }


def test_what_is_not_tracked_is_told() -> None:
    on, off = CampaignDraft("Κ", "Θέμα"), CampaignDraft("Κ", "Θέμα", tracked=False)
    assert list(tracking_notes(on, 0)) == []
    [some] = tracking_notes(on, 7)
    assert (some.code, some.severity, some.area) == ("some_not_tracked", Severity.NOTE, Area.RECIPIENTS)
    assert "7" in some.text.el
    for customers in (0, 7):
        [nobody] = tracking_notes(off, customers)
        assert (nobody.code, nobody.severity, nobody.area) == ("not_tracked", Severity.NOTE, Area.MESSAGE)
