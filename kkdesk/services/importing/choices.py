"""Yes and no, and values out of a list, as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kkdesk.model import customer_category
from kkdesk.model.customer_fields import FIELD
from kkdesk.model.greek import fold
from kkdesk.services.importing.cells import Cell, cell_text

_YES: Final = frozenset("ναι ν yes y true αληθεσ αληθησ 1 x χ ✓ ✔ ☑ ✅ on ok σωστο vip +".split())
_NO: Final = frozenset("οχι ο no n false ψευδεσ ψευδησ 0 off ✗ ✘ ☐ ❌ λαθοσ".split())
#: Words that a column of its own uses.
_OWN_YES: Final[Mapping[str, frozenset[str]]] = {
    "is_active": frozenset({"ενεργοσ", "ενεργη", "ενεργο", "active", "ε"}),
    "unsubscribed": frozenset({"διαγραμμενοσ", "διαγραφη", "unsubscribed"}),
    "subscribed": frozenset({"εγγεγραμμενοσ", "εγγραφη", "subscribed", "δεχεται"}),
}
_OWN_NO: Final[Mapping[str, frozenset[str]]] = {
    "is_active": frozenset({"ανενεργοσ", "ανενεργη", "ανενεργο", "inactive", "α"}),
    "unsubscribed": frozenset({"εγγεγραμμενοσ", "subscribed"}),
    "subscribed": frozenset({"διαγραμμενοσ", "unsubscribed", "αρνηση"}),
    "is_vip": frozenset({"απλοσ", "κανονικοσ"}),
}
_STAGE_WORDS: Final = {
    "ενδιαφερομενη": "lead", "υποψηφιοσ": "prospect", "υποψηφια": "prospect", "δυνητικοσ": "prospect",
    "πελατισσα": "customer", "πρωην": "churned", "ανενεργοσ": "churned", "χαμενοσ": "churned",
}  # fmt: skip
_SOURCE_WORDS: Final = {
    "διαδικτυο": "website", "ιντερνετ": "website", "site": "website", "web": "website", "internet": "website",
    "γνωστοσ": "referral", "φιλοσ": "referral", "word of mouth": "referral", "εισαγωγη": "import",
    "χειροκινητα": "manual", "καταστημα": "manual",
}  # fmt: skip


def parse_flag(field: str, cell: Cell) -> bool | None:
    """Yes or no; None when the cell says neither."""
    if isinstance(cell, bool):
        return cell
    word = fold(cell_text(cell)).strip(".")
    if word in _YES or word in _OWN_YES.get(field, ()):
        return True
    if word in _NO or word in _OWN_NO.get(field, ()):
        return False
    return None


def parse_choice(field: str, text: str) -> str | None:
    """The value of a choice field (its key in the database) that the text means, None when it means none."""
    if field == "category":
        return customer_category.normalize(text)
    return _VALUES[field].get(fold(text))


def _values(field: str, more: Mapping[str, str]) -> dict[str, str]:
    choices = FIELD[field].choices or {}
    labels = {fold(name): key for key, label in choices.items() for name in (key, label.el, label.en)}
    return {**more, **labels}


_VALUES: Final = {
    "lifecycle_stage": _values("lifecycle_stage", _STAGE_WORDS),
    "lead_source": _values("lead_source", _SOURCE_WORDS),
}
