"""A searchable list of choices with their counts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from kkdesk.ui.campaigns.audience.check_model import COLOUR_ROLE, COUNT_ROLE, CheckModel
from kkdesk.ui.theme.icons import paint_icon
from kkdesk.ui.theme.scheme import tokens
from kkdesk.ui.theme.tokens import CONTROL_HEIGHT
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.search_field import SearchField

Index = QModelIndex | QPersistentModelIndex

_ROW = 28
_BOX = 16
#: Shorter lists need no search.
_SEARCH_FROM = 8


class CheckDelegate(QStyledItemDelegate):
    """A tick, the name, and the count at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all rows."""
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        theme = tokens()
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        shown.text = ""
        shown.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        shown.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        room = shown.rect.adjusted(8, 0, -10, 0)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled and shown.state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setFont(shown.font)
        box = QRect(room.left(), room.center().y() - _BOX // 2, _BOX, _BOX)
        _paint_box(painter, box, checked=index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked)
        left = box.right() + 9
        if colour := index.data(COLOUR_ROLE):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QRect(left, room.center().y() - 4, 9, 9))
            left += 16
        count = str(index.data(COUNT_ROLE) or "")
        metrics = QFontMetrics(shown.font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setPen(QColor(theme.text if enabled else theme.muted))
        words = room.adjusted(left - room.left(), 0, -metrics.horizontalAdvance(count) - 10, 0)
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


def _paint_box(painter: QPainter, box: QRect, *, checked: bool) -> None:
    theme = tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.accent if checked else theme.outline))
    painter.setBrush(QColor(theme.accent if checked else theme.surface))
    painter.drawRoundedRect(box, 4, 4)
    painter.restore()
    if checked:
        paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", theme.on_accent)


class _List(QListView):
    """A click anywhere in a row ticks it, and so do Space and Enter."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        model = self.model()
        if index.isValid() and isinstance(model, CheckModel) and event.button() == Qt.MouseButton.LeftButton:
            model.toggle(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, model = self.currentIndex(), self.model()
        keys = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() in keys and index.isValid() and isinstance(model, CheckModel):
            model.toggle(index.row())
            return
        super().keyPressEvent(event)


class CheckList(QFrame):
    """A titled check list with a search field. `changed` when a tick changes."""

    changed = Signal()

    def __init__(self, title: str, search: str, empty: str, language: str, lost: str = "") -> None:
        """`search` is the field's placeholder, `empty` says that there is nothing to choose."""
        super().__init__()
        self.setProperty("role", "card")
        self._title = title
        self.model = CheckModel(language, lost, self)
        self.list = _List()
        self.list.setModel(self.model)
        self.list.setItemDelegate(CheckDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # The card is its frame.
        self.list.setProperty("role", "bare")
        self.list.setAccessibleName(title)
        self.list.setMinimumHeight(3 * _ROW)
        self.field = SearchField(search)
        self.field.searched.connect(self.model.search)
        self._heading = label(title, "section-title")
        self._clear = button(self.tr("Clear"), "link", clicked=self.clear)
        self._empty = label(empty, "muted", wrap=True)
        self._arrange()
        self.model.changed.connect(self._changed)
        self.model.modelReset.connect(self._show_state)
        self._show_state()

    def clear(self) -> None:
        """Untick everything."""
        self.model.tick_only(())
        self._changed()

    def _changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        chosen = len(self.model.ticked)
        self._heading.setText(f"{self._title} ({chosen})" if chosen else self._title)
        self._clear.setVisible(bool(chosen))
        nothing = not self.model.total and not chosen
        self._empty.setVisible(nothing)
        self.list.setVisible(not nothing)
        self.field.setVisible(self.model.total >= _SEARCH_FROM)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        self._heading.setMinimumHeight(CONTROL_HEIGHT)
        head.addWidget(self._heading, 1)
        head.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)

    def changeEvent(self, event: QEvent) -> None:
        """Rows are painted by us: the theme's change repaints them."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.list.viewport().update()
