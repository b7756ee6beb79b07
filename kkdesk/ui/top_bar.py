"""The bar above every page: search at the left, the palette, the theme and help at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import tool_button

HEIGHT = 52


class GlobalSearch(QLineEdit):
    """The search field of the whole program; what it finds drops down beneath it."""

    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchField")
        self.setPlaceholderText(self.tr("Find a customer, a page or an action"))
        self.setAccessibleName(self.tr("Search everything"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("magnifying-glass", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMaximumWidth(460)
        self.setMinimumWidth(180)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that results may drop down."""
        super().focusInEvent(event)
        self.focused.emit()


class TopBar(QWidget):
    """Emits what its buttons ask for."""

    palette_wanted = Signal()
    theme_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(4)
        self.search = GlobalSearch()
        row.addWidget(self.search, 10)
        row.addStretch(1)
        keys = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        palette = self.tr("Actions and pages (%1)").replace("%1", keys)
        row.addWidget(tool_button("command", palette, clicked=self.palette_wanted.emit))
        self.theme_button = tool_button("circle-half", self.tr("Light or dark"), clicked=self.theme_wanted.emit)
        row.addWidget(self.theme_button)
        row.addWidget(
            tool_button(
                "keyboard",
                self.tr("Keyboard shortcuts (F1)"),
                clicked=self.help_wanted.emit,
            )
        )
