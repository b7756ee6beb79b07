"""Files of addresses that are not to be mailed: read by the readers of the import, in a process of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.model.suppression import pasted_addresses
from kkdesk.services.child_process import Say, in_child
from kkdesk.services.importing.cells import Cell, cell_text
from kkdesk.services.importing.reading import Examined, open_file

#: Rows without an address that are shown; all are counted.
WRONG_SHOWN: Final = 500
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class AddressFile:
    """The addresses of a file, folded and each once. `wrong` are rows without one: number of the row, its text.

    `column` names the column they were taken from; empty where the file has no titles, and all columns were looked at.
    """

    name: str
    column: str
    addresses: tuple[str, ...]
    repeated: int
    wrong: tuple[tuple[int, str], ...]
    wrong_count: int


async def read_addresses(path: Path, *, stop: asyncio.Event | None = None) -> AddressFile:
    """The addresses in a text, CSV or Excel file, whatever its encoding.

    Under titles they are those of the one column that has the most: beside them may stand the address of whoever wrote
    the row. Raises `InvalidInput` for a file that cannot be used or has no address, `NotFound`, and `Cancelled` once
    `stop` is set.
    """
    return await in_child(_read, path, stop=stop)


def _read(_say: Say, path: Path) -> AddressFile:
    with open_file(path) as file:
        examined = file.examine()
        column = _column(examined)
        addresses: Counter[str] = Counter()
        wrong: list[tuple[int, str]] = []
        count = 0
        for block in file.blocks(examined.source):
            for number, row in zip(block.numbers, block.rows, strict=True):
                found = _addresses(row, column)
                addresses.update(found)
                if not found:
                    count += 1
                    wrong += [(number, _shown(row, column))][: WRONG_SHOWN - len(wrong)]
    if not addresses:
        raise _no_addresses(path)
    titles = {column.index: column.name for column in examined.source.columns}
    return AddressFile(
        path.name,
        "" if column is None else titles.get(column, ""),
        tuple(addresses),
        addresses.total() - len(addresses),
        tuple(wrong),
        count,
    )


def _column(examined: Examined) -> int | None:
    """The column under titles that has the most addresses; None for a file without titles."""
    if not examined.source.header_row:
        return None
    counts = Counter(at for row in examined.sample for at in range(len(row)) if _addresses(row, at))
    return min(counts, key=lambda at: (-counts[at], at), default=None)


def _addresses(row: Sequence[Cell], column: int | None) -> tuple[str, ...]:
    return pasted_addresses("\n".join(_texts(row, column))).addresses


def _texts(row: Sequence[Cell], column: int | None) -> Iterator[str]:
    # A line break within a cell separates addresses as well.
    for at, cell in enumerate(row):
        if column in {None, at} and (text := cell_text(cell).strip()):
            yield text


def _shown(row: Sequence[Cell], column: int | None) -> str:
    text = " ".join(" ".join(_texts(row, column)).split()) or " ".join(" ".join(_texts(row, None)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _no_addresses(path: Path) -> InvalidInput:
    return InvalidInput(
        Bilingual(
            f"Το αρχείο «{path.name}» δεν περιέχει διευθύνσεις e-mail.",
            f"The file “{path.name}” has no e-mail addresses.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Επιλέξτε ένα αρχείο με μία διεύθυνση σε κάθε γραμμή, ή ένα φύλλο με στήλη e-mail.",
            "Choose a file with one address in each line, or a sheet with an e-mail column.",
        ),
    )
