"""The editor's dialogs: links and buttons, merge fields, pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSlider, QSpinBox, QWidget

from kkdesk.model.merge_fields import FIELDS, MergeField
from kkdesk.services.mail.tracking import normalize_destination
from kkdesk.ui.campaigns.editing.chips import field_titles, usual_default
from kkdesk.ui.campaigns.editing.letter import Picture
from kkdesk.ui.campaigns.editing.pictures import SHOWN_WIDTH
from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.form import FormRow

_MAIL: Final = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+\Z")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{6,20}\Z")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SMALLEST: Final = 40


def completed_address(text: str) -> str:
    """What a person types as an address, made one: `kktires.gr`, an e-mail address, a telephone number.

    Empty when it leads nowhere. Merge fields in it are left alone.
    """
    address = text.strip()
    if not address or "{{" in address:
        return address
    if _MAIL.match(address):
        return f"mailto:{address}"
    if _PHONE.match(address) and sum(letter.isdigit() for letter in address) >= 6:
        return "tel:" + re.sub(r"[^\d+]", "", address)
    scheme = _SCHEME.match(address)
    if scheme is not None and scheme[0].lower() in {"mailto:", "tel:", "sms:", "viber:"}:
        return address if address[scheme.end() :].strip() else ""
    if scheme is None or "." in scheme[0]:
        address = f"https://{address}"
    destination = normalize_destination(address)
    return address if destination is not None and "." in destination.split("/")[2] else ""


class LinkDialog(Question):
    """Asks for an address, and for the words where none are selected."""

    def __init__(self, parent: QWidget, text: str, href: str, *, is_button: bool, has_text: bool) -> None:
        """`has_text`: words are selected already, which the link is put on."""
        title = self.tr("Button with a link") if is_button else self.tr("Link")
        confirm = self.tr("Insert") if not href else self.tr("Change")
        super().__init__(parent, title, confirm=confirm)
        self.removed = False
        self.words = QLineEdit(text)
        self.address = QLineEdit(href)
        self.address.setPlaceholderText("https://www.kktires.gr/prosfores")
        self._words_row = FormRow(self.tr("Text"), self.words, beside=False)
        self._address_row = FormRow(
            self.tr("Address"),
            self.address,
            self.tr("A web page, an e-mail address or a telephone number."),
            beside=False,
        )
        self._words_row.setVisible(not has_text)
        self.body.addWidget(self._words_row)
        self.body.addWidget(self._address_row)
        if href:
            self.body.addWidget(
                button(self.tr("Remove the link"), "link", clicked=self._remove), 0, Qt.AlignmentFlag.AlignLeft
            )
        self._has_text = has_text
        (self.words if is_button and not has_text else self.address).setFocus()

    @property
    def href(self) -> str:
        """Where it leads."""
        return completed_address(self.address.text())

    def accept(self) -> None:
        """Only with an address that leads somewhere."""
        if not self.href:
            self._address_row.show_error(self.tr("This address leads nowhere."))
            self.address.setFocus()
            return
        if not self._has_text and not self.words.text().strip():
            self.words.setText(self.address.text().strip())
        super().accept()

    def _remove(self) -> None:
        self.removed = True
        super().accept()


class FieldDialog(Question):
    """Asks which of the recipient's values goes there, and what stands there when it is missing."""

    def __init__(self, parent: QWidget, field: MergeField) -> None:
        super().__init__(
            parent,
            self.tr("Field"),
            self.tr("Each recipient sees their own value here."),
            confirm=self.tr("Save"),
        )
        self.removed = False
        self.choice = QComboBox()
        for name, title in field_titles().items():
            self.choice.addItem(title, name)
        self.choice.setCurrentIndex(FIELDS.index(field.name))
        self.default = QLineEdit(field.default or "")
        self.default.setPlaceholderText(usual_default(field.name))
        self.choice.currentIndexChanged.connect(self._suggest)
        self.body.addWidget(FormRow(self.tr("Value"), self.choice, beside=False))
        hint = self.tr("Shown to customers of whom the value is not known.")
        self._default_row = FormRow(self.tr("Where it is missing"), self.default, hint, beside=False)
        self.body.addWidget(self._default_row)
        self.body.addWidget(
            button(self.tr("Remove the field"), "link", clicked=self._remove), 0, Qt.AlignmentFlag.AlignLeft
        )
        self.default.setFocus()

    @property
    def field(self) -> MergeField:
        """What was chosen."""
        return MergeField(self.choice.currentData(), self.default.text().strip() or None)

    def accept(self) -> None:
        """Braces and angle brackets would end the field."""
        if set("{}<>") & set(self.default.text()):
            self._default_row.show_error(self.tr("Please leave out { } < and >."))
            return
        super().accept()

    def _suggest(self) -> None:
        self.default.setPlaceholderText(usual_default(self.choice.currentData()))

    def _remove(self) -> None:
        self.removed = True
        super().accept()


class PictureDialog(Question):
    """Asks what a picture shows, how wide it is, and where a click on it leads."""

    def __init__(self, parent: QWidget, picture: Picture, natural_width: int) -> None:
        super().__init__(parent, self.tr("Picture"), confirm=self.tr("Save"))
        self._picture = picture
        link = picture.look.link
        self.alt = QLineEdit(picture.alt or "")
        self.address = QLineEdit(link.href if link else "")
        self.width_box = QSpinBox()
        self.width_box.setRange(_SMALLEST, SHOWN_WIDTH)
        self.width_box.setSuffix(" px")
        self.width_slider = QSlider(Qt.Orientation.Horizontal)
        self.width_slider.setRange(_SMALLEST, SHOWN_WIDTH)
        self.width_slider.valueChanged.connect(self.width_box.setValue)
        self.width_box.valueChanged.connect(self.width_slider.setValue)
        self.width_box.setValue(picture.width or natural_width)
        hint = self.tr("For those who do not see pictures, and for screen readers.")
        self.body.addWidget(FormRow(self.tr("What it shows"), self.alt, hint, beside=False))
        self.body.addWidget(FormRow(self.tr("Width"), self._width(), beside=False))
        self._address_row = FormRow(self.tr("Link (optional)"), self.address, beside=False)
        self.body.addWidget(self._address_row)
        self.alt.setFocus()

    @property
    def href(self) -> str:
        """Where a click on it leads; empty: nowhere."""
        return completed_address(self.address.text())

    @property
    def picture(self) -> Picture:
        """The picture as it shall be, its link apart."""
        return replace(self._picture, alt=self.alt.text().strip(), width=self.width_box.value())

    def accept(self) -> None:
        """Only with an address that leads somewhere, or none."""
        if self.address.text().strip() and not self.href:
            self._address_row.show_error(self.tr("This address leads nowhere."))
            return
        super().accept()

    def _width(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.width_slider, 1)
        row.addWidget(self.width_box)
        return holder
