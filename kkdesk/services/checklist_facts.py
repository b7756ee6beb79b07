"""The rest of the checklist that needs no network: the length of the subject, the text part, and what is in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import KKDeskError, NotConfigured
from kkdesk.services.checklist import Area, Finding, Severity
from kkdesk.services.mail.links import find_links
from kkdesk.services.mail.plain_text import html_to_text

#: Characters of a subject that a mailbox in a wide window shows; a telephone shows about forty.
SUBJECT_SHOWN: Final = 70
_SHORTEST_SUBJECT: Final = 4
#: Letters that stand for a merge field's value.
_VALUE: Final = "xxxxxxxx"
_FIELD: Final = re.compile(r"\{\{.*?\}\}")


def subject_findings(draft: CampaignDraft) -> Iterator[Finding]:
    """Subjects that are cut off or say next to nothing."""
    length = len(_FIELD.sub(_VALUE, draft.subject.strip()))
    if length > SUBJECT_SHOWN:
        yield Finding(
            "long_subject",
            Severity.WARN,
            Bilingual(
                f"Το θέμα έχει {length} χαρακτήρες. Πολλοί θα δουν μόνο τους πρώτους {SUBJECT_SHOWN}, "
                "και στο κινητό περίπου 40.",
                f"The subject has {length} characters. Many will see only the first {SUBJECT_SHOWN}, "
                "and about 40 on a telephone.",
            ),
        )
    elif 0 < length < _SHORTEST_SUBJECT:
        yield Finding(
            "short_subject",
            Severity.WARN,
            Bilingual("Το θέμα είναι πολύ σύντομο για να πει τι περιέχει το μήνυμα.", "The subject is very short."),
        )


def text_findings(draft: CampaignDraft, signature_html: str) -> Iterator[Finding]:
    """Mails whose text part would be empty: nothing but pictures. One with no content at all is told elsewhere."""
    if draft.content.strip() and not html_to_text(draft.content + signature_html).strip():
        yield Finding(
            "no_text_part",
            Severity.WARN,
            Bilingual(
                "Το μήνυμα έχει μόνο εικόνες. Χωρίς λίγο κείμενο τα φίλτρα το θεωρούν ύποπτο, και όποιος δεν βλέπει "
                "εικόνες δεν διαβάζει τίποτα.",
                "The message is nothing but pictures. Without some text filters suspect it, and whoever sees no images "
                "reads nothing.",
            ),
        )


def tracking_notes(draft: CampaignDraft, untracked: int) -> Iterator[Finding]:
    """Where opens and clicks are not recorded: nowhere, or not of so many recipients."""
    if not draft.tracked:
        yield Finding(
            "not_tracked",
            Severity.NOTE,
            Bilingual(
                "Η καταγραφή ανοιγμάτων και κλικ είναι κλειστή: κανείς δεν θα δει ποιος άνοιξε το μήνυμα.",
                "Opens and clicks are not tracked: nobody will see who opened the mail.",
            ),
        )
    elif untracked:
        yield Finding(
            "some_not_tracked",
            Severity.NOTE,
            Bilingual(
                f"Παραλήπτες χωρίς καταγραφή ανοιγμάτων και κλικ: {untracked}.",
                f"Recipients whose opens and clicks are not tracked: {untracked}.",
            ),
            Area.RECIPIENTS,
        )


def facts(
    draft: CampaignDraft, signature_html: str, findings: Iterable[Finding], obstacles: Iterable[KKDeskError]
) -> Iterator[Finding]:
    """What is in order, after everything that is not has been found."""
    codes = {finding.code for finding in findings}
    if not codes & {"no_subject", "no_content"}:
        yield _good("has_content", "Υπάρχει θέμα και κείμενο.", "There is a subject and a message.")
    if not codes & {"no_content", "no_text_part"}:
        yield _good(
            "text_part",
            "Κάθε μήνυμα έχει και μορφή απλού κειμένου, που φτιάχνεται από το περιεχόμενο.",
            "Every mail has a plain text form too, made from its content.",
        )
    if "dead_link" not in codes and any(True for _ in find_links(draft.content + signature_html)):
        yield _good("links_written", "Οι σύνδεσμοι είναι γραμμένοι σωστά.", "The links are written correctly.")
    if not any(isinstance(obstacle, NotConfigured) for obstacle in obstacles):
        yield _good(
            "unsubscribe_link",
            "Κάθε μήνυμα έχει σύνδεσμο διαγραφής που λειτουργεί.",
            "Every mail carries a working unsubscribe link.",
            Area.DELIVERY,
        )


def _good(code: str, el: str, en: str, area: Area = Area.MESSAGE) -> Finding:
    return Finding(code, Severity.GOOD, Bilingual(el, en), area)
