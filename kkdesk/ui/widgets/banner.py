"""A message that stays until its cause is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from kkdesk.ui.shell import Tone

_SYMBOLS = {
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "danger": "warning-circle",
}
_TONES = {
    "info": "accent",
    "success": "success",
    "warning": "warning",
    "danger": "danger",
}


class Banner(QFrame):
    """One or two sentences with an icon, and perhaps what to do; hidden while it has no text."""

    def __init__(self, text: str = "", tone: Tone = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.setSpacing(8)
        self._symbol = Symbol(_SYMBOLS[tone], _TONES[tone])
        self._text = label("", wrap=True)
        self._row.addWidget(self._symbol)
        self._row.addWidget(self._text, 1)
        self.say(text, tone)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(self, text: str, tone: Tone = "info") -> None:
        """Show `text`; empty hides the banner."""
        self._text.setText(text)
        self._symbol.show_icon(_SYMBOLS[tone], _TONES[tone])
        restyle(self, tone=tone)
        self.setVisible(bool(text))

    def offer(self, action: str, do: Callable[[], object]) -> None:
        """Add a button."""
        self._row.addWidget(button(action, "link", clicked=do))
