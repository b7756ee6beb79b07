"""The pane beside the list: why an address is not mailed, whose it is, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.suppression import Suppressed, SuppressionNote
from kkdesk.ui.formats import day, moment, number
from kkdesk.ui.suppressions.words import REASON_TONES, note_words, since_words, source_words
from kkdesk.ui.widgets.buttons import button, tool_button
from kkdesk.ui.widgets.chips import Pill
from kkdesk.ui.widgets.flow import FlowLayout
from kkdesk.ui.widgets.form import fact
from kkdesk.ui.widgets.labels import LongWord, label

#: Customers of one address that are named; more are counted.
_CUSTOMERS_SHOWN = 8


class SuppressionPane(QWidget):
    """One address. What one does here is emitted; the page does it."""

    remove_wanted = Signal()
    customer_wanted = Signal(str)
    closed = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """Empty until `show_entry`."""
        super().__init__(parent)
        self._language = language
        self.address = ""
        self._head = QWidget()
        pills = QWidget()
        self._pills = FlowLayout(pills)
        self.remove_button = button(
            self.tr("Mail this address again…"), symbol="envelope-simple", clicked=self.remove_wanted.emit
        )
        self.facts = QScrollArea()
        self.facts.setWidgetResizable(True)
        first = QHBoxLayout()
        first.setSpacing(8)
        self._place = QVBoxLayout()
        first.addLayout(self._place, 1)
        first.addWidget(
            tool_button("x", self.tr("Close the details"), clicked=self.closed.emit), 0, Qt.AlignmentFlag.AlignTop
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 2, 0, 0)
        column.setSpacing(10)
        column.addLayout(first)
        column.addWidget(pills)
        column.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.facts, 1)

    def show_entry(self, entry: Suppressed, notes: Sequence[SuppressionNote], now: int) -> None:
        """Show an address, or the same one anew."""
        self.address = entry.address
        while (item := self._place.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        heading = LongWord(entry.shown)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self._place.addWidget(heading)
        self._pills.clear()
        for reason in entry.reasons:
            self._pills.addWidget(Pill(reason.label.in_language(self._language), REASON_TONES[reason]))
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(2, 4, 6, 10)
        column.setSpacing(10)
        for caption, text in self._facts_of(entry):
            column.addWidget(fact(caption, label(text, wrap=True, selectable=True)))
        self._add_customers(column, entry)
        self._add_history(column, notes, now)
        column.addStretch(1)
        self.facts.setWidget(body)

    def _facts_of(self, entry: Suppressed) -> list[tuple[str, str]]:
        facts = [
            (self.tr("Since"), since_words(entry)),
            (self.tr("Until"), day(entry.until) if entry.until else ""),
            (self.tr("From"), source_words(entry)),
            (self.tr("Note"), entry.text),
            (self.tr("Failed deliveries"), number(entry.bounces) if entry.bounces else ""),
            (self.tr("Complaints"), number(entry.complaints) if entry.complaints else ""),
        ]
        return [(caption, text) for caption, text in facts if text]

    def _add_customers(self, column: QVBoxLayout, entry: Suppressed) -> None:
        column.addWidget(label(self.tr("Customers with this address"), "strong"))
        if not entry.customers:
            column.addWidget(label(self.tr("None"), "muted"))
        for key, name in entry.customers[:_CUSTOMERS_SHOWN]:
            link = button(name.replace("&", "&&"), "link", clicked=partial(self.customer_wanted.emit, key))
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if more := len(entry.customers[_CUSTOMERS_SHOWN:]):
            column.addWidget(label(self.tr("and %Ln more", "", more), "muted"))

    def _add_history(self, column: QVBoxLayout, notes: Sequence[SuppressionNote], now: int) -> None:
        if not notes:
            return
        column.addSpacing(4)
        column.addWidget(label(self.tr("History"), "strong"))
        for note in notes:
            who = " · ".join(filter(None, (moment(note.at, now), note.who)))
            entry = QVBoxLayout()
            entry.setSpacing(1)
            entry.addWidget(label(note_words(note), wrap=True))
            if note.text:
                entry.addWidget(label(note.text, wrap=True, selectable=True))
            entry.addWidget(label(who, "caption", wrap=True))
            column.addLayout(entry)
