"""Work under way, in the page it belongs to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label


class ProgressCard(QFrame):
    """A title, a bar, how far it is, and a button that emits `cancelled`."""

    cancelled = Signal()

    def __init__(self, title: str, *, cancel: str = "", parent: QWidget | None = None) -> None:
        """`cancel` is the button's text; empty: none."""
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        head = QHBoxLayout()
        self._title = label(title, "strong", wrap=True)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        column.addWidget(self.bar)
        self._detail = label("", "caption", wrap=True)
        column.addWidget(self._detail)
        if cancel:
            self.cancel_button = button(cancel, clicked=self.cancelled.emit)
            head.addWidget(self.cancel_button)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def show_progress(self, done: int, total: int, detail: str = "") -> None:
        """`done` of `total`; a total of 0 means that nobody knows."""
        # QProgressBar counts in 32 bits, and a file of 3 GB has more bytes.
        scale = max(1, total // 1_000_000)
        self.bar.setRange(0, total // scale)
        self.bar.setValue(done // scale)
        self._detail.setText(detail)
