"""What a query answers with, and its values as the program reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

SqlValue = None | int | float | str | bytes


class Row(Protocol):
    """A result row: values by column name or by position, in the order of the SELECT."""

    def __getitem__(self, key: str | int, /) -> SqlValue:
        """The value of a column."""
        ...

    def __iter__(self) -> Iterator[SqlValue]:
        """The values in the order of the SELECT."""
        ...

    def keys(self) -> Sequence[str]:
        """The column names."""
        ...


def as_text(value: SqlValue) -> str:
    """A value of a text column, with NULL as empty text."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def as_int(value: SqlValue) -> int:
    """A value of an integer column, with NULL as 0."""
    return int(value) if isinstance(value, int | float | str) and value != "" else 0


def as_bool(value: SqlValue, *, default: bool = False) -> bool:
    """A 0/1 column, with NULL as `default`."""
    return default if value is None else bool(value)


def row_dict(row: Row) -> Mapping[str, SqlValue]:
    """The row as a plain mapping."""
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates over values
