"""What happened with a customer, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kkdesk.ui.formats import moment
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from kkdesk.services.timeline import TimelineEntry

_SYMBOLS = {
    "mail": "envelope-simple",
    "opened": "eye",
    "clicked": "cursor-click",
    "machine": "robot",
    "bounced": "warning-circle",
    "unsubscribed": "prohibit",
    "note": "note",
    "task": "check-square",
    "call": "phone",
    "change": "pencil-simple",
}
_SYMBOL_PIXELS = 16


class TimelineView(QScrollArea):
    """A list of entries; `more_wanted` when there are older ones and somebody asks."""

    more_wanted = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.setWidgetResizable(True)

    def show_entries(self, entries: Sequence[TimelineEntry], now: int, *, more: bool) -> None:
        """Replace the list; `more`: there are older ones. `now` in Unix seconds."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(2, 12, 8, 8)
        column.setSpacing(12)
        for entry in entries:
            column.addWidget(self._line(entry, now))
        if not entries:
            column.addWidget(label(self.tr("Nothing has been recorded yet."), "muted"))
        if more:
            column.addWidget(
                button(self.tr("Show older"), "link", clicked=self.more_wanted.emit), 0, Qt.AlignmentFlag.AlignLeft
            )
        column.addStretch(1)
        self.setWidget(body)

    def _line(self, entry: TimelineEntry, now: int) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        symbol = Symbol(_SYMBOLS.get(entry.kind, "circle"), "muted", _SYMBOL_PIXELS)
        row.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(entry.title.in_language(self._language), wrap=True))
        if entry.detail:
            texts.addWidget(label(entry.detail, "muted", wrap=True))
        who = f" · {entry.who}" if entry.who else ""
        texts.addWidget(label(f"{moment(entry.at, now)}{who}", "caption"))
        row.addLayout(texts, 1)
        return line
