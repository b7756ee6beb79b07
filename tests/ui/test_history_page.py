"""The history page and its item model."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.history import PastChange
from kkdesk.ui.history.item_model import CHANGE_ROLE, HistoryModel
from kkdesk.ui.history.page import HistoryPage
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run
from tests.ui.samples import add_customers, count_customers, delete_customers

NOW = 1_764_000_000
DAY = 86_400


def past(key: str, label: str = "Διαγραφή", *, at: int = NOW, undone: bool = False) -> PastChange:
    return PastChange(key, Bilingual(label, f"en {label}"), at, "Μαρία", 1234, undone, False)


def cells(model: HistoryModel, row: int) -> list[Any]:
    return [model.data(model.index(row, column)) for column in range(model.columnCount())]


def test_the_item_model_is_sound(qapp: object, qtmodeltester: ModelTester) -> None:
    model = HistoryModel("el", NOW)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show([past("a"), past("b", undone=True)], NOW)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("language", "label"), [("el", "Διαγραφή"), ("en", "en Διαγραφή")])
def test_a_row_tells_when_what_how_many_who_and_whether_undone(language: str, label: str) -> None:
    model = HistoryModel(language, NOW)
    model.show([past("a"), past("b", at=NOW - DAY), past("c", at=NOW - 5 * DAY, undone=True)], NOW)
    assert cells(model, 0) == ["Today, 18:00", label, "1,234", "Μαρία", ""]
    assert cells(model, 1)[0] == "Yesterday, 18:00"
    assert [cells(model, 2)[0], cells(model, 2)[4]] == ["19 Nov 2025, 18:00", "Undone"]
    assert model.data(model.index(1, 0), CHANGE_ROLE) == model.change_at(1)
    assert model.row_of("c") == 2 and model.row_of("gone") == -1
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Change"


def test_a_change_is_undone_and_that_undo_too(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        toasts: list[ToastText] = []
        shell.toast_wanted.connect(toasts.append)
        change = await delete_customers(workspace, await add_customers(workspace, 3))
        page = HistoryPage(shell)
        await page.come_forward(change)
        assert page.selected is not None and page.selected.id == change
        assert page.undo_button.isEnabled()

        page.undo_selected()
        await page.settled()
        assert await count_customers(workspace) == 3
        assert page.selected.undone and not page.undo_button.isEnabled()
        assert page.model.rowCount() == 2, "the undo is listed too"
        assert toasts[0].action == "Undo" and toasts[0].do is not None

        toasts[0].do()
        await shell.tasks.settled()
        await page.settled()
        assert await count_customers(workspace) == 0
        await page.close_down()

    run(go())


def test_an_empty_history_says_so(run: Run, shell: Shell) -> None:
    async def go() -> bool:
        page = HistoryPage(shell)
        await page.come_forward()
        shown = page.state.currentWidget() is page.table
        await page.close_down()
        return shown or page.undo_button.isEnabled()

    assert run(go()) is False


def test_changes_made_elsewhere_appear(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> int:
        page = HistoryPage(shell)
        await page.come_forward()
        await delete_customers(workspace, await add_customers(workspace, 1))
        shell.bus.tell({"customers"})
        await page.settled()
        rows = page.model.rowCount()
        await page.close_down()
        return rows

    assert run(go()) == 1


def test_what_others_change_leaves_selection_and_place(
    run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    changes = [past(f"c{at:03}") for at in range(100)]

    async def recent(_limit: int = 200) -> list[PastChange]:
        return list(changes)

    async def go() -> None:
        monkeypatch.setattr(workspace.history, "recent", recent)
        page = HistoryPage(shell)
        page.resize(900, 500)
        page.show()
        await page.come_forward()
        page.grab()
        page.table.selectRow(2)
        page.table.verticalScrollBar().setValue(60)
        resets: list[None] = []
        page.model.modelReset.connect(lambda: resets.append(None))
        await page.refresh(frozenset({"history"}))
        assert not resets, "nothing has changed"
        changes.insert(50, past("new"))
        await page.refresh(frozenset({"history"}))
        assert len(resets) == 1 and page.model.rowCount() == 101
        assert page.selected is not None and page.selected.id == "c002"
        assert page.table.verticalScrollBar().value() == 60
        page.close()
        await page.close_down()

    run(go())
