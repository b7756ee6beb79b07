"""What becomes of customers who are there already, and of wrong values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kkdesk.services.importing.plan import MATCH_KEYS, MATCH_LABELS, Choices, MatchKey, OnMatch, OnWrong
from kkdesk.services.importing.tag_list import parse_tags
from kkdesk.ui.widgets.labels import label


class ChoicesPanel(QFrame):
    """Everything that is chosen beside the columns."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """`language` is the window's."""
        super().__init__(parent)
        self.setProperty("role", "card")
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(2)
        self._title(self.tr("Customers who are there already"))
        self._modes = self._radios(
            {
                "skip": self.tr("Leave them as they are"),
                "fill": self.tr("Fill in what is empty"),
                "update": self.tr("Overwrite with the file's values"),
                "create": self.tr("Make new customers anyway"),
            }
        )
        self._hint(self.tr("Empty cells never erase anything, and nobody who has unsubscribed is subscribed again."))
        self._title(self.tr("Recognise them by"))
        self.keys = {key: QCheckBox(MATCH_LABELS[key].in_language(language)) for key in MATCH_KEYS}
        for box in self.keys.values():
            box.setChecked(True)
            self._column.addWidget(box)
        self._hint(self.tr("Customers whose surer details differ are never taken for the same."))
        self._title(self.tr("Rows with a wrong ΑΦΜ or e-mail"))
        self._wrongs = self._radios(
            {
                "refuse": self.tr("List them for correction"),
                "leave_out": self.tr("Import without the wrong value"),
            }
        )
        self._title(self.tr("Tag for all of them"))
        self.tag = QLineEdit()
        self.tag.setPlaceholderText(self.tr("For instance: Exhibition 2026"))
        self.tag.setAccessibleName(self.tr("Tag for all of them"))
        self._column.addWidget(self.tag)
        self._column.addStretch(1)
        self._modes.idToggled.connect(self._mode_changed)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(scroll)

    def choices(self) -> Choices:
        """What is chosen."""
        match: tuple[MatchKey, ...] = tuple(key for key, box in self.keys.items() if box.isChecked())
        mode: OnMatch = self._chosen(self._modes)  # type: ignore[assignment]
        wrong: OnWrong = self._chosen(self._wrongs)  # type: ignore[assignment]
        return Choices(match=match, on_match=mode, on_wrong=wrong, tags=parse_tags(self.tag.text()))

    def choose(self, mode: OnMatch) -> None:
        """Choose what becomes of customers who are there (tests, tour)."""
        for made in self._modes.buttons():
            if made.property("key") == mode:
                made.setChecked(True)

    def _mode_changed(self) -> None:
        for box in self.keys.values():
            box.setEnabled(self._chosen(self._modes) != "create")

    @staticmethod
    def _chosen(group: QButtonGroup) -> str:
        checked = group.checkedButton()
        return str(checked.property("key")) if checked else ""

    def _radios(self, texts: dict[str, str]) -> QButtonGroup:
        group = QButtonGroup(self)
        for key, text in texts.items():
            made = QRadioButton(text)
            made.setProperty("key", key)
            group.addButton(made)
            self._column.addWidget(made)
        group.buttons()[0].setChecked(True)
        return group

    def _title(self, text: str) -> None:
        if self._column.count():
            self._column.addSpacing(8)
        self._column.addWidget(label(text, "section-title", wrap=True))

    def _hint(self, text: str) -> None:
        self._column.addWidget(label(text, "caption", wrap=True))
