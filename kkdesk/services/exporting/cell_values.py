"""How the value of a column is written in a file. Whatever comes out, the import reads back to the same value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_time
from kkdesk.model.customer_fields import FIELD
from kkdesk.model.greek import format_phone, normalize_phone
from kkdesk.model.row import SqlValue
from kkdesk.services.exporting.columns import ExportColumn
from kkdesk.services.importing.amounts import DecimalMark, amount_text
from kkdesk.services.importing.choices import parse_choice
from kkdesk.services.importing.days import day_text, moment_text, parse_moment
from kkdesk.services.spreadsheet_text import guard

#: A value for a text file, and one for a workbook (which knows numbers and days).
TextOf = Callable[[SqlValue], str]
TypedValue = str | float | datetime | date
TypedOf = Callable[[SqlValue], TypedValue]

_YES: Final = Bilingual("Ναι", "Yes")
_NO: Final = Bilingual("Όχι", "No")
_FOREIGN: Final = re.compile(r"\+(?!30)[1-9][0-9]{6,14}")
#: Excel's calendar has a day that never was before this one.
_FIRST_EXCEL_DAY: Final = date(1900, 3, 1)


def text_of(column: ExportColumn, language: str) -> TextOf:
    """How the column is written in text; Greek files have decimal commas, English ones points."""
    mark: DecimalMark = "." if language == "en" else ","
    match column.kind:
        case "phone":
            return _phone
        case "flag":
            return lambda value: _flag(value, language)
        case "choice":
            return _choice(column.key, language)
        case "money" | "number" | "degrees":
            return lambda value: _number(value, mark)
        case "day":
            return _day
        case "moment":
            return _moment
        case _:
            return _plain


def typed_of(column: ExportColumn, language: str) -> TypedOf:
    """How the column is written in a workbook."""
    as_text = text_of(column, language)
    match column.kind:
        case "money" | "number" | "degrees":
            return lambda value: _exact_number(value) if _is_number(value) else as_text(value)
        case "day":
            return lambda value: _excel_day(value) or as_text(value)
        case "moment":
            return lambda value: _excel_moment(value) or as_text(value)
        case _:
            return as_text


def _plain(value: SqlValue) -> str:
    return guard(value) if isinstance(value, str) else "" if value is None else guard(str(value))


def _phone(value: SqlValue) -> str:
    """Grouped as people write it (697 123 4567), which no program takes for a number or a formula."""
    text = _plain(value)
    if not isinstance(value, str) or not value:
        return text
    if _FOREIGN.fullmatch(value):
        return f"00 {value[1:]}"
    shown = format_phone(value)
    return shown if shown[:1].isdigit() and normalize_phone(shown) == value else text


def _flag(value: SqlValue, language: str) -> str:
    if value is None:
        return ""
    return (_YES if value else _NO).in_language(language)


def _choice(field: str, language: str) -> TextOf:
    labels: dict[SqlValue, str] = {}
    for key, label in (FIELD[field].choices or {}).items():
        text = label.in_language(language)
        labels[key] = text if parse_choice(field, text) == key else key
    return lambda value: labels.get(value) or _plain(value)


def _is_number(value: SqlValue) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _number(value: SqlValue, mark: DecimalMark) -> str:
    return amount_text(float(value), mark) if isinstance(value, int | float) and math.isfinite(value) else _plain(value)


def _exact_number(value: SqlValue) -> TypedValue:
    # Workbooks keep 16 digits; the rare number that needs a 17th is written as text.
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if float(f"{number:.16G}") == number else amount_text(number)


def _day(value: SqlValue) -> str:
    day = _as_day(value)
    return day_text(day) if day else _plain(value)


def _as_day(value: SqlValue) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _excel_day(value: SqlValue) -> TypedValue | None:
    day = _as_day(value)
    return day if day and day >= _FIRST_EXCEL_DAY else None


def _moment(value: SqlValue) -> str:
    return moment_text(value) if isinstance(value, int) and _in_calendar(value) else _plain(value)


def _excel_moment(value: SqlValue) -> TypedValue | None:
    if not isinstance(value, int) or not _in_calendar(value):
        return None
    local = athens_time(value).replace(tzinfo=None)
    # The hour that comes twice in October is only told apart in text.
    return local if local.date() >= _FIRST_EXCEL_DAY and parse_moment(local) == value else None


def _in_calendar(value: int) -> bool:
    return -60_000_000_000 < value < 250_000_000_000
