"""Writing a value that is neither mine nor theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.customer import Customer, column_value
from kkdesk.model.customer_fields import FIELD
from kkdesk.model.errors import InvalidInput
from kkdesk.ui.customers.fields import FieldInput
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.styling import restyle

if TYPE_CHECKING:
    from kkdesk.model.change import FailedGuard
    from kkdesk.model.row import SqlValue

#: Columns of other tables that are plain text of a line, and of several.
_LINES: Final = frozenset({"name", "subject", "preview_text", "description", "from_name", "title"})
_TEXTS: Final = frozenset({("customer_notes", "content")})
_TEXT_HEIGHT: Final = 72


class ThirdValue(QWidget):
    """An input for the column of a guard, and why its contents cannot be taken; see `third_value`."""

    def __init__(self, widget: QWidget, read: Callable[[], SqlValue], name: str, language: str) -> None:
        """`read` may raise `InvalidInput`."""
        super().__init__()
        self._read = read
        self._language = language
        self.input = widget
        widget.setAccessibleName(name)
        self.setFocusProxy(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(widget)
        self.wrong = label("", "field-error", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)

    def value(self) -> SqlValue:
        """What the column is to get. Shows why not, and raises `InvalidInput`."""
        try:
            found = self._read()
        except InvalidInput as error:
            self._show_wrong(error.what.in_language(self._language))
            raise
        self._show_wrong("")
        return found

    def _show_wrong(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        restyle(self.input.focusProxy() or self.input, invalid="true" if text else "false")


def third_value(failed: FailedGuard, name: str, language: str) -> ThirdValue | None:
    """An input that begins with mine; None where a value cannot be written in one."""
    guard = failed.guard
    if guard.table == "customers":
        return _of_customer(failed, name, language)
    text = str(guard.new or "")
    if (guard.table, guard.column) in _TEXTS:
        area = QPlainTextEdit(text)
        area.setTabChangesFocus(True)
        area.setFixedHeight(_TEXT_HEIGHT)
        return ThirdValue(area, lambda: _needed(area.toPlainText()), name, language)
    if guard.column not in _LINES:
        return None
    line = QLineEdit(text)
    line.setCursorPosition(0)
    needed = guard.column == "name"
    return ThirdValue(line, lambda: _needed(line.text()) if needed else line.text().strip() or None, name, language)


def _of_customer(failed: FailedGuard, name: str, language: str) -> ThirdValue | None:
    column = failed.guard.column
    field = FIELD.get(column)
    # Of yes and no, mine and theirs leave nothing over.
    if field is None or not field.editable or field.kind == "flag":
        return None
    edit = FieldInput(field, language)
    empty = getattr(Customer(), column)
    new = failed.guard.new
    edit.show_value(empty if new is None else type(empty)(new) if isinstance(empty, bool | str) else new)
    return ThirdValue(edit, lambda: _tidy(column, edit), name, language)


def _tidy(column: str, edit: FieldInput) -> SqlValue:
    """As saving a customer would write it: blanks removed, numbers of telephones in one form."""
    from kkdesk.model.customer_check import errors, problems, tidied

    draft = replace(Customer(company="x"), **{column: edit.value()})
    wrong = [problem for problem in errors(problems(draft, None)) if problem.field == column]
    if wrong:
        raise InvalidInput(wrong[0].message)
    return column_value(tidied(draft), column)


def _needed(text: str) -> str:
    if not text.strip():
        raise InvalidInput(Bilingual("Συμπληρώστε το.", "Please fill this in."))
    return text.strip()
