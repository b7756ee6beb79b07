"""Cells with tax numbers, e-mail addresses, telephone numbers, postal codes and web addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kkdesk.model.afm import afm_checksum, afm_suggestion, normalize_afm, validate_afm
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer_check import SUGGESTED_EMAIL
from kkdesk.model.email_address import MALFORMED, validate
from kkdesk.model.email_providers import corrected_domain
from kkdesk.model.phone import validate_phone
from kkdesk.model.postal import normalize_postal, validate_postal
from kkdesk.model.row import SqlValue
from kkdesk.services.importing import problems
from kkdesk.services.importing.cells import Cell
from kkdesk.services.importing.cleaning import Cleaner, Notes, texts

_ALL_ZEROS: Final = Bilingual(
    "Το 000000000 δεν είναι πραγματικό ΑΦΜ. Το πεδίο μένει κενό.",
    "000000000 is not a real tax number (ΑΦΜ). The field is left empty.",
)
_FOREIGN_VAT: Final = Bilingual(
    "Είναι φορολογικός αριθμός άλλης χώρας. Το πεδίο ΑΦΜ μένει κενό.",
    "This is another country's tax number. The field ΑΦΜ is left empty.",
)
_SCIENTIFIC: Final = re.compile(r"(\d)[.,](\d+)E\+?(\d{1,2})", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s.\-/]+")
_FOREIGN: Final = re.compile(r"(?!EL|GR|ΕΛ)[A-Z]{2}[A-Z0-9]{5,13}", re.IGNORECASE)

_PLAIN_EMAIL: Final = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24})"
)
_IN_BRACKETS: Final = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BETWEEN: Final = re.compile(r"[\s;,/|]+")
_AROUND: Final = "<>()[]\"'«».,;: \u200b\ufeff"
# The rule of the web CRM's triggers (tables `customers`): an @, later a dot, none right behind the @.
_STORABLE_EMAIL: Final = re.compile(r"(?=.{5,254}\Z)(?!@)(?!.*@\.).+@.*\..*", re.DOTALL)

_PUNCTUATION: Final = {ord(mark): None for mark in " .-()\u00a0\u2011\u2013/"}
_GREEK_PHONE: Final = re.compile(r"(?:\+30|0030|30)?((?:2[0-9]|69)[0-9]{8})")
_BETWEEN_PHONES: Final = re.compile(r"\s*(?:[,;/|\n]| - | – |\bκαι\b|&)\s*", re.IGNORECASE)

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_BARE_SITE: Final = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}(?:[/?#:].*)?")
_SHORTEST_SITE: Final = len("http://a.b")


def afm_cleaner(column: str, *, refuse: bool) -> Cleaner:
    """Tax numbers. A wrong one refuses the row, or is left out with a warning."""

    def slow(text: str, cell: Cell, at: int, notes: Notes) -> SqlValue:
        number = normalize_afm(_SEPARATORS.sub("", _unscientific(text)))
        if not number.strip("0"):
            notes.add(at, column, cell, "mended", _ALL_ZEROS)
            return None
        error = validate_afm(number).error
        if error is None:
            return number
        if suggestion := afm_suggestion(number):
            notes.add(at, column, cell, "mended", problems.ZERO_PUT_BACK)
            return suggestion
        if _FOREIGN.fullmatch(number):
            notes.add(at, column, cell, "warning", _FOREIGN_VAT)
        elif refuse:
            notes.add(at, column, cell, "refused", error)
        else:
            notes.add(at, column, cell, "warning", problems.AFM_LEFT_OUT)
        return None

    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        return [
            (text if afm_checksum(text) and text != "000000000" else slow(text, cells[at], at, notes)) if text else None
            for at, text in enumerate(texts(cells))
        ]

    return run


def email_cleaner(column: str, target: str, *, refuse: bool) -> Cleaner:
    """Addresses. Of two in one cell the second is offered to `email_secondary`; a wrong one as with tax numbers."""

    def slow(text: str, cell: Cell, at: int, notes: Notes) -> SqlValue:
        bare = text.removeprefix("mailto:")
        parts: list[str] = _IN_BRACKETS.findall(bare) or [part.strip(_AROUND) for part in _BETWEEN.split(bare)]
        good = [part for part in parts if part and _is_storable(part)]
        if good and len(good) == len([part for part in parts if part]):
            if len(good) > 1:
                notes.add(at, column, cell, "mended", problems.EMAIL_SPLIT)
                notes.offer(at, "email_secondary", good[1])
            return good[0]
        error = validate(bare).error or MALFORMED
        if refuse:
            notes.add(at, column, cell, "refused", error)
        else:
            notes.add(at, column, cell, "warning", problems.EMAIL_LEFT_OUT)
        return None

    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        found: list[SqlValue] = []
        for at, text in enumerate(texts(cells)):
            plain = _PLAIN_EMAIL.fullmatch(text) if len(text) <= 64 else None
            value = text or None if plain or not text else slow(text, cells[at], at, notes)
            if plain and target == "email" and corrected_domain(plain[1].lower()):
                notes.add(at, column, cells[at], "warning", SUGGESTED_EMAIL)
            found.append(value)
        return found

    return run


def phone_cleaner(column: str) -> Cleaner:
    """Telephone numbers in international form. What is no number is kept with a warning; several are spread."""

    def slow(text: str, cell: Cell, at: int, notes: Notes) -> SqlValue:
        whole = _unscientific(text)
        if _SCIENTIFIC.fullmatch(whole):
            notes.add(at, column, cell, "warning", problems.LOST_DIGITS)
            return None
        check = validate_phone(whole)
        if check.acceptable:
            return check.normalized or None
        numbers = [part for part in _BETWEEN_PHONES.split(whole) if part]
        checks = [validate_phone(part) for part in numbers]
        if len(checks) > 1 and all(one.acceptable for one in checks):
            notes.add(at, column, cell, "mended", problems.PHONE_SPLIT)
            for one in checks[1:]:
                notes.offer(at, "mobile" if one.type == "mobile" else "phone", one.normalized)
            return str(checks[0].normalized)
        notes.add(at, column, cell, "warning", problems.PHONE_KEPT)
        return whole

    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        found: list[SqlValue] = []
        for at, text in enumerate(texts(cells)):
            greek = _GREEK_PHONE.fullmatch(text.translate(_PUNCTUATION))
            if greek:
                found.append("+30" + greek[1])
            else:
                found.append(slow(text, cells[at], at, notes) if text else None)
        return found

    return run


def parse_postal(text: str) -> tuple[SqlValue, Bilingual | None]:
    """A Greek postal code, or nothing and why: the database takes five digits and nothing else."""
    code = normalize_postal(text)
    if not (len(code) == 5 and code.isascii() and code.isdigit()):
        return None, problems.POSTAL_LEFT_OUT
    return code, None if validate_postal(code).valid else problems.POSTAL_UNKNOWN


def parse_site(text: str) -> tuple[SqlValue, Bilingual | None]:
    """A web address with its https://, or nothing and why."""
    site = f"https://{text}" if _BARE_SITE.fullmatch(text) and not _SCHEME.match(text) else text
    if _SCHEME.match(site) and len(site) >= _SHORTEST_SITE and ".." not in site:
        return site, None
    return None, problems.WEBSITE_LEFT_OUT


def _is_storable(address: str) -> bool:
    return validate(address).valid and _STORABLE_EMAIL.fullmatch(address) is not None


def _unscientific(text: str) -> str:
    """The whole number behind 6.971234567E+09, if all its digits are there; else the text as it is."""
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or len(found[2]) < int(found[3]):
        return text
    digits, places = found[1] + found[2], int(found[3]) + 1
    return digits[:places] if not digits[places:].strip("0") else text
