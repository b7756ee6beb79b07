"""What is written into a file: whom, which columns, in which form."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from kkdesk.services.exporting.columns import COLUMNS
from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.labels import label

_ACROSS = 4
_WIDTH = 840
_COLUMNS_HEIGHT = 96
#: What stays free around the dialog, its title bar included.
_AROUND = QSize(24, 58)


class ExportDialog(Question):
    """Asks before an export."""

    def __init__(self, parent: QWidget, language: str, total: int, selected: int) -> None:
        """`total` customers there are, `selected` of them were selected (0: nobody in particular)."""
        super().__init__(
            parent,
            QCoreApplication.translate("ExportDialog", "Export customers"),
            confirm=QCoreApplication.translate("ExportDialog", "Choose where to save…"),
        )
        self.who = QButtonGroup(self)
        self.everybody = QRadioButton(self.tr("All %n customer(s)", "", total))
        self.selection = QRadioButton(self.tr("The %n selected", "", selected))
        self.selection.setVisible(selected > 0)
        (self.selection if selected else self.everybody).setChecked(True)
        people = QHBoxLayout()
        people.setSpacing(20)
        for choice in (self.selection, self.everybody):
            self.who.addButton(choice)
            people.addWidget(choice)
        people.addStretch(1)
        self.body.addLayout(people)
        self.form = QComboBox()
        self.form.addItem(self.tr("Excel workbook (.xlsx)"), ".xlsx")
        self.form.addItem(self.tr("Text for Excel (.csv)"), ".csv")
        self.language = QComboBox()
        self.language.addItem(self.tr("Greek titles"), "el")
        self.language.addItem(self.tr("English titles"), "en")
        self.body.addSpacing(8)
        self.body.addWidget(FormRow(self.tr("File"), self.form))
        self.body.addWidget(FormRow(self.tr("Titles of the columns"), self.language))
        self.body.addSpacing(8)
        self.boxes = {column.key: QCheckBox(column.label.in_language(language)) for column in COLUMNS}
        self._add_columns()
        self.setMinimumWidth(_WIDTH)
        # A small window, or large type, makes the columns scroll and leaves the buttons in sight.
        room = parent.window().size() - _AROUND
        self.setMaximumHeight(max(room.height(), self.minimumSizeHint().height()))
        self.resize(self.sizeHint().boundedTo(room))

    @property
    def columns(self) -> list[str] | None:
        """The columns chosen; None: all of them."""
        chosen = [key for key, box in self.boxes.items() if box.isChecked()]
        return None if len(chosen) == len(self.boxes) else chosen

    @property
    def only_selected(self) -> bool:
        """Whether only those who were selected are written."""
        return self.selection.isChecked()

    def _add_columns(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Columns"), "section-title"), 1)
        head.addWidget(button(self.tr("All"), "link", clicked=lambda: self._check(on=True)))
        head.addWidget(button(self.tr("None"), "link", clicked=lambda: self._check(on=False)))
        self.body.addLayout(head)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        down = -(-len(self.boxes) // _ACROSS)
        for at, box in enumerate(self.boxes.values()):
            box.setChecked(True)
            box.toggled.connect(self._changed)
            grid.addWidget(box, at % down, at // down)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setMinimumHeight(_COLUMNS_HEIGHT)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(
            label(
                self.tr("With “KK Desk ID” among them, an import of the file finds each customer again."),
                "caption",
                wrap=True,
            )
        )

    def _check(self, *, on: bool) -> None:
        for box in self.boxes.values():
            box.setChecked(on)

    def _changed(self) -> None:
        self.confirm_button.setEnabled(any(box.isChecked() for box in self.boxes.values()))
