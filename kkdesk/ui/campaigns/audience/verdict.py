"""How many get it and how many do not, by reason; behind each number the people."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kkdesk.model.audience import AudiencePreview, Exclusion
from kkdesk.model.errors import KKDeskError
from kkdesk.ui.formats import number
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle


class ReasonRow(QPushButton):
    """A reason with its number, as a button that shows who."""

    def __init__(self, text: str, count: int) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        self.setAutoDefault(False)
        self.setAccessibleName(f"{text}: {count}")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        self._text = label(text)
        self._count = label(number(count), "strong")
        arrow = QLabel()
        arrow.setPixmap(icon("caret-right", "muted").pixmap(14, 14))
        for part in (self._text, self._count, arrow):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._text, 1)
        row.addWidget(self._count)
        row.addWidget(arrow)


class AudienceVerdict(QFrame):
    """Shows a preview. `people_wanted(reason)`: somebody wants to see who, None for those who get it."""

    people_wanted = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._language = language
        self.preview: AudiencePreview | None = None
        self._number = label("–")
        self._number.setProperty("role", "figure")
        self._words = label("", wrap=True)
        self._detail = label("", "muted", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(4)
        column.addWidget(self._number)
        column.addWidget(self._words)
        self._mailed = QVBoxLayout()
        column.addLayout(self._mailed)
        column.addSpacing(8)
        column.addWidget(self._detail)
        column.addLayout(self._rows)
        column.addStretch(1)

    def show_counting(self) -> None:
        """The numbers are on their way; the former ones stay, paler."""
        restyle(self._number, role="figure")
        self._number.setEnabled(False)

    def show_preview(self, preview: AudiencePreview, *, nobody_chosen: bool) -> None:
        """Show the numbers."""
        self.preview = preview
        self._number.setEnabled(True)
        self._clear()
        if nobody_chosen:
            self._number.setText(number(0))
            self._words.setText(self.tr("Nobody has been chosen yet"))
            self._detail.setText(
                self.tr("Choose towns, tags, segments or categories. To mail everyone, say so: choose “Everyone”.")
            )
            return
        self._number.setText(number(preview.count))
        self._words.setText(self.tr("customer(s) get it", None, preview.count))
        self._add_row(self._mailed, self.tr("See who gets it"), preview.count, None)
        left = preview.selected - preview.count
        if left:
            self._detail.setText(self.tr("%n customer(s) you chose do not get it:", None, left))
        else:
            self._detail.setText(self.tr("Everybody you chose gets it."))
        for reason, count in preview.counts.items():
            self._add_row(self._rows, reason.label.in_language(self._language), count, reason)

    def show_error(self, error: KKDeskError) -> None:
        """The audience cannot be told."""
        self.preview = None
        self._clear()
        self._number.setEnabled(True)
        self._number.setText("–")
        self._words.setText(error.what.in_language(self._language))
        rest = [part.in_language(self._language) for part in (error.kept, error.next_step) if part]
        self._detail.setText(" ".join(rest))

    def _add_row(self, rows: QVBoxLayout, text: str, count: int, reason: Exclusion | None) -> None:
        if not count:
            return
        made = ReasonRow(text, count)
        made.clicked.connect(lambda _on: self.people_wanted.emit(reason))
        rows.addWidget(made)

    def _clear(self) -> None:
        for rows in (self._mailed, self._rows):
            while (item := rows.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
