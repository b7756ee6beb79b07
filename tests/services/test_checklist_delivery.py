"""What the network's answers are told as."""

from __future__ import annotations

import itertools

import pytest

from kkdesk.services.checklist import Finding, Severity
from kkdesk.services.checklist_delivery import domain_findings, link_findings, sender_findings, signing_findings
from kkdesk.services.link_check import LinkState
from kkdesk.services.mail_domains import MailState
from kkdesk.services.sender_domain import RecordState, Sender, SenderRecords, WhoSigns

OURS = Sender("kktires.gr", WhoSigns.OURS, "kktires.gr", "kk1")
SERVER = Sender("kktires.gr", WhoSigns.SERVER)
OK, MISSING, UNKNOWN = RecordState.OK, RecordState.MISSING, RecordState.UNKNOWN


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_records_of_the_sender() -> None:
    def found(sender: Sender, *states: RecordState) -> list[Finding]:
        return list(sender_findings(sender, SenderRecords(*states)))

    [good] = found(OURS, OK, OK, OK)
    assert (good.severity, good.text.en) == (Severity.GOOD, "Right for kktires.gr: SPF, DKIM, DMARC.")
    several, malformed = RecordState.SEVERAL, RecordState.MALFORMED
    assert codes(found(OURS, several, malformed, MISSING)) == ["spf_broken", "dkim_broken", "dmarc_missing"]
    assert codes(found(SERVER, OK, UNKNOWN, OK)) == ["sender_records"], "a signature that is not ours is not asked"
    [nothing] = found(SERVER, UNKNOWN, UNKNOWN, UNKNOWN)
    assert (nothing.severity, nothing.text.en) == (Severity.UNKNOWN, "No answer about the sender's SPF, DMARC.")
    assert codes(found(Sender("gmail.com", WhoSigns.SERVER), OK, UNKNOWN, OK)) == ["free_sender"]
    assert codes(found(Sender("yahoo.gr", WhoSigns.GOOGLE), OK, UNKNOWN, OK)) == ["free_sender"]
    assert codes(found(Sender("gmail.com", WhoSigns.NOBODY), OK, UNKNOWN, OK)) == [], "nothing leaves from anywhere"
    assert codes(found(Sender("gmail.com", WhoSigns.GOOGLE, at_home=True), OK, UNKNOWN, OK)) == ["sender_records"]
    assert codes(found(Sender("otenet.gr", WhoSigns.SERVER, at_home=True), OK, UNKNOWN, OK)) == ["sender_records"]


@pytest.mark.parametrize("sender", [OURS, SERVER, Sender("x.gr", WhoSigns.OURS_ELSEWHERE, "y.gr", "s")])
def test_every_state_has_words_and_none_forbids_sending(sender: Sender) -> None:
    spf = [state for state in RecordState if state is not RecordState.MALFORMED]  # It is never told of SPF.
    for states in itertools.product(spf, RecordState, RecordState):
        for finding in sender_findings(sender, SenderRecords(*states)):
            assert finding.severity is not Severity.STOP
            assert "%" not in finding.text.el + finding.text.en


@pytest.mark.parametrize(
    ("signs", "severity", "words"),
    [
        (WhoSigns.OURS, Severity.GOOD, "KK Desk signs for the domain y.gr"),
        (WhoSigns.OURS_ELSEWHERE, Severity.WARN, "domain y.gr, but the sender is at x.gr"),
        (WhoSigns.GOOGLE, Severity.NOTE, "may not be shown. The link in the message always works."),
        (WhoSigns.SERVER, Severity.NOTE, "only where the signature covers it"),
        (WhoSigns.NOBODY, Severity.NOTE, "no mail server"),
    ],
)
def test_who_signs(signs: WhoSigns, severity: Severity, words: str) -> None:
    [finding] = signing_findings(Sender("x.gr", signs, "y.gr", "s"))
    assert finding.severity is severity and words in finding.text.en and "%" not in finding.text.el


def test_dead_domains_are_counted_by_recipients() -> None:
    alive, dead, unknown = MailState.TAKES_MAIL, MailState.NO_DOMAIN, MailState.UNKNOWN
    counts = {"a.gr": 5, "b.gr": 2, "c.gr": 7, "d.gr": 1, "e.gr": 1}
    states = {"a.gr": alive, "b.gr": dead, "c.gr": MailState.NULL_MX, "d.gr": dead, "e.gr": dead}
    [finding] = domain_findings(counts, states)
    assert (finding.code, finding.severity) == ("dead_domains", Severity.WARN)
    assert "11 recipients" in finding.text.en and "c.gr (7), b.gr (2), d.gr (1) … (+1)" in finding.text.en
    [one] = domain_findings({"d.gr": 1}, {"d.gr": dead})
    assert "1 παραλήπτη " in one.text.el
    assert codes(list(domain_findings(counts, {"a.gr": alive}))) == ["domains_alive"]
    assert codes(list(domain_findings(counts, {"a.gr": alive, "b.gr": unknown}))) == ["domains_unknown"]
    assert codes(list(domain_findings(counts, {"a.gr": dead, "b.gr": unknown}))) == ["dead_domains", "domains_unknown"]
    assert list(domain_findings({}, {})) == []


def test_links() -> None:
    alive, dead, unknown = LinkState.ALIVE, LinkState.DEAD, LinkState.UNKNOWN
    assert list(link_findings({})) == []
    assert codes(list(link_findings({"https://a.gr/": alive}))) == ["links_alive"]
    found = list(link_findings({"https://a.gr/": dead, "https://b.gr/" + "x" * 90: unknown, "https://c.gr/": alive}))
    assert [finding.severity for finding in found] == [Severity.WARN, Severity.UNKNOWN]
    assert "https://a.gr/" in found[0].text.el and len(found[1].text.en) < 100
