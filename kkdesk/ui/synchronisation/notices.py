"""What stands above the lists while something is not as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kkdesk.ui.synchronisation.words import size_words
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.progress import ProgressCard

if TYPE_CHECKING:
    from kkdesk.model.sync_state import SyncState
    from kkdesk.ui.shell import Shell


class Notices(QWidget):
    """Offline, sign-in, a full disk, and how far a first synchronisation is; hidden while all is well."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """`show_state` follows `shell.exchange`."""
        super().__init__(parent)
        self._shell = shell
        self.banner = Banner()
        self.sign_in = Banner()
        self.sign_in.offer(self.tr("New access key…"), lambda: shell.go("settings", "token"))
        self.progress = ProgressCard("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.banner, self.sign_in, self.progress):
            column.addWidget(part)
        self._shown: tuple[object, ...] | None = None
        self.show_state()

    def show_state(self) -> None:
        """Say what is to be said now."""
        state = self._shell.exchange.state
        connection = "" if state is None else state.connection
        # While changes stream out there are many states a second that say the same here.
        known = (connection, None if state is None else (state.done, state.total, state.error))
        if known == self._shown:
            return
        self._shown = known
        fetching = connection in {"first_sync", "rebuilding"}
        if state is not None and fetching:
            self._show_progress(state)
        self.progress.setVisible(fetching)
        wanted = self.tr(
            "The company's database no longer takes the access key. Your changes are kept and will be sent once a new "
            "key is given."
        )
        self.sign_in.say(wanted if connection == "sign_in" else "", "warning")
        if connection == "offline":
            text = self.tr("The company's database cannot be reached. Work on as usual: your changes are sent later.")
            self.banner.say(text, "info")
        elif connection == "disk_full":
            text = self.tr("The disk is full. Your changes are safe; make room so that synchronising can go on.")
            self.banner.say(text, "danger")
        else:
            error = state.error if state is not None and connection == "online" else None
            self.banner.say(error.message(self._shell.language) if error is not None else "", "warning")
        self.setVisible(fetching or connection in {"sign_in", "offline", "disk_full"} or bool(self.banner.text))

    def _show_progress(self, state: SyncState) -> None:
        first = state.connection == "first_sync"
        self.progress.set_title(
            self.tr("First synchronisation: the company's data is being fetched")
            if first
            else self.tr("The copy on this computer was damaged and is being fetched again; nothing of yours is lost")
        )
        self.progress.show_progress(state.done, state.total, size_words(state) if state.total else "")
