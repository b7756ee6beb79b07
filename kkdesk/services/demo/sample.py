"""What every part of the sample data is made from: chance that can be repeated, an organisation, and a "now"."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from random import Random
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.change import Statement
from kkdesk.model.row import SqlValue

Row = tuple[SqlValue, ...]
#: Values of one row by column name.
Values = dict[str, SqlValue]

DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Sample:
    """A source of chance within one organisation. `now` is Unix seconds; only tasks are later."""

    rng: Random
    actor: Actor
    now: int

    def new_id(self, prefix: str = "") -> str:
        """A row id of the web CRM's form, from this chance instead of the system's: bare without a prefix."""
        # 128 bits in base64url are 22 letters of nanoid's alphabet, of which it has 21.
        letters = urlsafe_b64encode(self.rng.randbytes(16))[:21].decode()
        return f"{prefix}_{letters}" if prefix else letters


def insertion(table: str, columns: tuple[str, ...], rows: list[Row]) -> Statement:
    """One statement that inserts every row. Table and columns are names of our schema."""
    marks = ", ".join("?" * len(columns))
    # In the order of their ids, the index pages of a batch are written once instead of again and again.
    return Statement(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", many=sorted(rows))
