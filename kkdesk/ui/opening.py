"""What is seen while there is nothing to show yet: the first synchronisation with the company's database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kkdesk.ui.language import Languages
from kkdesk.ui.synchronisation.words import size_words
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.progress import ProgressCard

if TYPE_CHECKING:
    from kkdesk.model.sync_state import SyncState

_WIDTH: Final = 480


class Opening(QWidget):
    """A small window before the main one: how far it is, and a way to leave."""

    def __init__(self, language: str, give_up: Callable[[], object]) -> None:
        """`give_up` is called when the person does not want to wait; what has come is kept for the next start."""
        super().__init__()
        app = QApplication.instance()
        self._languages = Languages(app) if isinstance(app, QApplication) else None
        if isinstance(app, QApplication) and self._languages is not None:
            self._languages.use(language)
            Scheme(app)
        self.give_up = give_up
        self.setWindowTitle("KK Desk")
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("KK Desk", "page-title"))
        self.card = ProgressCard("", cancel=self.tr("Close"))
        self.card.cancelled.connect(self.close)
        column.addWidget(self.card)
        text = self.tr("This happens once. You may close KK Desk: it goes on from here the next time.")
        column.addWidget(label(text, "muted", wrap=True))

    def show_state(self, state: SyncState) -> None:
        """Show how far it is."""
        first = self.tr("Fetching the company's data to this computer")
        again = self.tr("The copy on this computer was damaged and is fetched again")
        self.card.set_title(first if state.connection == "first_sync" else again)
        self.card.show_progress(state.done, state.total, size_words(state) if state.total else "")
        if not self.isVisible():
            self.show()

    def put_away(self) -> None:
        """The main window comes."""
        self.give_up = _nothing
        if self._languages is not None:
            self._languages.forget()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving ends the waiting."""
        super().closeEvent(event)
        self.give_up()


def _nothing() -> None:
    """Nobody waits any more."""
