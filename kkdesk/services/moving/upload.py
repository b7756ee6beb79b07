"""Uploading a file's tables to an empty database, in a process of its own: chunk by chunk, each exactly once.

Each chunk is one transaction with a row of `kk_upload` in it, so that an upload that was cut goes on where it was, and
one whose answer was lost repeats nothing. The schema is the file's own; indexes, triggers and views come last, and
references are not checked: rows that older rules let in are not judged by newer ones.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import StoreError
from kkdesk.services.moving.progress import MovingProgress
from kkdesk.store.hrana import AllOf, Not, Step, Succeeded
from kkdesk.store.hrana_client import HranaClient
from kkdesk.store.hrana_errors import step_error

if TYPE_CHECKING:
    from kkdesk.services.child_process import Say
    from kkdesk.store.hrana import BatchResult

#: Values in one chunk: about a megabyte, a tenth of a second of the server's time.
_VALUES_TOGETHER: Final = 20_000
#: Keeps how far the upload is, until it is complete.
UPLOAD_TABLE: Final = "kk_upload"
_TABLES: Final = (
    "SELECT m.name, m.sql, l.wr FROM sqlite_master m JOIN pragma_table_list l ON l.name = m.name AND l.schema = 'main' "
    "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> 'kk_upload'"
)
_REST: Final = (
    "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL "
    "ORDER BY CASE type WHEN 'index' THEN 0 WHEN 'view' THEN 1 ELSE 2 END, rowid"
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file. `keys` are the columns that order it: its primary key, or none where it has rowids."""

    name: str
    sql: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


def upload(say: Say, snapshot: Path, upload_id: str, url: str, token: str) -> int:
    """Run in a process of its own; the rows of all tables. `say` gets `MovingProgress`."""
    return asyncio.run(_upload(snapshot, upload_id, url, token, say))


async def _upload(snapshot: Path, upload_id: str, url: str, token: str, say: Callable[[Any], None]) -> int:
    async def give() -> str:
        return token

    client = HranaClient(url, give)
    try:
        with closing(open_file(snapshot)) as source:
            tables = tables_of(source)
            counts = {table.name: _count(source, table) for table in tables}
            total = sum(counts.values())
            await _make_tables(client, tables)
            done = 0
            for table in tables:
                already = await _uploaded(client, upload_id, table.name)
                done += already
                say(MovingProgress("uploading", done, total))
                for first, chunk in _chunks(source, table, already):
                    await _send(client, upload_id, table, first, chunk)
                    done += len(chunk)
                    say(MovingProgress("uploading", done, total))
            await _finish(client, source)
            return total
    finally:
        await client.close()


def open_file(path: Path) -> sqlite3.Connection:
    """A connection that only reads. The caller closes it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def tables_of(source: sqlite3.Connection) -> list[Table]:
    """All tables, those that others refer to first."""
    found: dict[str, Table] = {}
    parents: dict[str, set[str]] = {}
    for name, sql, without_rowid in source.execute(_TABLES).fetchall():
        info = source.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
        keys = [column for column, place in sorted(info, key=lambda item: item[1]) if place] if without_rowid else []
        found[name] = Table(name, sql, tuple(column for column, _ in info), tuple(keys))
        refers = source.execute('SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
        parents[name] = {parent for (parent,) in refers} - {name}
    ordered: list[Table] = []
    while found:
        ready = sorted(name for name in found if not (parents[name] & found.keys()))
        # In a circle of references any of them may begin.
        ordered += [found.pop(name) for name in ready or sorted(found)[:1]]
    return ordered


def rows_of(source: sqlite3.Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows, in an order that stays."""
    names = ", ".join(f'"{column}"' for column in table.columns)
    order = ", ".join(f'"{key}"' for key in table.keys) or "rowid"
    return source.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {order}')


def _chunks(source: sqlite3.Connection, table: Table, already: int) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    rows = islice(rows_of(source, table), already, None)
    together = max(1, _VALUES_TOGETHER // max(1, len(table.columns)))
    first = already
    while chunk := list(islice(rows, together)):
        yield first, chunk
        first += len(chunk)


def _count(source: sqlite3.Connection, table: Table) -> int:
    return int(source.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])


async def _make_tables(client: HranaClient, tables: Sequence[Table]) -> None:
    there = await names_there(client)
    steps = [Step(table.sql) for table in tables if table.name not in there]
    steps.append(
        Step(
            f"CREATE TABLE IF NOT EXISTS {UPLOAD_TABLE} (id TEXT NOT NULL, tbl TEXT NOT NULL, rows INTEGER NOT NULL, "
            "PRIMARY KEY (id, tbl))"
        )
    )
    await transaction(client, steps)


async def _uploaded(client: HranaClient, upload_id: str, table: str) -> int:
    (result,) = await client.batch(
        [[Step(f"SELECT rows FROM {UPLOAD_TABLE} WHERE id = ? AND tbl = ?", (upload_id, table))]]
    )
    _check(result)
    done = result.results[0]
    return int(done.rows[0][0] or 0) if done is not None and done.rows else 0


async def _send(client: HranaClient, upload_id: str, table: Table, first: int, chunk: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    # What another try has written already is found here, and the chunk then left alone.
    mark = Step(
        f"INSERT INTO {UPLOAD_TABLE} (id, tbl, rows) VALUES (?1, ?2, ?4) ON CONFLICT (id, tbl) DO UPDATE SET "
        "rows = CASE WHEN rows = ?3 THEN ?4 ELSE abs(-9223372036854775807 - (rows <> ?3)) END",
        (upload_id, table.name, first, first + len(chunk)),
    )
    insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
    try:
        await transaction(client, [mark, *(Step(insert, row, want_rows=False) for row in chunk)])
    except StoreError:
        if await _uploaded(client, upload_id, table.name) != first + len(chunk):
            raise


async def _finish(client: HranaClient, source: sqlite3.Connection) -> None:
    there = await names_there(client)
    for name, sql in source.execute(_REST).fetchall():
        if name not in there:
            await transaction(client, [Step(sql)])
    await transaction(client, [Step(f"DROP TABLE IF EXISTS {UPLOAD_TABLE}")])


async def names_there(client: HranaClient) -> set[str]:
    """Tables, indexes, triggers and views of the database at the other end."""
    (result,) = await client.batch([[Step("SELECT name FROM sqlite_master")]])
    _check(result)
    done = result.results[0]
    return {str(row[0]) for row in done.rows} if done is not None else set()


async def transaction(client: HranaClient, steps: Sequence[Step]) -> None:
    """All `steps` or none. Raises what a step met."""
    chained = [Step("PRAGMA foreign_keys = OFF", want_rows=False)]
    for step in (Step("BEGIN IMMEDIATE"), *steps, Step("COMMIT")):
        chained.append(Step(step.sql, step.args, Succeeded(len(chained) - 1), want_rows=False))
    commit = len(chained) - 1
    chained.append(Step("ROLLBACK", (), AllOf((Succeeded(1), Not(Succeeded(commit)))), want_rows=False))
    chained.append(Step("PRAGMA foreign_keys = ON", want_rows=False))
    (result,) = await client.batch([chained])
    if result.error is not None or result.results[commit] is None:
        _check(result)
        raise StoreError(Bilingual("Η μεταφορά διακόπηκε.", "The transfer was interrupted."))


def _check(result: BatchResult) -> None:
    error = result.error or next((error for error in result.errors if error is not None), None)
    if error is not None:
        raise step_error(error)


def fingerprint(source: sqlite3.Connection) -> str:
    """A text that is another one when the file has other content: an upload goes on with the same content only."""
    return json.dumps([[table.name, *_edge(source, table)] for table in tables_of(source)])


def _edge(source: sqlite3.Connection, table: Table) -> tuple[int, object]:
    last = "NULL" if table.keys else "max(rowid)"
    count, edge = source.execute(f'SELECT count(*), {last} FROM "{table.name}"').fetchone()
    return count, edge
