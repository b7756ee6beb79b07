"""The columns of the customer list, from the one list of fields in `kkdesk.model.customer_fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from kkdesk.model.customer_fields import FIELDS, CustomerField
from kkdesk.model.customer_query import SORTS
from kkdesk.model.phone import format_phone
from kkdesk.ui.formats import day, money, number
from kkdesk.ui.widgets.column import Column

if TYPE_CHECKING:
    from kkdesk.model.customer import Customer

_WIDTHS = {
    "category": 110,
    "is_vip": 52,
    "email": 210,
    "mobile": 116,
    "phone": 116,
    "city": 130,
    "postal_code": 70,
    "afm": 92,
    "revenue": 110,
    "street": 190,
}
#: Titles shorter than the field's own, which would be cut.
_TITLES = {"afm": "ΑΦΜ"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter

#: Fields that are shown in the detail pane only: a column of them would say nothing.
_NO_COLUMN = frozenset({"company", "first_name", "last_name", "notes"})


def customer_columns(language: str) -> list[Column]:
    """The name first, then the fields of the form, then the tags."""
    name = QCoreApplication.translate("CustomerColumns", "Name")
    tags = QCoreApplication.translate("CustomerColumns", "Tags")
    fields = [_column(field, language) for field in FIELDS if field.name not in _NO_COLUMN]
    return [
        Column("name", name, 260, fixed=True),
        *fields,
        Column("tags", tags, 180, sortable=False, shown=False),
    ]


def cell_text(customer: Customer, field: CustomerField, language: str) -> str:
    """What a cell, or a fact of the detail pane, says; empty where there is nothing."""
    value = getattr(customer, field.name)
    match field.kind:
        case "flag":
            return "✓" if value else ""
        case "choice":
            chosen = (field.choices or {}).get(value)
            return chosen.in_language(language) if chosen else value
        case "phone":
            return format_phone(value)
        case "money":
            return money(value) if value else ""
        case "number":
            return number(value) if value else ""
        case "day" | "moment":
            return _day(value)
        case "degrees":
            return "" if value is None else f"{value:.5f}"
        case _:
            return str(value)


def _day(value: str | int | None) -> str:
    if not value:
        return ""
    if isinstance(value, int):
        return day(value)
    from datetime import date

    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def _column(field: CustomerField, language: str) -> Column:
    align = {"money": _RIGHT, "number": _RIGHT, "flag": _CENTRE}.get(field.kind, _LEFT)
    return Column(
        field.name,
        _TITLES.get(field.name) or field.label.in_language(language),
        _WIDTHS.get(field.name, 130),
        align,
        sortable=field.name in SORTS,
        shown=field.shown,
    )
