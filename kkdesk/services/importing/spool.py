"""Rows on their way from the file to the database: in memory while they are few, in a temporary file beyond."""

from __future__ import annotations

import marshal
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, overload

from kkdesk.model.row import SqlValue

Values = tuple[SqlValue, ...]

_LENGTH: Final = struct.Struct("<Q")
#: Bytes kept in memory before the temporary file begins.
_IN_MEMORY: Final = 64 * 1024**2


class Spool:
    """Rows put in block by block and read as often as wanted. Close it to be rid of its file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, rows: Sequence[Values]) -> None:
        """Add a block of rows. Raises `OSError` when the disk is full."""
        if rows:
            block = marshal.dumps(list(rows))
            self._file.write(_LENGTH.pack(len(block)) + block)
            self._count += len(rows)

    def __iter__(self) -> Iterator[Values]:
        self._file.seek(0)
        while length := self._file.read(_LENGTH.size):
            block: list[Values] = marshal.loads(self._file.read(_LENGTH.unpack(length)[0]))  # noqa: S302 - our own
            yield from block

    def close(self) -> None:
        """Let go of the rows."""
        self._file.close()


class Stream(Sequence[Values]):
    """Rows that `executemany` takes one at a time, so that all of them are never in memory."""

    def __init__(self, count: int, rows: Callable[[], Iterator[Values]]) -> None:
        """`rows` gives an iterator over `count` rows."""
        self._count = count
        self._rows = rows

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Values]:
        return self._rows()

    @overload
    def __getitem__(self, index: int) -> Values: ...
    @overload
    def __getitem__(self, index: slice) -> list[Values]: ...
    def __getitem__(self, index: int | slice) -> Values | list[Values]:
        start, stop, step = index.indices(self._count) if isinstance(index, slice) else (index, index + 1, 1)
        found = list(islice(self._rows(), start, stop, step))
        return found if isinstance(index, slice) else found[0]
