"""A recipient's own words in a mail: merge fields filled in, the campaign's signature appended."""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from urllib.parse import quote

from kkdesk.model.greek import vocative
from kkdesk.model.merge_fields import FIELDS, MergeField, parse
from kkdesk.services.mail.inject import insert_at_body_end
from kkdesk.services.mail.tracking import well_formed

#: Value of each merge field by its name; a field that is left out is blank.
MergeValues = Mapping[str, str]

_COLUMNS = {
    "firstName": ("first_name",),
    "lastName": ("last_name",),
    "company": ("company",),
    "email": ("email",),
    "city": ("city",),
    "phone": ("phone", "mobile"),
    "vocative": ("first_name",),
}
#: The columns of `customers` that merge fields take their values from.
CUSTOMER_COLUMNS = tuple(sorted({column for columns in _COLUMNS.values() for column in columns}))
_LINE_BREAK_OR_CONTROL = re.compile(r"\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_BREAK = re.compile(r"\r\n?")
_STRUCTURAL = re.compile(r"[^\w .~@+-]")


class Columns(Protocol):
    """A customer as a row of the database or as a dict of its columns."""

    def __getitem__(self, key: str, /) -> object:
        """The value of a column."""
        ...

    def keys(self) -> Collection[str]:
        """Names of the columns there are."""
        ...


def merge_values(customer: Columns, names: Iterable[str] = FIELDS) -> dict[str, str]:
    """Values of the named merge fields for one customer; columns that are missing or null are blank.

    The phone is the mobile where there is no other, as in the web CRM.
    """
    there = customer.keys()
    values: dict[str, str] = {}
    for name in names:
        found = (customer[column] for column in _COLUMNS[name] if column in there)
        text = next((str(value) for value in found if value), "")
        clean = _LINE_BREAK.sub("\n", _CONTROL.sub("", well_formed(text)))
        values[name] = vocative(clean.strip()).greeting if name == "vocative" and clean.strip() else clean
    return values


def personalise_text(template: str, values: MergeValues) -> str:
    """`template`, which is plain text, with its fields filled in; values are never searched for fields."""
    return parse(template).fill(lambda field: in_text(field, values))


def personalise_html(template: str, values: MergeValues) -> str:
    """`template`, which is HTML, with its fields filled in; values are text and escaped, defaults are HTML."""
    return parse(template).fill(lambda field: in_html(field, values))


def personalise_subject(template: str, values: MergeValues) -> str:
    """A subject line with its fields filled in, on one line whatever the values hold."""
    return one_line(personalise_text(template, values))


def in_text(field: MergeField, values: MergeValues) -> str:
    """What stands for a field in plain text."""
    value = values.get(field.name, "")
    return value if value.strip() or field.default is None else field.default


def in_html(field: MergeField, values: MergeValues) -> str:
    """What stands for a field in HTML, as text or inside a quoted attribute."""
    value = values.get(field.name, "")
    if value.strip() or field.default is None:
        return html_library.escape(value)
    return field.default.replace('"', "&quot;").replace("'", "&#x27;")


def in_text_of_html(field: MergeField, values: MergeValues) -> str:
    """What stands for a field of an HTML template in the plain text made from it."""
    value = values.get(field.name, "")
    return value if value.strip() or field.default is None else html_library.unescape(field.default)


def in_url(field: MergeField, values: MergeValues) -> str:
    """What stands for a field of an HTML template inside an address: percent-encoded, so that it stays one piece."""
    return quote(well_formed(in_text_of_html(field, values).strip()), safe="")


def in_address(field: MergeField, values: MergeValues) -> str:
    """What stands for a field inside an address that nobody signs (a picture's, `mailto:`, `tel:`).

    Letters, blanks and what numbers and mail addresses hold stay readable; what could structure the address does not.
    """
    text = well_formed(in_text_of_html(field, values).strip())
    return _STRUCTURAL.sub(lambda found: quote(found[0], safe=""), text)


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, each replaced by a blank."""
    return _LINE_BREAK_OR_CONTROL.sub(" ", text)


def append_signature(html: str, signature_html: str | None) -> str:
    """`html` with the signature before its end; merge fields in a signature are not filled in, as in the web CRM."""
    if not signature_html:
        return html
    return insert_at_body_end(html, f'\n<div style="margin-top:24px">{signature_html}</div>\n')
