"""The questions before addresses are put on the list, and before they are taken off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from kkdesk.model.suppression import PastedAddresses, pasted_addresses, shown_address
from kkdesk.ui.dialogs import Question
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.labels import label

_WIDTH = 540
_LINES = 7
_NOTE_LENGTH = 500
#: Addresses that are named before they are counted.
_NAMED = 3


class AddDialog(Question):
    """Takes any number of addresses, as they were copied from wherever, and a note."""

    def __init__(self, parent: QWidget) -> None:
        translate = QCoreApplication.translate
        super().__init__(
            parent,
            translate("AddDialog", "Never mail these addresses"),
            translate("AddDialog", "No campaign will go to them, whichever customer they belong to."),
            confirm=" ",
        )
        self.setMinimumWidth(_WIDTH)
        self.field = QPlainTextEdit()
        self.field.setTabChangesFocus(True)
        self.field.setPlaceholderText("maria@example.gr\nΝίκος Παππάς <nikos@example.gr>")
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * _LINES + 16)
        self.note = QLineEdit()
        self.note.setMaxLength(_NOTE_LENGTH)
        self.addresses_row = FormRow(
            self.tr("Addresses"), self.field, self.tr("One or many, in lines or with commas."), beside=False
        )
        self.body.addSpacing(4)
        self.body.addWidget(self.addresses_row)
        self.body.addWidget(
            FormRow(
                self.tr("Note"),
                self.note,
                self.tr("Why, and who asked for it. It stays with the address."),
                beside=False,
            )
        )
        self.body.addStretch(1)
        self.field.textChanged.connect(self._changed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.confirm_button.click)
        self._changed()
        self.field.setFocus()

    @property
    def found(self) -> PastedAddresses:
        """What has been typed, sorted out."""
        return pasted_addresses(self.field.toPlainText())

    def _changed(self) -> None:
        found = self.found
        self.confirm_button.setEnabled(bool(found.addresses))
        self.confirm_button.setText(
            self.tr("Never mail %Ln address(es)", "", len(found.addresses))
            if found.addresses
            else self.tr("Never mail")
        )
        self.addresses_row.show_error(self._wrong(found))

    def _wrong(self, found: PastedAddresses) -> str:
        # Whoever is still typing the first one has made no mistake.
        if not found.wrong or not (found.addresses or "\n" in self.field.toPlainText()):
            return ""
        line, text = found.wrong[0]
        if len(found.wrong) == 1:
            words = self.tr("Line %1 is not an address and will be left out: %2")
        else:
            words = self.tr(
                "%Ln entries are not addresses and will be left out; the first is in line %1: %2", "", len(found.wrong)
            )
        return words.replace("%1", number(line)).replace("%2", text)


class RemoveDialog(Question):
    """Asks why addresses are to be mailed again; of those who opted out, whether they asked for it themselves."""

    def __init__(self, parent: QWidget, addresses: Sequence[str], *, has_wishes: bool) -> None:
        """`has_wishes`: some of them unsubscribed or complained."""
        translate = QCoreApplication.translate
        named = ", ".join(map(shown_address, addresses[:_NAMED])) + (" …" if len(addresses) > _NAMED else "")
        super().__init__(
            parent,
            translate("RemoveDialog", "Mail this address again?")
            if len(addresses) == 1
            else translate("RemoveDialog", "Mail these %1 addresses again?").replace("%1", number(len(addresses))),
            named,
            confirm=translate("RemoveDialog", "Mail again")
            if len(addresses) == 1
            else translate("RemoveDialog", "Mail them again"),
            danger=has_wishes,
        )
        self.setMinimumWidth(_WIDTH)
        self.warning = Banner()
        self.asked = QCheckBox(self.tr("They asked to be mailed again themselves", "", len(addresses)))
        self.note = QLineEdit()
        self.note.setMaxLength(_NOTE_LENGTH)
        self.body.addSpacing(4)
        self.body.addWidget(self.warning)
        if has_wishes:
            self.warning.say(self._warning(len(addresses)), "warning")
            self.body.addWidget(self.asked)
        else:
            self.body.addWidget(
                label(self.tr("If the next mail fails, the address comes back here by itself."), "muted", wrap=True)
            )
        self.body.addWidget(
            FormRow(self.tr("Why"), self.note, self.tr("Needed; it stays with the address."), beside=False)
        )
        self._has_wishes = has_wishes
        self.note.textChanged.connect(lambda _text: self._changed())
        self.asked.toggled.connect(lambda _on: self._changed())
        self._changed()
        (self.asked if has_wishes else self.note).setFocus()

    @property
    def asked_again(self) -> bool:
        """Whether the recipient's own word was confirmed."""
        return self._has_wishes and self.asked.isChecked()

    def _warning(self, count: int) -> str:
        if count == 1:
            return self.tr(
                "This recipient unsubscribed or reported a mail as spam. To mail them against their wish is against "
                "the law and harms all your mail."
            )
        return self.tr(
            "Some of these recipients unsubscribed or reported a mail as spam. To mail them against their wish is "
            "against the law and harms all your mail."
        )

    def _changed(self) -> None:
        ready = bool(self.note.text().strip()) and (not self._has_wishes or self.asked.isChecked())
        self.confirm_button.setEnabled(ready)
