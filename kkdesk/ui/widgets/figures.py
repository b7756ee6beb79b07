"""A number that matters, with what it counts."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kkdesk.ui.widgets.labels import label


class FigureTile(QFrame):
    """A figure, its caption above, and perhaps a share or a remark beneath."""

    def __init__(
        self,
        caption: str,
        figure: str = "–",
        remark: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "figure-tile")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(1)
        column.addWidget(label(caption, "caption"))
        self._figure = label(figure)
        self._figure.setProperty("role", "figure")
        column.addWidget(self._figure)
        self._remark = label(remark, "caption")
        self._remark.setVisible(bool(remark))
        column.addWidget(self._remark)

    def show_figure(self, figure: str, remark: str = "") -> None:
        """Change the figure and the remark."""
        self._figure.setText(figure)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
