"""The second step: what each column of the file is, and what becomes of customers who are there already."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kkdesk.services.importing.fields import TARGETS
from kkdesk.services.importing.mapping import ColumnGuess
from kkdesk.services.importing.service import LookedAt
from kkdesk.ui.importing.choices import ChoicesPanel
from kkdesk.ui.importing.file_options import FileOptions
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import Pill, PillTone
from kkdesk.ui.widgets.labels import ElidedLabel, label, line
from kkdesk.ui.widgets.symbol import Symbol

_TARGET_WIDTHS = (150, 240)
_PILL_WIDTH = 130
_PILL_HEIGHT = 24
_TEXT_WIDTH = 120
_LEFT_WIDTH = 440
_RIGHT_WIDTHS = (296, 360)
#: In a window that is narrower a sign says what a pill would.
_ROOM_FOR_PILLS = 960
_SIGNS = {
    "neutral": ("minus-circle", "muted"),
    "warning": ("warning", "warning"),
    "success": ("check-circle", "success"),
}


class _Choice(QComboBox):
    """Leaves the wheel to the list around it, until one has clicked on it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ColumnRow:
    """The widgets of one column of the file."""

    def __init__(self, guess: ColumnGuess, language: str, words: tuple[str, str, str]) -> None:
        """`words` are what the pill says: found, worth a look, left out."""
        self.guess = guess
        self._words = words
        column = guess.column
        self.title = ElidedLabel(column.name, "strong")
        self.samples = ElidedLabel(" · ".join(column.samples) or "—", "muted")
        self.pill = Pill()
        self.pill.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pill.setFixedSize(_PILL_WIDTH, _PILL_HEIGHT)
        self.sign = Symbol("check-circle")
        self.choice = _Choice()
        self.choice.setAccessibleName(column.name)
        self.choice.setMinimumWidth(_TARGET_WIDTHS[0])
        self.choice.setMaximumWidth(_TARGET_WIDTHS[1])
        self.choice.addItem(words[2], None)
        for target in TARGETS:
            self.choice.addItem(target.label.in_language(language), target.key)
        self.choice.setCurrentIndex(max(0, self.choice.findData(guess.target)))
        self.show_state()

    @property
    def target(self) -> str | None:
        """What the column goes to; None: left out."""
        return self.choice.currentData()  # type: ignore[no-any-return]

    def show_state(self) -> None:
        """Say how sure the choice is."""
        found, look, left_out = self._words
        words: str
        tone: PillTone
        if self.target is None:
            words, tone = left_out, "neutral"
        elif self.target == self.guess.target and self.guess.wants_a_look:
            words, tone = look, "warning"
        else:
            words, tone = found, "success"
        self.pill.show_state(words, tone)
        self.sign.show_icon(*_SIGNS[tone])
        self.sign.setToolTip(words)

    def show_room(self, *, narrow: bool) -> None:
        """Say it with a sign where room is short."""
        self.pill.setVisible(not narrow)
        self.sign.setVisible(narrow)


class ColumnsStep(QWidget):
    """Columns at the left, choices at the right. `checked_wanted` when all is set."""

    check_wanted = Signal()
    #: Other `ReadOptions` for the same file.
    options_changed = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """`language` is the window's."""
        super().__init__(parent)
        self._language = language
        self.rows: list[ColumnRow] = []
        self.looked: LookedAt | None = None
        self.options = FileOptions()
        self.options.changed.connect(self.options_changed.emit)
        self.choices = ChoicesPanel(language)
        self.check_button = button(
            self.tr("Check the file"), "primary", symbol="clipboard-text", clicked=self.check_wanted.emit
        )
        self._grid = QGridLayout()
        self._arrange()

    def show_file(self, looked: LookedAt) -> None:
        """Show the columns of a file with the guesses."""
        self.looked = looked
        words = (self.tr("Recognised"), self.tr("Please check"), self.tr("Left out"))
        self._clear()
        self.rows = [ColumnRow(guess, self._language, words) for guess in looked.guesses]
        for at, row in enumerate(self.rows):
            self._add(at, row)
        rows = self.tr("%n row(s)", "", looked.source.rows)
        columns = self.tr("%n column(s)", "", len(self.rows))
        about = "" if looked.source.rows_are_exact else "≈ "
        self.options.show_summary(looked.source.name, f"{about}{rows} · {columns}")
        self.options.show_source(looked.source)
        self._fit()
        self._changed()

    def show_options(self) -> None:
        """Show again how the file was read."""
        if self.looked is not None:
            self.options.show_source(self.looked.source)

    @property
    def mapping(self) -> dict[int, str]:
        """The columns that are not left out, with what they go to."""
        return {row.guess.column.index: row.target for row in self.rows if row.target is not None}

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _ROOM_FOR_PILLS
        self.options.show_room(narrow=narrow)
        for row in self.rows:
            row.show_room(narrow=narrow)

    def _chosen(self, row: ColumnRow) -> None:
        """Two columns cannot go to one field: the other one lets it go."""
        for other in self.rows:
            if other is not row and row.target is not None and other.target == row.target:
                with QSignalBlocker(other.choice):
                    other.choice.setCurrentIndex(0)
                other.show_state()
        row.show_state()
        self._changed()

    def _changed(self) -> None:
        count = len(self.mapping)
        self.check_button.setEnabled(count > 0)
        self.check_button.setToolTip("" if count else self.tr("Say of one column at least what it is."))

    def _add(self, at: int, row: ColumnRow) -> None:
        place = 2 * at
        letters = label(row.guess.column.letters, "caption")
        letters.setFixedWidth(26)
        row.choice.currentIndexChanged.connect(lambda _index, one=row: self._chosen(one))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(row.title)
        texts.addWidget(row.samples)
        self._grid.addWidget(letters, place, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addLayout(texts, place, 1)
        self._grid.addWidget(row.choice, place, 2)
        self._grid.addWidget(row.pill, place, 3, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(row.sign, place, 3, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(line(), place + 1, 0, 1, 4)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
            elif (inner := item.layout()) is not None:
                while (part := inner.takeAt(0)) is not None:
                    if (widget := part.widget()) is not None:
                        widget.deleteLater()

    def _arrange(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._grid.setContentsMargins(16, 10, 16, 10)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(1, _TEXT_WIDTH)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        within = QVBoxLayout(card)
        within.setContentsMargins(1, 1, 1, 1)
        within.addWidget(scroll)
        card.setMinimumWidth(_LEFT_WIDTH)
        self.choices.setMinimumWidth(_RIGHT_WIDTHS[0])
        self.choices.setMaximumWidth(_RIGHT_WIDTHS[1])
        sides = QHBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(card, 2)
        sides.addWidget(self.choices, 1)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.options)
        row.addLayout(sides, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.check_button)
        row.addLayout(foot)
