"""Every shortcut of the window, in one table; pages add their own by `Page.commands`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.ui.marking import QT_TRANSLATE_NOOP
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.ui.page import Command


@dataclass(frozen=True, slots=True)
class WindowShortcut:
    """Keys of the window; `name` is the `MainWindow` method that they call."""

    name: str
    keys: tuple[str, ...]
    #: English source in the context "Shortcuts".
    title: str


WINDOW_SHORTCUTS: tuple[WindowShortcut, ...] = (
    WindowShortcut(
        "open_palette",
        ("Ctrl+K", "Ctrl+P"),
        QT_TRANSLATE_NOOP("Shortcuts", "Actions and pages"),
    ),
    WindowShortcut("find_here", ("Ctrl+F",), QT_TRANSLATE_NOOP("Shortcuts", "Search in this page")),
    WindowShortcut("find_everywhere", ("/",), QT_TRANSLATE_NOOP("Shortcuts", "Search everything")),
    WindowShortcut(
        "undo_last",
        ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Shortcuts", "Undo what was just done"),
    ),
    WindowShortcut(
        "refresh_page",
        ("F5",),
        QT_TRANSLATE_NOOP("Shortcuts", "Read the page's data again"),
    ),
    WindowShortcut(
        "show_shortcuts",
        ("F1",),
        QT_TRANSLATE_NOOP("Shortcuts", "Show these shortcuts"),
    ),
    WindowShortcut("lock", ("Ctrl+Shift+L",), QT_TRANSLATE_NOOP("Shortcuts", "Lock the window")),
    WindowShortcut("close", ("Ctrl+Q",), QT_TRANSLATE_NOOP("Shortcuts", "Close the program")),
)


def native(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def bind(window: QWidget, keys: str, do: Callable[[], object]) -> QShortcut:
    """Let `keys` call `do` anywhere in the window. A text field that uses the keys itself keeps them."""
    shortcut = QShortcut(QKeySequence(keys), window)
    shortcut.activated.connect(do)
    return shortcut


class ShortcutsDialog(QDialog):
    """F1: every shortcut that works now."""

    def __init__(
        self,
        parent: QWidget,
        page_title: str,
        commands: Sequence[Command],
        pages: Sequence[str],
    ) -> None:
        """`commands` are those of the page in front, `pages` the titles in the order of Ctrl+1, Ctrl+2, …"""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        columns = QHBoxLayout()
        columns.setSpacing(40)
        window_rows = [
            (QCoreApplication.translate("Shortcuts", row.title), row.keys) for row in WINDOW_SHORTCUTS
        ]  # fmt: skip
        columns.addLayout(_table(self.tr("Everywhere"), window_rows))
        right = QVBoxLayout()
        right.setSpacing(20)
        right.addLayout(
            _table(
                self.tr("Pages"),
                [(name, (f"Ctrl+{at}",)) for at, name in enumerate(pages, start=1)],
            )
        )
        own = [(command.title, (command.shortcut,)) for command in commands if command.shortcut]
        if own:
            right.addLayout(_table(page_title, own))
        right.addStretch(1)
        columns.addLayout(right)
        column.addLayout(columns)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = button(self.tr("Close"), clicked=self.accept)
        close.setDefault(True)
        foot.addWidget(close)
        column.addLayout(foot)


def _table(title: str, rows: Sequence[tuple[str, tuple[str, ...]]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(10)
    column.addWidget(label(title, "section-title"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(28)
    grid.setVerticalSpacing(8)
    for at, (text, keys) in enumerate(rows):
        grid.addWidget(label(text), at, 0)
        holder = QHBoxLayout()
        holder.setSpacing(4)
        holder.addStretch(1)
        for key in keys:
            holder.addWidget(label(native(key), "key"))
        grid.addLayout(holder, at, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return column
