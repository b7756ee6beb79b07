"""Reading customers for the search index, and finding out which ones it must read again.

The CRM's file is attached to the index's connection as `crm`, read only. Everything here is SQL over both files at
once, so that comparing 100,000 customers holds neither Python's interpreter lock nor the window.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from kkdesk.store.search_record import COLUMNS, Record, name_key, record

#: A row written in the second in which we looked may be written again in that second: it is looked at once more.
SETTLED_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the CRM's file has been followed.

    `ledger` is the newest row of `kk_changes`, `updated` the `updated_at` up to which all was seen, and `other_tags`
    the number of rows of `customer_tags` that are not in the index (other organisations', repeated ones). They tell
    something of the one `file` only: a replica and its fork number their rows differently.
    """

    ledger: int = 0
    updated: int = 0
    other_tags: int = 0
    file: str = ""


def attach(connection: sqlite3.Connection, source: Path) -> None:
    """Attach the CRM's file as `crm`. Raises `sqlite3.OperationalError` when it cannot be opened."""
    connection.execute("ATTACH ? AS crm", (f"{source.absolute().as_uri()}?mode=ro",))


def attached(connection: sqlite3.Connection) -> str:
    """The path of the CRM's file."""
    return str(connection.execute("SELECT file FROM pragma_database_list WHERE name = 'crm'").fetchone()[0])


def load_seen(connection: sqlite3.Connection) -> Seen:
    """What `save_seen` kept; nothing at first."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'seen'").fetchone()
    return Seen(**json.loads(row[0])) if row else Seen()


def save_seen(connection: sqlite3.Connection, seen: Seen) -> None:
    """Keep how far the file has been followed."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('seen', ?)", (json.dumps(asdict(seen)),))


class Source:
    """The customers of one organisation in the attached file."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        """`connection` is one that `attach` has prepared."""
        self._connection = connection
        self._org_id = org_id
        present = {row[0] for row in self._rows("SELECT name FROM pragma_table_info('customers', 'crm')")}
        self._expression = _expression(present)

    def follow(self, seen: Seen, now: int, limit: int | None = None) -> tuple[set[str], Seen] | None:
        """Customers written since `seen` as far as ledger and `updated_at` tell, and how far that goes at `now`.

        None when that was of another file, or its ledger has been made anew, so that it tells nothing. Beyond `limit`
        the search is given up.
        """
        ids, ledger = set[str](), self._newest_of_ledger()
        if seen.file != attached(self._connection) or (ledger is not None and ledger < seen.ledger):
            return None
        if ledger is not None:
            ids |= {str(row[0]) for row in self._rows(_LEDGER, seen.ledger)}
        newest = seen.updated
        newer = self._connection.execute(
            f"SELECT c.id, c.updated_at, d.source IS NOT {self._expression} FROM crm.customers c "
            "LEFT JOIN doc d ON d.id = c.id WHERE +c.org_id = ? AND c.updated_at > ?",
            (self._org_id, seen.updated),
        )
        for customer_id, at, differs in newer:
            # A clock that is ahead must not hide what others write before that time has come.
            newest = max(newest, int(at)) if isinstance(at, int | float) and at <= now else newest
            if differs:
                ids.add(str(customer_id))
                if limit is not None and len(ids) > limit:
                    break
        return ids, replace(seen, ledger=ledger or 0, updated=max(_settled(newest, now), seen.updated))

    def newest(self, now: int) -> Seen:
        """How far the file goes at `now`: to be asked before everybody is compared. Other tags are not counted."""
        newest = self._rows("SELECT max(updated_at) FROM crm.customers WHERE updated_at <= ?", now)[0][0]
        updated = max(_settled(int(newest), now), 0) if isinstance(newest, int | float) else 0
        return Seen(self._newest_of_ledger() or 0, updated, file=attached(self._connection))

    def is_complete(self, seen: Seen) -> bool:
        """Whether the numbers of customers and tags agree, so that nothing came or went unnoticed."""
        return self._customers() == self._count("doc") and self.other_tags() == seen.other_tags

    def other_tags(self) -> int:
        """Rows of `customer_tags` that are not in the index."""
        return self._count("crm.customer_tags") - self._count("tagged")

    def differing(self, limit: int | None = None) -> set[str]:
        """Customers whose indexed source is not what the file has now, or who are in one of the two only.

        No more than one above `limit` are looked for.
        """
        rows = self._rows(
            "SELECT c.id FROM crm.customers c LEFT JOIN doc d ON d.id = c.id "
            f"WHERE +c.org_id = ?1 AND d.source IS NOT {self._expression} "
            "UNION ALL SELECT d.id FROM doc d "
            "WHERE NOT EXISTS (SELECT 1 FROM crm.customers c WHERE c.id = d.id AND +c.org_id = ?1) LIMIT ?2",
            self._org_id,
            -1 if limit is None else limit + 1,
        )
        return {str(row[0]) for row in rows}

    def missing(self) -> int:
        """How many customers more the file has than the index."""
        return self._customers() - self._count("doc")

    def changed(self, ids: Iterable[str]) -> list[Record]:
        """Those of `ids` that exist and are not indexed as they are."""
        rows = self._rows(
            # Materialised, because SQLite would put the source together twice otherwise.
            f"WITH found AS MATERIALIZED (SELECT c.id, {self._expression} AS now, d.source FROM crm.customers c "
            "LEFT JOIN doc d ON d.id = c.id WHERE +c.org_id = ? AND c.id IN (SELECT value FROM json_each(?))) "
            "SELECT id, now FROM found WHERE source IS NOT now",
            self._org_id,
            json.dumps(list(ids)),
        )
        return [record(str(customer_id), str(source)) for customer_id, source in rows]

    def gone(self, ids: Iterable[str]) -> list[str]:
        """Those of `ids` that are indexed and exist no more."""
        rows = self._rows(
            "SELECT d.id FROM doc d WHERE d.id IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM crm.customers c WHERE c.id = d.id AND +c.org_id = ?)",
            json.dumps(list(ids)),
            self._org_id,
        )
        return [str(row[0]) for row in rows]

    def in_name_order(self, ids: Iterable[str]) -> list[str]:
        """The same ids in alphabetical order: neighbours are numbered together, and the first ones show first."""
        self._connection.create_function("name_key", 4, name_key, deterministic=True)
        rows = self._rows(
            "SELECT j.value FROM json_each(?) j LEFT JOIN crm.customers c ON c.id = j.value "
            "ORDER BY name_key(c.company, c.last_name, c.first_name, c.email)",
            json.dumps(list(ids)),
        )
        return [str(row[0]) for row in rows]

    def _newest_of_ledger(self) -> int | None:
        """The number of the newest change; None where there is no ledger."""
        if not self._rows("SELECT 1 FROM crm.sqlite_master WHERE name = 'kk_undo'"):
            return None
        return int(self._rows("SELECT max(rowid) FROM crm.kk_changes")[0][0] or 0)

    def _customers(self) -> int:
        return int(self._rows("SELECT count(*) FROM crm.customers WHERE org_id = ?", self._org_id)[0][0])

    def _count(self, table: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {table}")[0][0])

    def _rows(self, sql: str, *args: object) -> list[Any]:
        return self._connection.execute(sql, args).fetchall()


#: Customers named by the images that undoable changes left; tags are found through the rows that assign them.
_LEDGER: Final = """
SELECT CASE u.tbl WHEN 'customers' THEN u.row_id ELSE json_extract(coalesce(u.after, u.before), '$.customer_id') END
FROM crm.kk_changes k JOIN crm.kk_undo u ON u.change_id = k.id
WHERE k.rowid > ? AND u.tbl IN ('customers', 'customer_tags')
"""


def _settled(newest: int, now: int) -> int:
    return newest if newest < now - SETTLED_SECONDS else newest - 1


def _expression(present: set[str]) -> str:
    """SQL for the source of the customer `c`: a JSON array of the columns the index reads, and of the tags."""
    values = ", ".join(_value(name, kind) if name in present else "NULL" for name, kind in COLUMNS.items())
    tags = (
        "json((SELECT json_group_array(tag_id) FROM (SELECT t.tag_id FROM crm.customer_tags t "
        "WHERE t.customer_id = c.id ORDER BY t.tag_id)))"
    )
    return f"json_array({values}, {tags})"


def _value(name: str, kind: str) -> str:
    # JSON has no infinity; a blob or a text where a number should be is read as what the column says.
    if kind == "REAL":
        return f"CASE WHEN abs(CAST(c.{name} AS REAL)) < 1e300 THEN CAST(c.{name} AS REAL) END"
    return f"CAST(c.{name} AS {kind})"
