"""The dialog in which one chooses the columns of a table and their order, with the keyboard alone if one likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.buttons import button

if TYPE_CHECKING:
    from kkdesk.ui.widgets.column import Column

_KEY = Qt.ItemDataRole.UserRole
_LIST_HEIGHT = 220


class _Columns(QListWidget):
    """A list whose current line Alt and the arrows move."""

    def __init__(self, move: Callable[[int], None]) -> None:
        super().__init__()
        self._move = move

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Up and Alt+Down move, all else is the list's."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move(step)
            return
        super().keyPressEvent(event)


class ColumnChooser(Question):
    """Ticks show a column, its place in the list is its place in the table. Read `chosen` once it is accepted."""

    def __init__(self, parent: QWidget, columns: Sequence[Column], order: Sequence[str], shown: frozenset[str]) -> None:
        """`columns` as the program has them; `order` and `shown` hold their keys as the person left them."""
        super().__init__(
            parent,
            QCoreApplication.translate("ColumnChooser", "Columns of the list"),
            QCoreApplication.translate(
                "ColumnChooser", "Tick what you want to see. Drag a column, or press Alt+↑ and Alt+↓, to move it."
            ),
            confirm=QCoreApplication.translate("ColumnChooser", "Show these columns"),
        )
        self._columns = {column.key: column for column in columns}
        self.list = _Columns(self.move_current)
        self.list.setAccessibleName(QCoreApplication.translate("ColumnChooser", "Columns of the list"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(_LIST_HEIGHT)
        self.body.addLayout(self._beside_the_list())
        # Widths, too, are then to be as the program has them.
        self.restored = False
        self._show(order, shown)
        self.list.setFocus()

    def chosen(self) -> tuple[list[str], frozenset[str]]:
        """The keys of all columns in order, and those that are to be seen."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = frozenset(item.data(_KEY) for item in items if item.checkState() == Qt.CheckState.Checked)
        return [item.data(_KEY) for item in items], ticked

    def move_current(self, by: int) -> None:
        """Move the current column up (-1) or down (1)."""
        row = self.list.currentRow()
        to = row + by
        if row < 0 or not 0 <= to < self.list.count():
            return
        self.list.insertItem(to, self.list.takeItem(row))
        self.list.setCurrentRow(to)

    def restore(self) -> None:
        """Tick and order as the program has them."""
        self.restored = True
        self._show(list(self._columns), frozenset(key for key, column in self._columns.items() if column.shown))

    def _show(self, order: Sequence[str], shown: frozenset[str]) -> None:
        self.list.clear()
        # What is seen comes first: nobody looks for it among forty others.
        for column in map(self._columns.__getitem__, sorted(order, key=lambda key: key not in shown)):
            item = QListWidgetItem(column.title, self.list)
            item.setData(_KEY, column.key)
            item.setCheckState(Qt.CheckState.Checked if column.key in shown else Qt.CheckState.Unchecked)
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled
            # Without its name a row could not be told from another.
            item.setFlags(flags if column.fixed else flags | Qt.ItemFlag.ItemIsUserCheckable)
        self.list.setCurrentRow(0)

    def _beside_the_list(self) -> QHBoxLayout:
        translate = QCoreApplication.translate
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list, 1)
        side = QVBoxLayout()
        side.setSpacing(8)
        up = button(translate("ColumnChooser", "Up"), symbol="caret-up", clicked=lambda: self.move_current(-1))
        down = button(translate("ColumnChooser", "Down"), symbol="caret-down", clicked=lambda: self.move_current(1))
        side.addWidget(up)
        side.addWidget(down)
        side.addStretch(1)
        side.addWidget(button(translate("ColumnChooser", "As at first"), clicked=self.restore))
        row.addLayout(side)
        return row
