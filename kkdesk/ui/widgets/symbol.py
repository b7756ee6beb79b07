"""An icon that stands by itself and follows the theme."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kkdesk.ui.theme.icons import paint_icon
from kkdesk.ui.theme.scheme import tokens


class Symbol(QWidget):
    """The icon `name` in `size` pixels; `tone` is a field of `Tokens`."""

    def __init__(
        self,
        name: str,
        tone: str = "muted",
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self.setFixedSize(size, size)

    def show_icon(self, name: str, tone: str) -> None:
        """Change the icon."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), self._name, getattr(tokens(), self._tone))
