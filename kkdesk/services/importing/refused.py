"""The rows that were refused, in a file that can be corrected and imported again.

It has the columns of the original, then the row number and the reasons; an import leaves those two out by itself.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.importing.cells import Cell, cell_text, column_letters
from kkdesk.services.importing.problems import Problem
from kkdesk.services.importing.source import SourceFile
from kkdesk.services.spreadsheet_text import guard

ROW_TITLE: Final = Bilingual("Γραμμή αρχείου", "Row")
REASON_TITLE: Final = Bilingual("Γιατί δεν εισήχθη", "Why it was refused")


class RefusedRows:
    """Writes refused rows as they come: UTF-8 with a mark, semicolons, as Excel in Greece opens it."""

    def __init__(self, path: Path, source: SourceFile, language: str = "el") -> None:
        """Makes no file until there is a row. `language` is that of the reasons."""
        self.path = path
        self.count = 0
        self._language = language
        titles = {column.index: column.title for column in source.columns}
        self._width = max(titles, default=-1) + 1
        self._titles = [titles.get(index) or column_letters(index) for index in range(self._width)]
        self._file: IO[str] | None = None
        self._writer: Any = None

    def write(self, number: int, row: Sequence[Cell], reasons: Sequence[Problem]) -> None:
        """Add a row. Raises `OSError` when the disk is full."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file, delimiter=";")
            more = [title.in_language(self._language) for title in (ROW_TITLE, REASON_TITLE)]
            self._writer.writerow([guard(title) for title in [*self._titles, *more]])
        cells = [guard(cell_text(cell)) for cell in row[: self._width]]
        cells += [""] * (self._width - len(cells))
        self._writer.writerow([*cells, number, " ".join(_reason(problem, self._language) for problem in reasons)])
        self.count += 1

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def _reason(problem: Problem, language: str) -> str:
    what = problem.what.in_language(language)
    return f"{problem.column}: {what}" if problem.column else what
