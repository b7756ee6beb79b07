"""The program of a person who signs in, works, and is let in no more: pressed as they would press it.

Says what it sees, line by line. `python -m tests.end2end.signing_in_window PROFILE`
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import keyring
from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from kkdesk.model.customer import Customer
from kkdesk.ui import app
from kkdesk.ui.signing_in.welcome import Welcome
from kkdesk.ui.window import MainWindow
from tests.conftest import MemoryKeyring

RING = MemoryKeyring()


def say(*words: object) -> None:
    print(*words, flush=True)


class Person(QObject):
    """Looks at the screen twenty times a second."""

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self.profile = profile
        self.welcomed = 0
        self.working: asyncio.Task[None] | None = None
        QDesktopServices.setUrlHandler("http", self, "opened")
        self._look_again()

    @Slot(QUrl)
    def opened(self, url: QUrl) -> None:
        say("browser", url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def look(self) -> None:
        """What is on the screen, and what a person does then."""
        for widget in QApplication.topLevelWidgets():
            if not widget.isVisible():
                continue
            if isinstance(widget, Welcome):
                self._at_welcome(widget)
            elif isinstance(widget, MainWindow) and widget.pages and self.working is None:
                self.working = asyncio.get_running_loop().create_task(self._work(widget))
            elif isinstance(widget, QDialog):
                say("told", " ".join(label.text() for label in widget.findChildren(QLabel)).replace("\n", " "))
                widget.accept()
        self._look_again()

    def _look_again(self) -> None:
        QTimer.singleShot(50, self.look)

    def _at_welcome(self, window: Welcome) -> None:
        if self.working is not None:
            say("asked to sign in again")
            self._tell_what_is_left()
            window.close()
        elif not self.welcomed:
            self.welcomed += 1
            say("asked to sign in")
            window.panel.go_button.click()

    async def _work(self, window: MainWindow) -> None:
        workspace = window.shell.workspace
        total = (await workspace.db.query("SELECT count(*) AS n FROM customers"))[0]["n"]
        say("window", workspace.actor.name, workspace.actor.role, total)
        await workspace.customers.create(Customer(company="Νέος πελάτης του πρώτου πρωινού"))
        assert workspace.synchronisation is not None
        await workspace.synchronisation.sync_now()
        say("worked")

    def _tell_what_is_left(self) -> None:
        left = [path.relative_to(self.profile).as_posix() for path in self.profile.rglob("*") if path.is_file()]
        say("left", *sorted(name for name in left if not name.startswith("logs/")), "keyring", len(RING.kept))


if __name__ == "__main__":
    keyring.set_keyring(RING)
    application = app.make_application([])
    person = Person(Path(sys.argv[1]))
    say("code", app.run_window(Path(sys.argv[1])))
