"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods): their sheets and their rows, through calamine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, cast

import python_calamine as calamine

from kkdesk.services.importing.archive_check import check_archive
from kkdesk.services.importing.cells import Cell
from kkdesk.services.importing.file_errors import (
    broken_workbook,
    empty_file,
    file_errors,
    no_such_sheet,
    password_protected,
    text_called_workbook,
    too_large,
    too_many_columns,
    too_many_rows,
    web_page_called_workbook,
)
from kkdesk.services.importing.limits import MAX_COLUMNS, MAX_ROWS, MAX_WORKBOOK_BYTES, SPARE_ROWS

#: Endings that promise a workbook.
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: A compound file: an old .xls, or what Excel wraps an encrypted workbook in.
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head", b"<style")


def file_kind(path: Path) -> Literal["workbook", "text"]:
    """What the file is by its first bytes, whatever it is called.

    Raises `NotFound`, and `InvalidInput` for one that is called a workbook and is none, and for an encrypted one.
    """
    with file_errors(path):
        if path.stat().st_size == 0:
            raise empty_file(path)
        with path.open("rb") as file:
            start = file.read(512)
    if start.startswith(_ZIP):
        return "workbook"
    if start.startswith(_COMPOUND):
        _refuse_encrypted(path)
        return "workbook"
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        raise _not_a_workbook(path, start)
    return "text"


class Workbook:
    """An open workbook: the sheets that a person can see, and the rows of one of them."""

    def __init__(self, book: calamine.CalamineWorkbook, path: Path) -> None:
        """Use `open_workbook`."""
        self._book = book
        self._path = path
        self._loaded: dict[str, calamine.CalamineSheet] = {}
        self.sheets = tuple(
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.visible == calamine.SheetVisibleEnum.Visible
        )
        if not self.sheets:
            raise broken_workbook(path)

    def choose(self, wanted: str | None) -> str:
        """The sheet `wanted` (a name, or a number from 1), else the first that has rows.

        Raises `InvalidInput` when it is not there.
        """
        if wanted is None:
            return next((name for name in self.sheets if self.height(name)), self.sheets[0])
        if wanted in self.sheets:
            return wanted
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(self.sheets):
            return self.sheets[int(wanted) - 1]
        raise no_such_sheet(self._path, wanted, self.sheets)

    def height(self, sheet: str) -> int:
        """The number of the sheet's last filled row; 0 for an empty sheet."""
        end = self._sheet(sheet).end
        return int(end[0]) + 1 if end else 0

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """Every row from the first on, so that counting gives row numbers. Raises `InvalidInput`."""
        found = self._sheet(sheet)
        last_row, last_column = found.end or (0, 0)
        if last_column >= MAX_COLUMNS:
            raise too_many_columns(self._path)
        if last_row >= MAX_ROWS + SPARE_ROWS:
            raise too_many_rows(self._path)
        # Rows begin at the first filled column: blanks in front keep A at the left.
        before: list[Cell] = [""] * (found.start[1] if found.start else 0)
        for row in found.iter_rows():
            yield before + cast("list[Cell]", row) if before else cast("list[Cell]", row)

    def _sheet(self, name: str) -> calamine.CalamineSheet:
        if name not in self._loaded:
            with _calamine_errors(self._path):
                self._loaded[name] = self._book.get_sheet_by_name(name)
        return self._loaded[name]


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook, checked before it is unpacked. Raises `InvalidInput` and `NotFound`."""
    with file_errors(path):
        with path.open("rb") as file:
            is_archive = file.read(4).startswith(_ZIP)
        if is_archive:
            check_archive(path)
        elif path.stat().st_size > MAX_WORKBOOK_BYTES:
            raise too_large(path, workbook=True)
        with _calamine_errors(path):
            book = calamine.load_workbook(path)
    with book:
        yield Workbook(book, path)


@contextmanager
def _calamine_errors(path: Path) -> Iterator[None]:
    """The one place where calamine's exceptions become ours."""
    try:
        yield
    except calamine.PasswordError as error:
        raise password_protected(path) from error
    except calamine.CalamineError as error:
        if "password" in str(error).lower():
            raise password_protected(path) from error
        raise broken_workbook(path) from error
    except BaseException as error:
        # A fault of the Rust code arrives as a BaseException that pyo3 does not export.
        if type(error).__name__ == "PanicException":
            raise broken_workbook(path) from error
        raise


def _refuse_encrypted(path: Path) -> None:
    with file_errors(path), path.open("rb") as file:
        tail = b""
        while block := file.read(1 << 20):
            if _ENCRYPTED in tail + block:
                raise password_protected(path)
            tail = block[-len(_ENCRYPTED) :]


def _not_a_workbook(path: Path, start: bytes) -> Exception:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if bare.startswith(_MARKUP):
        return web_page_called_workbook(path)
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return broken_workbook(path)
    return text_called_workbook(path)
