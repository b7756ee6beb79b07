"""Questions to the search index, as SQL over one connection. No thread, no event loop: see `search_index`."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model import customer_category
from kkdesk.model.greek_fold import fold, name_sort_key
from kkdesk.store.search_schema import ACTIVE, HAS_EMAIL, SORT_COLUMNS, UNSUBSCRIBED, VIP

if TYPE_CHECKING:
    from kkdesk.model.customer_query import CustomerQuery
    from kkdesk.model.search_words import Unit

#: So many words are asked for one by one; more go as a beginning, which FTS5 must first merge into one list.
FEW_WORDS: Final = 16
_LAST_LETTER: Final = "\U0010ffff"
#: Letters of a beginning that FTS5 has a merged list for; see `prefix` in the schema.
_LISTED_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A customer in the index: `doc` is its number there, which changes when the name does."""

    doc: int
    id: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A value to filter by, and how many customers have it. `key` is what a `CustomerQuery` takes."""

    key: str
    name: str
    count: int


def docs(connection: sqlite3.Connection, query: CustomerQuery, members: Sequence[str] | None = None) -> array[int]:
    """Everybody the query asks for, in its order. `members` are the ids of its segment."""
    sql, args = _select(connection, query, members)
    # One text instead of 100,000 rows: most of the work is done without Python's interpreter lock.
    (text,) = connection.execute(f"SELECT json_group_array(doc) FROM ({sql})", args).fetchone()
    return array("q", json.loads(text))


def first(
    connection: sqlite3.Connection, query: CustomerQuery, limit: int, members: Sequence[str] | None = None
) -> list[Found]:
    """The first `limit` of them, without working out the rest where that can be helped."""
    sql, args = _select(connection, query, members)
    rows = connection.execute(f"SELECT doc, id FROM ({sql} LIMIT ?) CROSS JOIN doc USING (doc)", (*args, limit))
    return [Found(doc, customer_id) for doc, customer_id in rows]


def count(connection: sqlite3.Connection, query: CustomerQuery, members: Sequence[str] | None = None) -> int:
    """How many there are."""
    sql, args = _select(connection, query, members, ordered=False)
    return int(connection.execute(f"SELECT count(*) FROM ({sql})", args).fetchone()[0])


def ids_of(connection: sqlite3.Connection, wanted: Iterable[int]) -> dict[int, str]:
    """Customer ids by number; numbers that are no longer in the index are left out."""
    numbers = json.dumps(list(wanted))
    rows = connection.execute("SELECT doc, id FROM doc WHERE doc IN (SELECT value FROM json_each(?))", (numbers,))
    return dict(rows.fetchall())


def doc_of(connection: sqlite3.Connection, customer_id: str) -> int | None:
    """The number of a customer; None when it is not in the index."""
    row = connection.execute("SELECT doc FROM doc WHERE id = ?", (customer_id,)).fetchone()
    return None if row is None else int(row[0])


def categories(connection: sqlite3.Connection) -> list[Facet]:
    """Categories that somebody has, in their usual order."""
    rows = connection.execute(
        "SELECT c.key, count(*) FROM listing l JOIN category c ON c.id = l.category "
        "GROUP BY l.category ORDER BY l.category"
    )
    return [Facet(key, key, number) for key, number in rows]


def places(connection: sqlite3.Connection) -> list[Facet]:
    """Towns, the one with most customers first."""
    rows = connection.execute(
        "SELECT p.key, p.name, n "
        "FROM (SELECT place, count(*) AS n FROM listing WHERE place IS NOT NULL GROUP BY place) "
        "JOIN place p ON p.id = place ORDER BY n DESC, p.key"
    )
    return [Facet(*row) for row in rows]


def tag_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Customers by tag id."""
    return dict(connection.execute("SELECT tag, count(*) FROM tagged GROUP BY tag").fetchall())


def version_of(connection: sqlite3.Connection) -> int:
    """A number that moves whenever the index changes."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()[0])


def total(connection: sqlite3.Connection) -> int:
    """Customers in the index."""
    return int(connection.execute("SELECT count(*) FROM listing").fetchone()[0])


def named(connection: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Ids of customers whose name the text begins, then of those with a word in their names that it begins."""
    from kkdesk.model.search_words import units_of

    units = units_of(text)
    if not units:
        return []
    start = name_sort_key(text)
    rows = connection.execute(
        "SELECT id FROM doc WHERE name_key >= ? AND name_key < ? ORDER BY name_key, id LIMIT ?",
        (start, start + _LAST_LETTER, limit),
    ).fetchall()
    rows += connection.execute(
        "SELECT doc.id FROM words w CROSS JOIN doc ON doc.doc = w.rowid WHERE words MATCH ? ORDER BY w.rowid LIMIT ?",
        (f"name : ({expression(connection, units)})", limit),
    ).fetchall()
    return list(dict.fromkeys(str(customer_id) for (customer_id,) in rows))[:limit]


def with_words(connection: sqlite3.Connection, groups: Sequence[Sequence[str]], limit: int) -> list[list[str]]:
    """For each group of beginnings of words, ids of up to `limit` customers that have them all; none for no words."""
    return [_with_all(connection, group, limit) if group else [] for group in groups]


def _with_all(connection: sqlite3.Connection, group: Sequence[str], limit: int) -> list[str]:
    asked = " AND ".join(_begun(connection, begin) for begin in group)
    rows = connection.execute(
        "SELECT doc.id FROM words w CROSS JOIN doc ON doc.doc = w.rowid WHERE words MATCH ? ORDER BY w.rowid LIMIT ?",
        (asked, limit),
    )
    return [str(customer_id) for (customer_id,) in rows]


def expression(connection: sqlite3.Connection, units: Iterable[Unit]) -> str:
    """The query for FTS5. Words hold letters and digits only, so nothing in them needs escaping."""
    return " AND ".join(
        "("
        + " OR ".join("(" + " AND ".join(_begun(connection, begin) for begin in way) + ")" for way in unit.ways)
        + ")"
        for unit in units
    )


def _begun(connection: sqlite3.Connection, begin: str) -> str:
    if len(begin) > _LISTED_LETTERS and not begin.isdecimal():
        words = connection.execute(
            "SELECT word FROM term WHERE word >= ? AND word < ? LIMIT ?", (begin, begin + _LAST_LETTER, FEW_WORDS + 1)
        ).fetchall()
        if 0 < len(words) <= FEW_WORDS:
            return "(" + " OR ".join(f'"{word}"' for (word,) in words) + ")"
    return f'"{begin}"*'


def _select(
    connection: sqlite3.Connection, query: CustomerQuery, members: Sequence[str] | None, *, ordered: bool = True
) -> tuple[str, tuple[object, ...]]:
    """SELECT of the numbers, in order. The narrowest table that follows the alphabet leads, if there is one."""
    conditions, args = _filters(query)
    lead, joined = "listing l", ""
    if query.text.strip():
        # Words are for who types; a start of the window shows everybody first.
        from kkdesk.model.search_words import units_of

        units = units_of(query.text)
        if not units:
            return "SELECT doc FROM listing WHERE 0", ()
        lead, joined = "words w", "w.rowid"
        conditions.insert(0, "words MATCH ?")
        args.insert(0, expression(connection, units))
    if query.tag_id:
        if joined:
            conditions.append(f"EXISTS (SELECT 1 FROM tagged t WHERE t.tag = ? AND t.doc = {joined})")
            args.append(query.tag_id)
        else:
            lead, joined = "tagged t", "t.doc"
            conditions.insert(0, "t.tag = ?")
            args.insert(0, query.tag_id)
    if members is not None:
        conditions.append(f"{joined or 'l.doc'} IN (SELECT doc FROM doc WHERE id IN (SELECT value FROM json_each(?)))")
        args.append(json.dumps(members))
    column = SORT_COLUMNS[query.sort].name if query.sort != "name" else ""
    listed = not joined or bool(column) or any("l." in condition for condition in conditions)
    source = f"{lead} CROSS JOIN listing l ON l.doc = {joined}" if joined and listed else lead
    doc = joined or "l.doc"
    sql = f"SELECT {doc} AS doc FROM {source}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
    return (f"{sql} ORDER BY {_order(column, doc, descending=query.descending)}" if ordered else sql), tuple(args)


def _order(column: str, doc: str, *, descending: bool) -> str:
    direction = "DESC" if descending else "ASC"
    return f"l.{column} {direction} NULLS LAST, {doc} {direction}" if column else f"{doc} {direction}"


def _filters(query: CustomerQuery) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    args: list[object] = []
    wanted, mask = 0, 0
    for flag, bit, positive in (
        (query.vip, VIP, True),
        (query.has_email, HAS_EMAIL, True),
        (query.subscribed, UNSUBSCRIBED, False),
        (query.active, ACTIVE, True),
    ):
        if flag is not None:
            mask |= bit
            wanted |= bit if flag is positive else 0
    if mask:
        conditions.append("l.flags & ? = ?")
        args += [mask, wanted]
    # In another order its index is the one to read: SQLite would find all of a category first, and then sort them.
    category = "l.category" if query.sort in {"name", "category"} else "+l.category"
    for column, table, key in (
        (category, "category", customer_category.normalize(query.category) or query.category),
        ("l.place", "place", fold(query.city)),
    ):
        if key:
            conditions.append(f"{column} = (SELECT id FROM {table} WHERE key = ?)")
            args.append(key)
    return conditions, args
