"""What each cell becomes. One cleaner per column, which takes a whole block of cells at a time because that is fast."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.row import SqlValue
from kkdesk.services.importing.cells import Cell, cell_text
from kkdesk.services.importing.problems import Outcome, Problem
from kkdesk.services.spreadsheet_text import MARKS, PLACEHOLDERS, unguard

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS: Final = re.compile(r"[\t\r\n\x0b\x0c\u2028\u2029]+")


@dataclass(slots=True)
class Notes:
    """What the cleaners of one block have to say: problems, reasons to refuse rows, and values for other fields."""

    numbers: Sequence[int]
    problems: list[Problem] = field(default_factory=list)
    #: Place of the row in the block, and why it is refused.
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    #: By place of the row: fields, and the values that belong there if they are empty.
    extras: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, at: int, column: str, cell: Cell, outcome: Outcome, what: Bilingual) -> None:
        """Remember a problem of the row at place `at`."""
        problem = Problem(self.numbers[at], column, cell_text(cell)[:200], outcome, what)
        self.problems.append(problem)
        if outcome == "refused":
            self.refused.setdefault(at, []).append(problem)

    def offer(self, at: int, target: str, value: str) -> None:
        """A value found in this column that belongs to the field `target`."""
        self.extras.setdefault(at, []).append((target, value))


#: Says what is wrong with the cell at a place of the block.
Note = Callable[[int, Cell, Outcome, Bilingual], None]
#: Turns the cells of one column into values of the database, None where there is nothing.
Cleaner = Callable[[Sequence[Cell], Notes], list[SqlValue]]


def tidy(cell: Cell, *, lines: bool = False) -> str:
    """The cell's text without blanks around it, guards, control characters and, except with `lines`, line breaks."""
    text = cell_text(cell).strip()
    if text in PLACEHOLDERS:
        return ""
    text = _CONTROLS.sub("", unguard(text))
    return text if lines else _BREAKS.sub(" ", text).strip()


def texts(cells: Sequence[Cell]) -> list[str]:
    """`tidy` of each cell, the plain ones on the fast way."""
    return [
        cell.strip() if cell.__class__ is str and cell.isprintable() and cell[:1] not in MARKS else tidy(cell)
        for cell in cells
    ]


def clean_text(cells: Sequence[Cell], _notes: Notes) -> list[SqlValue]:
    """One line of text."""
    return [text or None for text in texts(cells)]


def clean_lines(cells: Sequence[Cell], _notes: Notes) -> list[SqlValue]:
    """Several lines of text."""
    return [
        (cell.strip() or None)
        if cell.__class__ is str and cell.isprintable() and cell[:1] not in MARKS
        else tidy(cell, lines=True) or None
        for cell in cells
    ]


def one_by_one(column: str, clean: Callable[[str, Note, int], SqlValue]) -> Cleaner:
    """A cleaner that looks at each text by itself, empty ones apart. `clean` gets the text, a note and its place."""

    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        def note(at: int, _cell: Cell, outcome: Outcome, what: Bilingual) -> None:
            notes.add(at, column, cells[at], outcome, what)

        return [clean(text, note, at) if text else None for at, text in enumerate(texts(cells))]

    return run


def remembered(column: str, parse: Callable[[str], tuple[SqlValue, Bilingual | None]]) -> Cleaner:
    """A cleaner for columns with few different values: `parse` sees each once and gives a value and a warning."""
    known: dict[str, tuple[SqlValue, Bilingual | None]] = {"": (None, None)}

    def run(cells: Sequence[Cell], notes: Notes) -> list[SqlValue]:
        found: list[SqlValue] = []
        for at, text in enumerate(texts(cells)):
            if text not in known:
                known[text] = parse(text)
            value, warning = known[text]
            if warning is not None:
                notes.add(at, column, cells[at], "warning", warning)
            found.append(value)
        return found

    return run
