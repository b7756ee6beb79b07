"""The section about what comes back: the mailbox, and how reading it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kkdesk.ui.formats import moment
from kkdesk.ui.settings.fields import SecretField, SettingsForm
from kkdesk.ui.settings.sections import Section, left_aligned
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import Pill

if TYPE_CHECKING:
    from kkdesk.services.bounces.report import MailboxState


class BouncesSection(Section):
    """Emits `edited` when the password is touched, `trial_wanted` when the mailbox is to be tried."""

    edited = Signal()
    trial_wanted = Signal()

    def __init__(self, form: SettingsForm, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Returned mails"),
            self.tr(
                "KK Desk reads the mailbox where mails come back and no longer writes to addresses that do not exist. "
                "Only what is about your campaigns is touched, and nothing is deleted."
            ),
            parent,
        )
        form.line(
            self.form,
            "BOUNCE_ADDRESS",
            self.tr("Mails come back to"),
            self.tr(
                "An address that takes additions: what is sent to bounces+abc@… must arrive too. Empty: the sender."
            ),
            "bounces@example.gr",
        )
        form.line(self.form, "BOUNCE_IMAP_HOST", self.tr("IMAP server"), placeholder="imap.example.gr")
        form.whole_number(self.form, "BOUNCE_IMAP_PORT", self.tr("Port"), 1, 65535)
        form.line(self.form, "BOUNCE_IMAP_USER", self.tr("User name"))
        self.password = SecretField("BOUNCE_IMAP_PASS", self.edited.emit)
        self.form.row(self.tr("Password"), self.password, self.tr("Kept in the system's keyring, never in a file."))
        form.line(self.form, "BOUNCE_IMAP_FOLDER", self.tr("Folder"))
        self.pill = Pill()
        self._state_row = self.form.row(self.tr("State"), left_aligned(self.pill))
        self.test_button = button(self.tr("Try the mailbox"), symbol="envelope-simple", clicked=self.trial_wanted.emit)
        self.form.row("", left_aligned(self.test_button))

    def show_state(self, state: MailboxState | None, now: int, language: str) -> None:
        """How reading goes; None: there is no mailbox to read."""
        self.test_button.setEnabled(state is not None)
        hint = ""
        if state is None:
            self.pill.show_state(self.tr("No mailbox is read"), "neutral")
        elif state.error is not None:
            self.pill.show_state(self.tr("It cannot be read"), "danger")
            hint = state.error.in_language(language)
        elif state.checked_at:
            self.pill.show_state(self.tr("It is read"), "success")
            hint = self.tr("Last time: %1").replace("%1", moment(state.checked_at, now))
        else:
            self.pill.show_state(self.tr("Not read yet"), "neutral")
        self._state_row.set_hint(hint)
