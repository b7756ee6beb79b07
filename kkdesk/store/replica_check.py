"""Whether a replica is one of the server's database at all, and not an older copy or another one put in its place.

Both are asked for the last row of each table; every change of ours adds one to the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kkdesk.model.errors import StoreError

if TYPE_CHECKING:
    from kkdesk.model.row import SqlValue
    from kkdesk.store.readers import Readers
    from kkdesk.store.remote import RemoteDatabase

_TABLES: Final = (
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0 "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'libsql\\_%' ESCAPE '\\' ORDER BY name"
)


async def last_rows(remote: RemoteDatabase, readers: Readers) -> tuple[list[SqlValue], list[SqlValue]]:
    """The last row of each table, on the server and in the replica.

    Raises `Offline` and `SignInNeeded`; a table that one of them lacks makes them differ.
    """
    tables = [str(row["name"]) for row in await readers.query(_TABLES)]
    sql = "SELECT " + ", ".join(f'(SELECT max(rowid) FROM "{table}")' for table in tables or ("sqlite_schema",))
    here = list((await readers.query(sql))[0])
    try:
        there = list((await remote.query(sql))[0])
    except StoreError:
        there = []
    return there, here
