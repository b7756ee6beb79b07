"""The search index's own tables. It is derived data: whatever does not fit is thrown away and built again.

| table | holds |
|---|---|
| `doc` | one row for each customer; `doc`, its number, follows alphabetical order, so that results need no sorting |
| `words` | FTS5 over the words of `kkdesk.model.search_words`, those of names apart; its rowid is `doc` |
| `term` | every word that is not a number, so that a beginning of few words can be asked as those words |
| `listing` | what lists filter and sort by |
| `tagged` | customers by tag |
| `place`, `category` | towns (by folded name) and categories under small numbers |
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kkdesk.model import customer_category

#: Bits of `listing.flags`.
VIP: Final = 1
HAS_EMAIL: Final = 2
UNSUBSCRIBED: Final = 4
ACTIVE: Final = 8

#: The rules by which the index is made. One more whenever a module of them says something else: a test watches them.
RULES: Final = 1


@dataclass(frozen=True, slots=True)
class SortColumn:
    """A column of `listing` that lists can be sorted by."""

    name: str
    sql_type: str


#: By the name of the customer's field. "name" itself is the order of `doc` and needs no column.
SORT_COLUMNS: Final[Mapping[str, SortColumn]] = {
    "category": SortColumn("category", "INTEGER"),
    "is_vip": SortColumn("vip", "INTEGER"),
    "city": SortColumn("city_key", "TEXT"),
    "email": SortColumn("email_key", "TEXT"),
    "mobile": SortColumn("mobile_key", "TEXT"),
    "phone": SortColumn("phone_key", "TEXT"),
    "postal_code": SortColumn("postal_key", "TEXT"),
    "afm": SortColumn("afm_key", "TEXT"),
    "revenue": SortColumn("revenue", "REAL"),
    "lead_score": SortColumn("lead_score", "INTEGER"),
    "created_at": SortColumn("created_at", "INTEGER"),
    "updated_at": SortColumn("updated_at", "INTEGER"),
    "last_contact_date": SortColumn("last_contact", "INTEGER"),
    "next_follow_up_date": SortColumn("next_follow_up", "INTEGER"),
}

# Words are given with single blanks between them; `ascii` parts them there and leaves every other letter alone.
# detail=column: which of the two has the word is asked, its place is not.
_WORDS: Final = "name, other, content='', detail=column, columnsize=0, prefix='1 2 3', tokenize='ascii'"

_DOC: Final = "doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name_key TEXT NOT NULL, source TEXT NOT NULL"

#: Columns of `listing` in their order.
LISTING: Final = ("doc", "flags", "place", *(column.name for column in SORT_COLUMNS.values()))


def create(connection: sqlite3.Connection, org_id: str) -> None:
    """Make the tables anew, dropping what is there, for the customers of one organisation. Within one transaction."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'words_%'"
    ).fetchall()
    for (name,) in names:
        connection.execute(f'DROP TABLE "{name}"')
    for statement in _statements():
        connection.execute(statement)
    connection.executemany("INSERT INTO category (key) VALUES (?)", [(key,) for key in customer_category.CATEGORIES])
    facts = {"rules": RULES, "org_id": org_id, "version": 0}
    connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", facts.items())


def fits(connection: sqlite3.Connection, org_id: str) -> bool:
    """Whether the tables are there, made by these rules and for this organisation."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return False
    facts = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('rules', 'org_id')").fetchall())
    return facts == {"rules": RULES, "org_id": org_id}


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes of `listing`, where they lack. Last, because that is faster than while rows come in."""
    # The filters ride along, so that a sorted and filtered list is one pass over one index.
    for column in SORT_COLUMNS.values():
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS listing_{column.name} ON listing ({column.name}, doc, flags, category, place)"
        )


def _statements() -> list[str]:
    sortable = ", ".join(f"{column.name} {column.sql_type}" for column in SORT_COLUMNS.values())
    return [
        "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID",
        f"CREATE TABLE doc ({_DOC})",
        "CREATE INDEX doc_name ON doc (name_key, id)",
        f"CREATE TABLE listing (doc INTEGER PRIMARY KEY, flags INTEGER NOT NULL, place INTEGER, {sortable})",
        "CREATE TABLE tagged (tag TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (tag, doc)) WITHOUT ROWID",
        "CREATE TABLE term (word TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",
        "CREATE TABLE place (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL)",
        "CREATE TABLE category (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
        f"CREATE VIRTUAL TABLE words USING fts5 ({_WORDS})",
    ]
