"""The cleaner of each mapped column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_date
from kkdesk.model.row import SqlValue
from kkdesk.services.importing import problems
from kkdesk.services.importing.amounts import decimal_mark, parse_amount
from kkdesk.services.importing.cells import Cell
from kkdesk.services.importing.choices import parse_choice, parse_flag
from kkdesk.services.importing.cleaning import Cleaner, Notes, clean_lines, clean_text, remembered, tidy
from kkdesk.services.importing.contact_cells import (
    afm_cleaner,
    email_cleaner,
    parse_postal,
    parse_site,
    phone_cleaner,
)
from kkdesk.services.importing.days import month_comes_first, parse_day, parse_moment
from kkdesk.services.importing.fields import TARGET

#: Least and greatest value that makes sense, by field.
_RANGES = {
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
    "lead_score": (0.0, 100.0),
    "credit_limit": (0.0, 1e15),
    "revenue": (-1e15, 1e15),
}


def column_cleaner(target: str, name: str, first: Sequence[Cell], *, now: int, refuse: bool) -> Cleaner:
    """The cleaner for a column called `name` that goes to `target`.

    `first` are its first cells, which settle what a single cell leaves open (decimal mark, month before day).
    `refuse`: wrong tax numbers and e-mail addresses refuse the row; else they are left out.
    """
    match TARGET[target].kind:
        case "lines" | "tags":
            return clean_lines
        case "afm":
            return afm_cleaner(name, refuse=refuse)
        case "email":
            return email_cleaner(name, target, refuse=refuse)
        case "phone":
            return phone_cleaner(name)
        case "postal":
            return remembered(name, parse_postal)
        case "url":
            return remembered(name, parse_site)
        case "flag":
            return remembered(name, lambda text: _flag(target, text))
        case "choice":
            return remembered(name, lambda text: _choice(target, text))
        case "money" | "number" | "degrees":
            return _amount_cleaner(target, name, first)
        case "day":
            return _day_cleaner(name, first, athens_date(now))
        case "moment":
            return _moment_cleaner(target, name, first, now)
        case _:
            return clean_text


def _flag(target: str, text: str) -> tuple[SqlValue, Bilingual | None]:
    found = parse_flag(target, text)
    return (None, problems.NOT_YES_OR_NO) if found is None else (int(found), None)


def _choice(target: str, text: str) -> tuple[SqlValue, Bilingual | None]:
    found = parse_choice(target, text)
    return found, None if found else problems.UNKNOWN_CHOICE


def _amount_cleaner(target: str, name: str, first: Sequence[Cell]) -> Cleaner:
    # A coordinate has many decimals and no thousands: one that has three is no exception.
    mark = "." if TARGET[target].kind == "degrees" and any("." in str(cell) for cell in first) else decimal_mark(first)
    least, most = _RANGES[target]
    whole = TARGET[target].kind == "number"

    def clean(cell: Cell, at: int, notes: Notes) -> SqlValue:
        bare: Cell = tidy(cell) if isinstance(cell, str) else cell
        if bare is None or bare == "":
            return None
        value = parse_amount(bare, "." if mark == "." else ",")
        if value is None or not least <= value <= most:
            what = problems.NOT_A_NUMBER if value is None else problems.OUT_OF_RANGE
            notes.add(at, name, cell, "warning", what)
            return None
        return round(value) if whole else value

    return _each(clean)


def _day_cleaner(name: str, first: Sequence[Cell], today: date) -> Cleaner:
    month_first = month_comes_first(first)

    def clean(cell: Cell, at: int, notes: Notes) -> SqlValue:
        bare: Cell = tidy(cell) if isinstance(cell, str) else cell
        if bare is None or bare == "":
            return None
        day = parse_day(bare, month_first=month_first)
        if day is not None and day > today and isinstance(bare, str) and str(day.year) not in bare:
            day = _century_before(day)  # 5/5/38 was meant
        if day is None or day > today:
            notes.add(at, name, cell, "warning", problems.NOT_A_DAY if day is None else problems.IN_THE_FUTURE)
            return None
        return day.isoformat()

    return _each(clean)


def _moment_cleaner(target: str, name: str, first: Sequence[Cell], now: int) -> Cleaner:
    month_first = month_comes_first(first)
    past = target in {"created_at", "last_contact_date"}

    def clean(cell: Cell, at: int, notes: Notes) -> SqlValue:
        bare: Cell = tidy(cell) if isinstance(cell, str) else cell
        if bare is None or bare == "":
            return None
        moment = parse_moment(bare, month_first=month_first)
        if moment is None or (past and moment > now):
            notes.add(at, name, cell, "warning", problems.NOT_A_DAY if moment is None else problems.IN_THE_FUTURE)
            return None
        return moment

    return _each(clean)


def _each(clean: Callable[[Cell, int, Notes], SqlValue]) -> Cleaner:
    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        return [clean(cell, at, notes) for at, cell in enumerate(cells)]

    return run


def _century_before(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 100)
    except ValueError:
        return None
