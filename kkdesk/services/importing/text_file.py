"""Delimited text (CSV, TXT): its delimiter, and its rows as a stream."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from kkdesk.services.importing.file_errors import cell_too_long, file_errors, too_many_rows, wrong_encoding
from kkdesk.services.importing.limits import MAX_ROWS, SPARE_ROWS

DELIMITERS: Final = (";", ",", "\t", "|")

_SAMPLE_CHARACTERS: Final = 1 << 16
_SAMPLE_ROWS: Final = 200
#: Excel's own hint on the first line, which it does not count as a row.
_HINT: Final = re.compile('\ufeff?"?sep=(.)"?[\r\n]*')


@dataclass(frozen=True, slots=True)
class TextForm:
    """How to read a text file. `hint` says that its first line names the delimiter and is no row."""

    encoding: str
    delimiter: str
    hint: bool = False


class TextRows(NamedTuple):
    """Consecutive rows, and whether some cell of them spans several lines."""

    rows: list[list[str]]
    several_lines: bool


def text_form(path: Path, encoding: str, delimiter: str | None = None) -> TextForm:
    """The form of the file; `delimiter` overrules the guess. Raises `InvalidInput` when `encoding` does not fit."""
    try:
        with file_errors(path), path.open(encoding=encoding, newline="") as file:
            sample = file.read(_SAMPLE_CHARACTERS)
    except (UnicodeError, LookupError) as error:
        raise wrong_encoding(path, encoding) from error
    hint = _HINT.match(sample)
    if hint:
        return TextForm(encoding, delimiter or hint[1], hint=True)
    return TextForm(encoding, delimiter or sniff_delimiter(sample))


def sniff_delimiter(sample: str) -> str:
    """The delimiter that gives the most rows the same number of cells; a semicolon when there is none."""
    if len(sample) == _SAMPLE_CHARACTERS and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]  # the last line may be cut off
    best, best_score = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        score = _evenness(sample, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _evenness(sample: str, delimiter: str) -> float:
    """0 when the delimiter separates nothing; near 1 and more when every row has the same number of cells."""
    try:
        rows = list(islice(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter), _SAMPLE_ROWS))
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows if any(row))
    total = sum(widths.values())
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    # Of two that are equally even the one with more cells is right: commas inside of addresses are few.
    return count / total + width / 1000


def text_rows(path: Path, form: TextForm, together: int = 2000) -> Generator[TextRows, None, None]:
    """Every row, `together` at a time; empty ones too, so that counting gives row numbers.

    Raises `InvalidInput` for a cell without end and for bytes that the encoding does not have.
    """
    with file_errors(path), path.open(encoding=form.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=form.delimiter)
        try:
            if form.hint:
                next(reader, None)
            line = reader.line_num
            while rows := list(islice(reader, together)):
                yield TextRows(rows, reader.line_num - line > len(rows))
                line = reader.line_num
        except csv.Error as error:
            raise cell_too_long(path, reader.line_num) from error
        except UnicodeError as error:
            raise wrong_encoding(path, form.encoding) from error


def refuse_too_many(path: Path, form: TextForm, lines: int) -> None:
    """Raise `InvalidInput` when there are more rows than one import takes; counts them only when lines say so."""
    if lines <= MAX_ROWS:
        return
    count = 0
    for rows in text_rows(path, form):
        count += len(rows.rows)
        if count > MAX_ROWS + SPARE_ROWS:
            raise too_many_rows(path)
