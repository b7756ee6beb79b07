"""Guards on what a person saw in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kkdesk.model.change import Guard
from kkdesk.store.row_image import guards_on_columns

if TYPE_CHECKING:
    from kkdesk.model.row import SqlValue
    from kkdesk.store.database import Database


async def guards_on_seen(
    db: Database, table: str, row_id: str, seen: Mapping[str, SqlValue], wanted: Mapping[str, SqlValue]
) -> tuple[Guard, ...]:
    """One guard for each column that is `wanted` otherwise than it was `seen`; their columns are what is to be written.

    Forms show NULL, empty text and 0 alike, so which of them is stored is looked up.
    """
    changed = {column: value for column, value in wanted.items() if (value or None) != (seen[column] or None)}
    stored = {guard.column: guard.old for guard in await guards_on_columns(db, table, (row_id,), changed)}

    def old(column: str) -> SqlValue:
        value = seen[column]
        return stored[column] if column in stored and (stored[column] or None) == (value or None) else value

    return tuple(Guard(table, row_id, column, old(column), value) for column, value in changed.items())
