"""Where the titles of the columns are: under a company's letterhead, merged over two rows, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.services.importing.cells import Cell, cell_text
from kkdesk.services.importing.synonyms import field_of_header

#: Rows at the top among which the titles are looked for.
TOP_ROWS: Final = 40

_LONGEST_TITLE: Final = 60
_LOOKS_LIKE_DATA: Final = re.compile(r".*@.*\..*|[+\d][\d\s./+-]{3,}|https?://.*|www\..*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """The titles, and the number of the row (from 1) after which the customers begin; 0: the file has no titles."""

    row: int
    titles: tuple[str, ...]


def find_header(rows: Sequence[Sequence[Cell]], row: int | None = None) -> Header:
    """Find the titles in the first rows of a file; `row` overrules (from 1; 0: there are none)."""
    texts = [[_title(cell) for cell in cells] for cells in rows]
    width = max((len(cells) for cells in texts), default=0)
    if row is None:
        row = _best(texts)
    if row == 0 or row > len(texts):
        return Header(0, ("",) * width)
    return Header(row, _padded(_with_row_above(texts, row - 1), width))


def _best(texts: list[list[str]]) -> int:
    """The number of the row with the most known titles, 0 for a file without titles."""
    top = texts[:TOP_ROWS]
    scores = [
        (_known(_with_row_above(top, index)), _known(row), sum(map(bool, row))) if _is_titles(row) else (0, 0, 0)
        for index, row in enumerate(top)
    ]
    best = max(scores, default=(0, 0, 0))
    if best[0]:
        return scores.index(best) + 1
    # Nothing known: the first row that is more than a line of text, if it reads like titles.
    first = next((index for index, row in enumerate(top) if sum(map(bool, row)) > 1), None)
    if first is None:
        first = next((index for index, row in enumerate(top) if any(row)), 0)
    return first + 1 if top and _is_titles(top[first]) else 0


def _known(titles: list[str]) -> int:
    """How many different fields the titles name."""
    fields = {field_of_header(title)[0] for title in titles if title}
    return len(fields - {None})


def _with_row_above(texts: list[list[str]], index: int) -> list[str]:
    """The row's titles, its gaps filled from the row above: a title merged downwards stands in the upper row."""
    row = texts[index]
    above = texts[index - 1] if index else []
    if not (_is_titles(row) and _is_titles(above) and _known(above)):
        return row
    width = max(len(row), len(above))
    return [title or upper for title, upper in zip(_padded(row, width), _padded(above, width), strict=True)]


def _is_titles(cells: Sequence[str]) -> bool:
    """Whether the row reads like titles: short texts, none of them an address, a number or a telephone."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(len(cell) <= _LONGEST_TITLE and not _LOOKS_LIKE_DATA.fullmatch(cell) for cell in filled)


def _title(cell: Cell) -> str:
    return " ".join(cell_text(cell).split())


def _padded(titles: Sequence[str], width: int) -> tuple[str, ...]:
    return (*titles, *("",) * (width - len(titles)))
