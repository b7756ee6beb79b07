"""Days and moments as people write them: 3/11/2026, 2026-11-03, 3 Νοεμβρίου 2026, Excel's day numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from kkdesk.model.clock import ATHENS, athens_midnight, athens_time
from kkdesk.model.greek import fold
from kkdesk.services.importing.cells import Cell

_NUMBERS: Final = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})")
_WORDS: Final = re.compile(r"(\d{1,2})(?:η|ησ|st|nd|rd|th)?[\s-]+([^\W\d_]{3,})\.?[\s,-]+(\d{4})")
_CLOCK: Final = re.compile(
    r"[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?|[πμ]\.?μ\.?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
# Beginnings of month names, Greek (any case of declension) and English, without accents.
_MONTHS: Final = (
    ("ιαν", "γεν", "jan"), ("φεβ", "φλεβ", "feb"), ("μαρ", "mar"), ("απρ", "apr"), ("μαι", "μαη", "may"),
    ("ιουν", "jun"), ("ιουλ", "jul"), ("αυγ", "aug"), ("σεπ", "sep"), ("οκτ", "oct"), ("νοε", "nov"), ("δεκ", "dec"),
)  # fmt: skip
#: Excel counts days from here (its 1900 was no leap year; nobody's birthday is affected).
_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(366, 73_051)  # 1901 to 2099
#: Two-digit years from here on are of the last century.
_PIVOT: Final = 40


def parse_day(cell: Cell, *, month_first: bool = False) -> date | None:
    """The day in a cell, None when it is none. `month_first` reads 3/11 as the 11th of March."""
    found = _day_and_rest(cell, month_first=month_first)
    return found[0] if found else None


def parse_moment(cell: Cell, *, month_first: bool = False) -> int | None:
    """The moment in a cell as Unix seconds, on an Athens clock unless an offset is given; a bare day is its start."""
    if isinstance(cell, datetime):
        rounded = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return int(rounded.replace(tzinfo=rounded.tzinfo or ATHENS).timestamp())
    found = _day_and_rest(cell, month_first=month_first)
    if found is None:
        return None
    day, rest = found
    if not rest:
        return athens_midnight(day)
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = fold(clock[4] or "").replace(".", "")
    hour = hour % 12 + (12 if half in {"pm", "μμ"} else 0) if half else hour
    if hour > 23 or minute > 59 or second > 59:
        return None
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ATHENS)
    if clock[5]:
        local = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{clock[5].replace('Z', '+00:00')}")
    return int(local.timestamp())


def month_comes_first(cells: Iterable[Cell]) -> bool:
    """Whether a column writes the month before the day: some second number is beyond 12, and no first one is."""
    second_beyond = False
    for cell in cells:
        numbers = _NUMBERS.match(cell.strip()) if isinstance(cell, str) else None
        if numbers and len(numbers[1]) <= 2:
            if int(numbers[1]) > 12:
                return False
            second_beyond = second_beyond or int(numbers[2]) > 12
    return second_beyond


def day_text(day: date) -> str:
    """The day as a file has it: 03/11/2026."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def moment_text(seconds: int) -> str:
    """The moment as a file has it, on an Athens clock; `parse_moment` reads it back to the second.

    Midnight is left out, and in the hour that comes twice in October the offset is added.
    """
    local = athens_time(seconds)
    text = day_text(local.date())
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        text += local.strftime(" %H:%M:%S")
    again = parse_moment(text)
    return text if again == seconds else text[:10] + local.strftime(" %H:%M:%S%z")


def _day_and_rest(cell: Cell, *, month_first: bool) -> tuple[date, str] | None:
    if isinstance(cell, datetime):
        return cell.date(), cell.strftime(" %H:%M:%S")
    if isinstance(cell, date):
        return cell, ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        # Infinity and "not a number" are no whole number of days.
        days = int(cell) if math.isfinite(cell) else 0
        return (_EXCEL_ZERO + timedelta(days=days), "") if days in _EXCEL_DAYS else None
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if numbers := _NUMBERS.match(text):
        day = _from_numbers(numbers[1], numbers[2], numbers[3], month_first=month_first)
        return (day, text[numbers.end() :]) if day else None
    if text.isascii() and text.isdigit() and int(text) in _EXCEL_DAYS and len(text) == 5:
        return _EXCEL_ZERO + timedelta(days=int(text)), ""
    folded = fold(text)
    if words := _WORDS.match(folded):
        month = next((n for n, names in enumerate(_MONTHS, 1) if words[2].startswith(names)), None)
        day = _day(int(words[3]), month, int(words[1])) if month else None
        return (day, folded[words.end() :]) if day else None
    return None


def _from_numbers(first: str, second: str, third: str, *, month_first: bool) -> date | None:
    if len(first) > 2:
        return _day(int(first), int(second), int(third)) if len(first) == 4 and len(third) <= 2 else None
    if len(third) not in {2, 4}:
        return None
    year = int(third)
    if len(third) == 2:
        year += 1900 if year >= _PIVOT else 2000
    month, day = (first, second) if month_first else (second, first)
    return _day(year, int(month), int(day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
