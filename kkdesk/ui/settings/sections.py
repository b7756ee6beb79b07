"""The sections of the settings page: what they show, without what they do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from kkdesk.ui.settings.fields import SecretField, SettingsForm
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import Pill
from kkdesk.ui.widgets.form import FormSection
from kkdesk.ui.widgets.labels import ElidedLabel, label


class Section(QFrame):
    """A card with a titled form."""

    def __init__(self, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 20)
        self.form = FormSection(title, text)
        column.addWidget(self.form)


class AppearanceSection(Section):
    """Language and theme; both take effect at once. Emits the setting's name and its new text."""

    chosen = Signal(str, str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Appearance"), parent=parent)
        languages = {"el": "Ελληνικά", "en": "English"}
        themes = {"system": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self.language = self._choices("KKDESK_LANGUAGE", languages, settings.text("KKDESK_LANGUAGE"))
        self.theme = self._choices("KKDESK_THEME", themes, settings.text("KKDESK_THEME"))
        self.form.row(self.tr("Language"), self.language)
        self.form.row(self.tr("Theme"), self.theme)

    def _choices(self, name: str, choices: dict[str, str], current: str) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(20)
        group = QButtonGroup(holder)
        for value, title in choices.items():
            radio = QRadioButton(title)
            radio.setProperty("value", value)
            radio.setChecked(value == current)
            radio.clicked.connect(lambda _on, value=value: self.chosen.emit(name, value))
            group.addButton(radio)
            row.addWidget(radio)
        row.addStretch(1)
        return holder


class OrganisationSection(Section):
    """What the business is called, and whom mails come from."""

    edited = Signal()

    def __init__(self, form: SettingsForm, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Business and sender"), self.tr("What customers see as the sender of your mails."), parent
        )
        self.name = QLineEdit()
        self.name.textEdited.connect(self.edited)
        self.name_row = self.form.row(self.tr("Name of the business"), self.name)
        form.line(
            self.form,
            "SMTP_FROM",
            self.tr("Sender"),
            self.tr("A name and an address, or the address alone."),
            "KK Tires <info@kktires.gr>",
        )
        form.line(self.form, "SMTP_REPLY_TO", self.tr("Replies go to"), self.tr("Empty: to the sender."))


class MailServerSection(Section):
    """How mails leave."""

    edited = Signal()
    test_wanted = Signal()

    def __init__(self, form: SettingsForm, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Mail server"),
            self.tr("Without a server, mails are kept as files in the mail folder and nobody receives them."),
            parent,
        )
        form.line(self.form, "SMTP_HOST", self.tr("Server"), placeholder="smtp.example.gr")
        security = {
            "": self.tr("STARTTLS (usually port 587)"),
            "true": self.tr("TLS from the start (usually port 465)"),
        }
        form.choice(self.form, "SMTP_SECURE", self.tr("Security"), security)
        form.whole_number(self.form, "SMTP_PORT", self.tr("Port"), 1, 65535)
        form.line(self.form, "SMTP_USER", self.tr("User name"))
        self.password = SecretField("SMTP_PASS", self.edited.emit)
        self.password_row = self.form.row(
            self.tr("Password"), self.password, self.tr("Kept in the system's keyring, never in a file.")
        )
        self.test_button = button(
            self.tr("Send a test mail…"), symbol="paper-plane-tilt", clicked=self.test_wanted.emit
        )
        self.folder = FolderField(profile.mail)
        self.form.row(self.tr("Mail folder"), self.folder)
        self.form.row("", left_aligned(self.test_button))


class LinksSection(Section):
    """The public address of links, and the key that signs them."""

    key_wanted = Signal()

    def __init__(self, form: SettingsForm, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Links in mails"),
            self.tr("Opens, clicks and unsubscribing need an address that customers can reach from anywhere."),
            parent,
        )
        form.line(
            self.form,
            "NEXTAUTH_URL",
            self.tr("Public address"),
            self.tr("Where the company's endpoints run. Without it no campaign can be sent."),
            "https://crm.example.gr",
        )
        self.state = Pill()
        self.key_button = button(self.tr("Make a key"), clicked=self.key_wanted.emit)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.key_button)
        row.addStretch(1)
        self.key_row = self.form.row(
            self.tr("Signing key"),
            holder,
            self.tr(
                "Must be the same wherever links are checked. A new key makes the links of mails already sent invalid."
            ),
        )

    def show_key(self, *, known: bool, fixed: bool) -> None:
        """Whether there is a key; `fixed`: the environment sets it, so it cannot be changed here."""
        if known:
            self.state.show_state(self.tr("There is a key"), "success")
        else:
            self.state.show_state(self.tr("No key yet"), "warning")
        self.key_button.setText(self.tr("Replace…") if known else self.tr("Make a key"))
        self.key_button.setVisible(not fixed)

    def show_no_keyring(self) -> None:
        """The keyring cannot be asked."""
        self.state.show_state(self.tr("The system's keyring is not available"), "danger")
        self.key_button.hide()
        self.key_row.set_hint(
            self.tr("Unlock or install one (GNOME Keyring, KWallet), or set the key as EMAIL_TRACKING_SECRET.")
        )


class DatabaseSection(Section):
    """Where the data lives, and moving it."""

    connect_wanted = Signal()
    local_wanted = Signal()
    token_wanted = Signal()

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Database"), parent=parent)
        self.place = label("", wrap=True)
        self.form.row(self.tr("The data is"), self.place)
        self.address = ElidedLabel()
        self.address_row = self.form.row(self.tr("Address"), self.address)
        self.last = label("")
        self.last_row = self.form.row(self.tr("Synchronisation"), self.last)
        self.connect_button = button(
            self.tr("Connect to the company's database (Turso)…"), symbol="cloud", clicked=self.connect_wanted.emit
        )
        self.token_button = button(self.tr("New access key…"), symbol="key", clicked=self.token_wanted.emit)
        self.local_button = button(self.tr("Work locally…"), symbol="hard-drives", clicked=self.local_wanted.emit)
        self.form.row("", left_aligned(self.connect_button, self.token_button, self.local_button))
        self.form.row(self.tr("Data folder"), FolderField(profile.folder))
        self.form.row(self.tr("Log files"), FolderField(profile.logs))

    def show_local(self, *, may_connect: bool) -> None:
        """It is in this computer's own file."""
        self.place.setText(self.tr("On this computer alone"))
        self._show(connected=False, may_move=may_connect)

    def show_company(self, address: str, last: str, *, may_move: bool, may_sign_in: bool) -> None:
        """It is in the company's database at `address`; `last` says when all went well last."""
        self.place.setText(self.tr("In the company's database, with a copy on this computer"))
        self.address.setText(address)
        self.last.setText(last)
        self._show(connected=True, may_move=may_move)
        self.token_button.setVisible(may_sign_in)

    def _show(self, *, connected: bool, may_move: bool) -> None:
        self.address_row.setVisible(connected)
        self.last_row.setVisible(connected)
        self.token_button.setVisible(connected)
        self.connect_button.setVisible(not connected and may_move)
        self.local_button.setVisible(connected and may_move)


class FolderField(QWidget):
    """A folder, with a button that opens it."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(ElidedLabel(str(folder)), 1)
        row.addWidget(button(self.tr("Open"), symbol="folder-open", clicked=self._open))

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def left_aligned(*widgets: QWidget) -> QWidget:
    """One field made of widgets side by side."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
