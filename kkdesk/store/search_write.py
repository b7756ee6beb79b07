"""Writing the search index: customers get numbers that follow the alphabet, and their words, filters and tags."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Final

from kkdesk.store.search_record import Record, record
from kkdesk.store.search_schema import LISTING

if TYPE_CHECKING:
    from kkdesk.store.search_source import Source

#: Between two neighbours in the alphabet, so that newcomers find room. Three bytes in FTS5's lists.
GAP: Final = 1 << 20
FIRST: Final = 1 << 40
#: Neighbours that are given new numbers when there is no room between two of them.
CROWD: Final = 64

_INSERT_LISTING: Final = f"INSERT INTO listing ({', '.join(LISTING)}) VALUES ({', '.join('?' * len(LISTING))})"


class IndexWriter:
    """Brings rows of the index in line with the attached file. Every call is within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, source: Source) -> None:
        self._connection = connection
        self._source = source

    def update(self, ids: Sequence[str]) -> int:
        """Read these customers again and make the index say what they are now; how many were not so already."""
        changed, gone = self._source.changed(ids), self._source.gone(ids)
        outdated = self._indexed([new.id for new in changed] + gone)
        before = {old.id: (doc, old) for doc, old in outdated}
        same_words: set[str] = set()
        stay: list[tuple[int, Record]] = []
        move: list[Record] = []
        for new in changed:
            doc, old = before.get(new.id, (0, None))
            if old is None or old.name_key != new.name_key:
                move.append(new)
                continue
            # Whoever keeps the name keeps the number.
            stay.append((doc, new))
            if old.searched == new.searched:
                same_words.add(new.id)
        self._remove(outdated, same_words)
        self._insert(stay, same_words)
        self._insert(self._placed(move))
        return len(changed) + len(gone)

    def _indexed(self, ids: Sequence[str]) -> list[tuple[int, Record]]:
        rows = self._connection.execute(
            "SELECT doc, id, source FROM doc WHERE id IN (SELECT value FROM json_each(?)) ORDER BY doc",
            (json.dumps(ids),),
        )
        return [(doc, record(customer_id, source)) for doc, customer_id, source in rows.fetchall()]

    def _remove(self, docs: Sequence[tuple[int, Record]], same_words: Container[str] = ()) -> None:
        """Take rows out; those of `same_words` are about to come back, so their words stay."""
        ordered = sorted(docs, key=lambda pair: pair[0])
        # Without stored content FTS5 must be told again what it was given.
        self._connection.executemany(
            "INSERT INTO words (words, rowid, name, other) VALUES ('delete', ?, ?, ?)",
            [(doc, *old.words) for doc, old in ordered if old.id not in same_words],
        )
        self._connection.executemany(
            "DELETE FROM tagged WHERE tag = ? AND doc = ?", [(tag, doc) for doc, old in ordered for tag in old.tags]
        )
        for table in ("doc", "listing"):
            self._connection.executemany(f"DELETE FROM {table} WHERE doc = ?", [(doc,) for doc, _ in ordered])

    def _insert(self, docs: Sequence[tuple[int, Record]], same_words: Container[str] = ()) -> None:
        # FTS5 writes a segment each time that a number is not above the last one.
        ordered = sorted(docs, key=lambda pair: pair[0])
        words = [(doc, *new.words) for doc, new in ordered if new.id not in same_words]
        self._connection.executemany("INSERT INTO words (rowid, name, other) VALUES (?, ?, ?)", words)
        # Endings of numbers are left out: there are millions, and each stands in one customer or two.
        terms = {word for _, *texts in words for text in texts for word in text.split() if not word.isdecimal()}
        self._connection.executemany(
            "INSERT OR IGNORE INTO term (word) VALUES (?)", [(word,) for word in sorted(terms)]
        )
        self._connection.executemany(
            "INSERT INTO doc (doc, id, name_key, source) VALUES (?, ?, ?, ?)",
            [(doc, new.id, new.name_key, new.source) for doc, new in ordered],
        )
        categories = self._categories({new.category for _, new in ordered})
        places = self._places([new for _, new in ordered])
        self._connection.executemany(
            _INSERT_LISTING,
            [new.listing(doc, categories[new.category], places.get(new.city_key)) for doc, new in ordered],
        )
        self._connection.executemany(
            "INSERT INTO tagged (tag, doc) VALUES (?, ?)", [(tag, doc) for doc, new in ordered for tag in new.tags]
        )

    def _categories(self, keys: set[str]) -> dict[str, int]:
        self._connection.executemany(
            "INSERT OR IGNORE INTO category (key) VALUES (?)", [(key,) for key in sorted(keys)]
        )
        return dict(self._connection.execute("SELECT key, id FROM category").fetchall())

    def _places(self, records: Sequence[Record]) -> dict[str, int]:
        names: dict[str, str] = {}
        for new in records:
            if new.city_key and names.get(new.city_key, "").isupper() >= (new.city_key in names):
                names[new.city_key] = new.city
        self._connection.executemany("INSERT OR IGNORE INTO place (key, name) VALUES (?, ?)", names.items())
        # Of the spellings people use, "Αθήνα" is the one to show, and not "ΑΘΗΝΑ".
        self._connection.executemany(
            "UPDATE place SET name = ?1 WHERE key = ?2 AND name = upper(name) AND ?1 <> upper(?1)",
            [(name, key) for key, name in names.items() if not name.isupper()],
        )
        keys = json.dumps(list(names))
        return dict(
            self._connection.execute(
                "SELECT key, id FROM place WHERE key IN (SELECT value FROM json_each(?))", (keys,)
            ).fetchall()
        )

    def _placed(self, records: Sequence[Record]) -> list[tuple[int, Record]]:
        """Numbers for newcomers, between those of their neighbours in the alphabet."""
        placed: list[tuple[int, Record]] = []
        waiting = sorted(records, key=_alphabetical)
        while waiting:
            low, high, count = self._room(waiting)
            step = GAP if high is None else min((high - low) // (count + 1), GAP)
            if step < 1:
                # The nearest neighbours stand up, and are seated anew together with the newcomers.
                self._insert(placed)
                placed = []
                waiting = sorted([*waiting, *self._stand_up(low, max(count, CROWD))], key=_alphabetical)
                continue
            placed += [(low + step * place, new) for place, new in enumerate(waiting[:count], 1)]
            waiting = waiting[count:]
        return placed

    def _room(self, waiting: Sequence[Record]) -> tuple[int, int | None, int]:
        """The numbers between which the first newcomers belong (no upper one at the end), and how many they are."""
        first = _alphabetical(waiting[0])
        before = self._connection.execute(
            "SELECT doc FROM doc WHERE (name_key, id) < (?, ?) ORDER BY name_key DESC, id DESC LIMIT 1", first
        ).fetchone()
        after = self._connection.execute(
            "SELECT doc, name_key, id FROM doc WHERE (name_key, id) > (?, ?) ORDER BY name_key, id LIMIT 1", first
        ).fetchone()
        count = bisect_left(waiting, (after[1], after[2]), key=_alphabetical) if after else len(waiting)
        if before is not None:
            return before[0], after[0] if after else None, count
        return (after[0] - GAP * (count + 1), after[0], count) if after else (FIRST, None, count)

    def _stand_up(self, near: int, count: int) -> list[Record]:
        """Take the docs next to the number `near` out of the index, on both sides, to be put back elsewhere."""
        rows = []
        for side in ("<= ? ORDER BY doc DESC", "> ? ORDER BY doc"):
            rows += self._connection.execute(
                f"SELECT doc, id, source FROM doc WHERE doc {side} LIMIT ?",
                (near, count),
            ).fetchall()
        neighbours = [(doc, record(customer_id, source)) for doc, customer_id, source in rows]
        self._remove(neighbours)
        return [old for _, old in neighbours]


def _alphabetical(of: Record) -> tuple[str, str]:
    return of.name_key, of.id
