"""The lock: after minutes without a key or a click the window shows nothing until the same person signs in again.

It keeps colleagues and visitors from reading along. It is no encryption: the disk's is (BitLocker, FileVault).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from kkdesk.ui.signing_in.panel import Signing, SignInPanel
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDTH: Final = 460
_INPUT: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Emits `idle` after minutes without input to any window of the program."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Watches once `set_minutes` has been given some."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.idle)
        self._watching = False

    def set_minutes(self, minutes: float) -> None:
        """Count anew; 0: never."""
        app = QApplication.instance()
        if app is not None and bool(minutes) != self._watching:
            self._watching = bool(minutes)
            (app.installEventFilter if self._watching else app.removeEventFilter)(self)
        self._timer.stop()
        if minutes:
            self._timer.start(round(minutes * 60_000))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Anything that a person does begins the count anew."""
        if event.type() in _INPUT and self._timer.isActive():
            self._timer.start()
        return super().eventFilter(watched, event)

    def end(self) -> None:
        """Watch no more."""
        self.set_minutes(0)


class LockScreen(QWidget):
    """Lies over the whole inside of the window, which is disabled meanwhile; `unlocked` once it may be seen again."""

    unlocked = Signal()

    def __init__(
        self, window: QWidget, who: str, signing: Signing, language: str, report: Callable[[BaseException], None]
    ) -> None:
        """`who` is the address of whoever may unlock it."""
        super().__init__(window)
        self.setObjectName("lockScreen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        self._inside: QWidget | None = None
        #: Dialogs that were open, and shortcuts that worked.
        self._hidden: list[QWidget] = []
        self._silent: list[QShortcut] = []
        self.panel = SignInPanel(signing, language, report, same_account=True)
        self.panel.signed_in.connect(lambda _account: self.unlocked.emit())
        self._lay_out(who)
        window.installEventFilter(self)

    def cover(self, inside: QWidget) -> None:
        """Hide `inside`, which nobody can reach until it is shown again, and whatever other windows there are."""
        self._inside = inside
        self._hidden = [
            other for other in QApplication.topLevelWidgets() if other.isVisible() and other is not self._window
        ]
        self._silent = [shortcut for shortcut in self._window.findChildren(QShortcut) if shortcut.isEnabled()]
        for other in self._hidden:
            other.hide()
        for shortcut in self._silent:
            shortcut.setEnabled(False)
        inside.hide()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.panel.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    async def close_down(self) -> None:
        """Go, and show again what was there."""
        await self.panel.close_down()
        self._window.removeEventFilter(self)
        self.hide()
        if self._inside is not None:
            self._inside.show()
        for shortcut in self._silent:
            if isValid(shortcut):
                shortcut.setEnabled(True)
        for other in self._hidden:
            if isValid(other):
                other.show()
        self.deleteLater()

    def _lay_out(self, who: str) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(28, 24, 28, 28)
        inner.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Symbol("lock-key", "accent"))
        head.addWidget(label(self.tr("KK Desk is locked"), "page-title"), 1)
        inner.addLayout(head)
        text = self.tr("Sign in as %1 to go on where you were. Nothing has been lost.").replace("%1", who)
        inner.addWidget(label(text, wrap=True))
        inner.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
