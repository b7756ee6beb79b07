"""Numbers as people write them: 1.234,50 in Greek, 1,234.50 in English, with or without a euro sign."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final, Literal

from kkdesk.services.importing.cells import Cell

DecimalMark = Literal[",", "."]

_TRIM: Final = re.compile(r"[\s\u00a0\u202f'’€$]|EUR|ευρώ|ευρω", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_GROUPED: Final = re.compile(r"[+-]?[\d.,]*\d[.,]?")
_THREE_AFTER: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_DECIMALS: Final = re.compile(r"([.,])(?:\d{1,2}|\d{4,})\Z")


def parse_amount(cell: Cell, mark: DecimalMark = ",") -> float | None:
    """The number in a cell, None when it is none (or infinite).

    `mark` decides where the text does not: 1.234 is a thousand in a Greek file and one and a bit in an English one.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = _TRIM.sub("", cell)
    number = _with_point(text, mark)
    if number is None or not _PLAIN.fullmatch(number):
        return None
    value = float(number)
    return value if math.isfinite(value) else None


def decimal_mark(cells: Iterable[Cell]) -> DecimalMark:
    """The decimal mark of a column, judged by the cells that leave no doubt; a comma when none does."""
    points = commas = 0
    for cell in cells:
        if isinstance(cell, str) and (found := _certain_mark(_TRIM.sub("", cell))):
            points += found == "."
            commas += found == ","
    return "." if points > commas else ","


def amount_text(value: float, mark: DecimalMark = ",") -> str:
    """The number as a file has it, exactly: `parse_amount(amount_text(x, m), m) == x` for every finite x."""
    text = repr(float(value)).removesuffix(".0")
    if _THREE_AFTER.fullmatch(text):
        # One more zero, so that three decimals are not taken for thousands.
        text += "0"
    return text.replace(".", mark)


def _with_point(text: str, mark: DecimalMark) -> str | None:
    """The number with a decimal point and nothing else between its digits; None when the marks make no sense."""
    if "e" in text.lower():
        return text.replace(",", ".")
    if not _GROUPED.fullmatch(text):
        return None
    last_point, last_comma = text.rfind("."), text.rfind(",")
    if last_point >= 0 and last_comma >= 0:
        mark = "." if last_point > last_comma else ","
    elif last_point >= 0 or last_comma >= 0:
        only: DecimalMark = "." if last_point >= 0 else ","
        if text.count(only) > 1:
            return text.replace(only, "") if _in_threes(text, only) else None
        mark = mark if _THREE_AFTER.fullmatch(text) else only
    thousands = "." if mark == "," else ","
    whole, point, decimals = text.partition(mark)
    if point and (mark in decimals or thousands in decimals):
        return None
    if thousands in whole and not _in_threes(whole, thousands):
        return None
    return whole.replace(thousands, "") + (f".{decimals}" if decimals else "")


def _in_threes(text: str, mark: str) -> bool:
    first, *groups = text.lstrip("+-").split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)


def _certain_mark(text: str) -> str | None:
    if "." in text and "," in text:
        return "." if text.rfind(".") > text.rfind(",") else ","
    found = _DECIMALS.search(text)
    return found[1] if found and text.count(found[1]) == 1 else None
