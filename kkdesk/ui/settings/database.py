"""What the section on the database shows and does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog

from kkdesk.ui.changes import ALL_KINDS
from kkdesk.ui.dialogs import answer
from kkdesk.ui.operation import run
from kkdesk.ui.settings.connecting import ConnectDialog, LocalDialog, TokenDialog
from kkdesk.ui.settings.moving import Mover, mover_of
from kkdesk.ui.settings.sections import DatabaseSection
from kkdesk.ui.synchronisation.words import last_success_words, state_words

if TYPE_CHECKING:
    from kkdesk.ui.page import Page

translate = QCoreApplication.translate


class DatabaseSettings:
    """Lets the person move the data of `page`'s workspace, and give a new key."""

    def __init__(self, page: Page) -> None:
        """Shows where the data is, and follows the exchange."""
        self.page = page
        self.section = DatabaseSection(page.workspace.profile)
        self.section.connect_wanted.connect(self.connect)
        self.section.local_wanted.connect(self.work_locally)
        self.section.token_wanted.connect(self.ask_token)
        self._last: tuple[object, ...] | None = None
        page.shell.exchange.changed.connect(self._changed)
        self.show()

    @property
    def mover(self) -> Mover | None:
        """None where the data cannot be moved: the environment says where it is."""
        fixed = self.page.workspace.settings.from_environment("DATABASE_URL") is not None
        return None if fixed else mover_of(self.page.workspace)

    def show(self) -> None:
        """Show where the data is now."""
        exchange = self.page.shell.exchange
        state = exchange.state
        if exchange.is_local:
            self.section.show_local(may_connect=self.mover is not None)
            return
        settings, now = self.page.workspace.settings, self.page.workspace.clock()
        last = state_words(exchange, now).text if state is None else last_success_words(state, now)
        self.section.show_company(
            _without_secrets(settings.text("DATABASE_URL")),
            last,
            may_move=self.mover is not None,
            may_sign_in=state is not None
            and settings.from_environment("DATABASE_AUTH_TOKEN") is None
            and not self.page.workspace.is_brokered,
        )

    def connect(self) -> None:
        """The dialog that connects to the company's database."""
        if (mover := self.mover) is not None and self.page.shell.exchange.is_local:
            self.page.start(self._moved(ConnectDialog(self.page, mover)))

    def work_locally(self) -> None:
        """The dialog that makes a local copy."""
        state = self.page.shell.exchange.state
        if (mover := self.mover) is not None:
            self.page.start(self._moved(LocalDialog(self.page, mover, state.waiting if state else 0)))

    def ask_token(self) -> None:
        """The dialog that takes a new access key."""
        if self.page.shell.exchange.service is not None:
            self.page.start(self._ask_token(TokenDialog(self.page)))

    def end(self) -> None:
        """The page goes."""
        self.page.shell.exchange.changed.disconnect(self._changed)

    def _changed(self) -> None:
        # Many states a second tell nothing new here.
        exchange = self.page.shell.exchange
        state = exchange.state
        last = (exchange.is_local, None if state is None else (state.last_success,))
        if last != self._last:
            self._last = last
            self.show()

    async def _moved(self, dialog: QDialog) -> None:
        if await answer(dialog):
            self.page.shell.reopen_wanted.emit()

    async def _ask_token(self, dialog: TokenDialog) -> None:
        accepted = await answer(dialog)
        token = dialog.token.text().strip()
        service = self.page.shell.exchange.service
        if accepted and token and service is not None:
            run(
                self.page,
                service.use_token(token),
                what=translate("DatabaseDialogs", "Connecting…"),
                control=self.section.token_button,
                changes=ALL_KINDS,
                toast=translate("DatabaseDialogs", "The new key works: everything is up to date"),
            )


def _without_secrets(url: str) -> str:
    """An address as it may be shown: whoever pasted one with a key in it must not find it on the screen."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}" if place else ""
