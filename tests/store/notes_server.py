"""A server with one small table, and what the tests of `RemoteDatabase` do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement
from kkdesk.store.hrana_client import Timeouts
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.remote_change import Outcome

LABEL = Bilingual("Δοκιμή", "Test")
SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"
HASTY = Timeouts(connect=0.5, answer=0.4, total=1.0)
LEDGER = (
    "CREATE TABLE kk_changes (id TEXT PRIMARY KEY NOT NULL, label TEXT NOT NULL, actor TEXT, "
    "applied_at INTEGER NOT NULL, undo_until INTEGER, undo_of TEXT, undone_by TEXT)"
)
UNDO = (
    "CREATE TABLE kk_undo (change_id TEXT NOT NULL, seq INTEGER NOT NULL, tbl TEXT NOT NULL, row_id TEXT NOT NULL, "
    "before TEXT, after TEXT, PRIMARY KEY (change_id, tbl, row_id)) WITHOUT ROWID"
)
NOTES = "CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, text TEXT CHECK (text <> 'forbidden'), n INTEGER DEFAULT 0)"

Body = Callable[[RemoteDatabase], Coroutine[Any, Any, None]]


def with_remote(url: str, token: str | Callable[[], str], body: Body, timeouts: Timeouts | None = None) -> None:
    async def give() -> str:
        return token if isinstance(token, str) else token()

    async def run() -> None:
        db = RemoteDatabase(url, give, timeouts=timeouts)
        try:
            await body(db)
        finally:
            await db.close()

    asyncio.run(run())


def edit(text: str, *guards: Guard, **more: Any) -> Change:
    return Change(LABEL, (Statement("UPDATE notes SET text = ?, n = n + 1 WHERE id = 'n'", (text,)),), guards, **more)


def on_text(old: str, new: str = "") -> Guard:
    return Guard("notes", "n", "text", old, new)


def kinds(outcomes: Sequence[Outcome]) -> list[type[Outcome]]:
    return [type(outcome) for outcome in outcomes]
