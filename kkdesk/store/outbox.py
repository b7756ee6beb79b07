"""The outbox: changes made on this computer that the company's database has not confirmed yet.

A file of its own beside the replica, in which a change is safe from power cuts before its maker is told that it was
made. States: `waiting` to be delivered; `delivered`, but not yet seen in the replica; then `sent`, when only the label
is kept, for the history. `conflict` and `refused` wait for a person; `given_up` is what they decided against.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, FailedGuard
from kkdesk.model.sync_state import SentChange, WaitingChange
from kkdesk.store.change_text import change_from, failed_from, failed_text, head_of, parts_of
from kkdesk.store.sqlite_errors import sqlite_errors

BUSY_SECONDS: Final = 15.0
#: What is told of as history: so many changes, and no longer ago than this.
KEPT_HISTORY: Final = 1_000
HISTORY_SECONDS: Final = 30 * 24 * 3600

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, made_at INTEGER NOT NULL,
  state TEXT NOT NULL, settled_at INTEGER, head TEXT, parts INTEGER NOT NULL, problem TEXT);
CREATE INDEX IF NOT EXISTS entry_state ON entry (state, seq);
CREATE TABLE IF NOT EXISTS part (seq INTEGER NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (seq, n))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes are in which state."""

    waiting: int = 0
    delivered: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Stuck:
    """A change that waits for a person: `failed` guards, or the `reason` why the database refused it."""

    id: str
    label: Bilingual
    made_at: int
    failed: tuple[FailedGuard, ...]
    reason: Bilingual | None


class Outbox:
    """The file, over one connection; every method blocks for the disk, so it runs on one thread, not on the loop."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file. Raises the `StoreError` family."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with sqlite_errors(str(path)):
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SCHEMA)

    def append(self, change: Change, now: int) -> None:
        """Keep `change`; it is on the disk when this returns. One that is there already stays as it is."""
        with self._writing(durable=True) as connection:
            inserted = connection.execute(
                "INSERT INTO entry (id, label, made_at, state, head, parts) VALUES (?, ?, ?, 'waiting', ?, 0) "
                "ON CONFLICT (id) DO NOTHING",
                (change.id, _label(change.label), now, head_of(change)),
            )
            if inserted.rowcount:
                self._write_parts(connection, inserted.lastrowid or 0, change)

    def replace(self, change: Change) -> None:
        """Put `change` in the place of the one with its id, to be delivered once more: its owner has decided."""
        with self._writing(durable=True) as connection:
            (seq,) = connection.execute("SELECT seq FROM entry WHERE id = ?", (change.id,)).fetchone()
            # Over a change of its own statements they are read while they are written: both pass part by part.
            texts = list(parts_of(change))
            connection.execute("DELETE FROM part WHERE seq = ?", (seq,))
            self._insert_parts(connection, seq, texts)
            connection.execute(
                "UPDATE entry SET state = 'waiting', problem = NULL, head = ? WHERE seq = ?", (head_of(change), seq)
            )

    def remove(self, change_id: str) -> None:
        """Forget a change whose maker was told at once that it was not made."""
        with self._writing(durable=True) as connection:
            connection.execute("DELETE FROM part WHERE seq = (SELECT seq FROM entry WHERE id = ?)", (change_id,))
            connection.execute("DELETE FROM entry WHERE id = ?", (change_id,))

    def counts(self) -> Counts:
        """How many changes are in which state."""
        with self._reading() as connection:
            found = dict(
                connection.execute(
                    "SELECT state, count(*) FROM entry WHERE state IN ('waiting', 'delivered', 'conflict', 'refused') "
                    "GROUP BY state"
                ).fetchall()
            )
        conflicts = found.get("conflict", 0) + found.get("refused", 0)
        return Counts(found.get("waiting", 0), found.get("delivered", 0), conflicts)

    def next_waiting(self, limit: int) -> list[Change]:
        """The first waiting changes, in order; one of several parts comes alone, and with it ends the list."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT seq, id, head, parts FROM entry WHERE state = 'waiting' ORDER BY seq LIMIT ?", (limit,)
            ).fetchall()
        changes: list[Change] = []
        for seq, change_id, head, parts in rows:
            if parts > 1 and changes:
                break
            changes.append(self._change(seq, change_id, head))
            if parts > 1:
                break
        return changes

    def is_long(self, change_id: str) -> bool:
        """Whether a change is so long that it is kept in several parts."""
        with self._reading() as connection:
            row = connection.execute("SELECT parts FROM entry WHERE id = ?", (change_id,)).fetchone()
        return row is not None and row[0] > 1

    def unconfirmed(self, after: int = 0, limit: int = 100) -> list[tuple[int, Change]]:
        """Changes that the replica may lack, waiting or delivered, in order, with their numbers; those after one."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT seq, id, head FROM entry WHERE state IN ('waiting', 'delivered') AND seq > ? "
                "ORDER BY seq LIMIT ?",
                (after, limit),
            ).fetchall()
        return [(seq, self._change(seq, change_id, head)) for seq, change_id, head in rows]

    def delivered(self, limit: int = 10_000) -> list[str]:
        """Ids of changes that the company's database has and the replica was not yet seen to have."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id FROM entry WHERE state = 'delivered' ORDER BY seq LIMIT ?", (limit,)
            ).fetchall()
        return [str(change_id) for (change_id,) in rows]

    def mark_delivered(self, ids: Iterable[str]) -> None:
        """The company's database has these. Should this be lost, they are delivered again, and found to be there."""
        with self._writing() as connection:
            connection.executemany("UPDATE entry SET state = 'delivered' WHERE id = ?", [(i,) for i in ids])

    def mark_seen(self, ids: Iterable[str], now: int) -> None:
        """The replica has these: what is kept from here on is for the history."""
        with self._writing() as connection:
            self._settle(connection, ids, "sent", now)
            oldest = connection.execute(
                "SELECT seq FROM entry WHERE state IN ('sent', 'given_up') ORDER BY seq DESC LIMIT 1 OFFSET ?",
                (KEPT_HISTORY,),
            ).fetchone()
            connection.execute(
                "DELETE FROM entry WHERE state IN ('sent', 'given_up') AND (seq <= ? OR settled_at < ?)",
                (oldest[0] if oldest else 0, now - HISTORY_SECONDS),
            )

    def mark_conflict(self, change_id: str, failed: Sequence[FailedGuard]) -> None:
        """Somebody else has changed the same; its owner decides."""
        with self._writing(durable=True) as connection:
            connection.execute(
                "UPDATE entry SET state = 'conflict', problem = ? WHERE id = ?", (failed_text(failed), change_id)
            )

    def mark_refused(self, change_id: str, reason: Bilingual) -> None:
        """The database refuses it as it is; its owner decides."""
        with self._writing(durable=True) as connection:
            connection.execute(
                "UPDATE entry SET state = 'refused', problem = ? WHERE id = ?", (_label(reason), change_id)
            )

    def retry(self, ids: Iterable[str], now: int) -> None:
        """Deliver these once more as they are: somebody wants them now."""
        with self._writing(durable=True) as connection:
            connection.executemany(
                "UPDATE entry SET state = 'waiting', problem = NULL, made_at = ? "
                "WHERE id = ? AND state IN ('conflict', 'refused')",
                [(now, i) for i in ids],
            )

    def refuse_older(self, than: int, reason: Bilingual) -> int:
        """Ask for a decision about what has waited since before `than`; how many there are."""
        with self._writing(durable=True) as connection:
            old = connection.execute(
                "UPDATE entry SET state = 'refused', problem = ? WHERE state = 'waiting' AND made_at < ?",
                (_label(reason), than),
            )
            return max(old.rowcount, 0)

    def give_up(self, change_id: str, now: int) -> None:
        """Its owner wants it no more; the label stays in the history."""
        with self._writing(durable=True) as connection:
            self._settle(connection, [change_id], "given_up", now)

    def get(self, change_id: str) -> Change | None:
        """A change that is kept whole."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT seq, id, head FROM entry WHERE id = ? AND head IS NOT NULL", (change_id,)
            ).fetchone()
        return None if row is None else self._change(*row)

    def waiting(self, limit: int) -> list[WaitingChange]:
        """What waits, the oldest first."""
        rows = self._labels("SELECT id, label, made_at FROM entry WHERE state = 'waiting' ORDER BY seq LIMIT ?", limit)
        return [WaitingChange(change_id, _bilingual(label), made_at) for change_id, label, made_at in rows]

    def stuck(self, limit: int) -> list[Stuck]:
        """What waits for a person, the oldest first."""
        rows = self._labels(
            "SELECT id, label, made_at, state, problem FROM entry WHERE state IN ('conflict', 'refused') "
            "ORDER BY seq LIMIT ?",
            limit,
        )
        return [
            Stuck(
                change_id,
                _bilingual(label),
                made_at,
                failed_from(problem) if state == "conflict" else (),
                None if state == "conflict" else _bilingual(problem),
            )
            for change_id, label, made_at, state, problem in rows
        ]

    def sent(self, limit: int) -> list[SentChange]:
        """The history, the newest first."""
        rows = self._labels(
            "SELECT id, label, made_at, settled_at, state FROM entry WHERE state IN ('sent', 'given_up') "
            "ORDER BY settled_at DESC, seq DESC LIMIT ?",
            limit,
        )
        return [
            SentChange(change_id, _bilingual(label), made_at, settled_at, given_up=state == "given_up")
            for change_id, label, made_at, settled_at, state in rows
        ]

    def fact(self, key: str) -> Any:
        """Something kept about the replica, None when it is not."""
        with self._reading() as connection:
            row = connection.execute("SELECT value FROM fact WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def keep_fact(self, key: str, value: str | float) -> None:
        """Keep something about the replica."""
        with self._writing(durable=True) as connection:
            connection.execute("INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _change(self, seq: int, change_id: str, head: str) -> Change:
        return change_from(change_id, head, self._parts(seq))

    def _parts(self, seq: int) -> Callable[[], Iterator[str]]:
        """Reads the parts of a change, on whatever thread asks, over a connection of its own where they are many."""

        def read() -> Iterator[str]:
            with sqlite_errors(str(self.path)), closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
                yield from (t for (t,) in connection.execute("SELECT text FROM part WHERE seq = ? ORDER BY n", (seq,)))

        with self._reading() as connection:
            rows = connection.execute("SELECT text FROM part WHERE seq = ? ORDER BY n LIMIT 2", (seq,)).fetchall()
        return read if len(rows) > 1 else lambda: iter([text for (text,) in rows])

    def _write_parts(self, connection: sqlite3.Connection, seq: int, change: Change) -> None:
        self._insert_parts(connection, seq, parts_of(change))

    def _insert_parts(self, connection: sqlite3.Connection, seq: int, texts: Iterable[str]) -> None:
        written = connection.executemany(
            "INSERT INTO part (seq, n, text) VALUES (?, ?, ?)", ((seq, n, text) for n, text in enumerate(texts))
        )
        connection.execute("UPDATE entry SET parts = ? WHERE seq = ?", (written.rowcount, seq))

    def _settle(self, connection: sqlite3.Connection, ids: Iterable[str], state: str, now: int) -> None:
        for change_id in ids:
            connection.execute("DELETE FROM part WHERE seq = (SELECT seq FROM entry WHERE id = ?)", (change_id,))
            connection.execute(
                "UPDATE entry SET state = ?, settled_at = ?, head = NULL, problem = NULL WHERE id = ?",
                (state, now, change_id),
            )

    def _labels(self, sql: str, limit: int) -> list[Any]:
        with self._reading() as connection:
            return connection.execute(sql, (limit,)).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with sqlite_errors(str(self.path)):
            yield self._connection

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; `durable`: on the disk when it ends. What is not can be lost, but never half."""
        connection = self._connection
        with sqlite_errors(str(self.path)):
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _label(label: Bilingual) -> str:
    return json.dumps([label.el, label.en], ensure_ascii=False)


def _bilingual(text: str) -> Bilingual:
    return Bilingual(*json.loads(text))
