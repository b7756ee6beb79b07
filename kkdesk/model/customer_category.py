"""The kinds of customer: eight keys in the database, many spellings in people's spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, get_args

from kkdesk.model.bilingual import Bilingual

Category = Literal["retail", "wholesale", "fleet", "garage", "vip", "premium", "standard", "basic"]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
#: What a customer without a category counts as, here and in the web CRM.
DEFAULT: Final[Category] = "wholesale"

_LABELS: Final[dict[Category, Bilingual]] = {
    "retail": Bilingual("Λιανική", "Retail"),
    "wholesale": Bilingual("Χονδρική", "Wholesale"),
    "fleet": Bilingual("Στόλος", "Fleet"),
    "garage": Bilingual("Συνεργείο", "Garage"),
    "vip": Bilingual("VIP", "VIP"),
    "premium": Bilingual("Premium", "Premium"),
    "standard": Bilingual("Τυπική", "Standard"),
    "basic": Bilingual("Βασική", "Basic"),
}
_COLOURS: Final[dict[Category, str]] = {
    "retail": "#14b8a6",
    "wholesale": "#3b82f6",
    "fleet": "#6366f1",
    "garage": "#f97316",
    "vip": "#eab308",
    "premium": "#a855f7",
    "standard": "#64748b",
    "basic": "#94a3b8",
}
# Without accents, in lower case and without punctuation, as `_spelling` leaves them. The final sigma is kept apart as
# the web CRM does: what it does not know must not change its meaning here.
_SPELLINGS: Final[dict[Category, str]] = {
    "retail": "retail λιανικη λιανικης lianiki lianikis",
    "wholesale": (
        "wholesale χονδρικη χονδρικης xondriki xondrikis chondriki hondriki b2b partner συνεργατης synergatis"
        " government δημοσιο dimosio"
    ),
    "fleet": "fleet στολος stolos taxi",
    "garage": "garage garaz γκαραζ gkaraz συνεργειο synergeio",
    "vip": "vip",
    "premium": "premium",
    "standard": "standard τυπικη τυπικος typiki",
    "basic": "basic βασικη βασικος vasiki",
}
_CATEGORY_OF: Final = {spelling: category for category in CATEGORIES for spelling in _SPELLINGS[category].split()}
_PUNCTUATION: Final = re.compile(r"[^a-z0-9\u0370-\u03ff\s]")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")


def normalize(value: object) -> Category | None:
    """The category that a spelling means, None when it means none or is no text."""
    return _CATEGORY_OF.get(_spelling(value)) if isinstance(value, str) else None


def label(value: object) -> Bilingual:
    """What people read. An unknown category is shown as it is written; none at all as the default's."""
    category = normalize(value)
    if category is None and isinstance(value, str) and value:
        return Bilingual(value, value)
    return _LABELS[category or DEFAULT]


def colour(value: object) -> str:
    """The category's colour as #rrggbb; the default's when it is unknown."""
    return _COLOURS[normalize(value) or DEFAULT]


def _spelling(value: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", value.lower()))
    return _PUNCTUATION.sub("", bare).strip()
