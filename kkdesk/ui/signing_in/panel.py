"""The button that signs in with Google, and what is seen while the browser has the person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.ui.tasks import Tasks
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.services.sign_in.account_file import SignedIn
    from kkdesk.services.sign_in.service import Waiting

#: Characters of a failure's text that are shown at most: a provider's error word is in some.
_LONGEST: Final = 400


class Signing(Protocol):
    """What is needed of `kkdesk.services.sign_in.service.SignIn`."""

    async def sign_in(
        self,
        open_browser: Callable[[str], Awaitable[bool]],
        told: Callable[[Waiting], None] = ...,
        *,
        gmail: bool = False,
        same_account: bool = False,
    ) -> SignedIn:
        """Have the person sign in."""
        ...


class SignInPanel(QWidget):
    """Emits `signed_in` with who it is. Cancelling, failing and trying again happen in place."""

    signed_in = Signal(object)

    def __init__(
        self,
        signing: Signing,
        language: str,
        report: Callable[[BaseException], None],
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
        gmail: bool = False,
        same_account: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`prepare` is awaited before each try; `report` is told of what is no failure of signing in."""
        super().__init__(parent)
        self._signing = signing
        self._language = language
        self._prepare = prepare
        self._gmail = gmail
        self._same_account = same_account
        self._tasks = Tasks(report)
        self._going: asyncio.Task[None] | None = None
        self._url = ""
        self.error = Banner("", "danger")
        self.go_button = button(self.tr("Sign in with Google"), "primary", symbol="google-logo", clicked=self.start)
        self.go_button.setMinimumHeight(36)
        self.waiting = self._waiting_part()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.error)
        column.addWidget(self.go_button)
        column.addWidget(self.waiting)
        self.setFocusProxy(self.go_button)
        self._show(waiting=False)

    def start(self) -> None:
        """Send the person to the browser."""
        if self._going is None or self._going.done():
            self.error.say("")
            self._said.setText(self.tr("Opening the browser…"))
            self._show(waiting=True)
            self._going = self._tasks.start(self._sign_in())

    def cancel(self) -> None:
        """The person does not want to, after all."""
        if self._going is not None:
            self._going.cancel()

    def show_error(self, error: KKDeskError) -> None:
        """Say why it did not work, or why it is needed."""
        self.error.say(error.message(self._language)[:_LONGEST], "danger")

    def show_waiting(self, waiting: Waiting) -> None:
        """The person is in the browser, or has to open one."""
        self._url = waiting.url
        opened = self.tr("Go on in the browser: choose your Google account there.")
        alone = self.tr("No browser opened. Copy the link and open it in one on this computer.")
        self._said.setText(opened if waiting.opened else alone)
        for widget in (self._again, self._copy):
            widget.setEnabled(True)
        self.copied.hide()

    def show_staged(self, waiting: Waiting) -> None:
        """As it is while somebody is in the browser, for a picture."""
        self._show(waiting=True)
        self.show_waiting(waiting)

    async def close_down(self) -> None:
        """End what goes on."""
        await self._tasks.close()

    async def _sign_in(self) -> None:
        try:
            if self._prepare is not None:
                await self._prepare()
            account = await self._signing.sign_in(
                _open, self.show_waiting, gmail=self._gmail, same_account=self._same_account
            )
        except KKDeskError as error:
            self.show_error(error)
        except asyncio.CancelledError:
            self._show(waiting=False)
            raise
        else:
            self._show(waiting=False)
            self.signed_in.emit(account)
            return
        self._show(waiting=False)
        self.go_button.setFocus()

    def _show(self, *, waiting: bool) -> None:
        self.go_button.setVisible(not waiting)
        self.waiting.setVisible(waiting)
        if not waiting:
            self._url = ""
            for widget in (self._again, self._copy):
                widget.setEnabled(False)
            self.copied.hide()

    def _waiting_part(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._said = label("", "strong", wrap=True)
        column.addWidget(self._said)
        text = self.tr("KK Desk goes on by itself once you have signed in. It never sees your password.")
        column.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        self._again = button(self.tr("Open the browser again"), symbol="browser", clicked=self._open_again)
        self._copy = button(self.tr("Copy the link"), symbol="copy", clicked=self._copy_link)
        self.cancel_button = button(self.tr("Cancel"), clicked=self.cancel)
        for made in (self._again, self._copy, self.cancel_button):
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        self.copied = label(
            self.tr("The link is copied. It works once, and on this computer alone."), "caption", wrap=True
        )
        column.addWidget(self.copied)
        return holder

    def _open_again(self) -> None:
        QDesktopServices.openUrl(QUrl(self._url))

    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self.copied.show()


async def _open(url: str) -> bool:
    return QDesktopServices.openUrl(QUrl(url))
