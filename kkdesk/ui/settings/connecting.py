"""Connecting to the company's database, working locally, and a new access key: the dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.ui.dialogs import Question
from kkdesk.ui.settings.moving_dialog import MovingDialog
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.services.moving.progress import Target
    from kkdesk.ui.page import Page
    from kkdesk.ui.settings.moving import Mover

translate = QCoreApplication.translate
_SCHEMES = ("libsql://", "https://", "http://")


class ConnectDialog(MovingDialog):
    """Asks for address and key, looks what is there, and uploads this computer's data or joins."""

    def __init__(self, page: Page, mover: Mover) -> None:
        """Begins with the address."""
        super().__init__(page, translate("DatabaseDialogs", "Connect to the company's database (Turso)"))
        self._mover = mover
        self.url = QLineEdit()
        self.url.setPlaceholderText("libsql://kktires.turso.io")
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.url_row = FormRow(self.tr("Address"), self.url, self.tr("As Turso shows it: libsql://…"))
        self.token_row = FormRow(
            self.tr("Access key"), self.token, self.tr("Kept in the system's keyring, never in a file.")
        )
        self.upload = QRadioButton()
        self.join = QRadioButton()
        self.show_step(self._address_step(), self.tr("Continue"), self.look)
        self.url.setFocus()

    def look(self) -> None:
        """Find out what is at the address."""
        self.error.say("")
        url = self.url.text().strip()
        is_address = url.startswith(_SCHEMES) and len(url.partition("://")[2]) > 0
        self.url_row.show_error("" if is_address else self.tr("An address begins with libsql:// or https://"))
        if not is_address:
            self.url.setFocus()
            return
        self.next_button.setEnabled(False)
        self.next_button.setText(self.tr("Looking…"))
        self.page.start(self._look(url, self.token.text().strip()))

    def show_target(self, target: Target) -> None:
        """Say what was found, and let the person choose between what makes sense."""
        self.show_step(self._choice_step(target), self.tr("Begin"), self._begin)
        (self.upload if self.upload.isChecked() else self.join).setFocus()

    def verdict(self) -> str:
        """After an upload all was compared."""
        return self.tr("Every row was compared: all is there, and the same.") if self.upload.isChecked() else ""

    async def _look(self, url: str, token: str) -> None:
        try:
            target = await self._mover.look(url, token)
        except KKDeskError as error:
            self.next_button.setEnabled(True)
            self.next_button.setText(self.tr("Continue"))
            self.show_error(error)
            return
        self.show_target(target)

    def _begin(self) -> None:
        url, token = self.url.text().strip(), self.token.text().strip()
        move = self._mover.upload if self.upload.isChecked() else self._mover.join
        self.run(lambda heard, stop: move(url, token, heard, stop))

    def _address_step(self) -> QWidget:
        holder, column = _step()
        text = self.tr(
            "All colleagues then work on the same data. A copy stays on this computer, so that work goes on without a "
            "network."
        )
        column.addWidget(label(text, "muted", wrap=True))
        column.addWidget(self.url_row)
        column.addWidget(self.token_row)
        return holder

    def _choice_step(self, target: Target) -> QWidget:
        holder, column = _step()
        column.addWidget(label(self._found(target), "strong", wrap=True))
        may_upload = target.empty or target.resumable
        group = QButtonGroup(holder)
        resumed = self.tr("Go on with the upload that was begun")
        self.upload = QRadioButton(resumed if target.resumable else self.tr("Upload this computer's data to it"))
        self.join = QRadioButton(self.tr("Join what is there"))
        for radio, text, possible in (
            (self.upload, self._upload_words(possible=may_upload), may_upload),
            (self.join, self._join_words(target), not target.resumable),
        ):
            radio.setEnabled(possible)
            group.addButton(radio)
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(radio)
            said = label(text, "muted", wrap=True)
            said.setContentsMargins(26, 0, 0, 0)
            pair.addWidget(said)
            column.addLayout(pair)
        (self.upload if may_upload else self.join).setChecked(True)
        return holder

    def _found(self, target: Target) -> str:
        if target.resumable:
            return self.tr("An upload of this computer's data to this database was begun and not finished.")
        if target.empty:
            return self.tr("This database is empty.")
        name = target.name or self.tr("without a name")
        text = self.tr("Found: %1, with %n customer(s).", None, target.customers)
        return text.replace("%1", name) if target.customers else self.tr("Found: %1, no customers.").replace("%1", name)

    def _upload_words(self, *, possible: bool) -> str:
        if not possible:
            return self.tr("Not possible: there is data in it already.")
        return self.tr("Everything is copied and compared row by row. It may be stopped and continued later.")

    def _join_words(self, target: Target) -> str:
        if target.resumable:
            return self.tr("Not possible before the upload is complete.")
        if target.empty:
            return self.tr("Begin with no customers. The data of this computer is kept aside in the data folder.")
        return self.tr("The data of this computer is not mixed with it; it is kept aside in the data folder.")


class LocalDialog(MovingDialog):
    """Makes a copy of the company's data this computer's own."""

    def __init__(self, page: Page, mover: Mover, waiting: int) -> None:
        """`waiting` changes have not been sent yet."""
        super().__init__(page, translate("DatabaseDialogs", "Work locally"))
        holder, column = _step()
        text = self.tr(
            "The data is copied to a file of this computer alone. From then on your changes are not sent to the "
            "company, and those of your colleagues do not come here."
        )
        column.addWidget(label(text, wrap=True))
        if waiting:
            text = self.tr(
                "%n change(s) have not been sent yet. They are in the copy, and leave when you connect again.", None,
                waiting,
            )  # fmt: skip
            column.addWidget(label(text, wrap=True))
        copy = self.tr("Make a local copy")
        self.show_step(holder, copy, lambda: self.run(lambda heard, _stop: mover.work_locally(heard), may_stop=False))


class TokenDialog(Question):
    """Asks for a new access key."""

    def __init__(self, page: Page) -> None:
        """Read `token` when accepted."""
        super().__init__(
            page,
            translate("DatabaseDialogs", "New access key"),
            translate(
                "DatabaseDialogs",
                "The key that the company's database gave you. Changes that wait are sent as soon as it is taken.",
            ),
            confirm=translate("DatabaseDialogs", "Use the key"),
        )
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.textChanged.connect(self._changed)
        self.row = FormRow(
            translate("DatabaseDialogs", "Access key"),
            self.token,
            translate("DatabaseDialogs", "Kept in the system's keyring, never in a file."),
            beside=False,
        )
        self.body.addWidget(self.row)
        self._changed()
        self.token.setFocus()

    def _changed(self) -> None:
        self.confirm_button.setEnabled(bool(self.token.text().strip()))


def _step() -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    return holder, column
