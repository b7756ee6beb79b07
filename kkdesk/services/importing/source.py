"""What is known of a file before anything is done with it. Plain data, so that it can go to another process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kkdesk.services.importing.cells import column_letters
from kkdesk.services.importing.text_file import TextForm


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person decides about reading a file; None leaves it to the program.

    `sheet` is a name or a number from 1. `header_row` counts from 1; 0 says that there are no titles.
    """

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as the file has it. `samples` are the first different values that are not empty."""

    index: int
    title: str
    samples: tuple[str, ...] = ()

    @property
    def letters(self) -> str:
        """Its name in a spreadsheet: A, B, …"""
        return column_letters(self.index)

    @property
    def name(self) -> str:
        """What to call it: its title, else its letters."""
        return self.title or self.letters


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that has been looked at: how to read it, its columns, and about how many rows it has."""

    path: Path
    kind: Literal["workbook", "text"]
    #: Size and time of the last change, to notice that somebody has saved it since.
    fingerprint: tuple[int, int]
    #: Row of the titles from 1; 0: none.
    header_row: int
    columns: tuple[SourceColumn, ...]
    #: Rows beneath the titles; `rows_are_exact` unless they were only estimated from the lines of a large text.
    rows: int
    form: TextForm | None = None
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    rows_are_exact: bool = True

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name
