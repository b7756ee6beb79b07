"""What a cell of a file can hold, and its text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

#: Text files give `str` only; workbooks the rest too. An empty cell is "" (or None).
Cell = str | int | float | bool | date | datetime | time | timedelta | None

#: Whole numbers beyond this are no longer exact in a spreadsheet.
_EXACT = 10**15


def cell_text(cell: Cell) -> str:
    """The cell as somebody would have typed it: 697123456.0 is 697123456, a date is 2026-03-01, true is Ναι."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Ναι" if cell else "Όχι"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)


def column_letters(index: int) -> str:
    """The name of column `index` (from 0) in a spreadsheet: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
