"""Desktops of the tests: replicas of one real server, and a table that they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.model.row import SqlValue
from kkdesk.services.company_database import open_replica
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.profile import Profile
from kkdesk.store.replica import ReplicaDatabase

LABEL = Bilingual("Επεξεργασία", "Edit")


class Token:
    """A token that can be changed, as a person would after signing in again."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def __call__(self) -> str:
        return self.text


@asynccontextmanager
async def desktop(folder: Path, url: str, token: Token) -> AsyncIterator[ReplicaDatabase]:
    """A desktop that is closed at the end."""
    db = await open_replica(Profile(folder), url, token, PrimaryClock())
    try:
        yield db
    finally:
        await db.close()


async def make_table(db: ReplicaDatabase) -> None:
    """The table `note`, with two rows."""
    await db.apply(
        Change(
            LABEL,
            (
                Statement("CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT, colour TEXT, count INTEGER DEFAULT 0)"),
                Statement("INSERT INTO note (id, text, colour) VALUES ('a', 'first', 'red'), ('b', 'second', 'blue')"),
            ),
        )
    )
    await db.sync.fetch()


def edit(row: str, column: str, old: SqlValue, new: SqlValue) -> Change:
    """An edit of one field by somebody who saw `old` there."""
    sql = f"UPDATE note SET {column} = ?, count = count + 1 WHERE id = ?"
    return Change(LABEL, (Statement(sql, (new, row)),), guards=(Guard("note", row, column, old, new),))


async def value(db: ReplicaDatabase, row: str, column: str = "text") -> SqlValue:
    """What this desktop shows."""
    return (await db.query(f"SELECT {column} FROM note WHERE id = ?", (row,)))[0][0]


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def quiet(db: ReplicaDatabase) -> None:
    """Wait until nothing waits and the replica itself is read."""
    await until(lambda: not db.status.state.waiting and db.view.fork is None)
