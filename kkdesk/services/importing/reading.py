"""Files of customers: what is in one, and its rows, a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, cast

from kkdesk.services.importing.cells import Cell, cell_text
from kkdesk.services.importing.file_errors import (
    changed_since,
    empty_file,
    empty_sheet,
    file_errors,
    header_only,
    too_many_columns,
    too_many_rows,
)
from kkdesk.services.importing.header_row import TOP_ROWS, find_header
from kkdesk.services.importing.limits import MAX_COLUMNS, MAX_ROWS
from kkdesk.services.importing.source import ReadOptions, SourceColumn, SourceFile
from kkdesk.services.importing.text_encoding import scan_text
from kkdesk.services.importing.text_file import TextForm, TextRows, refuse_too_many, text_form, text_rows
from kkdesk.services.importing.workbook import Workbook, file_kind, open_workbook

BLOCK_ROWS: Final = 2000
#: Rows that the guesses rest on.
SAMPLE_ROWS: Final = 300
_SAMPLES_SHOWN: Final = 5
_LONGEST_SAMPLE: Final = 80


@dataclass(slots=True)
class Block:
    """Consecutive filled rows of a file. `numbers` are the row numbers that a spreadsheet shows.

    `swallowed` are the places of rows that look as if an unclosed quotation mark had taken in their neighbours.
    """

    numbers: list[int] = field(default_factory=list)
    rows: list[Sequence[Cell]] = field(default_factory=list)
    swallowed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked at, with the rows that the guesses about its columns rest on."""

    source: SourceFile
    sample: tuple[tuple[Cell, ...], ...]


class OpenFile:
    """A file under the eyes of `examine` and `blocks`; a workbook is unpacked once for both."""

    def __init__(self, path: Path) -> None:
        """Use `open_file`."""
        self.path = path
        self.kind = file_kind(path)
        self._stack = ExitStack()
        self._book: Workbook | None = None

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()

    def examine(self, options: ReadOptions | None = None) -> Examined:
        """What is in it: encoding, delimiter, sheets, titles and first rows.

        Raises `InvalidInput` for a file that cannot be used, with the reason and the way out, and `NotFound`.
        """
        options = options or ReadOptions()
        return self._examine_workbook(options) if self.kind == "workbook" else self._examine_text(options)

    def blocks(self, source: SourceFile) -> Iterator[Block]:
        """The rows beneath the titles, empty ones left out. Raises `InvalidInput` and `NotFound`, also on the way."""
        if _fingerprint(self.path) != source.fingerprint:
            raise changed_since(self.path)
        if source.form is not None:
            rows = self._stack.enter_context(closing(text_rows(self.path, source.form, BLOCK_ROWS)))
            found = _text_blocks(rows, source)
        else:
            found = _sheet_blocks(self._workbook().rows(source.sheet), source)
        total = 0
        for block in found:
            total += len(block.rows)
            if total > MAX_ROWS:
                raise too_many_rows(self.path)
            if block.rows:
                yield block

    def _examine_text(self, options: ReadOptions) -> Examined:
        fingerprint = _fingerprint(self.path)
        scan = scan_text(self.path)
        form = text_form(self.path, options.encoding or scan.encoding, options.delimiter)
        refuse_too_many(self.path, form, scan.lines)
        with closing(text_rows(self.path, form, TOP_ROWS + SAMPLE_ROWS)) as found:
            top = next(found, TextRows([], several_lines=False)).rows
        if not any(any(cell.strip() for cell in row) for row in top):
            raise empty_file(self.path)
        look = _look(self.path, options, top, workbook=False)
        is_all = len(top) < TOP_ROWS + SAMPLE_ROWS
        filled = sum(any(row) for row in top[look.header_row :])
        return Examined(
            SourceFile(
                path=self.path,
                kind="text",
                fingerprint=fingerprint,
                header_row=look.header_row,
                columns=look.columns,
                rows=filled if is_all else max(scan.lines - look.header_row, filled),
                form=form,
                rows_are_exact=is_all,
            ),
            look.body,
        )

    def _examine_workbook(self, options: ReadOptions) -> Examined:
        fingerprint = _fingerprint(self.path)
        book = self._workbook()
        sheet = book.choose(options.sheet)
        height = book.height(sheet)
        if not height:
            raise empty_sheet(self.path, sheet)
        top = list(islice(book.rows(sheet), TOP_ROWS + SAMPLE_ROWS))
        look = _look(self.path, options, top, workbook=True)
        return Examined(
            SourceFile(
                path=self.path,
                kind="workbook",
                fingerprint=fingerprint,
                header_row=look.header_row,
                columns=look.columns,
                rows=height - look.header_row,
                sheet=sheet,
                sheets=book.sheets,
            ),
            look.body,
        )

    def _workbook(self) -> Workbook:
        if self._book is None:
            self._book = self._stack.enter_context(open_workbook(self.path))
        return self._book


@contextmanager
def open_file(path: Path) -> Iterator[OpenFile]:
    """The file, ready to be examined and read. Raises as `OpenFile.examine` does."""
    with closing(OpenFile(path)) as file:
        yield file


@dataclass(frozen=True, slots=True)
class _Look:
    header_row: int
    columns: tuple[SourceColumn, ...]
    body: tuple[tuple[Cell, ...], ...]


def _look(path: Path, options: ReadOptions, top: Sequence[Sequence[Cell]], *, workbook: bool) -> _Look:
    """Titles, columns and first customers of the rows at the top of a file."""
    header = find_header(top[:TOP_ROWS], options.header_row)
    body = tuple(tuple(row) for row in top[header.row :] if any(_filled(cell) for cell in row))[:SAMPLE_ROWS]
    if not body:
        raise header_only(path, workbook=workbook)
    width = max(len(header.titles), *map(len, body))
    if width > MAX_COLUMNS:
        raise too_many_columns(path)
    return _Look(header.row, tuple(_columns(header.titles, body, width)), body)


def _fingerprint(path: Path) -> tuple[int, int]:
    with file_errors(path):
        status = path.stat()
    return status.st_size, status.st_mtime_ns


def _columns(titles: Sequence[str], body: Sequence[Sequence[Cell]], width: int) -> Iterator[SourceColumn]:
    """The columns that have a title or a value."""
    for index in range(width):
        title = titles[index] if index < len(titles) else ""
        values = (cell_text(row[index]).strip() for row in body if index < len(row))
        shown = dict.fromkeys(" ".join(value.split())[:_LONGEST_SAMPLE] for value in values if value)
        if title or shown:
            yield SourceColumn(index, title, tuple(islice(shown, _SAMPLES_SHOWN)))


def _text_blocks(found: Iterator[TextRows], source: SourceFile) -> Iterator[Block]:
    form = cast("TextForm", source.form)
    # A row that swallowed others holds about as many delimiters in one cell as a row has columns.
    many = max(2, len(source.columns) - 1)
    number = 0
    for rows, several_lines in found:
        numbered = [(at, row) for at, row in enumerate(rows, number + 1) if any(row) and at > source.header_row]
        number += len(rows)
        block = Block([at for at, _ in numbered], [row for _, row in numbered])
        if several_lines:
            block.swallowed = [
                at
                for at, row in enumerate(block.rows)
                if any("\n" in cell and cell.count(form.delimiter) >= many for cell in cast("list[str]", row))
            ]
        yield block


def _sheet_blocks(rows: Iterator[list[Cell]], source: SourceFile) -> Iterator[Block]:
    number = source.header_row
    rows = islice(rows, source.header_row, None)
    while taken := list(islice(rows, BLOCK_ROWS)):
        filled = [(at, row) for at, row in enumerate(taken, number + 1) if any(_filled(cell) for cell in row)]
        number += len(taken)
        yield Block([at for at, _ in filled], [row for _, row in filled])


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != ""
