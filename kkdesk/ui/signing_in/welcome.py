"""What is seen where nobody has signed in: who the company is, and one button."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kkdesk.ui.language import Languages
from kkdesk.ui.signing_in.panel import Signing, SignInPanel
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.model.errors import KKDeskError
    from kkdesk.services.sign_in.account_file import SignedIn

_WIDTH: Final = 480


class Welcome(QWidget):
    """A small window before the main one. `done` says who has signed in; None: the person closed it."""

    def __init__(
        self,
        language: str,
        signing: Signing,
        prepare: Callable[[], Awaitable[None]],
        why: KKDeskError | None = None,
        *,
        known: SignedIn | None = None,
        dressed: bool = False,
    ) -> None:
        """`why`: what ended the sign-in of `known`, who is then asked to sign in again.

        `dressed`: there is a window already that has brought language and look.
        """
        super().__init__()
        app = None if dressed else QApplication.instance()
        self._languages = Languages(app) if isinstance(app, QApplication) else None
        if isinstance(app, QApplication) and self._languages is not None:
            self._languages.use(language)
            Scheme(app)
        self._closed: asyncio.Future[SignedIn | None] = asyncio.get_running_loop().create_future()
        self.panel = SignInPanel(signing, language, self._fault, prepare=prepare)
        self.panel.signed_in.connect(self._settle)
        self.setWindowTitle("KK Desk")
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 28)
        column.setSpacing(12)
        column.addWidget(label("KK Desk", "page-title"))
        if known is None:
            text = self.tr("Sign in with your account of the company to see its customers. You do this once.")
        else:
            text = self.tr("You have to sign in again as %1.").replace("%1", known.identity.email)
        column.addWidget(label(text, wrap=True))
        if known is not None and why is not None:
            column.addWidget(label(why.what.in_language(language), "muted", wrap=True))
        column.addSpacing(4)
        column.addWidget(self.panel)

    async def done(self) -> SignedIn | None:
        """Wait for the person."""
        self.show()
        self.panel.setFocus()
        try:
            return await self._closed
        finally:
            await self.panel.close_down()

    def put_away(self) -> None:
        """Something else comes."""
        if self._languages is not None:
            self._languages.forget()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it is an answer, too."""
        super().closeEvent(event)
        self._settle(None)

    def _settle(self, account: SignedIn | None) -> None:
        if not self._closed.done():
            self._closed.set_result(account)

    def _fault(self, error: BaseException) -> None:
        if not self._closed.done() and isinstance(error, Exception):
            self._closed.set_exception(error)
