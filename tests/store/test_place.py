"""Where a database is, told to another process."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest

from kkdesk.model.errors import NotAllowed
from kkdesk.services.child_process import Say, in_child
from kkdesk.store.database import Database
from kkdesk.store.local import LocalDatabase
from kkdesk.store.place import Place, Placed
from kkdesk.workspace import Workspace


async def _organisations(place: Place) -> list[str]:
    db = await place.open(lambda: 5)
    try:
        return [str(row["id"]) for row in await db.query("SELECT id FROM organizations")]
    finally:
        await db.close()


def _in_child(_say: Say, place: Place) -> list[str]:
    return asyncio.run(_organisations(place))


def test_another_process_opens_the_database_by_its_place(tmp_path: Path) -> None:
    async def run() -> None:
        workspace = await Workspace.open(tmp_path, {})
        try:
            db = workspace.db
            assert isinstance(db, LocalDatabase) and isinstance(db, Placed)
            assert db.file == workspace.profile.database
            assert pickle.loads(pickle.dumps(db.place())) == db.place()
            assert await in_child(_in_child, db.place()) == [workspace.actor.org_id]
        finally:
            await workspace.close()

    asyncio.run(run())


def test_what_needs_a_file_says_so_where_there_is_none(tmp_path: Path) -> None:
    class Elsewhere:
        """A database that is read over the network."""

        def __init__(self, db: Database) -> None:
            self.query, self.apply, self.data_version, self.close = db.query, db.apply, db.data_version, db.close

    async def run() -> None:
        workspace = await Workspace.open(tmp_path, {})
        remote = Workspace(
            workspace.profile,
            workspace.settings,
            workspace.secrets,
            Elsewhere(workspace.db),
            workspace.actor,
            workspace.clock,
            entry=workspace.entry,
            tokens=workspace.tokens,
        )
        try:
            for wanted in ("search_index", "importing", "exporting"):
                with pytest.raises(NotAllowed):
                    getattr(remote, wanted)
        finally:
            await workspace.close()

    asyncio.run(run())
