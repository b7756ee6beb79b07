"""E-mail addresses: what a form takes, what a mail can be sent to, and when two addresses are one.

Three questions, three answers:

- `validate`: may this text stand in the e-mail field? (RFC 5321 and 5322 without quoted local parts and comments, with
  the Unicode local parts and domains of RFC 6531; the domain's existence is not looked up.)
- `for_envelope`: what is written into RCPT TO? Refuses two addresses in one field.
- `address_key`: which mailbox is it? One mailbox is mailed once and suppressed for every customer who has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import idna

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.email_providers import corrected_domain
from kkdesk.model.email_slips import without_slips
from kkdesk.model.errors import InvalidInput
from kkdesk.model.web_text import trim

MAX_LENGTH: Final = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
MAX_LOCAL_BYTES: Final = 64

_INVISIBLE_AROUND: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x00"
_WITH_NAME: Final = re.compile(r"([^<>]*)<\s*([^<>\s]+)\s*>")
_SEVERAL: Final = re.compile(r"@[^,;\s]*[,;\s]+[^,;\s]*@")
_ASCII_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ASCII_DOMAIN: Final = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
# The web CRM takes an underscore inside a label, and mail to such hosts exists.
_LOOSE_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_ADDRESS_LITERAL: Final = re.compile(r"\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]")

REQUIRED: Final = Bilingual("Συμπληρώστε μια διεύθυνση e-mail.", "Enter an e-mail address.")
MALFORMED: Final = Bilingual(
    "Η διεύθυνση e-mail δεν είναι σωστή. Θα έπρεπε να μοιάζει με το onoma@etairia.gr.",
    "The e-mail address is not right. It should look like name@company.gr.",
)
TOO_LONG: Final = Bilingual("Η διεύθυνση e-mail είναι πολύ μεγάλη.", "The e-mail address is too long.")
SEVERAL_ADDRESSES: Final = Bilingual(
    "Το πεδίο περιέχει περισσότερες από μία διευθύνσεις. Κρατήστε μία εδώ και βάλτε την άλλη στο «Δεύτερο e-mail».",
    "The field holds more than one address. Keep one here and put the other into “Second e-mail”.",
)


@dataclass(frozen=True, slots=True)
class EmailCheck:
    """What became of an address as somebody wrote it.

    `normalized` is trimmed and in lower case. `suggestion` is the address that was probably meant (`suggest`); a
    well-formed address is `valid` even so.
    """

    valid: bool
    email: str
    normalized: str
    domain: str | None = None
    local_part: str | None = None
    error: Bilingual | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class EmailsCheck:
    """A list sorted out: the good ones normalised and in order, the bad with their errors, and every repetition."""

    valid: tuple[str, ...]
    invalid: tuple[tuple[str, Bilingual], ...]
    duplicates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeAddress:
    """An address as SMTP takes it: domain in lower case and punycode, local part as it was written.

    `smtputf8` is true when the local part needs the SMTPUTF8 extension (RFC 6531). `name` is the display name of a
    field that holds "Γιώργος <g@shop.gr>".
    """

    address: str
    smtputf8: bool = False
    name: str | None = None


def validate(text: str | None) -> EmailCheck:
    """Check a field that must hold one address."""
    written = text or ""
    address = trim(written).lower()
    local, domain = _parts(address)
    error = _error_of(address)
    return EmailCheck(error is None, written, address, domain or None, local or None, error, suggest(written))


def is_valid_strict(text: str | None) -> bool:
    """Whether the text is a plain ASCII address that every mail server takes: no Greek letters, no address literal."""
    address = trim(text or "").lower()
    local, _, domain = address.rpartition("@")
    return (
        len(address) <= MAX_LENGTH
        and len(local) <= MAX_LOCAL_BYTES
        and _ASCII_LOCAL.fullmatch(local) is not None
        and _ASCII_DOMAIN.fullmatch(domain) is not None
    )


def suggest(text: str | None) -> str | None:
    """The address that was probably meant: gmial.com, shop.con, blanks inside, Greek letters that pass for Latin ones.

    None when nothing is suspicious. What is offered is well formed and raises no further doubt.
    """
    written = trim(text or "")
    if written.count("@") != 1:
        return None
    local, domain = _parts(without_slips(written))
    domain = corrected_domain(domain) or domain
    meant = f"{local}@{domain}"
    sound = _error_of(meant) is None and corrected_domain(domain) is None and without_slips(meant) == meant
    return meant if sound and meant != written.lower() else None


def ascii_domain(text: str) -> str | None:
    """A domain as the domain name system knows it: lower case, punycode, no dot of the root. None when it is none."""
    return _ascii_domain(_lower_labels(_without_root(trim(text))))


def validate_many(texts: Iterable[str], *, check_duplicates: bool = True) -> EmailsCheck:
    """Check a list. A repeated address is valid once and listed once more for each repetition."""
    valid: list[str] = []
    invalid: list[tuple[str, Bilingual]] = []
    duplicates: list[str] = []
    seen: set[str] = set()
    for text in texts:
        check = validate(text)
        if check.error is not None:
            invalid.append((text, check.error))
        elif check_duplicates and check.normalized in seen:
            duplicates.append(check.normalized)
        else:
            seen.add(check.normalized)
            valid.append(check.normalized)
    return EmailsCheck(tuple(valid), tuple(invalid), tuple(duplicates))


def address_key(text: str | None) -> str:
    """The mailbox behind a stored address: lower case, no blanks around, domain in punycode, no display name.

    Never fails: what is not an address gets the key of its text, so that equal rubbish is equal too.
    """
    address = _split_name(text or "")[1]
    local, at, domain = address.rpartition("@")
    if not at or not local:
        return address.lower()
    domain = _lower_labels(_without_root(domain))
    return f"{unicodedata.normalize('NFC', local.lower())}@{_ascii_domain(domain) or domain}"


def for_envelope(text: str | None) -> EnvelopeAddress:
    """What a stored address looks like in the SMTP envelope.

    Raises `InvalidInput` for a missing or malformed address, an address literal, and two addresses in one field.
    """
    name, address = _split_name(text or "")
    error = _error_of(address.lower())
    local, _, domain = address.rpartition("@")
    ascii_domain = _ascii_domain(_lower_labels(domain))
    if error is not None or ascii_domain is None:
        raise InvalidInput(error or MALFORMED)
    return EnvelopeAddress(f"{local}@{ascii_domain}", smtputf8=not local.isascii(), name=name or None)


def is_mailable(text: str | None) -> bool:
    """Whether `for_envelope` would take it."""
    try:
        for_envelope(text)
    except InvalidInput:
        return False
    return True


def _split_name(text: str) -> tuple[str, str]:
    """Display name and address of what a field holds, both trimmed of blanks and invisible characters."""
    bare = trim(text).strip(_INVISIBLE_AROUND).strip()
    with_name = _WITH_NAME.fullmatch(bare)
    return (with_name[1].strip().strip('"').strip(), with_name[2]) if with_name else ("", bare)


def _without_root(domain: str) -> str:
    """The domain without the dot of the root, and without blanks that had stood before it."""
    while (bare := domain.rstrip(".").rstrip().rstrip(_INVISIBLE_AROUND)) != domain:
        domain = bare
    return domain


def _parts(address: str) -> tuple[str, str]:
    """Local part before the first @ and domain after the last; empty where there is no @."""
    if "@" not in address:
        return "", ""
    return address.partition("@")[0], address.rpartition("@")[2]


def _lower_labels(domain: str) -> str:
    # Each by itself, so that a sigma that ends a label is a final one: ΠΑΠΠΑΣ.gr is παππας.gr, and not παππασ.gr.
    return ".".join([label.lower() for label in domain.split(".")]) if not domain.isascii() else domain.lower()


def _error_of(address: str) -> Bilingual | None:
    """What is wrong with a trimmed lower-case address."""
    if not address:
        return REQUIRED
    if _SEVERAL.search(address):
        return SEVERAL_ADDRESSES
    local, _, domain = address.rpartition("@")
    if not _good_local(local) or not _good_domain(domain):
        return MALFORMED
    if len(address) > MAX_LENGTH or len(local.encode()) > MAX_LOCAL_BYTES:
        return TOO_LONG
    return None


def _good_local(local: str) -> bool:
    if local.isascii():
        return _ASCII_LOCAL.fullmatch(local) is not None
    # RFC 6531: any letter, mark, number or sign beyond ASCII counts as a letter; blanks and control characters do not.
    as_ascii = "".join("a" if not c.isascii() and unicodedata.category(c)[0] not in "CZ" else c for c in local)
    return as_ascii.isascii() and _ASCII_LOCAL.fullmatch(as_ascii) is not None


def _good_domain(domain: str) -> bool:
    return _ADDRESS_LITERAL.fullmatch(domain) is not None or _ascii_domain(domain) is not None


@lru_cache(maxsize=16384)
def _ascii_domain(domain: str) -> str | None:
    """A lower-case domain in ASCII (IDNA 2008 after the UTS 46 mapping), None when it is not one."""
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None
    labels = ascii_domain.split(".")
    well_formed = len(labels) > 1 and all(map(_LOOSE_LABEL.fullmatch, labels))
    top = labels[-1]
    return ascii_domain if well_formed and len(top) > 1 and not top.isdigit() and len(ascii_domain) <= 253 else None
