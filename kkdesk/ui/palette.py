"""The command palette and the drop-down of the global search."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from kkdesk.ui.finder import ROW, Hit, HitDelegate, HitModel, Hits
from kkdesk.ui.shell import Shell

_WIDTH = 620
_MOST_ROWS = 9
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class ResultsPanel(QFrame):
    """A list of hits steered from a line edit: arrows move, Enter runs, Escape closes."""

    def __init__(self, shell: Shell, hits: Hits, field: QLineEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("finder")
        self._shell = shell
        self._hits = hits
        self._field = field
        self._host = parent
        self._search: asyncio.Task[None] | None = None
        #: Records first and pages after them: what one searches for. The palette has it the other way round.
        self.records_first = True
        self.model = HitModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(HitDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self.run_current)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(1, 6, 1, 6)
        self.column.setSpacing(0)
        self.column.addWidget(self.list)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        self.setGraphicsEffect(shadow)
        field.installEventFilter(self)
        field.textChanged.connect(self._typed)
        self.hide()

    def look_up(self) -> None:
        """Show what matches the field's text."""
        text = self._field.text()
        if self._search is not None:
            self._search.cancel()
        places = self._hits.places(text)
        self._show(places)
        self._search = self._shell.start(self._add_records(text, places))

    def run_current(self) -> None:
        """Do what the current line says."""
        hit = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        if isinstance(hit, Hit):
            self.close_up()
            hit.run()

    def close_up(self) -> None:
        """Go away and forget the text."""
        if self._search is not None:
            self._search.cancel()
        self.hide()
        self._field.clear()
        self._field.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Steer the list from the field."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self.isVisible() and self._steered(event.key())
        return super().eventFilter(watched, event)

    def _steered(self, key: int) -> bool:
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.run_current()
        elif key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in _MOVES:
            last = self.model.rowCount() - 1
            row = min(max(self.list.currentIndex().row() + _MOVES[Qt.Key(key)], 0), last)
            self.list.setCurrentIndex(self.model.index(row))
        else:
            return False
        return True

    def _typed(self) -> None:
        if self.isVisible():
            self.look_up()

    async def _add_records(self, text: str, places: Sequence[Hit]) -> None:
        records = await self._hits.records(text)
        found = [*records, *places] if self.records_first else [*places, *records]
        if not found:
            nothing = self.tr("Nothing found for “%1”").replace("%1", text.strip())
            self._show([Hit(nothing, "", "magnifying-glass", "", str)])
        elif records:
            self._show(found)

    def _show(self, hits: Sequence[Hit]) -> None:
        self.model.show(hits)
        self.list.setCurrentIndex(self.model.index(0))
        rows = min(max(len(hits), 1), _MOST_ROWS)
        self.list.setFixedHeight(min(rows * ROW + 2, max(ROW, self._host.height() - 160)))
        self.adjustSize()


class SearchDrop(ResultsPanel):
    """What the global search finds, beneath its field."""

    def __init__(self, shell: Shell, hits: Hits, field: QLineEdit, parent: QWidget) -> None:
        super().__init__(shell, hits, field, parent)
        field.textChanged.connect(self._appear)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the field is left for anything but the list."""
        if watched is self._field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _appear(self, text: str) -> None:
        if text and not self.isVisible():
            self.look_up()
            self._place()
            self.show()
            self.raise_()
        elif not text:
            self.hide()

    def _show(self, hits: Sequence[Hit]) -> None:
        super()._show(hits)
        self._place()

    def _place(self) -> None:
        below = self._field.mapTo(self._host, QPoint(0, self._field.height() + 6))
        room = self._host.width() - below.x() - 16
        self.setFixedWidth(min(max(self._field.width(), 560), room))
        self.move(below)


class CommandPalette(QWidget):
    """A veil over the window with a field and a list. Ctrl+K."""

    def __init__(self, shell: Shell, hits: Hits, window: QWidget) -> None:
        super().__init__(window)
        self._host = window
        self.setObjectName("scrim")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What would you like to do?"))
        self.field.setAccessibleName(self.tr("Actions, pages and records"))
        self.panel = ResultsPanel(shell, hits, self.field, self)
        self.panel.records_first = False
        self.panel.column.insertWidget(0, self.field)
        self.panel.column.setContentsMargins(1, 8, 1, 8)
        self.panel.column.setSpacing(4)
        self.panel.installEventFilter(self)
        window.installEventFilter(self)
        self._before: QWidget | None = None
        self.hide()

    def open(self) -> None:
        """Show it with all actions and pages."""
        self._before = self.window().focusWidget()
        self._fit()
        self.panel.setFixedWidth(min(_WIDTH, self.width() - 40))
        self.panel.show()
        self.panel.look_up()
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus()

    def close_up(self) -> None:
        """Go away; the focus returns to where it was."""
        self.panel.close_up()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the list closes."""
        super().mousePressEvent(event)
        self.close_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and the list when it goes."""
        if watched is self.panel and event.type() == QEvent.Type.Hide and self.isVisible():
            self.hide()
            if self._before is not None:
                self._before.setFocus()
        elif watched is self.panel and event.type() == QEvent.Type.Resize:
            self._place()
        elif watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
            self._place()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self.setGeometry(self._host.rect())

    def _place(self) -> None:
        top = min(96, max(24, self.height() // 8))
        self.panel.move((self.width() - self.panel.width()) // 2, top)
