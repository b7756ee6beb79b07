"""Customers that a new or edited one may already be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer import Customer
from kkdesk.model.email_address import address_key
from kkdesk.model.greek import fold, greeklish_key, normalize_afm, phone_digits
from kkdesk.store.database import Database
from kkdesk.store.search_index import SearchIndex

Kind = Literal["afm", "email", "phone", "name"]

#: The surest sign first.
LABELS: Final[dict[Kind, Bilingual]] = {
    "afm": Bilingual("ίδιο ΑΦΜ", "same tax number (ΑΦΜ)"),
    "email": Bilingual("ίδιο e-mail", "same e-mail"),
    "phone": Bilingual("ίδιο τηλέφωνο", "same telephone number"),
    "name": Bilingual("ίδιο όνομα", "same name"),
}
#: Namesakes looked at; the town tells which of them count.
LOOKED_AT: Final = 50
#: Fewer digits are an extension or a slip, and would match half of the town.
PHONE_DIGITS: Final = 7
# Legal forms as `greeklish_key` leaves them: a company is itself with and without its Α.Ε.
_LEGAL_FORMS: Final = frozenset(
    greeklish_key(form) for form in ("ΑΕ", "ΑΒΕΕ", "ΑΕΒΕ", "ΟΕ", "ΕΕ", "ΕΠΕ", "ΙΚΕ", "ΜΙΚΕ", "ΜΕΠΕ", "SA", "LTD")
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two customers may be one: what they share, and its value in the one that is there already."""

    kind: Kind
    label: Bilingual
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who may be the same, with every reason, the surest first."""

    customer: Customer
    reasons: tuple[Reason, ...]


class Duplicates:
    """Looks for customers who are there already."""

    def __init__(self, db: Database, actor: Actor, index: SearchIndex) -> None:
        """Reads only."""
        self._db = db
        self._actor = actor
        self._index = index

    async def candidates(self, draft: Customer, limit: int = 8) -> list[Candidate]:
        """Whom `draft` may be, the likeliest first; never itself.

        Compared are ΑΦΜ, e-mail addresses (as mailboxes), telephone numbers (as digits, each field with each) and
        names (accents, case, Greeklish and legal forms aside; people only where the towns do not differ).
        """
        groups = list(_groups(draft))
        if not groups:
            return []
        await self._index.catch_up()
        found = await self._index.with_words(groups, LOOKED_AT)
        ids = dict.fromkeys(customer_id for group in found for customer_id in group if customer_id != draft.id)
        rows = await self._db.query(
            "SELECT * FROM customers WHERE id IN (SELECT value FROM json_each(?)) AND +org_id = ?",
            (json.dumps(list(ids)), self._actor.org_id),
        )
        candidates = [
            Candidate(customer, reasons)
            for customer in map(Customer.from_row, rows)
            if (reasons := tuple(_reasons(draft, customer)))
        ]
        candidates.sort(key=lambda one: (_rank(one), one.customer.listing_name, one.customer.id))
        return candidates[:limit]


def _groups(draft: Customer) -> Iterator[list[str]]:
    """Words of the index that a customer must have to share something with `draft`."""
    afm = normalize_afm(draft.afm)
    if afm.isascii() and afm.isdecimal():
        yield [afm]
    for email in _emails(draft):
        yield greeklish_key(email).split()
    for digits in _phones(draft):
        yield [digits]
    for name in _names(draft):
        words = list(name)
        if town := greeklish_key(draft.city).split():
            yield words + town
        yield words


def _reasons(draft: Customer, other: Customer) -> Iterator[Reason]:
    afm = normalize_afm(draft.afm)
    if afm and afm == normalize_afm(other.afm):
        yield Reason("afm", LABELS["afm"], other.afm)
    if shared := _emails(draft).keys() & _emails(other).keys():
        yield Reason("email", LABELS["email"], _emails(other)[min(shared)])
    if numbers := _phones(draft).keys() & _phones(other).keys():
        yield Reason("phone", LABELS["phone"], _phones(other)[min(numbers)])
    if _names(draft) & _names(other) and (draft.is_company or _same_town(draft, other)):
        yield Reason("name", LABELS["name"], other.display_name)


def _rank(candidate: Candidate) -> tuple[int, int]:
    order = list(LABELS)
    return order.index(candidate.reasons[0].kind), -len(candidate.reasons)


def _emails(customer: Customer) -> dict[str, str]:
    return {address_key(email): email for email in (customer.email, customer.email_secondary) if "@" in email}


def _phones(customer: Customer) -> dict[str, str]:
    numbers = (customer.mobile, customer.phone, customer.phone_secondary)
    return {digits: number for number in numbers if len(digits := phone_digits(number)) >= PHONE_DIGITS}


def _names(customer: Customer) -> set[frozenset[str]]:
    """Names as sets of keys: "Παπαδόπουλος Γιώργος" is "giorgos papadopoulos". People need both names."""
    found = set()
    company = frozenset(greeklish_key(customer.company).split())
    if company:
        found.add(company - _LEGAL_FORMS or company)
    elif customer.first_name.strip() and customer.last_name.strip():
        found.add(frozenset(greeklish_key(customer.full_name).split()))
    return {name for name in found if name}


def _same_town(one: Customer, other: Customer) -> bool:
    return not one.city.strip() or not other.city.strip() or fold(one.city) == fold(other.city)
