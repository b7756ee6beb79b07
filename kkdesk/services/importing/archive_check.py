"""Whether a zip archive unpacks to a reasonable size. Says so by unpacking, because its own figures may be lies."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from kkdesk.model.errors import InvalidInput
from kkdesk.services.importing.file_errors import (
    broken_workbook,
    file_errors,
    swollen_archive,
    too_large,
    too_many_columns,
    too_many_rows,
)
from kkdesk.services.importing.limits import (
    MAX_ROWS,
    MAX_SHEET_CELLS,
    MAX_UNPACKED_BYTES,
    MAX_WORKBOOK_BYTES,
    SPARE_ROWS,
)

#: What a reader of workbooks unpacks; pictures stay packed.
_READ: Final = (".xml", ".rels", ".bin")
_BLOCK: Final = 1 << 20
_LOOK: Final = 1 << 17
_OVERLAP: Final = 200
_LOCAL_HEADER: Final = struct.Struct("<26xHH")
# A cell that holds something: <c r="XFD12" s="1"><v>… Colouring whole rows leaves empty ones, which do not count.
_HOLDS: Final = rb"""[0-9]{1,7}["'][^<>]*[^/<>]><(?:\w+:)?(?:v|is|f)\b"""
_CELL: Final = re.compile(rb"""r=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]*[^/<>]><(?:\w+:)?(?:v|is|f)\b""")
_FAR_RIGHT: Final = re.compile(rb"""r=["'](?:[A-Z]{3}|[L-Z][A-Z]|K[O-Z])""" + _HOLDS)


def check_archive(path: Path) -> None:
    """Raise `InvalidInput` when the workbook is no archive, or would fill the memory once it is opened."""
    with file_errors(path):
        if path.stat().st_size > MAX_WORKBOOK_BYTES:
            raise too_large(path, workbook=True)
        try:
            with zipfile.ZipFile(path) as archive, path.open("rb") as file:
                _check_parts(path, archive.infolist(), file)
        except InvalidInput:
            raise
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
            raise broken_workbook(path) from error


def _check_parts(path: Path, parts: list[zipfile.ZipInfo], file: IO[bytes]) -> None:
    total = 0
    for part in parts:
        name = part.filename.lower()
        if name.endswith(_READ):
            is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            total += _unpacked(path, part, file, _Extent(path) if is_sheet else None)
        if total > MAX_UNPACKED_BYTES:
            raise swollen_archive(path)


def _unpacked(path: Path, part: zipfile.ZipInfo, file: IO[bytes], sheet: _Extent | None) -> int:
    """Bytes that the part really unpacks to; stops at the limit."""
    file.seek(part.header_offset)
    name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(name_length + extra_length, 1)
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left, size = part.compress_size, 0
    while left > 0 and (packed := file.read(min(_BLOCK, left))):
        left -= len(packed)
        while packed:
            data = inflate.decompress(packed, 4 * _BLOCK) if inflate else packed
            packed = inflate.unconsumed_tail if inflate else b""
            size += len(data)
            if size > MAX_UNPACKED_BYTES:
                raise swollen_archive(path)
            if sheet is not None:
                sheet.take(data)
    if sheet is not None:
        sheet.check()
    return size


class _Extent:
    """The rectangle that a sheet's filled cells span: a reader that keeps it as a grid needs memory for all of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tail = b""
        self._height = 0
        self._width = 1

    def take(self, data: bytes) -> None:
        data = self._tail + data
        self._tail = data[-_OVERLAP:]
        if _FAR_RIGHT.search(data):
            raise too_many_columns(self._path)
        # Rows go downwards and are much alike: both ends of a block tell its height and its width.
        for part in (data[:_LOOK], data[-_LOOK:]):
            for column, row in _CELL.findall(part):
                self._height = max(self._height, int(row))
                self._width = max(self._width, _column_number(column))

    def check(self) -> None:
        """Raise `InvalidInput` when the rectangle is too large."""
        if self._height > MAX_ROWS + SPARE_ROWS:
            raise too_many_rows(self._path)
        if self._height * self._width > MAX_SHEET_CELLS:
            raise swollen_archive(self._path)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
