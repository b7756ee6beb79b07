"""The form of a customer: all fields, checked while one types, with a warning when the customer may exist already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kkdesk.model.customer import Customer, changed_fields
from kkdesk.model.customer_check import FieldProblem, errors, problems
from kkdesk.model.customer_fields import FIELDS, GROUPS
from kkdesk.model.errors import InvalidInput
from kkdesk.ui.customers.fields import FieldInput
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.form import FormRow, FormSection
from kkdesk.ui.widgets.labels import label

#: Milliseconds without a key after which the form looks for duplicates.
_PAUSE_MS = 350
_SIZE = (880, 660)
#: Pixels to keep free around the field in question, and of the window behind the form.
_ROOM = 40
#: Possible duplicates named in the warning.
_NAMED = 3
#: Fields that tell two customers to be the same, and those that are looked up.
_TELLING = frozenset(
    {
        "company",
        "first_name",
        "last_name",
        "email",
        "email_secondary",
        "phone",
        "mobile",
        "phone_secondary",
        "afm",
        "city",
    }
)


class CustomerEditor(QDialog):
    """The form. Emits `save_wanted(customer)`; whoever opened it saves and then calls `saved()` or `show_problems`.

    With the customer goes `switched`: whether opens and clicks are to be recorded.
    `duplicates_wanted(customer)` is emitted after a pause in typing a telling field; answer with `show_duplicates`.
    """

    save_wanted = Signal(object)
    duplicates_wanted = Signal(object)
    duplicate_opened = Signal(str)

    def __init__(
        self, customer: Customer, language: str, parent: QWidget | None = None, *, tracked: bool = True
    ) -> None:
        """`customer` is the one to edit, or a new one (without an id); `tracked` is how its switch stands."""
        super().__init__(parent)
        self._seen = customer
        self._tracked = tracked
        self._language = language
        self._inputs: dict[str, FieldInput] = {}
        self._rows: dict[str, FormRow] = {}
        self._closing = False
        self.is_open = True
        self.setWindowTitle(self.tr("Edit customer") if customer.id else self.tr("New customer"))
        self.untracked = QCheckBox(self.tr("Do not track opens and clicks"))
        self.untracked.setChecked(not tracked)
        self._arrange()
        self._fit(parent)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_for_duplicates)
        for name, field in self._inputs.items():
            field.show_value(getattr(customer, name))
            field.changed.connect(lambda changed=name: self._typed(changed))
        self.untracked.toggled.connect(self._touched)
        self._inputs["company"].setFocus()
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self, activated=self.save)

    @property
    def is_changed(self) -> bool:
        """Whether anything would be lost by closing."""
        try:
            return self.switched is not None or bool(changed_fields(self._seen, self._edited()))
        except InvalidInput:
            return True

    @property
    def switched(self) -> bool | None:
        """Whether opens and clicks are to be recorded; None where that is to stay as it is."""
        tracked = not self.untracked.isChecked()
        return None if tracked == self._tracked else tracked

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into fields as if they had been typed."""
        for name, value in values.items():
            self._inputs[name].show_value(value)
            self._typed(name)
        self._look_for_duplicates()

    def save(self) -> None:
        """Ask for saving, unless something must be mended first."""
        found = self._found()
        self.show_problems(found)
        if not errors(found):
            self.save_button.setEnabled(False)
            self.save_wanted.emit(self._edited())

    def saved(self) -> None:
        """The customer has been written: close."""
        self._closing = True
        self.accept()

    def not_saved(self, text: str = "") -> None:
        """Saving failed; `text` says why, in place."""
        self.save_button.setEnabled(True)
        self._trouble.say(text, "danger")

    def show_problems(self, found: list[FieldProblem]) -> None:
        """Mark the fields in question; the first error gets the cursor."""
        by_field = {problem.field: problem for problem in reversed(found)}
        for name, row in self._rows.items():
            problem = by_field.get(name)
            if problem is None:
                row.show_error("")
            elif problem.severity == "error":
                row.show_error(self._remark(problem))
            else:
                row.set_hint(self._remark(problem))
        first = next((problem for problem in found if problem.severity == "error"), None)
        if first is not None and first.field in self._inputs:
            self._inputs[first.field].setFocus()
            row = self._rows[first.field]
            # The row has its full height only once the reason beneath the field is laid out.
            QTimer.singleShot(0, row, lambda: self._scroll.ensureWidgetVisible(row, 0, _ROOM))

    def show_duplicates(self, names: list[tuple[str, str]]) -> None:
        """Warn of customers that may be this one: (id, "name: reason") each."""
        if not names:
            self._duplicates.say("")
            return
        self._duplicates.say(
            self.tr("There may already be such a customer: %1").replace(
                "%1", "  ·  ".join(text for _, text in names[:_NAMED])
            ),
            "warning",
        )
        self._duplicate_id = names[0][0]
        self._open_duplicate.setVisible(True)

    def show_dead_address(self, name: str, address: str, reason: str) -> None:
        """Remark in passing that mail to this address cannot arrive, if it is still the one that was checked."""
        field, row = self._inputs[name], self._rows[name]
        if field.value() == address and not row.hint:
            row.set_hint(reason)

    def done(self, result: int) -> None:
        """Accepted or rejected: whatever was still being looked up is not shown any more."""
        self.is_open = False
        super().done(result)

    def reject(self) -> None:
        """Escape and Cancel: unsaved work is asked about once."""
        if self.is_changed and not self._closing:
            self._trouble.say(self.tr("There are unsaved changes. Press Escape again to drop them."), "warning")
            self._closing = True
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross asks as Escape does."""
        if self.isVisible() and self.is_changed and not self._closing:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)

    def _fit(self, window: QWidget | None) -> None:
        """As large as it wants to be, and no larger than the window over which it opens."""
        room = window.size() if window is not None else self.screen().availableSize()
        self.resize(min(_SIZE[0], room.width() - _ROOM), min(_SIZE[1], room.height() - _ROOM))

    def _arrange(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(24, 18, 24, 10)
        top.setSpacing(10)
        title = self._seen.display_name if self._seen.id else self.tr("New customer")
        top.addWidget(label(title, "page-title"))
        self._duplicates = Banner()
        self._duplicate_id = ""
        self._open_duplicate = button(
            self.tr("Open it"), "link", clicked=lambda: self.duplicate_opened.emit(self._duplicate_id)
        )
        self._open_duplicate.setVisible(False)
        layout = self._duplicates.layout()
        if layout is not None:
            layout.addWidget(self._open_duplicate)
        self._trouble = Banner()
        top.addWidget(self._duplicates)
        top.addWidget(self._trouble)
        outer.addLayout(top)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._form())
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._foot())

    def _form(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        # The bar at the right takes as much of the margin.
        column.setContentsMargins(24, 6, 12, 18)
        column.setSpacing(22)
        for group, title in GROUPS.items():
            fields = [field for field in FIELDS if field.group == group and field.editable]
            if not fields:
                continue
            section = FormSection(title.in_language(self._language), columns=2)
            for field in fields:
                made = FieldInput(field, self._language)
                self._inputs[field.name] = made
                self._rows[field.name] = section.row(
                    field.label.in_language(self._language), made, wide=field.kind == "lines" or field.name == "company"
                )
            if group == "contact":
                section.row(
                    self.tr("Newsletters"),
                    self.untracked,
                    self.tr("Then nobody sees whether they open our mails or which links they click."),
                )
            column.addWidget(section)
        column.addStretch(1)
        return body

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 12, 24, 16)
        row.addWidget(label(self.tr("Ctrl+S saves"), "caption"))
        row.addStretch(1)
        row.addWidget(button(self.tr("Cancel"), clicked=self.reject))
        self.save_button = button(self.tr("Save"), "primary", clicked=self.save)
        row.addWidget(self.save_button)
        return foot

    def _touched(self) -> None:
        self._closing = False
        self._trouble.say("")

    def _typed(self, name: str) -> None:
        self._touched()
        self._rows[name].set_hint("")
        if name in _TELLING:
            self._pause.start()

    def _look_for_duplicates(self) -> None:
        self.show_problems([problem for problem in self._found() if problem.severity == "warning"])
        try:
            self.duplicates_wanted.emit(self._edited())
        except InvalidInput:
            return  # The field that makes no sense is marked when saving.

    def _edited(self) -> Customer:
        values: dict[str, Any] = {name: field.value() for name, field in self._inputs.items()}
        return replace(self._seen, **values)

    def _found(self) -> list[FieldProblem]:
        unread: list[FieldProblem] = []
        values: dict[str, Any] = {}
        for name, field in self._inputs.items():
            try:
                values[name] = field.value()
            except InvalidInput as error:
                unread.append(FieldProblem(name, "error", error.what))
        return unread + problems(replace(self._seen, **values), self._seen if self._seen.id else None)

    def _remark(self, problem: FieldProblem) -> str:
        text = problem.message.in_language(self._language)
        if problem.suggestion is None:
            return text
        # Not inside the braces of an f-string, where the collector of texts does not look.
        meant = self.tr("Did you mean %1?")
        return f"{text} {meant.replace('%1', problem.suggestion)}"
