"""The first step: a file to import is chosen or dropped; and the way to the export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle
from kkdesk.ui.widgets.symbol import Symbol

_SYMBOL_PIXELS = 44
_CARD_PADDING = (28, 28, 28, 28)


class DropCard(QFrame):
    """Takes a file that is dropped on it; `dropped(path)`."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event):
            restyle(self, active="true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, active="false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, active="false")
        if path := _dropped_file(event):
            event.acceptProposedAction()
            self.dropped.emit(path)


class StartStep(QWidget):
    """`chosen(path)` for a dropped file, `choose_wanted` and `export_wanted` for the buttons."""

    chosen = Signal(object)
    choose_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trouble = Banner()
        self.choose_button = button(
            self.tr("Choose a file…"), "primary", symbol="folder-open", clicked=self.choose_wanted.emit
        )
        self.export_button = button(self.tr("Export…"), symbol="download-simple", clicked=self.export_wanted.emit)
        self.card = DropCard()
        self.card.dropped.connect(self.chosen.emit)
        _fill(
            self.card,
            "upload-simple",
            self.tr("Import customers"),
            self.tr(
                "Drop a list here, or choose one: Excel (.xlsx, .xls) or text (.csv, .txt), with Greek or English "
                "titles. You will see what becomes of every row before anything is written, and an import can be "
                "undone for 30 days."
            ),
            self.choose_button,
        )
        export = QFrame()
        export.setProperty("role", "card")
        _fill(
            export,
            "download-simple",
            self.tr("Export customers"),
            self.tr(
                "All customers, or those you select, as an Excel or CSV file that can be edited and imported again."
            ),
            self.export_button,
        )
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addWidget(self.card, 3)
        cards.addWidget(export, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.trouble)
        column.addLayout(cards)
        column.addStretch(1)


def _fill(card: QFrame, symbol: str, title: str, text: str, action: QWidget) -> None:
    column = QVBoxLayout(card)
    column.setContentsMargins(*_CARD_PADDING)
    column.setSpacing(10)
    column.addWidget(Symbol(symbol, "accent", _SYMBOL_PIXELS))
    column.addWidget(label(title, "section-title"))
    column.addWidget(label(text, "muted", wrap=True))
    column.addStretch(1)
    column.addWidget(action, 0, Qt.AlignmentFlag.AlignLeft)
    card.setMinimumHeight(260)


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one file that is dropped."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 else None
