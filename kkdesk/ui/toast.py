"""Short messages at the foot of the window that go away by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from kkdesk.ui.shell import ToastText

#: What offers an action stays long enough to read it, decide and reach the button (WCAG 2.2, 2.2.1 is met by the
#: history page, where every undo stays for 30 days).
PLAIN_MS = 4_000
ACTION_MS = 10_000
_GAP = 8
#: Pixels of a line of text at most.
_MOST = 560
_FOOT = 44
_SYMBOLS = {
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "danger": "warning-circle",
}


class Toast(QFrame):
    """One message; it waits while the pointer is on it."""

    gone = Signal(object)

    def __init__(self, text: ToastText, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = text
        self.action_button: QPushButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(Symbol(_SYMBOLS[text.tone], "on_toast"))
        said = label(text.text, wrap=True)
        # One line where there is room; a wrapped label alone would make itself narrow.
        said.setFixedWidth(min(said.fontMetrics().horizontalAdvance(text.text) + 2, _MOST, parent.width() // 2))
        row.addWidget(said)
        if text.action:
            self.action_button = QPushButton(text.action)
            self.action_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.action_button.clicked.connect(self.act)
            row.addWidget(self.action_button)
        self._life = QTimer(self)
        self._life.setSingleShot(True)
        self._life.setInterval(ACTION_MS if text.action else PLAIN_MS)
        self._life.timeout.connect(self.leave)
        self._life.start()

    def act(self) -> None:
        """Do what the button offers, once."""
        if self.text.do is not None:
            self.text.do()
        self.leave()

    def leave(self) -> None:
        """Go away."""
        self._life.stop()
        self.gone.emit(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while it is being read."""
        self._life.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        self._life.start()
        super().leaveEvent(event)


class Toasts(QObject):
    """The toasts of a window, the newest at the foot."""

    def __init__(self, host: QWidget) -> None:
        """`host` is the widget over whose foot they lie."""
        super().__init__(host)
        self._host = host
        self._shown: list[Toast] = []
        host.installEventFilter(self)

    @property
    def shown(self) -> tuple[Toast, ...]:
        """The visible ones, the oldest first."""
        return tuple(self._shown)

    def show(self, text: ToastText) -> Toast:
        """Show one more; a fourth drives the oldest away."""
        toast = Toast(text, self._host)
        toast.gone.connect(self._remove)
        self._shown.append(toast)
        if len(self._shown) > 3:
            self._shown[0].leave()
        toast.show()
        self._place()
        return toast

    def undo_last(self) -> bool:
        """Ctrl+Z: do what the newest toast offers; False when none offers anything."""
        for toast in reversed(self._shown):
            if toast.text.action:
                toast.act()
                return True
        return False

    def clear(self) -> None:
        """Take all away."""
        for toast in tuple(self._shown):
            toast.leave()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _remove(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        foot = self._host.height() - _FOOT
        for toast in reversed(self._shown):
            toast.adjustSize()
            foot -= toast.height()
            toast.move((self._host.width() - toast.width()) // 2, foot)
            toast.raise_()
            foot -= _GAP
