"""The web CRM's sample database with its search index beside it, made once and copied for each test."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from kkdesk.store.search_build import bring_up_to_date, open_index
from kkdesk.workspace import Workspace
from tests.sample import NOW, OWNER, upgraded


@lru_cache(maxsize=1)
def indexed() -> Path:
    """The folder with both files. Do not write to it."""
    folder = Path(tempfile.mkdtemp(prefix="kkdesk-indexed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(upgraded(), folder / "crm.db")
    with closing(open_index(folder / "search.db", folder / "crm.db", OWNER.org_id)) as connection:
        bring_up_to_date(connection, OWNER.org_id)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def in_workspace(folder: Path, body: Callable[[Workspace], Awaitable[None]], *, index: bool = True) -> None:
    """Run `body` on a profile in `folder`; without `index` the search index is still to be made."""
    for name in ("crm.db", "search.db") if index else ("crm.db",):
        shutil.copy(indexed() / name, folder / name)

    async def run() -> None:
        workspace = await Workspace.open(folder, {}, lambda: NOW)
        try:
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(run())


async def some_ids(workspace: Workspace, sql: str, *args: Any) -> list[str]:
    """The first column of the rows."""
    return [str(row[0]) for row in await workspace.db.query(sql, args)]
