"""Who gets a campaign and who does not: every customer the filters select is on one side, with the reason."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Candidates:
    """The customers whom the filters select, column by column: a hundred thousand objects would keep the garbage
    collector, and with it the window, busy for tenths of a second.
    """

    ids: Sequence[str]
    names: Sequence[str]
    emails: Sequence[str | None]
    #: ACTIVE and UNSUBSCRIBED, added up.
    flags: Sequence[int]
    #: Unix seconds: of several customers with one address the oldest gets the mail.
    created: Sequence[int]


ACTIVE: Final = 1
UNSUBSCRIBED: Final = 2


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


class AudiencePart(NamedTuple):
    """Some of those who get a campaign, and the place from which on the others are found, later too."""

    recipients: Sequence[Recipient]
    place: str


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


#: Customers sorted in one go.
_PART: Final = 10_000


class AudiencePreview:
    """The two sides. Together they are exactly the customers that the filters select."""

    def __init__(
        self,
        candidates: Candidates,
        mailed: Mapping[str, int],
        excluded: Mapping[Exclusion, Sequence[int]],
        same_as: Mapping[int, str],
    ) -> None:
        """Use `sort_out`. Numbers are places in `candidates`: `mailed` by mailbox, `same_as` of the duplicates."""
        self._candidates = candidates
        self._mailed = mailed
        self._excluded = excluded
        self._same_as = same_as
        self._sorted: dict[Exclusion | None, Sequence[int]] = {}

    @property
    def count(self) -> int:
        """How many get the mail."""
        return len(self._mailed)

    @property
    def selected(self) -> int:
        """How many customers the filters select, mailed or not."""
        return len(self._candidates.ids)

    @property
    def counts(self) -> Mapping[Exclusion, int]:
        """How many are excluded for each reason; reasons that nobody has are left out."""
        return {reason: len(self._excluded[reason]) for reason in Exclusion if self._excluded.get(reason)}

    def customer_ids(self) -> list[str]:
        """Ids of the customers who get the mail."""
        return [self._candidates.ids[place] for place in self._mailed.values()]

    def domains(self) -> Counter[str]:
        """How many recipients each domain has. Not in the window's thread: it goes through all of them."""
        return Counter(key.rpartition("@")[2] for key in self._mailed)

    def recipients(self) -> Iterator[Recipient]:
        """Everybody who gets the mail."""
        ids, names, emails = self._candidates.ids, self._candidates.names, self._candidates.emails
        for key, place in self._mailed.items():
            yield Recipient(ids[place], names[place], trim(emails[place] or ""), key)

    def excluded(self) -> Iterator[Excluded]:
        """Everybody who gets no mail."""
        for reason, places in self._excluded.items():
            for place in places:
                yield self._excluded_at(reason, place)

    def page(self, reason: Exclusion | None, offset: int, limit: int, search: str = "") -> PreviewPage:
        """Those excluded for `reason`, or with None those who get the mail; `search` looks in names and addresses.

        The first page of a side sorts it, a search reads all of it: tenths of a second for 100,000 customers, so not
        in the window's thread.
        """
        places = self._side(reason)
        if wanted := fold(search):
            names, emails = self._candidates.names, self._candidates.emails
            places = [place for place in places if wanted in fold(f"{names[place]} {emails[place]}")]
        shown = places[offset : offset + limit]
        if reason is not None:
            return PreviewPage(len(places), [self._excluded_at(reason, place) for place in shown])
        return PreviewPage(len(places), [self._recipient_at(place) for place in shown])

    def _side(self, reason: Exclusion | None) -> Sequence[int]:
        if reason not in self._sorted:
            ids, names = self._candidates.ids, self._candidates.names
            places = list(self._mailed.values() if reason is None else self._excluded.get(reason, ()))
            keys = {place: f"{name_sort_key(names[place])}\0{ids[place]}" for place in places}
            # In parts: sorting all in one go would keep Python's lock, and with it the window, for 50 ms and more.
            parts = (
                sorted(places[start : start + _PART], key=keys.__getitem__) for start in range(0, len(places), _PART)
            )
            self._sorted[reason] = list(heapq.merge(*parts, key=keys.__getitem__))
        return self._sorted[reason]

    def _recipient_at(self, place: int) -> Recipient:
        found = self._candidates
        email = trim(found.emails[place] or "")
        return Recipient(found.ids[place], found.names[place], email, mailbox_of(email))

    def _excluded_at(self, reason: Exclusion, place: int) -> Excluded:
        found = self._candidates
        email = trim(found.emails[place] or "")
        return Excluded(found.ids[place], found.names[place], email, reason, self._same_as.get(place))


NOBODY: Final = AudiencePreview(Candidates((), (), (), (), ()), {}, {}, {})

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


def sort_out(candidates: Candidates, opted_out: Mapping[str, Exclusion]) -> AudiencePreview:
    """Who gets the mail and who does not. `opted_out` has the mailboxes (keys) not to be mailed, with the reason.

    One mailbox is mailed once: of several customers who have it the oldest record gets the mail, whatever the order.
    """
    ids, created = candidates.ids, candidates.created
    mailed: dict[str, int] = {}
    excluded: dict[Exclusion, list[int]] = {reason: [] for reason in Exclusion}
    losers: list[tuple[str, int]] = []
    for place, (email, flags) in enumerate(zip(candidates.emails, candidates.flags, strict=True)):
        key, reason = _verdict(email, flags, opted_out)
        if reason is not None:
            excluded[reason].append(place)
            continue
        other = mailed.setdefault(key, place)
        if other != place:
            is_older = (created[place], ids[place]) < (created[other], ids[other])
            mailed[key], loser = (place, other) if is_older else (other, place)
            losers.append((key, loser))
    excluded[Exclusion.DUPLICATE] = [loser for _, loser in losers]
    return AudiencePreview(candidates, mailed, excluded, {loser: ids[mailed[key]] for key, loser in losers})


def _verdict(written: str | None, flags: int, opted_out: Mapping[str, Exclusion]) -> tuple[str, Exclusion | None]:
    """The mailbox of an address, and why it is not mailed."""
    email = trim(written) if written else ""
    if not email:
        return "", Exclusion.NO_ADDRESS
    key = mailbox_of(email)
    if not key:
        return "", Exclusion.BAD_ADDRESS
    if flags & UNSUBSCRIBED:
        return key, Exclusion.UNSUBSCRIBED
    reason = opted_out.get(key)
    return key, reason or (None if flags & ACTIVE else Exclusion.INACTIVE)
