"""How the exchange with the company's database stands, in the status bar: a few words that one can press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from kkdesk.ui.synchronisation.words import StateWords, state_words, tip_words, widest_words
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.styling import restyle

if TYPE_CHECKING:
    from kkdesk.ui.shell import Shell

#: A fetch that is over sooner is not shown: words that flicker every 15 seconds are no news.
PATIENCE_MS: Final = 700
_ICON: Final = QSize(20, 14)
_PADDING: Final = 16


class ConnectionSign(QPushButton):
    """`chosen(page, target)` when pressed. As wide as its longest words, so that nothing beside it ever moves."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Says nothing before `follow`."""
        super().__init__(parent)
        self.setObjectName("connectionSign")
        self.setIconSize(_ICON)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._shell: Shell | None = None
        self._shown = StateWords("", "")
        #: Pixels for the words.
        self._room = 0
        #: Whether what takes but a moment is left unsaid.
        self._patient = True
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.show_now)
        self.clicked.connect(self._choose)

    def follow(self, shell: Shell) -> None:
        """Show what `shell.exchange` knows, now and from now on."""
        self._shell = shell
        shell.exchange.changed.connect(self._changed)
        self.show_now()

    @property
    def said(self) -> str:
        """The words, whole."""
        return self._shown.text

    def show_now(self) -> None:
        """Show also what may be over in a moment."""
        self._patient = False
        self._show()

    def event(self, event: QEvent) -> bool:
        """The tip is made when somebody asks for it: it counts on with each state."""
        if event.type() == QEvent.Type.ToolTip and self._shell is not None:
            shell = self._shell
            self.setToolTip(tip_words(shell.exchange, shell.workspace.clock(), shell.language))
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the room for the longest words, in the font there is."""
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs other room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._shell is not None:
            self._fit()

    def _changed(self) -> None:
        state = None if self._shell is None else self._shell.exchange.state
        if state is None or not (state.syncing or state.waiting):
            self._patience.stop()
            self._patient = True
        elif self._patient and not self._patience.isActive():
            self._patience.start()
        self._show()

    def _show(self) -> None:
        if self._shell is None:
            return
        words = state_words(self._shell.exchange, self._shell.workspace.clock(), patient=self._patient)
        if words == self._shown:
            return
        before, self._shown = self._shown, words
        if (words.symbol, words.tone) != (before.symbol, before.tone):
            self.setIcon(icon(words.symbol, words.tone))
            restyle(self, tone=words.tone)
        self.setAccessibleName(self.tr("Synchronisation: %1").replace("%1", words.text))
        if not self._room:
            self._fit()
        self._write()

    def _fit(self) -> None:
        self.ensurePolished()
        # Whole pixels are a little less than the text is wide: it would be cut in its own room.
        self._room = 2 + max(self.fontMetrics().horizontalAdvance(text) for text in widest_words())
        self.setFixedWidth(self._room + _ICON.width() + _PADDING)
        self._write()

    def _write(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._shown.text, Qt.TextElideMode.ElideRight, self._room))

    def _choose(self) -> None:
        shell = self._shell
        if shell is not None and shell.exchange.state is not None and shell.exchange.state.connection == "sign_in":
            self.chosen.emit("settings", "sign_in" if shell.workspace.is_brokered else "token")
        else:
            self.chosen.emit("synchronisation", None)
