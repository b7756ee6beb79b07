"""The input of one field of a customer: a widget by kind, its value in and out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_date, athens_midnight
from kkdesk.model.customer_fields import CustomerField
from kkdesk.model.errors import InvalidInput

_DATE = re.compile(r"\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\s*\Z", re.ASCII)
_ISO_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*\Z", re.ASCII)
_NOTES_HEIGHT = 92


class FieldInput(QWidget):
    """The input of `field`. Emits `changed` when its contents do."""

    changed = Signal()

    def __init__(self, field: CustomerField, language: str, parent: QWidget | None = None) -> None:
        """Empty until `show_value`."""
        super().__init__(parent)
        self.field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._read, self._show, self.input = _MAKERS[field.kind](field, language, self._tell)
        self.input.setAccessibleName(field.label.in_language(language))
        self.setFocusProxy(self.input)
        column.addWidget(self.input)

    def _tell(self, *_contents: object) -> None:
        # Every input says what it holds now, and `changed` carries nothing.
        self.changed.emit()

    def value(self) -> Any:
        """What is in the input, as the attribute of `Customer` has it. Raises `InvalidInput` when it means nothing."""
        return self._read()

    def show_value(self, value: Any) -> None:
        """Put a value in; emits nothing."""
        self.input.blockSignals(True)
        self._show(value)
        self.input.blockSignals(False)


Maker = Callable[[CustomerField, str, Callable[..., None]], tuple[Callable[[], Any], Callable[[Any], None], QWidget]]


def _line(field: CustomerField, _language: str, changed: Callable[..., None]) -> Any:
    edit = QLineEdit()
    edit.textChanged.connect(changed)
    if hint := _hint(field):
        edit.setPlaceholderText(hint)
    return edit.text, lambda value: edit.setText(str(value or "")), edit


def _lines(_field: CustomerField, _language: str, changed: Callable[..., None]) -> Any:
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    edit.setFixedHeight(_NOTES_HEIGHT)
    edit.textChanged.connect(changed)
    return edit.toPlainText, lambda value: edit.setPlainText(str(value or "")), edit


def _flag(_field: CustomerField, _language: str, changed: Callable[..., None]) -> Any:
    box = QCheckBox(QCoreApplication.translate("CustomerFields", "Yes"))
    box.toggled.connect(changed)
    return box.isChecked, lambda value: box.setChecked(bool(value)), box


def _choice(field: CustomerField, language: str, changed: Callable[..., None]) -> Any:
    box = QComboBox()
    box.addItem("—", "")
    for value, name in (field.choices or {}).items():
        box.addItem(name.in_language(language), value)

    def show(value: Any) -> None:
        # A value that only the web CRM knows stays what it is unless somebody chooses another.
        if box.findData(value) < 0:
            box.addItem(str(value), value)
        box.setCurrentIndex(box.findData(value))

    box.currentIndexChanged.connect(changed)
    return box.currentData, show, box


def _amount(field: CustomerField, language: str, changed: Callable[..., None]) -> Any:
    read, _show, edit = _line(field, language, changed)
    decimals = 6 if field.kind == "degrees" else 2
    empty = None if field.name in {"latitude", "longitude", "credit_limit"} else 0.0

    def show(value: Any) -> None:
        locale = QLocale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        edit.setText("" if value is None or value == empty else locale.toString(float(value), "f", decimals))

    return lambda: read_amount(read(), empty), show, edit


def _whole(field: CustomerField, language: str, changed: Callable[..., None]) -> Any:
    read, _show, edit = _line(field, language, changed)

    def value() -> int:
        text = read().strip()
        if text and not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise _not_understood(text)
        return int(text or 0)

    return value, lambda shown: edit.setText(str(shown) if shown else ""), edit


def _day(field: CustomerField, language: str, changed: Callable[..., None]) -> Any:
    read, _show, edit = _line(field, language, changed)
    edit.setPlaceholderText(QCoreApplication.translate("CustomerFields", "dd/mm/yyyy"))

    def value() -> str:
        found = read_day(read())
        return found.isoformat() if found else ""

    def show(shown: Any) -> None:
        try:
            edit.setText(_written(date.fromisoformat(shown)) if shown else "")
        except ValueError:
            edit.setText(shown)

    return value, show, edit


def _moment(field: CustomerField, language: str, changed: Callable[..., None]) -> Any:
    read, _show, edit = _line(field, language, changed)
    edit.setPlaceholderText(QCoreApplication.translate("CustomerFields", "dd/mm/yyyy"))
    before: list[int | None] = [None]

    def value() -> int | None:
        found = read_day(read())
        kept = before[0]
        # The time of day is not edited: an untouched day keeps it.
        if found is not None and kept is not None and athens_date(kept) == found:
            return kept
        return athens_midnight(found) if found else None

    def show(shown: Any) -> None:
        before[0] = shown
        edit.setText(_written(athens_date(shown)) if shown else "")

    return value, show, edit


_MAKERS: dict[str, Maker] = {
    **dict.fromkeys(("text", "email", "phone", "url", "afm", "postal"), _line),
    "lines": _lines,
    "flag": _flag,
    "choice": _choice,
    "money": _amount,
    "degrees": _amount,
    "number": _whole,
    "day": _day,
    "moment": _moment,
}


def read_amount(text: str, empty: float | None) -> float | None:
    """A number as people type it: a comma or a point before the decimals, points or blanks between thousands."""
    bare = text.strip().removesuffix("€").strip().replace(" ", "").replace("\u00a0", "")
    if not bare:
        return empty
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+", bare, re.ASCII):
        bare = bare.replace(".", "")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{0,12})?", bare, re.ASCII):
        raise _not_understood(text)
    return float(bare)


def read_day(text: str) -> date | None:
    """A day as people type it (3/5/2026, 03-05-2026, 2026-05-03); None when empty. Raises `InvalidInput`."""
    if not text.strip():
        return None
    try:
        if match := _DATE.match(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO_DATE.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise _not_understood(text) from error
    raise _not_understood(text)


def _written(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _hint(field: CustomerField) -> str:
    return {"afm": "094429812", "postal": "54621", "url": "https://"}.get(field.kind, "")


def _not_understood(text: str) -> InvalidInput:
    return InvalidInput(
        Bilingual(f"Δεν καταλαβαίνουμε το «{text.strip()}».", f"“{text.strip()}” cannot be understood.")
    )
