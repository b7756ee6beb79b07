"""Who gets a campaign and who does not: every customer the filters select is on one side, with the reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_address import address_key, is_mailable
from kkdesk.model.greek_fold import fold, name_sort_key
from kkdesk.model.web_text import trim


class Exclusion(StrEnum):
    """Why a customer gets no mail. Of several reasons the first in this order is told."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    INACTIVE = "inactive"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> Bilingual:
        """The reason as people read it."""
        return _LABELS[self]


_LABELS: Final[Mapping[Exclusion, Bilingual]] = {
    Exclusion.NO_ADDRESS: Bilingual("Δεν έχει e-mail", "No e-mail address"),
    Exclusion.BAD_ADDRESS: Bilingual("Λανθασμένο e-mail", "E-mail address is not valid"),
    Exclusion.UNSUBSCRIBED: Bilingual("Έχει διαγραφεί από τη λίστα", "Unsubscribed"),
    Exclusion.SUPPRESSED: Bilingual("Σε λίστα αποκλεισμού", "On the suppression list"),
    Exclusion.INACTIVE: Bilingual("Ανενεργός πελάτης", "Inactive customer"),
    Exclusion.DUPLICATE: Bilingual("Ίδιο e-mail με άλλον πελάτη", "Same e-mail as another customer"),
}


class Candidate(NamedTuple):
    """A customer whom the filters select, as far as mailing is concerned."""

    customer_id: str
    name: str
    email: str | None
    active: bool
    unsubscribed: bool
    #: Unix seconds: of several customers with one address the oldest gets the mail.
    created_at: int


class Recipient(NamedTuple):
    """A customer who gets the mail. `key` is the mailbox behind `email`, in one spelling."""

    customer_id: str
    name: str
    email: str
    key: str

    @property
    def domain(self) -> str:
        """The part after the @ of the mailbox."""
        return self.key.rpartition("@")[2]


class Excluded(NamedTuple):
    """A customer who gets no mail, and why. `same_as` is the customer who gets it at the same address."""

    customer_id: str
    name: str
    email: str
    reason: Exclusion
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Some rows of one side of a preview, in alphabetical order; `total` is how many there are in all."""

    total: int
    rows: Sequence[Recipient | Excluded]


@dataclass(frozen=True, slots=True)
class AudiencePreview:
    """The two sides. Together they are exactly the customers that the filters select."""

    recipients: Sequence[Recipient]
    excluded: Sequence[Excluded]
    #: How many are excluded for each reason; reasons that nobody has are left out.
    counts: Mapping[Exclusion, int]
    _sorted: dict[Exclusion | None, Sequence[Recipient | Excluded]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def selected(self) -> int:
        """How many customers the filters select, mailed or not."""
        return len(self.recipients) + len(self.excluded)

    def page(self, reason: Exclusion | None, offset: int, limit: int, search: str = "") -> PreviewPage:
        """Those excluded for `reason`, or with None those who get the mail; `search` looks in names and addresses.

        The first page of each side sorts it: a few tenths of a second for 100,000, so not in the window's thread.
        """
        rows = self._side(reason)
        if wanted := fold(search):
            rows = [row for row in rows if wanted in fold(f"{row.name} {row.email}")]
        return PreviewPage(len(rows), rows[offset : offset + limit])

    def _side(self, reason: Exclusion | None) -> Sequence[Recipient | Excluded]:
        if reason not in self._sorted:
            rows: Iterable[Recipient | Excluded] = (
                self.recipients if reason is None else (row for row in self.excluded if row.reason is reason)
            )
            self._sorted[reason] = sorted(rows, key=lambda row: (name_sort_key(row.name), row.customer_id))
        return self._sorted[reason]


NOBODY: Final = AudiencePreview((), (), {})

# Nearly every address: for these the key is the text in lower case, and the slow rules need not be asked.
_PLAIN: Final = re.compile(r"(?=.{6,64}\Z)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,10}")
# What the database lets into campaign_recipients (trigger trg_validate_recipient_email_insert).
_ADMITTED: Final = re.compile(r"(?!@)(?!.*@\.)(?=.{5,254}\Z).*@.*\..*", re.DOTALL)


def mailbox_of(email: str) -> str:
    """The key of a trimmed address that can be mailed; empty text when it cannot."""
    lowered = email.lower()
    if _PLAIN.fullmatch(lowered):
        return lowered
    return address_key(email) if _ADMITTED.fullmatch(email) and is_mailable(email) else ""


def sort_out(candidates: Iterable[Candidate], opted_out: Mapping[str, Exclusion]) -> AudiencePreview:
    """Who gets the mail and who does not. `opted_out` has the mailboxes (keys) not to be mailed, with the reason.

    One mailbox is mailed once: of several customers who have it the oldest record gets the mail, whatever the order.
    """
    winners: dict[str, Candidate] = {}
    losers: list[tuple[str, Candidate]] = []
    excluded: list[Excluded] = []
    for candidate in candidates:
        email = trim(candidate.email or "")
        key = mailbox_of(email) if email else ""
        reason = _reason(candidate, email, key, opted_out)
        if reason is not None:
            excluded.append(Excluded(candidate.customer_id, candidate.name, email, reason))
            continue
        other = winners.setdefault(key, candidate)
        if other is not candidate:
            first, second = (candidate, other) if _is_older(candidate, other) else (other, candidate)
            winners[key] = first
            losers.append((key, second))
    for key, loser in losers:
        same_as = winners[key].customer_id
        excluded.append(Excluded(loser.customer_id, loser.name, trim(loser.email or ""), Exclusion.DUPLICATE, same_as))
    recipients = [Recipient(c.customer_id, c.name, trim(c.email or ""), key) for key, c in winners.items()]
    found = Counter(row.reason for row in excluded)
    return AudiencePreview(recipients, excluded, {reason: found[reason] for reason in Exclusion if found[reason]})


def _reason(candidate: Candidate, email: str, key: str, opted_out: Mapping[str, Exclusion]) -> Exclusion | None:
    if not email:
        return Exclusion.NO_ADDRESS
    if not key:
        return Exclusion.BAD_ADDRESS
    if candidate.unsubscribed:
        return Exclusion.UNSUBSCRIBED
    if key in opted_out:
        return opted_out[key]
    return None if candidate.active else Exclusion.INACTIVE


def _is_older(one: Candidate, other: Candidate) -> bool:
    return (one.created_at, one.customer_id) < (other.created_at, other.customer_id)
