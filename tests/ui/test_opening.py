"""The program opens again when its data has moved, and shows how far a first synchronisation is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from kkdesk.model.errors import Cancelled
from kkdesk.model.sync_state import SyncState
from kkdesk.services.entry import Entry
from kkdesk.ui import app as program
from kkdesk.ui.desk import Desk
from kkdesk.ui.instance import Instance
from kkdesk.ui.opening import Opening
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run

Heard = Callable[[SyncState], None]


def windows() -> list[Opening]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Opening) and widget.isVisible()]


def test_the_program_opens_again_with_the_data_that_moved(
    run: Run, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Workspace] = []

    async def use(desk: Desk, _instance: Instance, *, exit_when_ready: bool) -> None:
        assert not exit_when_ready
        seen.append(desk.workspace)
        await desk.open("history")
        if len(seen) == 1:
            desk.shell.reopen_wanted.emit()
            await desk.closed.wait()

    monkeypatch.setattr(program, "_use", use)
    instance = Instance(tmp_path / "profile")
    instance.claim()
    assert run(program._main(qapp, tmp_path / "profile", instance, exit_when_ready=False)) == 0
    assert len(seen) == 2 and seen[0] is not seen[1]


def slow(monkeypatch: pytest.MonkeyPatch, tell: Callable[[Heard], None], go_on: asyncio.Event) -> None:
    real = Workspace.open

    async def opens(*, entry: Entry, heard: Heard) -> Any:
        tell(heard)
        await go_on.wait()
        return await real(entry=entry)

    monkeypatch.setattr(Workspace, "open", opens)


def test_a_first_synchronisation_is_shown_until_the_window_comes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        go_on = asyncio.Event()

        def tell(heard: Heard) -> None:
            heard(SyncState("starting"))
            assert not windows(), "no window for what takes a moment"
            heard(SyncState("first_sync", done=1024, total=4096))

        slow(monkeypatch, tell, go_on)
        work = asyncio.ensure_future(program._open(Entry.at(tmp_path / "profile", {})))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        (shown,) = windows()
        assert "1,0 kB από 4,0 kB" in [label.text() for label in shown.findChildren(QLabel)]
        go_on.set()
        workspace = await work
        assert not windows()
        await workspace.close()

    run(go())


def test_whoever_does_not_want_to_wait_closes_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        slow(monkeypatch, lambda heard: heard(SyncState("rebuilding")), asyncio.Event())
        work = asyncio.ensure_future(program._open(Entry.at(tmp_path / "profile", {})))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        windows()[0].close()
        with pytest.raises(Cancelled):
            await work

    run(go())
