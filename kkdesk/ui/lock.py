"""The lock of the window: when it comes, and when it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from kkdesk.ui.signing_in.lock_screen import IdleWatch, LockScreen
from kkdesk.ui.tasks import Tasks

if TYPE_CHECKING:
    from kkdesk.ui.shell import Shell
    from kkdesk.ui.window import MainWindow
    from kkdesk.workspace import Workspace

#: Where the window's state says that it was locked: opening the program again does not unlock it.
_LOCKED: Final = "lock/locked"


class Lock(QObject):
    """For a person who has signed in."""

    def __init__(self, workspace: Workspace, report: Callable[[BaseException], None], parent: QObject) -> None:
        """Guards nothing before `guard`."""
        super().__init__(parent)
        self._workspace = workspace
        self._report = report
        self._tasks = Tasks(report)
        self._window: MainWindow | None = None
        self._shell: Shell | None = None
        self.screen: LockScreen | None = None
        self.watch = IdleWatch(self)
        self.watch.idle.connect(self.lock)

    def guard(self, window: MainWindow, shell: Shell) -> None:
        """Guard `window`, by the settings in force; one that was locked when it was closed is locked at once."""
        self._window, self._shell = window, shell
        self.watch.set_minutes(self._workspace.settings.number("KKDESK_LOCK_MINUTES", 0, 1440))
        if shell.state.value(_LOCKED, "") == "yes":
            self.lock()

    def lock(self) -> None:
        """Show nothing but the way back."""
        account = self._workspace.entry.account
        if self.screen is not None or self._window is None or self._shell is None or account is None:
            return
        self._remember(locked=True)
        who, language = account.identity.email, self._shell.language
        self.screen = LockScreen(self._window, who, self._workspace.sign_in, language, self._report)
        self.screen.unlocked.connect(lambda: self._tasks.start(self._unlock()))
        self.screen.cover(self._window.inside)

    async def close(self) -> None:
        """The window goes. One that is locked is locked when it comes again."""
        self.watch.end()
        await self._tasks.close()
        if self.screen is not None:
            await self.screen.close_down()
            self.screen = None

    async def _unlock(self) -> None:
        self._remember(locked=False)
        if self.screen is not None:
            await self.screen.close_down()
            self.screen = None
        synchronisation = self._workspace.synchronisation
        if self._workspace.is_brokered and synchronisation is not None and self._shell is not None:
            # Signing in again has also renewed what may have ended meanwhile.
            self._shell.start(synchronisation.sign_in_again())

    def _remember(self, *, locked: bool) -> None:
        if self._shell is not None:
            self._shell.state.setValue(_LOCKED, "yes" if locked else "")
            self._shell.state.sync()
