"""Bringing the search index up to date: at once for a few customers, and in a process of its own for many.

That process is `python -m kkdesk.store.search_build INDEX SOURCE ORGANISATION`; it prints a line "done total" for each
step. It may be killed at any time: what it has written stays, and the next one goes on from there.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from kkdesk.model.clock import system_clock
from kkdesk.store.search_errors import BUSY_SECONDS, is_unfit
from kkdesk.store.search_query import total
from kkdesk.store.search_schema import create, create_indexes, fits
from kkdesk.store.search_source import Source, attach, load_seen, save_seen
from kkdesk.store.search_write import IndexWriter

T = TypeVar("T")
Step = Callable[[int, int], None]

#: Customers in one transaction: the first ones show while the rest are still being read.
CHUNK: Final = 4000
#: Pages that FTS5 merges in one transaction, so that nobody waits long for a lock.
MERGE_PAGES: Final = 500
EXIT_FAILED: Final = 1
EXIT_UNFIT: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """Customers that were indexed anew or taken out, and about how many are left, being too many to do here."""

    changed: int = 0
    left: int = 0


def open_index(path: Path, source: Path, org_id: str) -> sqlite3.Connection:
    """A connection for writing, in autocommit mode, with the CRM's file attached and the tables made where they lack.

    The caller closes it. Raises `sqlite3.Error`: `sqlite3.DatabaseError` itself for a damaged file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path.absolute().as_uri(), uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        # A text that is not UTF-8 must not keep everybody else from being found.
        connection.text_factory = _lenient_text
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not fits(connection, org_id):
            with_lock(connection, lambda: None if fits(connection, org_id) else create(connection, org_id))
        attach(connection, source)
    except BaseException:
        connection.close()
        raise
    return connection


def bring_up_to_date(
    connection: sqlite3.Connection,
    org_id: str,
    *,
    thorough: bool = False,
    limit: int | None = None,
    step: Step | None = None,
) -> Outcome:
    """Index whatever anybody has written since the last time.

    With `thorough` every customer is compared, which finds writers who leave neither a ledger row nor a new
    `updated_at`; a second for 100,000 customers. So they are when another file than the last time is attached, which
    finds also what a change did that has been withdrawn. More than `limit` customers are not written: `left` says so,
    and about how many they are.
    """
    source = Source(connection, org_id)
    seen = load_seen(connection)
    followed = source.follow(seen, system_clock(), limit)
    # Asked first: what is written while all are compared is found the next time.
    ids, now = followed or (source.newest(system_clock()), source.differing(limit))[::-1]
    if limit is not None and len(ids) > limit:
        return Outcome(left=max(len(ids), source.missing()))
    changed = write(connection, org_id, _ordered(source, ids), step)
    if followed is None:
        now = replace(now, other_tags=source.other_tags())
    if (thorough and followed is not None) or not source.is_complete(now):
        ids = source.differing(limit)
        if limit is not None and len(ids) > limit:
            return Outcome(changed, left=max(len(ids), source.missing()))
        changed += write(connection, org_id, _ordered(source, ids), step)
        now = replace(now, other_tags=source.other_tags())
    create_indexes(connection)
    if now != seen:
        save_seen(connection, now)
    return Outcome(changed)


def differing_ids(connection: sqlite3.Connection, org_id: str, limit: int) -> list[str]:
    """Customers whose index entry is not what the CRM's file says; of more than `limit`, one more than that.

    All are compared: a second for 100,000.
    """
    return sorted(Source(connection, org_id).differing(limit))


def write(connection: sqlite3.Connection, org_id: str, ids: Sequence[str], step: Step | None = None) -> int:
    """Index these customers as they are now, some thousands in one transaction; how many rows that changed."""
    changed = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        changed += with_lock(connection, lambda chunk=chunk: _write_chunk(connection, org_id, chunk))  # type: ignore[misc]
        if step is not None:
            step(start + len(chunk), len(ids))
    return changed


def merge(connection: sqlite3.Connection) -> None:
    """Make one list of each word's lists, which many small writes have left."""
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-MERGE_PAGES,))
    while True:
        before = connection.total_changes
        connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (MERGE_PAGES,))
        # FTS5's documentation: fewer than two changes mean that there was nothing to do.
        if connection.total_changes - before < 2:
            return


def with_lock(connection: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Run `work` in one transaction, whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def main(arguments: Sequence[str]) -> int:
    """The process: index everything, then tidy up."""
    path, source, org_id = arguments
    # Millions of small objects and no cycles.
    gc.disable()
    try:
        with closing(open_index(Path(path), Path(source), org_id)) as connection:
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("PRAGMA crm.cache_size = -65536")
            outcome = bring_up_to_date(connection, org_id, thorough=True, step=_print_step)
            # Merging rewrites all lists: worth its while after a first building, and not after each change of many.
            if outcome.changed > CHUNK and outcome.changed * 2 > total(connection):
                merge(connection)
                connection.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        sys.stderr.write(f"{getattr(error, 'sqlite_errorname', '')} {error}\n")
        return EXIT_UNFIT if is_unfit(error) else EXIT_FAILED
    return 0


def _write_chunk(connection: sqlite3.Connection, org_id: str, ids: Sequence[str]) -> int:
    changed = IndexWriter(connection, Source(connection, org_id)).update(ids)
    if changed:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")
    return changed


def _ordered(source: Source, ids: set[str]) -> list[str]:
    return source.in_name_order(ids) if len(ids) > CHUNK else sorted(ids)


def _lenient_text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _print_step(done: int, total: int) -> None:
    sys.stdout.write(f"{done} {total}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
