"""The section on who is at work here: signing in and out, sending with Gmail, the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from kkdesk.ui.settings.sections import Section, left_aligned
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from kkdesk.services.sign_in.account_file import SignedIn

LOCK_MINUTES: Final = (0, 5, 10, 15, 30, 60)


class AccountSection(Section):
    """Emits what the person wants; `join_wanted` with the address of the company's endpoints."""

    join_wanted = Signal(str)
    sign_in_wanted = Signal()
    sign_out_wanted = Signal()
    gmail_wanted = Signal(bool)
    lock_chosen = Signal(int)
    lock_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Shows nobody before `show_nobody` or `show_account`."""
        super().__init__(
            self.tr("Account"),
            self.tr("Sign in with your Google account of the company: no keys to type, and your name on what you do."),
            parent=parent,
        )
        self.notice = Banner("", "warning")
        self.form.add(self.notice)
        self._add_company()
        self._add_account()
        self._add_lock()

    def show_nobody(self, address: str, *, may_join: bool, may_sign_in: bool) -> None:
        """Nobody has signed in. `address`: of the endpoints, as far as known; `may_sign_in`: by what is set up here."""
        self.address.setText(address)
        self._show_rows(known=False)
        self.address_row.setVisible(may_join)
        self.join_row.setVisible(may_join)
        self.sign_in_button.setVisible(may_sign_in and not may_join)
        self.buttons_row.setVisible(may_sign_in and not may_join)
        self.sign_out_button.hide()
        self.notice.say("")

    def show_account(self, account: SignedIn, role: str, *, gmail: bool | None, ended: bool) -> None:
        """Who has signed in, and as what; `gmail`: whether mails leave by the account, None: they cannot."""
        identity = account.identity
        self.who.setText(f"{identity.name} · {identity.email}" if identity.name else identity.email)
        self.role.setText(role)
        self._show_rows(known=True)
        self.role_row.setVisible(bool(role))
        self.gmail_row.setVisible(gmail is not None)
        self.gmail.blockSignals(True)
        self.gmail.setChecked(bool(gmail))
        self.gmail.blockSignals(False)
        self.sign_in_button.setText(self.tr("Sign in again…"))
        self.sign_in_button.setVisible(ended)
        self.sign_out_button.show()
        self.notice.say(self._notice(account, ended=ended), "warning")

    def show_lock(self, minutes: int) -> None:
        """After how many minutes the window is locked."""
        self.lock.blockSignals(True)
        at = self.lock.findData(minutes)
        if at < 0:
            self.lock.addItem(self.tr("%Ln minute(s)", None, minutes), minutes)
            at = self.lock.count() - 1
        self.lock.setCurrentIndex(at)
        self.lock.blockSignals(False)

    def show_address_error(self, text: str) -> None:
        """What is wrong with the address; empty: nothing."""
        self.address_row.show_error(text)
        if text:
            self.address.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """While the address is looked at."""
        self.join_button.setEnabled(not busy)
        self.address.setEnabled(not busy)

    def _notice(self, account: SignedIn, *, ended: bool) -> str:
        if ended:
            return self.tr("Your sign-in has ended. Your changes wait here until you sign in again.")
        if account.session_only:
            return self.tr(
                "The system's keyring is not available: you stay signed in until KK Desk is closed, and nothing is "
                "kept in a file."
            )
        return ""

    def _show_rows(self, *, known: bool) -> None:
        for row in (self.who_row, self.role_row, self.gmail_row, self.lock_row):
            row.setVisible(known)
        self.buttons_row.setVisible(known)
        self.address_row.setVisible(not known)
        self.join_row.setVisible(not known)

    def _add_company(self) -> None:
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://crm.kktires.gr")
        self.address.returnPressed.connect(self._join)
        hint = self.tr("The address of KK Desk at your company, as you were given it.")
        self.address_row = self.form.row(self.tr("Company"), self.address, hint)
        self.join_button = button(self.tr("Sign in with Google…"), symbol="google-logo", clicked=self._join)
        self.join_row = self.form.row("", left_aligned(self.join_button))

    def _add_account(self) -> None:
        self.who = ElidedLabel()
        self.who_row = self.form.row(self.tr("Signed in as"), self.who)
        self.role = label("")
        self.role_row = self.form.row(self.tr("Role"), self.role)
        self.gmail = QCheckBox(self.tr("Send mails with this Gmail account"))
        self.gmail.clicked.connect(self.gmail_wanted)
        hint = self.tr("Google asks you once whether KK Desk may send. It can read nothing of your mail.")
        self.gmail_row = self.form.row("Gmail", self.gmail, hint)
        self.sign_in_button = button(self.tr("Sign in with Google…"), symbol="google-logo")
        self.sign_in_button.clicked.connect(lambda _checked: self.sign_in_wanted.emit())
        self.sign_out_button = button(self.tr("Sign out…"), symbol="sign-out", clicked=self.sign_out_wanted.emit)
        self.buttons_row = self.form.row("", left_aligned(self.sign_in_button, self.sign_out_button))

    def _add_lock(self) -> None:
        self.lock = QComboBox()
        for minutes in LOCK_MINUTES:
            self.lock.addItem(self.tr("%Ln minute(s)", None, minutes) if minutes else self.tr("Never"), minutes)
        self.lock.setFixedWidth(160)
        self.lock.currentIndexChanged.connect(lambda _at: self.lock_chosen.emit(self.lock.currentData()))
        self.lock_button = button(self.tr("Lock now"), symbol="lock-key", clicked=self.lock_wanted.emit)
        hint = self.tr("When nobody has touched mouse or keyboard for so long; you then sign in again to go on.")
        self.lock_row = self.form.row(self.tr("Lock the window"), left_aligned(self.lock, self.lock_button), hint)

    def _join(self) -> None:
        self.join_wanted.emit(self.address.text().strip())
