"""Forms: sections with a title, rows with a label above or beside the field, errors beneath it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle

LABEL_WIDTH = 168
#: QWIDGETSIZE_MAX: nobody has limited the field's width.
_UNBOUNDED = 16_777_215


class FormRow(QWidget):
    """A field with its label, a hint and, when wrong, the reason. The label is the field's buddy."""

    def __init__(
        self,
        caption: str,
        field: QWidget,
        hint: str = "",
        *,
        beside: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`beside` puts the label at the left of the field, else above it."""
        super().__init__(parent)
        self.field = field
        self._hint = hint
        self.caption = label(caption, None if beside else "caption", wrap=True)
        self.caption.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        self._note = label(hint, "caption", wrap=True)
        self._note.setVisible(bool(hint))
        below = QVBoxLayout()
        below.setSpacing(3)
        below.addWidget(field)
        if field.maximumWidth() < _UNBOUNDED:
            below.setAlignment(field, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self._note)
        self._arrange(below, beside=beside)

    @property
    def hint(self) -> str:
        """What stands beneath the field when nothing is wrong."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Change the hint."""
        self._hint = hint
        self.show_error("")

    def show_error(self, text: str) -> None:
        """Mark the field as wrong and say why; empty takes the mark away."""
        # A field that is made of others shows its mark where the keyboard goes.
        restyle(self.field.focusProxy() or self.field, invalid="true" if text else "false")
        self._note.setText(text or self._hint)
        self._note.setVisible(bool(text or self._hint))
        restyle(self._note, role="field-error" if text else "caption")

    def _arrange(self, below: QLayout, *, beside: bool) -> None:
        if beside:
            row = QHBoxLayout(self)
            row.setSpacing(16)
            self.caption.setFixedWidth(LABEL_WIDTH)
            self.caption.setMinimumHeight(30)
            self.caption.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(self.caption, 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(below, 1)
            row.setContentsMargins(0, 0, 0, 0)
            return
        column = QVBoxLayout(self)
        column.setSpacing(3)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.caption)
        column.addLayout(below)


class FormSection(QWidget):
    """A titled group of rows, in one column or two."""

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._count = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if title:
            heads = QVBoxLayout()
            heads.setSpacing(2)
            heads.addWidget(label(title, "section-title"))
            if text:
                heads.addWidget(label(text, "muted", wrap=True))
            column.addLayout(heads)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for index in range(columns):
            self._grid.setColumnStretch(index, 1)
        column.addLayout(self._grid)

    def add(self, row: QWidget, *, wide: bool = False) -> QWidget:
        """Add a row; `wide` lets it span all columns."""
        if wide and self._count % self._columns:
            self._count += self._columns - self._count % self._columns
        line, column = divmod(self._count, self._columns)
        self._grid.addWidget(
            row,
            line,
            column,
            1,
            self._columns if wide else 1,
            Qt.AlignmentFlag.AlignTop,
        )
        self._count += self._columns if wide else 1
        return row

    def row(self, caption: str, field: QWidget, hint: str = "", *, wide: bool = False) -> FormRow:
        """Add a field: its label beside it in one column, above it in two."""
        made = FormRow(caption, field, hint, beside=self._columns == 1)
        self.add(made, wide=wide)
        return made


def fact(caption: str, value: QLabel) -> QWidget:
    """A caption above a value that is read and not edited."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(label(caption, "caption"))
    column.addWidget(value)
    return holder
