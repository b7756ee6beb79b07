"""What a column of a file can become: the fields of a customer, and a few things that are spread over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer_fields import FIELDS, Kind
from kkdesk.services.importing.synonyms import CUSTOMER_ID, FULL_NAME, STREET_NUMBER, SUBSCRIBED, TAGS, header_key

TargetKind = Kind | Literal["full_name", "street_number", "tags", "id"]

#: Written by the program alone, whatever a file says.
_NOT_TAKEN: Final = ("updated_at",)


@dataclass(frozen=True, slots=True)
class Target:
    """What a column can be mapped to. `key` is a column of `customers`, or one of the names in `synonyms`."""

    key: str
    label: Bilingual
    kind: TargetKind


_SPREAD: Final = (
    Target(FULL_NAME, Bilingual("Ονοματεπώνυμο ή επωνυμία", "Full name or company"), "full_name"),
    Target(TAGS, Bilingual("Ετικέτες", "Tags"), "tags"),
    Target(STREET_NUMBER, Bilingual("Αριθμός οδού", "Street number"), "street_number"),
    Target(SUBSCRIBED, Bilingual("Δέχεται ενημερωτικά e-mail", "Accepts newsletters"), "flag"),
    Target(CUSTOMER_ID, Bilingual("Κωδικός KK Desk", "KK Desk ID"), "id"),
)

#: Everything on offer, in the order of the form, then what is spread over several fields.
TARGETS: Final[tuple[Target, ...]] = (
    *(Target(item.name, item.label, item.kind) for item in FIELDS if item.name not in _NOT_TAKEN),
    *_SPREAD,
)
TARGET: Final[Mapping[str, Target]] = {target.key: target for target in TARGETS}

#: Columns of `customers` that a file can fill.
TAKEN_COLUMNS: Final = tuple(item.name for item in FIELDS if item.name not in _NOT_TAKEN)

_BY_NAME: Final = {
    header_key(name): target.key for target in TARGETS for name in (target.key, target.label.el, target.label.en)
}


def target_of(name: str) -> str | None:
    """The target that a person names by its key or by its label in either language; None when there is none."""
    return _BY_NAME.get(header_key(name))
