"""Dialogs that are awaited, never `exec()`-ed: a second event loop would strand the tasks of the first.

if await confirm(self, self.tr("Delete 12 customers?"), confirm=self.tr("Delete 12 customers"), danger=True):
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QDir, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_WIDTH = 440
_WITH_DETAILS = 660


async def answer(dialog: QDialog) -> bool:
    """Open `dialog` over its window and wait; True when accepted. Cancelling the caller closes it.

    The dialog is deleted once the caller has had its turn: read its fields at once.
    """
    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not closed.done():
            closed.set_result(result)

    dialog.finished.connect(finished)
    dialog.open()
    try:
        return await closed == QDialog.DialogCode.Accepted.value
    finally:
        dialog.finished.disconnect(finished)
        dialog.close()
        dialog.deleteLater()


class _Roomy(QDialog):
    """A dialog as high as its wrapped texts need: Qt itself reckons with one line, and two thirds of the screen."""

    def showEvent(self, event: QShowEvent) -> None:
        """Give the texts their room."""
        super().showEvent(event)
        layout: Any = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else self.height()
        if needed > self.height():
            self.resize(self.width(), min(needed, self.screen().availableSize().height()))


class Question(_Roomy):
    """A question with a title, a sentence or two, and two buttons; the safe one is the default of a dangerous one."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str = "",
        *,
        confirm: str,
        cancel: str = "",
        danger: bool = False,
    ) -> None:
        """`confirm` says what will happen ("Delete 12 customers"), not "OK"; empty `cancel` is "Cancel"."""
        super().__init__(parent.window() if parent is not None else None)
        self.setWindowTitle("KK Desk")
        self.body = _framed(self, title, text)
        self.confirm_button = QPushButton(confirm)
        self.confirm_button.setProperty("kind", "danger" if danger else "primary")
        self.confirm_button.clicked.connect(self.accept)
        self.cancel_button = QPushButton(cancel or QCoreApplication.translate("Dialogs", "Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        _buttons(self, self.cancel_button, self.confirm_button)
        safe = self.cancel_button if danger else self.confirm_button
        safe.setDefault(True)
        safe.setFocus()


class Message(_Roomy):
    """Something to be told, with one button; `details` can be selected and copied."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "", *, details: str = "") -> None:
        super().__init__(parent.window() if parent is not None else None)
        self.setWindowTitle("KK Desk")
        self.body = _framed(self, title, text)
        if details:
            self.setMinimumWidth(_WITH_DETAILS)
            self.body.addWidget(_details(details))
        close = QPushButton(QCoreApplication.translate("Dialogs", "Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        _buttons(self, close)
        close.setFocus()


async def confirm(
    parent: QWidget,
    title: str,
    text: str = "",
    *,
    confirm: str,
    cancel: str = "",
    danger: bool = False,
) -> bool:
    """Ask; True when the person agreed. Name the number: "Delete 12 customers?"."""
    return await answer(Question(parent, title, text, confirm=confirm, cancel=cancel, danger=danger))


async def message(parent: QWidget, title: str, text: str = "", *, details: str = "") -> None:
    """Tell, and wait until it is read."""
    await answer(Message(parent, title, text, details=details))


async def ask_text(parent: QWidget, title: str, label: str, text: str = "", *, confirm: str) -> str | None:
    """Ask for one line; None when cancelled or left empty."""
    question = Question(parent, title, confirm=confirm)
    field = QLineEdit(text)
    caption = QLabel(label)
    caption.setBuddy(field)
    question.body.addWidget(caption)
    question.body.addWidget(field)
    field.selectAll()
    field.setFocus()
    return (field.text().strip() or None) if await answer(question) else None


async def choose_file(parent: QWidget, title: str, filters: Sequence[str]) -> Path | None:
    """Let the person choose a file to open; `filters` as Qt writes them: "Excel (*.xlsx)"."""
    return await _file(parent, title, filters, QFileDialog.AcceptMode.AcceptOpen, "")


async def choose_new_file(parent: QWidget, title: str, filters: Sequence[str], name: str) -> Path | None:
    """Let the person choose where to save; asks before overwriting. `name` is the suggestion."""
    return await _file(parent, title, filters, QFileDialog.AcceptMode.AcceptSave, name)


async def choose_folder(parent: QWidget, title: str) -> Path | None:
    """Let the person choose a folder."""
    dialog = QFileDialog(parent.window(), title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return Path(dialog.selectedFiles()[0]) if await answer(dialog) else None


async def _file(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    mode: QFileDialog.AcceptMode,
    name: str,
) -> Path | None:
    dialog = QFileDialog(parent.window(), title, QDir.homePath())
    dialog.setAcceptMode(mode)
    opening = mode == QFileDialog.AcceptMode.AcceptOpen
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile if opening else QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters(list(filters))
    if name:
        dialog.selectFile(name)
        dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    return Path(dialog.selectedFiles()[0]) if await answer(dialog) else None


def _framed(dialog: QDialog, title: str, text: str) -> QVBoxLayout:
    dialog.setMinimumWidth(_WIDTH)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(24, 20, 24, 20)
    outer.setSpacing(20)
    body = QVBoxLayout()
    body.setSpacing(8)
    heading = QLabel(title)
    heading.setProperty("role", "dialog-title")
    heading.setWordWrap(True)
    body.addWidget(heading)
    if text:
        paragraph = QLabel(text)
        paragraph.setWordWrap(True)
        paragraph.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(paragraph)
    outer.addLayout(body)
    return body


def _details(text: str) -> QWidget:
    from PySide6.QtWidgets import QPlainTextEdit

    box = QPlainTextEdit(text)
    box.setObjectName("details")
    box.setReadOnly(True)
    box.setMinimumHeight(180)
    return box


def _buttons(dialog: QDialog, *buttons: QPushButton) -> None:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    layout: Any = dialog.layout()
    layout.addLayout(row)
