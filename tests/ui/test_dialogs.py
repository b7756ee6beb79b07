"""Dialogs that are awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from kkdesk.ui.dialogs import Message, Question, answer, ask_text, choose_file, choose_new_file, confirm, message
from tests.ui.conftest import Run


def when_open(do: Callable[[QDialog], None]) -> None:
    """Call `do` with the dialog once it is open."""

    def look() -> None:
        found = [
            widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()
        ]
        if found:
            do(found[0])
        else:
            QTimer.singleShot(0, look)

    look()


def question(dialog: QDialog) -> Question:
    assert isinstance(dialog, Question)
    return dialog


@pytest.mark.parametrize("agreed", [True, False])
def test_a_question_is_answered_by_its_buttons(run: Run, agreed: bool) -> None:
    async def go() -> bool:
        parent = QWidget()
        when_open(lambda found: (question(found).confirm_button if agreed else question(found).cancel_button).click())
        return await confirm(parent, "Delete 12 customers?", confirm="Delete 12 customers", danger=True)

    assert run(go()) is agreed


def test_the_safe_button_of_a_dangerous_question_is_the_default(run: Run) -> None:
    parent = QWidget()
    dangerous = Question(parent, "Delete?", confirm="Delete", danger=True)
    harmless = Question(parent, "Send?", confirm="Send")
    assert dangerous.cancel_button.isDefault() and not dangerous.confirm_button.isDefault()
    assert harmless.confirm_button.isDefault()


def test_other_tasks_go_on_while_a_dialog_is_open(run: Run) -> None:
    async def go() -> list[str]:
        steps: list[str] = []
        opened = asyncio.Event()
        dialog = QDialog()

        async def meanwhile() -> None:
            await opened.wait()
            steps.append("meanwhile")
            dialog.accept()

        other = asyncio.ensure_future(meanwhile())
        QTimer.singleShot(0, opened.set)
        steps.append(str(await answer(dialog)))
        await other
        return steps

    assert run(go()) == ["meanwhile", "True"]


def test_cancelling_the_caller_closes_the_dialog(run: Run) -> None:
    async def go() -> bool:
        dialog = Message(None, "Working")
        task = asyncio.ensure_future(answer(dialog))
        await asyncio.sleep(0)
        assert dialog.isVisible()
        task.cancel()
        await asyncio.wait((task,))
        return task.cancelled() and not shiboken6.isValid(dialog)

    assert run(go())


def test_one_line_can_be_asked_for(run: Run) -> None:
    async def go(text: str, *, accept: bool) -> str | None:
        def fill(found: QDialog) -> None:
            field = found.findChild(QLineEdit)
            assert isinstance(field, QLineEdit)
            field.setText(text)
            (found.accept if accept else found.reject)()

        when_open(fill)
        return await ask_text(QWidget(), "New tag", "Name", confirm="Add")

    assert run(go("  Στόλοι ", accept=True)) == "Στόλοι"
    assert run(go("   ", accept=True)) is None
    assert run(go("Στόλοι", accept=False)) is None


def test_a_message_shows_its_details(run: Run) -> None:
    async def go() -> str:
        seen: list[str] = []

        def read(found: QDialog) -> None:
            box = found.findChild(QWidget, "details")
            seen.append(box.property("plainText") if box else "")
            found.accept()

        when_open(read)
        await message(QWidget(), "Broken", details="Traceback …")
        return seen[0]

    assert run(go()) == "Traceback …"


def test_a_file_can_be_chosen(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "πελάτες.xlsx"
    wanted.write_bytes(b"x")
    monkeypatch.setattr("kkdesk.ui.dialogs.QDir.homePath", lambda: str(tmp_path))

    async def go() -> Path | None:
        def pick(found: QDialog) -> None:
            assert isinstance(found, QFileDialog)
            found.selectFile(str(wanted))
            found.accept()

        when_open(pick)
        return await choose_file(QWidget(), "Import", ["Excel (*.xlsx)"])

    assert run(go()) == wanted


def test_a_new_file_gets_the_suggested_ending(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kkdesk.ui.dialogs.QDir.homePath", lambda: str(tmp_path))

    async def go(accept: bool) -> Path | None:
        def save(found: QDialog) -> None:
            assert isinstance(found, QFileDialog)
            found.selectFile(str(tmp_path / "εξαγωγή"))
            (found.accept if accept else found.reject)()

        when_open(save)
        return await choose_new_file(QWidget(), "Export", ["CSV (*.csv)"], "customers.csv")

    assert run(go(True)) == tmp_path / "εξαγωγή.csv"
    assert run(go(False)) is None
