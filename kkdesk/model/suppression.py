"""Addresses that are never mailed: why, since when, and who said so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import idna

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_address import address_key, is_mailable


class Reason(StrEnum):
    """Why an address is not mailed, in the web CRM's words; the weightiest first."""

    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    HARD_BOUNCE = "hard_bounce"
    MANUAL = "manual"

    @property
    def label(self) -> Bilingual:
        """What people call it."""
        return _LABELS[self]

    @property
    def is_wish(self) -> bool:
        """Whether the recipient asked for it: only the recipient takes that back."""
        return self in {Reason.COMPLAINT, Reason.UNSUBSCRIBE}


_LABELS: Final = {
    Reason.COMPLAINT: Bilingual("Αναφορά ως ανεπιθύμητο", "Spam complaint"),
    Reason.UNSUBSCRIBE: Bilingual("Διαγραφή", "Unsubscribed"),
    Reason.HARD_BOUNCE: Bilingual("Μη παραδόσιμη", "Undeliverable"),
    Reason.MANUAL: Bilingual("Από το προσωπικό", "Added by staff"),
}

#: Where an entry comes from: a campaign (named), a person (named), a file, the customer's own record, a link or the
#: web CRM (no more is known), a mail server's answer.
SourceKind = Literal["campaign", "person", "import", "customer", "web", "mail"]
SortKey = Literal["address", "reason", "since"]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One address that is not mailed, whatever the number of records that say so. Times are Unix seconds.

    `since` is 0 where nobody wrote down when. `until` is None unless every record of it ends. `reasons` has the
    weightiest first. `customers` are (id, name) of those who have the address.
    """

    address: str
    reasons: tuple[Reason, ...]
    text: str = ""
    source: SourceKind = "web"
    source_name: str = ""
    since: int = 0
    until: int | None = None
    bounces: int = 0
    complaints: int = 0
    customers: tuple[tuple[str, str], ...] = ()

    @property
    def reason(self) -> Reason:
        """The weightiest."""
        return self.reasons[0]

    @property
    def is_wish(self) -> bool:
        """Whether the recipient asked for it in any of the records."""
        return any(reason.is_wish for reason in self.reasons)

    @property
    def shown(self) -> str:
        """The address as people write it."""
        return shown_address(self.address)


@dataclass(frozen=True, slots=True)
class SuppressionQuery:
    """What to list: part of an address, one reason or all, an order. `lasting` leaves out what ends by itself."""

    text: str = ""
    reason: Reason | None = None
    sort: SortKey = "since"
    descending: bool = True
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class SuppressedAddresses:
    """What a query found: addresses in order, and how many of each reason the text alone finds.

    `spellings` are those that stored records have beside the address itself, where SQL could not fold them.
    """

    addresses: Sequence[str] = ()
    counts: dict[Reason, int] = field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Addresses of any reason that the text finds."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class SuppressionNote:
    """What somebody did to an address on the list, and why. `at` in Unix seconds; `who` is a name.

    `left` and `returned` are what its owner did by the link of a mail; `who` is the mail's campaign then.
    """

    action: str
    text: str
    who: str
    at: int


@dataclass(frozen=True, slots=True)
class PastedAddresses:
    """A text with addresses, sorted out: the addresses folded and each once, the rest with the number of its line."""

    addresses: tuple[str, ...]
    wrong: tuple[tuple[int, str], ...]


def shown_address(address: str) -> str:
    """A folded address with its domain as people write it: info@ελαστικά.gr and not info@xn--…"""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


_SEPARATORS: Final = re.compile(r"[,;\t]")


def pasted_addresses(text: str) -> PastedAddresses:
    """The addresses in a text that somebody pasted: one a line or many, with display names or without."""
    addresses: dict[str, None] = {}
    wrong: list[tuple[int, str]] = []
    for line, content in enumerate(text.splitlines(), 1):
        for part in _parts(content):
            if is_mailable(key := address_key(part)):
                addresses[key] = None
            else:
                wrong.append((line, part))
    return PastedAddresses(tuple(addresses), tuple(wrong))


def _parts(line: str) -> Iterator[str]:
    for piece in _SEPARATORS.split(line):
        part = piece.strip()
        words = part.split()
        # Blanks separate addresses, but not the words of a display name.
        if len(words) > 1 and all("@" in word for word in words):
            yield from words
        elif part:
            yield part
