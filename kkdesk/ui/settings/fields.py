"""Form fields that are settings: what is stored, what the environment dictates, what the person has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from kkdesk.services.settings import Settings
from kkdesk.ui.widgets.form import FormRow, FormSection

#: The style sheet gives a spin box's padding to its frame; its text would begin at the very edge.
SPIN_MARGINS: Final = (7, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in the form. `read` gives its text, `show` puts a text into the widget."""

    name: str
    row: FormRow
    read: Callable[[], str]
    show: Callable[[str], None]


class SecretField(QLineEdit):
    """A secret to be typed: what is stored is never shown."""

    def __init__(self, name: str, changed: Callable[[], None]) -> None:
        """`name` is the secret's; `changed` is called whenever a person edits it."""
        super().__init__()
        self.name = name
        self.setEchoMode(QLineEdit.EchoMode.Password)
        # Signals that take nothing are given nothing: `textEdited` passes the text.
        self.textEdited.connect(lambda _text: changed())

    def show_stored(self, *, stored: bool, dictated: bool) -> None:
        """Whether there is one already; `dictated`: the environment sets it, so it cannot be changed here."""
        unchanged = QCoreApplication.translate("SettingsForm", "Unchanged")
        self.setPlaceholderText(unchanged if stored else "")
        self.setEnabled(not dictated)


class SettingsForm:
    """The fields of all sections. A field that the environment sets is shown and cannot be changed."""

    def __init__(self, settings: Settings, changed: Callable[[], None]) -> None:
        """`changed` is called whenever a person edits a field."""
        self._settings = settings
        self._changed = changed
        self._fields: dict[str, Field] = {}

    def line(self, section: FormSection, name: str, caption: str, hint: str = "", placeholder: str = "") -> QLineEdit:
        """A setting of one line."""
        edit = QLineEdit()
        edit.setPlaceholderText(placeholder)
        edit.textEdited.connect(self._changed)
        self._add(name, section.row(caption, edit, hint), edit.text, edit.setText)
        return edit

    def whole_number(self, section: FormSection, name: str, caption: str, low: int, high: int) -> QSpinBox:
        """A setting that is a whole number."""
        spin = QSpinBox()
        spin.setRange(low, high)
        spin.setFixedWidth(120)
        spin.lineEdit().setTextMargins(*SPIN_MARGINS)
        spin.setGroupSeparatorShown(False)
        spin.valueChanged.connect(self._changed)
        self._add(
            name, section.row(caption, spin), lambda: str(spin.value()), lambda text: spin.setValue(_number(text, low))
        )
        return spin

    def choice(self, section: FormSection, name: str, caption: str, choices: dict[str, str]) -> QComboBox:
        """A setting that is one of a few; `choices` maps its texts to what the person reads."""
        combo = QComboBox()
        for value, title in choices.items():
            combo.addItem(title, value)
        combo.currentIndexChanged.connect(self._changed)
        self._add(
            name,
            section.row(caption, combo),
            lambda: str(combo.currentData()),
            lambda text: combo.setCurrentIndex(max(0, combo.findData(text))),
        )
        return combo

    def load(self) -> None:
        """Show the settings in force."""
        for field in self._fields.values():
            field.row.field.blockSignals(True)
            field.show(self._settings.text(field.name))
            field.row.field.blockSignals(False)
            field.row.show_error("")

    def edited(self) -> dict[str, str]:
        """Settings whose field differs from what is in force."""
        return {
            field.name: field.read().strip()
            for field in self._fields.values()
            if not self._is_dictated(field.name) and field.read().strip() != self._in_force(field)
        }

    def show_error(self, name: str, text: str) -> None:
        """Mark a field; empty text takes the mark away."""
        self._fields[name].row.show_error(text)

    def field(self, name: str) -> QWidget:
        """The widget of a setting."""
        return self._fields[name].row.field

    def _in_force(self, field: Field) -> str:
        # "" and "false" are the same choice; what the widget would show is what counts.
        now = field.read()
        field.row.field.blockSignals(True)
        field.show(self._settings.text(field.name))
        shown = field.read().strip()
        field.show(now)
        field.row.field.blockSignals(False)
        return shown

    def _is_dictated(self, name: str) -> bool:
        return self._settings.from_environment(name) is not None

    def _add(self, name: str, row: FormRow, read: Callable[[], str], show: Callable[[str], None]) -> None:
        self._fields[name] = Field(name, row, read, show)
        if self._is_dictated(name):
            row.field.setEnabled(False)
            text = QCoreApplication.translate("SettingsForm", "Set by the environment variable %1.")
            row.set_hint(text.replace("%1", name))


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default
