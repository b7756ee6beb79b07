"""Who sends and how fast: settings of the company on the settings page."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from kkdesk.model.errors import KKDeskError
from kkdesk.ui.settings.page import SettingsPage
from kkdesk.ui.shell import Shell
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run


async def opened(shell: Shell) -> SettingsPage:
    page = SettingsPage(shell)
    await page.come_forward()
    return page


def test_the_limits_are_saved_and_taken_back_together(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert not page.is_edited and page.sending.limits["send.per_hour"].text() == "No limit"
        offers: list[object] = []
        shell.toast_wanted.connect(offers.append)
        page.sending.by.setCurrentIndex(page.sending.by.findData("desktop"))
        page.sending.limits["send.per_minute"].setValue(250)
        assert page.save_button.isEnabled()
        page.save()
        await page.settled()
        values = await workspace.company_settings.all()
        assert (values["send.by"], values["send.per_minute"]) == ("desktop", "250") and not page.is_edited
        entry = (await workspace.history.recent(limit=1))[0]
        await workspace.history.undo(entry.id)
        await page.refresh(frozenset({"settings"}))
        assert page.sending.by.currentData() == "auto" and page.sending.limits["send.per_minute"].value() == 0
        assert len(offers) == 1
        await page.close_down()

    run(go())


def test_somebody_elses_limit_is_shown_and_not_overwritten(run: Run, workspace: Workspace) -> None:
    async def go() -> list[object]:
        shell = Shell(workspace, "en")
        errors: list[object] = []
        shell.failed.connect(errors.append)
        page = await opened(shell)
        page.sending.limits["send.per_day"].setValue(500)
        await workspace.company_settings.put("send.per_day", "0", "2000")
        page.save()
        await page.settled()
        assert await workspace.company_settings.number("send.per_day") == 2000
        assert page.sending.limits["send.per_day"].value() == 2000 and not page.is_edited
        await page.close_down()
        await shell.tasks.close()
        return errors

    (error,) = run(go())
    assert isinstance(error, KKDeskError) and error.code == "conflict"


def test_edits_are_discarded_and_each_choice_is_explained(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        page = await opened(shell)
        explained = set()
        for index in range(3):
            page.sending.by.setCurrentIndex(index)
            explained.add(page.sending._by_row.hint)
        assert len(explained) == 3
        page.sending.limits["send.per_second"].setValue(3)
        page.discard()
        assert not page.is_edited and page.sending.limits["send.per_second"].value() == 0
        await page.close_down()

    run(go())


def test_what_is_stored_beyond_the_bounds_is_no_edit(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page = await opened(shell)
        values = await page.workspace.company_settings.all()
        page.sending.show_values({**values, "send.per_second": "99999", "send.by": "who"})
        assert page.sending.changes == {}
        page.sending.limits["send.per_second"].setValue(7)
        assert page.sending.changes == {"send.per_second": ("99999", "7")}
        await page.close_down()

    run(go())


def test_scrolling_past_a_limit_changes_nothing(run: Run, shell: Shell) -> None:
    async def go() -> None:
        page = await opened(shell)
        spin = page.sending.limits["send.per_hour"]
        none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        turned = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, none, phase, False
        )
        QApplication.sendEvent(spin, turned)
        assert spin.value() == 0
        await page.close_down()

    run(go())
