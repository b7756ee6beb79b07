"""The rail at the left: one button per page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kkdesk.ui.pages import PAGES, PageEntry
from kkdesk.ui.theme.icons import icon

WIDE = 212
NARROW = 60
_ICON = QSize(24, 18)
_ICON_ALONE = QSize(18, 18)


class Navigation(QWidget):
    """Pages in the order of `PAGES`, those that are not daily work at the foot. `chosen(key)` on a click."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._narrow = False
        self._brand = QLabel("KK Desk")
        self._brand.setObjectName("brand")
        self._place = QLabel()
        self._place.setObjectName("brandPlace")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 14, 10, 10)
        column.setSpacing(2)
        for text in (self._brand, self._place):
            text.setContentsMargins(8, 0, 0, 0)
            text.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(text)
        column.addSpacing(14)
        self._fill(column, daily=True)
        column.addStretch(1)
        line = QFrame()
        line.setObjectName("navigationLine")
        column.addWidget(line)
        column.addSpacing(6)
        self._fill(column, daily=False)
        self.setFixedWidth(WIDE)

    def set_current(self, key: str) -> None:
        """Mark the page in front."""
        self._buttons[key].setChecked(True)

    def set_organisation(self, name: str) -> None:
        """Show whose data it is."""
        self._place.setText(name)
        self._place.setToolTip(name)

    def set_narrow(self, *, narrow: bool) -> None:
        """Icons alone, where the window has little room."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._brand.setText("KK" if narrow else "KK Desk")
        self._place.setVisible(not narrow)
        for entry in PAGES:
            self._buttons[entry.key].setText("" if narrow else entry.label())
            self._buttons[entry.key].setIconSize(_ICON_ALONE if narrow else _ICON)
        self.setFixedWidth(NARROW if narrow else WIDE)

    def _fill(self, column: QVBoxLayout, *, daily: bool) -> None:
        for number, entry in enumerate(PAGES, start=1):
            if entry.daily == daily:
                column.addWidget(self._button(entry, number))

    def _button(self, entry: PageEntry, number: int) -> QPushButton:
        button = QPushButton(icon(entry.icon, "rail_text"), entry.label())
        button.setIconSize(_ICON)
        button.setCheckable(True)
        keys = QKeySequence(f"Ctrl+{number}").toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{entry.label()}  ({keys})")
        button.setAccessibleName(entry.label())
        button.clicked.connect(lambda: self.chosen.emit(entry.key))
        self._group.addButton(button)
        self._buttons[entry.key] = button
        return button
