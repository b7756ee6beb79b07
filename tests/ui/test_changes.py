"""Everybody hears of a change, whoever made it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy
from kkdesk.ui import changes
from kkdesk.ui.changes import ALL_KINDS, ChangeBus
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run


def test_every_change_is_also_one_of_the_history() -> None:
    bus = ChangeBus()
    heard: list[object] = []
    bus.changed.connect(lambda kinds, initiator: heard.append((kinds, initiator)))
    bus.tell({"tags"}, bus)
    assert heard == [(frozenset({"tags", "history"}), bus)]


def test_a_write_of_another_process_is_heard_of(
    run: Run, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "WATCH_SECONDS", 0.01)

    async def go() -> object:
        bus = ChangeBus()
        heard: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        bus.changed.connect(lambda kinds, _initiator: None if heard.done() else heard.set_result(kinds))
        db = _Counted(workspace)
        watch = asyncio.ensure_future(bus.watch(db))  # type: ignore[arg-type]
        await db.asked.wait()
        with closing(sqlite3.connect(workspace.profile.database)) as other, other:
            other.execute("UPDATE organizations SET name = 'Άλλο όνομα'")
        kinds = await asyncio.wait_for(heard, 20)
        watch.cancel()
        await asyncio.wait((watch,))
        return kinds

    assert run(go()) == ALL_KINDS


def test_the_watch_outlives_a_database_that_is_busy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "WATCH_SECONDS", 0.001)
    monkeypatch.setattr(changes, "FAILED_WATCH_SECONDS", 0.001)

    class Busy:
        def __init__(self) -> None:
            self.answers = iter([1, None, 2])
            self.asked_out = asyncio.Event()

        async def data_version(self) -> int:
            answer = next(self.answers, "end")
            if answer == "end":
                self.asked_out.set()
                return 2
            if answer is None:
                raise DatabaseBusy(Bilingual("απασχολημένη", "busy"))
            return int(str(answer))

    async def go() -> int:
        bus = ChangeBus()
        heard: list[object] = []
        bus.changed.connect(lambda kinds, _initiator: heard.append(kinds))
        db = Busy()
        watch = asyncio.ensure_future(bus.watch(db))  # type: ignore[arg-type]
        await asyncio.wait_for(db.asked_out.wait(), 20)
        watch.cancel()
        await asyncio.wait((watch,))
        return len(heard)

    assert run(go()) == 1


class _Counted:
    """The database, telling when its version was asked for the first time."""

    def __init__(self, workspace: Workspace) -> None:
        self._db = workspace.db
        self.asked = asyncio.Event()

    async def data_version(self) -> int:
        version = await self._db.data_version()
        self.asked.set()
        return version
