"""The open program: one workspace, its window, its look, and how they are closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from kkdesk.model.errors import AccessRevoked
from kkdesk.model.rights import may_write
from kkdesk.ui.ending import Ending
from kkdesk.ui.language import Languages
from kkdesk.ui.pages import PAGES
from kkdesk.ui.sending import QueueWatch, Sender
from kkdesk.ui.shell import Shell
from kkdesk.ui.tasks import Tasks
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.ui.window import MainWindow

if TYPE_CHECKING:
    from kkdesk.services.broker_client import DatabaseGrant
    from kkdesk.ui.changes import Kinds
    from kkdesk.ui.lock import Lock
    from kkdesk.ui.reporter import Reporter
    from kkdesk.workspace import Workspace


#: Seconds in which the first page comes, before anything beside it is read.
_FIRST_PAGE_SECONDS = 0.1


class Desk(QObject):
    """Makes the window, and makes it anew when the language changes."""

    def __init__(self, app: QApplication, workspace: Workspace, reporter: Reporter) -> None:
        """Applies theme and language; `open` shows the window."""
        super().__init__(app)
        self.workspace = workspace
        self.closed = asyncio.Event()
        #: What comes after the window has closed.
        self.ending = Ending.CLOSED
        self._reporter = reporter
        self._tasks = Tasks(reporter.report)
        #: Sends what is queued; outlives the window by the mails that are in flight.
        self.mailer = Sender(workspace.profile.folder, workspace.secrets.hand_over)
        self._languages = Languages(app)
        self.scheme = Scheme(app, workspace.settings.text("KKDESK_THEME"))
        self._asked_to_close = False
        self._watching = False
        self._lock: Lock | None = None
        self._build(workspace.settings.text("KKDESK_LANGUAGE"))

    async def open(self, key: str = "") -> None:
        """Show the window with page `key`, else with the one last in front; returns once that is complete."""
        kept = key or str(self.shell.state.value("window/page", ""))
        self.window.show()
        await self.window.show_page(kept if kept in {entry.key for entry in PAGES} else PAGES[0].key)

    def watch(self) -> None:
        """Look out for what other processes write, and have the queue sent."""
        self._watching = True
        self.shell.start(self.shell.bus.watch(self.workspace.db))
        self._follow_role()
        self._watch_idle()
        # Whoever may only read has a token that cannot claim a mail.
        if may_write(self.workspace.actor.role):
            QueueWatch(self.shell, self.window.status, self.mailer).look()

    def raise_window(self) -> None:
        """Bring the window to the front (a second start asks for it)."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    async def use_language(self, language: str) -> None:
        """Build the window anew in `language`, with the same page in front."""
        key, old, shell = self.window.current, self.window, self.shell
        geometry = old.saveGeometry()
        self._build(language)
        self.window.restoreGeometry(geometry)
        await self.open(key)
        if self._watching:
            self.watch()
        old.hide()
        shell.exchange.end()
        await old.close_down()
        old.deleteLater()
        # Last: the coroutine that asked for the new language may be one of the old window's.
        shell.tasks.cancel()

    async def close(self) -> None:
        """End every coroutine of the window and take it away."""
        self.window.hide()
        if self._lock is not None:
            await self._lock.close()
        self.shell.exchange.end()
        await self._tasks.close()
        await self.window.close_down()
        await self.shell.tasks.close()
        self._languages.forget()
        self.window.deleteLater()

    def _build(self, language: str) -> None:
        chosen = self._languages.use(language)
        self._reporter.language = chosen
        self.shell = Shell(self.workspace, chosen, self)
        self.shell.failed.connect(self._reporter.report)
        self.shell.look_changed.connect(self._look_changed)
        self.shell.bus.changed.connect(self._data_changed)
        folder = self.workspace.profile.folder
        self.window = MainWindow(self.shell, folder.name)
        self.window.close_wanted.connect(self._close_wanted)
        self.shell.reopen_wanted.connect(lambda: self._end(Ending.REOPEN))
        self.shell.sign_out_wanted.connect(self._sign_out)
        self.shell.lock_wanted.connect(self._lock_now)
        self.shell.exchange.follow_workspace(self.workspace)
        self.shell.exchange.changed.connect(self._look_for_revocation)
        self.window.theme_wanted.connect(self._switch_theme)
        self.shell.start(self._show_organisation(_FIRST_PAGE_SECONDS))

    async def _show_organisation(self, wait: float = 0.0) -> None:
        await asyncio.sleep(wait)
        self.window.navigation.set_organisation(await self.workspace.organisation.name())

    def _data_changed(self, kinds: Kinds) -> None:
        if "organisation" in kinds:
            self.shell.start(self._show_organisation())

    def _close_wanted(self) -> None:
        if not self._asked_to_close:
            self._asked_to_close = True
            self.shell.start(self._ask_to_close())

    async def _ask_to_close(self) -> None:
        try:
            if await self.window.may_close():
                self.closed.set()
        finally:
            self._asked_to_close = False

    def _end(self, ending: Ending) -> None:
        # What is unsaved in a page was asked about before.
        self.ending = ending
        self.closed.set()

    def _sign_out(self, with_data: bool) -> None:  # noqa: FBT001 - a signal's argument
        ending = Ending.SIGNED_OUT_WITH_DATA if with_data else Ending.SIGNED_OUT
        self.shell.start(self._end_unless_unsaved(ending))

    async def _end_unless_unsaved(self, ending: Ending) -> None:
        if await self.window.may_close():
            self._end(ending)

    def _look_for_revocation(self) -> None:
        state = self.shell.exchange.state
        if state is not None and isinstance(state.error, AccessRevoked):
            # Nothing is asked: what is unsaved could not be saved any more.
            self._end(Ending.REVOKED)

    def _follow_role(self) -> None:
        from kkdesk.services.brokered_tokens import BrokeredTokens

        if isinstance(self.workspace.tokens, BrokeredTokens):
            self.workspace.tokens.heard = self._role_heard

    def _role_heard(self, grant: DatabaseGrant) -> None:
        if grant.role != self.workspace.actor.role:
            self.shell.start(self._end_unless_unsaved(Ending.REOPEN))

    def _watch_idle(self) -> None:
        if self.workspace.entry.account is None:
            return
        if self._lock is None:
            # Imported here: who has not signed in has no lock.
            from kkdesk.ui.lock import Lock

            self._lock = Lock(self.workspace, self._reporter.report, self)
        self._lock.guard(self.window, self.shell)

    def _lock_now(self) -> None:
        if self._lock is None:
            self.shell.toast(self.tr("Sign in first, under Settings: who has not cannot unlock"), tone="info")
        else:
            self._lock.lock()

    def _switch_theme(self) -> None:
        self.scheme.choose("light" if self.scheme.is_dark else "dark")
        self.workspace.settings.store({"KKDESK_THEME": self.scheme.choice})

    def _look_changed(self, what: str) -> None:
        settings = self.workspace.settings
        if what == "theme":
            self.scheme.choose(settings.text("KKDESK_THEME"))
        elif what == "lock":
            self._watch_idle()
        elif settings.text("KKDESK_LANGUAGE") != self.shell.language:
            # Not a task of the shell: that one goes with the old window.
            self._tasks.start(self.use_language(settings.text("KKDESK_LANGUAGE")))
