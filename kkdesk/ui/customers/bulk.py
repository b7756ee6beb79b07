"""What can be done with many customers at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QMenu, QStackedWidget, QWidget

from kkdesk.model.customer import Customer
from kkdesk.model.customer_check import errors, problems
from kkdesk.model.customer_fields import FIELDS
from kkdesk.model.errors import InvalidInput
from kkdesk.ui.customers.fields import FieldInput
from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.buttons import button, menu_button
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.model.tag import Tag


class SelectionBar(QFrame):
    """Shown while more than one customer is selected: how many, and what can be done with them."""

    tag_chosen = Signal(str)
    untag_chosen = Signal(str)
    new_tag_wanted = Signal()
    edit_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._tags: Sequence[Tag] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        self._count = label("", "strong")
        row.addWidget(self._count)
        self._all = button("", "link", clicked=self.all_wanted.emit)
        row.addWidget(self._all)
        row.addStretch(1)
        tag = menu_button(self.tr("Tags"), self._tag_menu(), symbol="tag")
        edit = button(self.tr("Edit…"), symbol="pencil-simple", clicked=self.edit_wanted.emit)
        self.export_button = button(self.tr("Export"), symbol="download-simple", clicked=self.export_wanted.emit)
        delete = button(self.tr("Delete"), symbol="trash", clicked=self.delete_wanted.emit)
        #: What changes customers.
        self.editing = (tag, edit, delete)
        for made in (tag, edit, self.export_button, delete):
            row.addWidget(made)

    def show_selection(self, selected: int, shown: int, tags: Sequence[Tag]) -> None:
        """`selected` of the `shown` customers."""
        self._tags = tags
        self._count.setText(self.tr("%n selected", "", selected))
        self._all.setText(self.tr("Select all %n", "", shown))
        self._all.setVisible(selected < shown)
        self.setVisible(selected > 1)

    def _tag_menu(self) -> QMenu:
        menu = QMenu()
        menu.aboutToShow.connect(lambda: self._fill(menu))
        return menu

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for tag in self._tags:
            menu.addAction(tag.name.replace("&", "&&"), lambda tag_id=tag.id: self.tag_chosen.emit(tag_id))
        menu.addAction(self.tr("New tag…"), self.new_tag_wanted.emit)
        menu.addSeparator()
        remove = menu.addMenu(self.tr("Remove a tag"))
        remove.setEnabled(bool(self._tags))
        for tag in self._tags:
            remove.addAction(tag.name.replace("&", "&&"), lambda tag_id=tag.id: self.untag_chosen.emit(tag_id))


class BulkEdit(Question):
    """Sets one field of many customers; the button names their number."""

    def __init__(self, parent: QWidget, title: str, confirm: str, language: str) -> None:
        """`title` and `confirm` name the number: who opens it knows how many there are."""
        super().__init__(
            parent,
            title,
            QCoreApplication.translate(
                "CustomerDialogs", "The chosen field gets the same value in all of them. It can be undone for 30 days."
            ),
            confirm=confirm,
        )
        self._fields = [FieldInput(field, language) for field in FIELDS if field.bulk]
        self._choice = QComboBox()
        self._inputs = QStackedWidget()
        for made in self._fields:
            self._choice.addItem(made.field.label.in_language(language))
            self._inputs.addWidget(made)
            made.changed.connect(self._say_what_happens)
        self._choice.currentIndexChanged.connect(self._inputs.setCurrentIndex)
        self._choice.currentIndexChanged.connect(self._say_what_happens)
        self.body.addWidget(FormRow(QCoreApplication.translate("CustomerDialogs", "Field"), self._choice))
        self._row = FormRow(QCoreApplication.translate("CustomerDialogs", "New value"), self._inputs)
        self.body.addWidget(self._row)
        self._language = language
        self._choice.setFocus()
        self._say_what_happens()

    def accept(self) -> None:
        """Close, unless the value means nothing or no customer may have it."""
        wrong = self._wrong()
        self._row.show_error(wrong)
        if wrong:
            self._inputs.currentWidget().setFocus()
        else:
            super().accept()

    def _wrong(self) -> str:
        try:
            column, value = self.chosen()
        except InvalidInput as error:
            return error.what.in_language(self._language)
        # Any name will do: it is no field of this dialog.
        found = errors(problems(replace(Customer(company="-"), **{column: value})))  # type: ignore[arg-type]
        return found[0].message.in_language(self._language) if found else ""

    def _say_what_happens(self) -> None:
        self._row.set_hint("")
        with suppress(InvalidInput):  # said when one confirms
            if self.chosen()[1] in {"", None}:
                self._row.set_hint(
                    QCoreApplication.translate("CustomerDialogs", "Left empty, it is emptied in all of them.")
                )

    def chosen(self) -> tuple[str, object]:
        """Column and value. Raises `InvalidInput` for a value that means nothing."""
        current = self._fields[self._choice.currentIndex()]
        return current.field.name, current.value()
