"""What the answers of the network mean for a campaign, in words: its sender, its recipients' domains, its links.

None of them forbids sending: a server may be out of order just now, and a record may be on its way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_providers import is_provider
from kkdesk.services.checklist import Area, Finding, Severity
from kkdesk.services.link_check import LinkState
from kkdesk.services.mail_domains import MailState
from kkdesk.services.sender_domain import RecordState, Sender, SenderRecords, WhoSigns

_EXAMPLES: Final = 3


def sender_findings(sender: Sender, records: SenderRecords) -> Iterator[Finding]:
    """SPF, DKIM and DMARC: what is wrong one by one, what is in order and what is not known in one line each."""
    if is_provider(sender.domain) and not sender.at_home:
        if sender.signs is not WhoSigns.NOBODY:
            yield _finding("free_sender", Severity.WARN, _FREE_SENDER, sender.domain)
        return  # Its records are the provider's, and say nothing about our mails.
    named = (("SPF", records.spf), ("DKIM", records.dkim), ("DMARC", records.dmarc))
    for name, state in named:
        domain = sender.dkim_domain if name == "DKIM" else sender.domain
        if state is RecordState.MISSING:
            yield _finding(f"{name.lower()}_missing", Severity.WARN, _MISSING[name], domain)
        elif state.is_broken:
            yield _finding(f"{name.lower()}_broken", Severity.WARN, _BROKEN[name, state], domain)
    if good := [name for name, state in named if state is RecordState.OK]:
        text = Bilingual(
            f"Σωστά για τον τομέα {sender.domain}: {', '.join(good)}.", f"Right for {sender.domain}: {', '.join(good)}."
        )
        yield Finding("sender_records", Severity.GOOD, text, Area.DELIVERY)
    # Without a selector of ours DKIM is not asked at all; who signs is told beside.
    asked = named if sender.dkim_selector else (named[0], named[2])
    if unknown := [name for name, state in asked if state is RecordState.UNKNOWN]:
        yield _finding("sender_unknown", Severity.UNKNOWN, _SENDER_UNKNOWN, ", ".join(unknown))


def signing_findings(sender: Sender) -> Iterator[Finding]:
    """Who signs, and whether one-click unsubscribing counts then (RFC 8058, section 4)."""
    severity = {WhoSigns.OURS: Severity.GOOD, WhoSigns.OURS_ELSEWHERE: Severity.WARN}.get(sender.signs, Severity.NOTE)
    text = _SIGNS[sender.signs]
    told = Bilingual(*(one.replace("%2", sender.domain).replace("%1", sender.dkim_domain) for one in text))
    yield Finding(f"signs_{sender.signs.value}", severity, told, Area.DELIVERY)


def domain_findings(counts: Mapping[str, int], states: Mapping[str, MailState]) -> Iterator[Finding]:
    """Recipients whose domain certainly takes no mail, by number and with examples."""
    dead = sorted((domain for domain, state in states.items() if state.is_dead), key=lambda one: -counts[one])
    unknown = sum(1 for state in states.values() if state is MailState.UNKNOWN)
    if dead:
        number = sum(counts[domain] for domain in dead)
        shown = _examples([f"{domain} ({counts[domain]})" for domain in dead])
        people = ("1 παραλήπτη", "1 recipient") if number == 1 else (f"{number} παραλήπτες", f"{number} recipients")
        text = Bilingual(
            f"Σε {people[0]} το μήνυμα δεν θα φτάσει: ο τομέας τους δεν υπάρχει ή δεν δέχεται μηνύματα: {shown}.",
            f"The mail will not reach {people[1]}: their domain does not exist or takes no mail: {shown}.",
        )
        yield Finding("dead_domains", Severity.WARN, text, Area.RECIPIENTS)
    elif states and not unknown:
        yield Finding("domains_alive", Severity.GOOD, _DOMAINS_ALIVE, Area.RECIPIENTS)
    if unknown:
        yield Finding("domains_unknown", Severity.UNKNOWN, _domains_unknown(unknown), Area.RECIPIENTS)


def link_findings(states: Mapping[str, LinkState]) -> Iterator[Finding]:
    """Links whose page is gone."""
    dead = [url for url, state in states.items() if state is LinkState.DEAD]
    unknown = [url for url, state in states.items() if state is LinkState.UNKNOWN]
    if dead:
        shown = _examples([_short(url) for url in dead])
        text = Bilingual(
            f"Σύνδεσμοι προς σελίδες που δεν υπάρχουν: {shown}.", f"Links to pages that are gone: {shown}."
        )
        yield Finding("dead_web_link", Severity.WARN, text)
    elif states and not unknown:
        yield Finding("links_alive", Severity.GOOD, _LINKS_ALIVE)
    if unknown:
        shown = _examples([_short(url) for url in unknown])
        text = Bilingual(f"Δεν επιβεβαιώθηκε ότι ανοίγουν: {shown}.", f"Not confirmed to open: {shown}.")
        yield Finding("links_unknown", Severity.UNKNOWN, text)


def _finding(code: str, severity: Severity, text: tuple[str, str], value: str) -> Finding:
    return Finding(code, severity, Bilingual(*(one.replace("%1", value) for one in text)), Area.DELIVERY)


def _short(url: str) -> str:
    return url if len(url) <= 60 else f"{url[:59]}…"


def _examples(items: list[str]) -> str:
    more = f" … (+{len(items) - _EXAMPLES})" if len(items) > _EXAMPLES else ""
    return ", ".join(items[:_EXAMPLES]) + more


def _domains_unknown(number: int) -> Bilingual:
    if number == 1:
        return Bilingual("Για έναν τομέα παραληπτών δεν ήρθε απάντηση.", "No answer about one domain of recipients.")
    return Bilingual(
        f"Για {number} τομείς παραληπτών δεν ήρθε απάντηση.", f"No answer about {number} domains of recipients."
    )


_DOMAINS_ALIVE: Final = Bilingual(
    "Οι τομείς όλων των παραληπτών δέχονται μηνύματα.", "The domains of all recipients take mail."
)
_LINKS_ALIVE: Final = Bilingual("Όλοι οι σύνδεσμοι ανοίγουν.", "Every link opens.")
_SENDER_UNKNOWN: Final = (
    "Δεν ήρθε απάντηση για: %1 του αποστολέα.",
    "No answer about the sender's %1.",
)
_FREE_SENDER: Final = (
    (
        "Ο αποστολέας είναι στο %1, αλλά το μήνυμα φεύγει από άλλον διακομιστή: πολλοί παραλήπτες θα το απορρίψουν. "
        "Χρησιμοποιήστε διεύθυνση του δικού σας τομέα."
    ),
    (
        "The sender is at %1, but the mail leaves from another server: many will refuse it. Use an address of your own "
        "domain."
    ),
)
_MISSING: Final = {
    "SPF": (
        (
            "Ο τομέας %1 δεν έχει εγγραφή SPF: το μήνυμα κινδυνεύει να πάει στα ανεπιθύμητα. Ζητήστε την από όποιον "
            "διαχειρίζεται τον τομέα."
        ),
        "The domain %1 has no SPF record: the mail may end up as spam. Ask whoever manages the domain for one.",
    ),
    "DKIM": (
        "Το κλειδί της υπογραφής DKIM δεν υπάρχει στον τομέα %1: κανείς δεν μπορεί να επαληθεύσει την υπογραφή.",
        "The key of the DKIM signature is not in the domain %1: nobody can verify the signature.",
    ),
    "DMARC": (
        "Ο τομέας %1 δεν έχει εγγραφή DMARC, που Gmail, Yahoo και Outlook ζητούν από όσους στέλνουν μαζικά.",
        "The domain %1 has no DMARC record, which Gmail, Yahoo and Outlook ask of bulk senders.",
    ),
}
_SEVERAL, _MALFORMED = RecordState.SEVERAL, RecordState.MALFORMED
_BROKEN: Final = {
    ("SPF", _SEVERAL): (
        "Ο τομέας %1 έχει περισσότερες από μία εγγραφές SPF, και έτσι δεν ισχύει καμία.",
        "The domain %1 has more than one SPF record, so that none counts.",
    ),
    ("DKIM", _SEVERAL): (
        "Ο τομέας %1 έχει περισσότερα από ένα κλειδιά DKIM με το ίδιο όνομα.",
        "The domain %1 has more than one DKIM key of the same name.",
    ),
    ("DMARC", _SEVERAL): (
        "Ο τομέας %1 έχει περισσότερες από μία εγγραφές DMARC, και έτσι δεν ισχύει καμία.",
        "The domain %1 has more than one DMARC record, so that none counts.",
    ),
    ("DKIM", _MALFORMED): (
        "Το κλειδί DKIM του τομέα %1 είναι λάθος γραμμένο ή έχει ανακληθεί.",
        "The DKIM key of the domain %1 is malformed or revoked.",
    ),
    ("DMARC", _MALFORMED): (
        "Η εγγραφή DMARC του τομέα %1 δεν ορίζει έγκυρη πολιτική (p=).",
        "The DMARC record of the domain %1 has no valid policy (p=).",
    ),
}
_BODY_LINK: Final = (
    "Ο σύνδεσμος μέσα στο μήνυμα λειτουργεί πάντα.",
    "The link in the message always works.",
)
_SIGNS: Final = {
    WhoSigns.OURS: (
        "Υπογράφει το KK Desk για τον τομέα %1, μαζί με τη διαγραφή με ένα κλικ.",
        "KK Desk signs for the domain %1, one-click unsubscribing included.",
    ),
    WhoSigns.OURS_ELSEWHERE: (
        "Η υπογραφή είναι του τομέα %1, ενώ ο αποστολέας είναι στον %2: για το DMARC δεν μετράει.",
        "The signature is that of the domain %1, but the sender is at %2: DMARC does not count it.",
    ),
    WhoSigns.GOOGLE: (
        f"Υπογράφει η Google, ίσως χωρίς τη διαγραφή με ένα κλικ, οπότε το κουμπί μπορεί να μη φανεί. {_BODY_LINK[0]}",
        f"Google signs, perhaps without one-click unsubscribing: the button may not be shown. {_BODY_LINK[1]}",
    ),
    WhoSigns.SERVER: (
        (
            "Αν υπογράφει ο διακομιστής του παρόχου (DKIM), δεν φαίνεται από εδώ. Η διαγραφή με ένα κλικ ισχύει μόνο "
            f"όταν η υπογραφή την καλύπτει. {_BODY_LINK[0]}"
        ),
        (
            "Whether the provider's server signs (DKIM) cannot be seen from here. One-click unsubscribing counts only "
            f"where the signature covers it. {_BODY_LINK[1]}"
        ),
    ),
    WhoSigns.NOBODY: (
        "Δεν υπάρχει διακομιστής αλληλογραφίας σε αυτόν τον υπολογιστή: δεν φαίνεται ποιος θα υπογράφει.",
        "There is no mail server on this computer: who will sign cannot be seen.",
    ),
}
