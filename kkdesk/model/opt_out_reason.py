"""Why somebody unsubscribes, in their own words or by one of a few choices."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kkdesk.model.bilingual import Bilingual

#: Characters of a reason that are kept.
MAX_REASON: Final = 500


class OptOutReason(StrEnum):
    """The choices that the unsubscribe page offers."""

    TOO_MANY = "too_many"
    NOT_RELEVANT = "not_relevant"
    NEVER_ASKED = "never_asked"
    OTHER = "other"

    @property
    def label(self) -> Bilingual:
        """The choice as the recipient reads it."""
        return _LABELS[self]


_LABELS: Final = {
    OptOutReason.TOO_MANY: Bilingual("Λαμβάνω πάρα πολλά μηνύματα", "I get too many messages"),
    OptOutReason.NOT_RELEVANT: Bilingual("Το περιεχόμενο δεν με ενδιαφέρει", "They are not relevant to me"),
    OptOutReason.NEVER_ASKED: Bilingual("Δεν ζήτησα ποτέ να τα λαμβάνω", "I never asked for them"),
    OptOutReason.OTHER: Bilingual("Άλλος λόγος", "Another reason"),
}


def told_reason(choice: str, text: str) -> str | None:
    """What staff read: the choice, in Greek like all that the web CRM's tables hold, and the recipient's words.

    Both are hostile. An unknown choice is none; the words are made one line of letters that can be seen. None when
    nothing was said.

    >>> told_reason("too_many", " Κάθε\\nμέρα! ")
    'Λαμβάνω πάρα πολλά μηνύματα: Κάθε μέρα!'
    """
    words = _one_line(text)
    if choice not in set(OptOutReason):
        return words[:MAX_REASON] or None
    reason = OptOutReason(choice)
    if reason is OptOutReason.OTHER and words:
        return words[:MAX_REASON]
    return ": ".join(filter(None, (reason.label.el, words)))[:MAX_REASON]


def _one_line(text: str) -> str:
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(visible.split())
