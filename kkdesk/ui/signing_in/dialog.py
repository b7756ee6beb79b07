"""Signing in from within the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.ui.signing_in.panel import Signing, SignInPanel
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.services.sign_in.account_file import SignedIn

_WIDTH: Final = 480


class SignInDialog(QDialog):
    """Accepted once somebody has signed in: `account`."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        signing: Signing,
        language: str,
        report: Callable[[BaseException], None],
        *,
        gmail: bool = False,
        same_account: bool = False,
    ) -> None:
        """See `SignInPanel`. Whoever opens it awaits `close_down` in the end."""
        super().__init__(parent.window() if parent is not None else None)
        self.account: SignedIn | None = None
        self.setWindowTitle("KK Desk")
        self.setMinimumWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        heading = label(title, wrap=True)
        heading.setProperty("role", "dialog-title")
        column.addWidget(heading)
        column.addWidget(label(text, wrap=True))
        self.panel = SignInPanel(signing, language, report, gmail=gmail, same_account=same_account)
        self.panel.signed_in.connect(self._done)
        column.addWidget(self.panel)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Close"), clicked=self.reject))
        column.addLayout(foot)
        self.panel.setFocus()

    async def close_down(self) -> None:
        """End a sign-in that nobody waits for any more."""
        await self.panel.close_down()

    def _done(self, account: SignedIn) -> None:
        self.account = account
        self.accept()
