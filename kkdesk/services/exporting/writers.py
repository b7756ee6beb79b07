"""CSV and XLSX files, row by row: whatever their size, one block of customers is in memory."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final, Protocol

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.services.exporting.cell_values import TypedValue

#: Characters that one cell of a workbook takes.
MAX_EXCEL_TEXT: Final = 32_767
MAX_EXCEL_ROWS: Final = 1_048_576
_WIDTHS: Final = (8, 40)


class RowWriter(Protocol):
    """A file under way."""

    #: Cells that were too long for the format.
    cut: int

    def titles(self, titles: Sequence[str]) -> None:
        """The first row."""
        ...

    def row(self, values: Sequence[TypedValue]) -> None:
        """One row more."""
        ...

    def finish(self) -> None:
        """Complete the file. Raises `OSError`."""
        ...

    def abandon(self) -> None:
        """Let go of the file without completing it."""
        ...


class CsvWriter:
    """Text as Excel opens it with a double click: UTF-8 with a mark, the separator of the language's own Excel."""

    def __init__(self, path: Path, language: str) -> None:
        """Opens the file. Raises `OSError`."""
        self.cut = 0
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter="," if language == "en" else ";")

    def titles(self, titles: Sequence[str]) -> None:
        """See `RowWriter`."""
        self._writer.writerow(titles)

    def row(self, values: Sequence[TypedValue]) -> None:
        """See `RowWriter`."""
        self._writer.writerow(values)

    def finish(self) -> None:
        """See `RowWriter`."""
        self._file.close()

    def abandon(self) -> None:
        """See `RowWriter`."""
        self._file.close()


class ExcelWriter:
    """A workbook with one sheet; texts are texts, numbers numbers and days days."""

    def __init__(self, path: Path, sheet: str) -> None:
        """Until `finish` there are only temporary files, beside `path`."""
        self.cut = 0
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet(sheet)
        self._title = self._book.add_format({"bold": True, "bottom": 1})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        self._row = 0

    def titles(self, titles: Sequence[str]) -> None:
        """See `RowWriter`."""
        for at, title in enumerate(titles):
            self._sheet.set_column(at, at, min(max(len(title) + 4, _WIDTHS[0] + 6), _WIDTHS[1]))
        self._sheet.freeze_panes(1, 0)
        for at, title in enumerate(titles):
            self._sheet.write_string(0, at, title, self._title)
        self._row = 1

    def row(self, values: Sequence[TypedValue]) -> None:
        """See `RowWriter`."""
        sheet, row = self._sheet, self._row
        if row >= MAX_EXCEL_ROWS:
            raise _too_many_rows()
        for at, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    sheet.write_string(row, at, self._short(value))
            elif isinstance(value, date):
                form = self._moment if isinstance(value, datetime) else self._day
                sheet.write_datetime(row, at, value, form)
            else:
                sheet.write_number(row, at, value)
        self._row += 1

    def finish(self) -> None:
        """See `RowWriter`."""
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error

    def abandon(self) -> None:
        """See `RowWriter`."""
        # The library keeps its temporary file open until it is told to complete the workbook.
        self._sheet._opt_close()

    def _short(self, text: str) -> str:
        if len(text) <= MAX_EXCEL_TEXT:
            return text
        self.cut += 1
        return text[:MAX_EXCEL_TEXT]


def writer_for(path: Path, ending: str, language: str) -> RowWriter:
    """The writer of a file that will be called `*ending` (".csv", ".xlsx") and is written at `path`.

    Raises `InvalidInput` for an ending that we do not write, and `OSError`.
    """
    match ending.lower():
        case ".csv" | ".txt":
            return CsvWriter(path, language)
        case ".xlsx":
            return ExcelWriter(path, "Customers" if language == "en" else "Πελάτες")
        case _:
            raise InvalidInput(
                Bilingual(
                    f"Δεν γράφονται αρχεία «{ending or '(χωρίς κατάληξη)'}».",
                    f"Files called “{ending or '(no ending)'}” cannot be written.",
                ),
                next_step=Bilingual(
                    "Επιλέξτε όνομα με κατάληξη .csv ή .xlsx.", "Choose a name that ends in .csv or .xlsx."
                ),
            )


def copy_rows(source: Path, target: Path, ending: str, language: str) -> None:
    """Write a CSV file of ours once more in the form of `ending`."""
    writer = writer_for(target, ending, language)
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows: Any = csv.reader(file, delimiter=";")
            writer.titles(next(rows, []))
            for row in rows:
                writer.row(row)
        writer.finish()
    except BaseException:
        writer.abandon()
        raise


def _too_many_rows() -> InvalidInput:
    return InvalidInput(
        Bilingual(
            "Ένα φύλλο του Excel χωρά έως 1.048.575 πελάτες.", "A sheet of Excel holds 1,048,575 customers at most."
        ),
        next_step=Bilingual("Εξαγάγετέ τους σε CSV.", "Export them to CSV."),
    )
