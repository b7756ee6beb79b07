"""How much one file may hold. Each limit has a message of its own in `file_errors`."""

from __future__ import annotations

from typing import Final

#: Customers in one file: one change writes them all, and nobody else can write meanwhile.
MAX_ROWS: Final = 500_000
#: Titles, headers and blank rows that come on top.
SPARE_ROWS: Final = 100
MAX_COLUMNS: Final = 300
#: Bytes. Text is read as a stream; a workbook has to be unpacked whole.
MAX_TEXT_BYTES: Final = 2 * 1024**3
MAX_WORKBOOK_BYTES: Final = 200 * 1024**2
MAX_UNPACKED_BYTES: Final = 1024**3
#: Cells, empty ones included, of the rectangle that a sheet spans.
MAX_SHEET_CELLS: Final = 60_000_000
#: Characters of one cell; Python's csv module has the same limit.
MAX_CELL: Final = 131_072
