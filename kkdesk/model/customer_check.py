"""What is wrong with a customer as somebody typed it, field by field, and the tidying that needs no question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from kkdesk.model import afm, email_address, phone, postal
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import ATHENS
from kkdesk.model.customer import COLUMNS, Customer, trimmed, with_values

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One remark about one field. An error must be mended before saving; a warning the person may leave as it is.

    `suggestion` is a value that would do instead and was probably meant.
    """

    field: str
    severity: Severity
    message: Bilingual
    suggestion: str | None = None


NAME_NEEDED: Final = Bilingual(
    "Συμπληρώστε επωνυμία ή ονοματεπώνυμο.", "Enter a company name, or a first or last name."
)
BAD_WEBSITE: Final = Bilingual(
    "Η ιστοσελίδα πρέπει να είναι πλήρης διεύθυνση, όπως https://www.etairia.gr.",
    "The website must be a whole address, such as https://www.company.gr.",
)
BAD_BIRTHDAY: Final = Bilingual(
    "Η ημερομηνία γέννησης δεν υπάρχει ή είναι στο μέλλον.", "The birthday does not exist or lies in the future."
)
BAD_COORDINATE: Final = Bilingual(
    "Οι συντεταγμένες είναι εκτός ορίων (πλάτος −90 έως 90, μήκος −180 έως 180).",
    "The coordinates are out of range (latitude −90 to 90, longitude −180 to 180).",
)
HALF_A_PLACE: Final = Bilingual(
    "Χρειάζονται και οι δύο συντεταγμένες ή καμία.", "Both coordinates are needed, or neither."
)
NEGATIVE: Final = Bilingual("Το ποσό δεν μπορεί να είναι αρνητικό.", "The amount cannot be negative.")
SCORE_RANGE: Final = Bilingual("Η βαθμολογία είναι από 0 έως 100.", "The score runs from 0 to 100.")
SUGGESTED_EMAIL: Final = Bilingual(
    "Μήπως η διεύθυνση e-mail έχει λάθος στην πληκτρολόγηση;", "Is there a typing mistake in the e-mail address?"
)

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_BARE_SITE: Final = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}(?:[/?#:].*)?")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# The rule of the database's triggers: an @, then a dot, neither at the start nor at once after the @.
_TRIGGER_EMAIL: Final = re.compile(r"(?!@)(?!.*@\.).+@.*\..*", re.DOTALL)


def tidied(customer: Customer) -> Customer:
    """The customer with what needs no question put in order.

    Blanks around texts and control characters go, ΑΦΜ and postal code lose blanks and prefixes, and a website
    without http:// gets its https://.
    """
    texts = {
        name: _CONTROLS.sub("", value)
        for name in COLUMNS
        if isinstance(value := getattr(customer, name), str) and _CONTROLS.search(value)
    }
    bare = trimmed(with_values(customer, texts))
    return replace(
        bare,
        afm=afm.normalize_afm(bare.afm),
        postal_code=postal.normalize_postal(bare.postal_code),
        website=_whole_address(bare.website),
    )


def problems(customer: Customer, seen: Customer | None = None) -> list[FieldProblem]:
    """Everything to say about `customer` (tidied first), in the order of the form.

    With `seen`, the customer before the edit, what was wrong already is only a warning: old records stay editable.
    """
    tidy = tidied(customer)
    found = [problem for check in _CHECKS for problem in check(tidy)]
    if seen is None:
        return found
    return [
        replace(problem, severity="warning")
        if problem.field and getattr(seen, problem.field) == getattr(customer, problem.field) != ""
        else problem
        for problem in found
    ]


def errors(found: list[FieldProblem]) -> list[FieldProblem]:
    """Those that keep the customer from being saved."""
    return [problem for problem in found if problem.severity == "error"]


def _whole_address(website: str) -> str:
    return f"https://{website}" if _BARE_SITE.fullmatch(website) and not _SCHEME.match(website) else website


def _name(customer: Customer) -> Iterator[FieldProblem]:
    if not (customer.company or customer.first_name or customer.last_name):
        yield FieldProblem("company", "error", NAME_NEEDED)


def _emails(customer: Customer) -> Iterator[FieldProblem]:
    for name in ("email", "email_secondary"):
        text = getattr(customer, name)
        if not text:
            continue
        check = email_address.validate(text)
        if check.error is not None or not _TRIGGER_EMAIL.fullmatch(text):
            yield FieldProblem(name, "error", check.error or email_address.MALFORMED, check.suggestion)
        elif check.suggestion:
            yield FieldProblem(name, "warning", SUGGESTED_EMAIL, check.suggestion)


def _phones(customer: Customer) -> Iterator[FieldProblem]:
    for name in ("mobile", "phone", "phone_secondary", "fax"):
        check = phone.validate_phone(getattr(customer, name))
        if not check.acceptable and check.error is not None:
            yield FieldProblem(name, "warning", check.error)


def _website(customer: Customer) -> Iterator[FieldProblem]:
    site = customer.website
    if site and (not _SCHEME.match(site) or len(site) < 10 or ".." in site):
        yield FieldProblem("website", "error", BAD_WEBSITE)


def _postal(customer: Customer) -> Iterator[FieldProblem]:
    check = postal.validate_postal(customer.postal_code)
    if check.error is not None:
        five = re.fullmatch(r"[0-9]{5}", customer.postal_code) is not None
        yield FieldProblem("postal_code", "warning" if five else "error", check.error)


def _place(customer: Customer) -> Iterator[FieldProblem]:
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = getattr(customer, name)
        if value is not None and not -limit <= value <= limit:
            yield FieldProblem(name, "error", BAD_COORDINATE)
    if (customer.latitude is None) != (customer.longitude is None):
        yield FieldProblem("latitude" if customer.latitude is None else "longitude", "error", HALF_A_PLACE)


def _tax(customer: Customer) -> Iterator[FieldProblem]:
    check = afm.validate_afm(customer.afm)
    if check.error is not None:
        # The database itself takes any nine digits: a wrong check digit is for the person to judge.
        severity: Severity = "warning" if re.fullmatch(r"[0-9]{9}", customer.afm) else "error"
        yield FieldProblem("afm", severity, check.error, afm.afm_suggestion(customer.afm))


def _amounts(customer: Customer) -> Iterator[FieldProblem]:
    if customer.credit_limit is not None and customer.credit_limit < 0:
        yield FieldProblem("credit_limit", "error", NEGATIVE)
    if not 0 <= customer.lead_score <= 100:
        yield FieldProblem("lead_score", "error", SCORE_RANGE)


def _birthday(customer: Customer) -> Iterator[FieldProblem]:
    if customer.birthday and not _is_past_day(customer.birthday):
        yield FieldProblem("birthday", "error", BAD_BIRTHDAY)


def _is_past_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2000-01-01") and date(1880, 1, 1) <= day <= datetime.now(ATHENS).date()


_CHECKS: Final = (_name, _emails, _phones, _website, _postal, _place, _tax, _amounts, _birthday)
