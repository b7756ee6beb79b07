"""Trying what is set: a test mail, and a look into the mailbox of what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kkdesk.services.mail.transport import Outcome
from kkdesk.services.mail.trial import send_trial
from kkdesk.ui.dialogs import ask_text, message
from kkdesk.ui.operation import run

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage


class Trials(QObject):
    """What the buttons of the mail server and of the mailbox start. They try the settings in force."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(page)
        self._page = page

    def mail(self) -> None:
        """Ask for an address and send it a test mail."""
        self._page.start(self._ask_and_send())

    def mailbox(self) -> None:
        """Sign in to the mailbox and say what is there."""
        self._page.start(self._look())

    async def _ask_and_send(self) -> None:
        if not await self._is_saved():
            return
        address = await ask_text(
            self._page, self.tr("Send a test mail"), self.tr("To which address?"), confirm=self.tr("Send the test mail")
        )
        if address is not None:
            run(
                self._page,
                self._send(address),
                what=self.tr("Sending the test mail…"),
                control=self._page.mail_server.test_button,
                toast=self._went,
            )

    async def _send(self, address: str) -> Outcome:
        workspace = self._page.workspace
        transport = await workspace.open_transport()
        try:
            return await send_trial(workspace.settings, transport, address, workspace.clock)
        finally:
            await transport.close()

    def _went(self, outcome: Outcome) -> str:
        if outcome.stage == "folder":
            return self.tr("No mail server is set: the test mail lies in the mail folder.")
        return self.tr("The server took the test mail.")

    async def _look(self) -> None:
        box = self._page.workspace.open_bounce_mailbox()
        if box is not None and await self._is_saved():
            run(
                self._page,
                box.trial(),
                what=self.tr("Signing in to the mailbox…"),
                control=self._page.bounces.test_button,
                toast=self._found,
            )

    def _found(self, messages: int) -> str:
        return self.tr("The mailbox can be read: %Ln message(s) in the folder.", None, messages)

    async def _is_saved(self) -> bool:
        if not self._page.is_edited:
            return True
        await message(
            self._page, self.tr("Save first"), self.tr("The test uses the settings in force, not those being edited.")
        )
        return False
