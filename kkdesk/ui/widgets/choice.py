"""A radio button with a text of any length."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QWidget

from kkdesk.ui.widgets.labels import label


class TextChoice(QWidget):
    """A radio button whose text wraps, as an address must be read whole."""

    def __init__(self, text: str, name: str = "") -> None:
        """`name` is what screen readers say, where the text alone is not enough."""
        super().__init__()
        self.radio = QRadioButton()
        self.radio.setAccessibleName(name or text)
        self.setFocusProxy(self.radio)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)  # the button brings its own gap
        row.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)
        said = label(text, wrap=True)
        said.setMinimumHeight(self.radio.sizeHint().height())
        row.addWidget(said, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the text chooses, too."""
        super().mousePressEvent(event)
        self.radio.click()
