"""The columns of an exported file: the fields of a customer as people see them, the tags, and the id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer_fields import FIELDS, Kind
from kkdesk.model.errors import InvalidInput
from kkdesk.model.greek import fold

TAGS: Final = "tags"
CUSTOMER_ID: Final = "id"

ExportKind = Kind | Literal["tags", "id"]


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column. `key` is a column of `customers`, or `tags`."""

    key: str
    label: Bilingual
    kind: ExportKind


#: Everything, in the order of a file. The id comes last: it is for the import, which finds the customer by it.
COLUMNS: Final[tuple[ExportColumn, ...]] = (
    *(ExportColumn(field.name, field.label, field.kind) for field in FIELDS),
    ExportColumn(TAGS, Bilingual("Ετικέτες", "Tags"), "tags"),
    ExportColumn(CUSTOMER_ID, Bilingual("Κωδικός KK Desk", "KK Desk ID"), "id"),
)
COLUMN: Final[Mapping[str, ExportColumn]] = {column.key: column for column in COLUMNS}

_BY_NAME: Final = {
    fold(name): column.key for column in COLUMNS for name in (column.key, column.label.el, column.label.en)
}


def chosen_columns(names: Sequence[str] | None) -> tuple[ExportColumn, ...]:
    """The columns called `names` (keys, or labels in either language), each once; None: all of them.

    Raises `InvalidInput` for a name that there is not, and when none is left.
    """
    if names is None:
        return COLUMNS
    keys: dict[str, None] = {}
    for name in names:
        key = _BY_NAME.get(fold(name))
        if key is None:
            raise InvalidInput(
                Bilingual(f"Δεν υπάρχει στήλη «{name}».", f"There is no column “{name}”."),
                next_step=Bilingual(
                    "Οι στήλες είναι: " + ", ".join(column.label.el for column in COLUMNS),
                    "The columns are: " + ", ".join(column.key for column in COLUMNS),
                ),
            )
        keys[key] = None
    if not keys:
        raise InvalidInput(Bilingual("Επιλέξτε τουλάχιστον μία στήλη.", "Choose one column at least."))
    return tuple(COLUMN[key] for key in keys)
