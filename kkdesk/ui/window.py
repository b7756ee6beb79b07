"""The main window: navigation, the page in front, and what surrounds it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kkdesk.ui.changes import ALL_KINDS
from kkdesk.ui.navigation import Navigation
from kkdesk.ui.page import Command, Page
from kkdesk.ui.pages import PAGES, page_entry
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.ui.status_bar import StatusBar
from kkdesk.ui.toast import Toasts
from kkdesk.ui.top_bar import TopBar

if TYPE_CHECKING:
    from kkdesk.ui.finder import Hit
    from kkdesk.ui.palette import CommandPalette, SearchDrop

#: Below this width the navigation shows icons alone.
NARROW_BELOW = 1160
SMALLEST = (880, 480)


class MainWindow(QMainWindow):
    """Holds the pages. Closing is refused here and done in order by whoever listens to `close_wanted`."""

    close_wanted = Signal()
    theme_wanted = Signal()

    def __init__(self, shell: Shell, profile: str) -> None:
        """`profile` is the name to show for it."""
        super().__init__()
        self.shell = shell
        self.pages: dict[str, Page] = {}
        self.current = ""
        self.setWindowTitle("KK Desk")
        self.setMinimumSize(*SMALLEST)
        self.navigation = Navigation()
        self.top_bar = TopBar()
        self.status = StatusBar(profile)
        self.stack = QStackedWidget()
        #: All of the window's inside; toasts and the palette lie over it.
        self.inside = QWidget()
        self._lay_out()
        self.toasts = Toasts(self.inside)
        self.palette_overlay: CommandPalette | None = None
        self.search_drop: SearchDrop | None = None
        self._page_shortcuts: list[QShortcut] = []
        self._connect()
        self._bind_keys()
        self._restore()

    async def show_page(self, key: str, target: object = None) -> None:
        """Bring a page to the front and wait until it is complete; it stays where unsaved work holds it."""
        page = self.pages.get(self.current)
        if page is not None and key != self.current and not await page.may_leave():
            self.navigation.set_current(self.current)
            return
        if page is not None and key != self.current:
            page.go_back()
        page = self.pages.get(key) or self._make(key)
        self.current = key
        self.navigation.set_current(key)
        self.stack.setCurrentWidget(page)
        self.shell.state.setValue("window/page", key)
        self._bind_page_keys(page)
        focused: QWidget | None = self.focusWidget()
        if focused is None or not self.stack.isAncestorOf(focused):
            # Not on the button in the navigation: the keyboard is for the page now.
            page.setFocus()
        arriving = page.start(page.come_forward(target))
        if arriving is not None:
            await asyncio.wait((arriving,))

    async def may_close(self) -> bool:
        """Ask every page about unsaved work, the one in front first."""
        for page in sorted(
            self.pages.values(),
            key=lambda page: page is not self.pages.get(self.current),
        ):
            if not await page.may_leave():
                return False
        return True

    async def close_down(self) -> None:
        """End the pages' coroutines and remember the window's place."""
        self.shell.state.setValue("window/geometry", self.saveGeometry())
        self.shell.state.sync()
        for page in self.pages.values():
            await page.close_down()
        self.shell.page_wanted.disconnect(self._go)
        self.shell.toast_wanted.disconnect(self._toast)
        self.shell.activity_started.disconnect(self.status.add_activity)

    async def settled(self) -> None:
        """Wait until neither the window nor a page does anything any more (tests, tour)."""
        for owner in (self.shell.tasks, *(page.tasks for page in self.pages.values())):
            await owner.settled()

    # Called by shortcuts and the palette ----------------------------------------------------------------

    def open_palette(self) -> None:
        """Actions, pages and records by typing."""
        if self.palette_overlay is None:
            from kkdesk.ui.finder import Hits
            from kkdesk.ui.palette import CommandPalette

            self.palette_overlay = CommandPalette(self.shell, Hits(self.shell, self._actions), self.inside)
        self.palette_overlay.open()

    def close_palette(self) -> None:
        """Take the palette away, if it is there."""
        if self.palette_overlay is not None:
            self.palette_overlay.close_up()

    def find_here(self) -> None:
        """The page's own search, else the global one."""
        page = self.pages.get(self.current)
        if page is None or not page.focus_search():
            self.find_everywhere()

    def find_everywhere(self) -> None:
        """Put the cursor into the global search."""
        self._prepare_search()
        self.top_bar.search.setFocus()
        self.top_bar.search.selectAll()

    def undo_last(self) -> None:
        """What the newest toast offers."""
        self.toasts.undo_last()

    def refresh_page(self) -> None:
        """Read the page's data again, should anything have escaped us."""
        self.shell.bus.tell(ALL_KINDS)

    def lock(self) -> None:
        """Show nothing until whoever has signed in does so again."""
        self.shell.lock_wanted.emit()

    def show_shortcuts(self) -> QDialog:
        """The table of shortcuts."""
        from kkdesk.ui.shortcuts import ShortcutsDialog

        title = page_entry(self.current).label() if self.current else ""
        dialog = ShortcutsDialog(self, title, self._commands(), [entry.label() for entry in PAGES])
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    # Qt -------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Refuse: pages may have unsaved work, and the loop must live until all is put away."""
        event.ignore()
        self.close_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give pages the room that the navigation can spare."""
        super().resizeEvent(event)
        self.navigation.set_narrow(narrow=self.width() < NARROW_BELOW)

    # Inside ---------------------------------------------------------------------------------------------

    def _make(self, key: str) -> Page:
        page = page_entry(key).make(self.shell)
        self.pages[key] = page
        self.stack.addWidget(page)
        return page

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        row = QHBoxLayout()
        self.inside.setLayout(row)
        for layout in (column, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.status)
        row.addWidget(self.navigation)
        row.addWidget(right, 1)
        self.setCentralWidget(self.inside)

    def _connect(self) -> None:
        self.shell.page_wanted.connect(self._go)
        self.shell.toast_wanted.connect(self._toast)
        self.shell.activity_started.connect(self.status.add_activity)
        self.status.connection.follow(self.shell)
        self.status.connection.chosen.connect(self._go)
        self.navigation.chosen.connect(self._go)
        self.top_bar.palette_wanted.connect(self.open_palette)
        self.top_bar.help_wanted.connect(self.show_shortcuts)
        self.top_bar.theme_wanted.connect(self.theme_wanted)
        self.top_bar.search.focused.connect(self._prepare_search)

    def _bind_keys(self) -> None:
        # Imported here: the dialog with its widgets is not needed before F1, the table is.
        from kkdesk.ui.shortcuts import WINDOW_SHORTCUTS, bind

        for shortcut in WINDOW_SHORTCUTS:
            for keys in shortcut.keys:
                bind(self, keys, getattr(self, shortcut.name))
        for number, entry in enumerate(PAGES, start=1):
            bind(self, f"Ctrl+{number}", partial(self._go, entry.key))

    def _bind_page_keys(self, page: Page) -> None:
        from kkdesk.ui.shortcuts import bind

        for old in self._page_shortcuts:
            old.deleteLater()
        commands = [command for command in page.commands() if command.shortcut]
        self._page_shortcuts = [bind(self, command.shortcut, command.run) for command in commands]

    def _restore(self) -> None:
        kept = self.shell.state.value("window/geometry")
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            room = self.screen().availableGeometry()
            self.resize(min(1360, room.width()), min(860, room.height()))

    def _go(self, key: str, target: object = None) -> None:
        self.shell.start(self.show_page(key, target))

    def _toast(self, text: ToastText) -> None:
        self.toasts.show(text)

    def _prepare_search(self) -> None:
        if self.search_drop is None:
            from kkdesk.ui.finder import Hits
            from kkdesk.ui.palette import SearchDrop

            hits = Hits(self.shell, self._actions)
            self.search_drop = SearchDrop(self.shell, hits, self.top_bar.search, self.inside)

    def _commands(self) -> Sequence[Command]:
        page = self.pages.get(self.current)
        return page.commands() if page is not None else ()

    def _actions(self) -> list[Hit]:
        from kkdesk.ui.finder import Hit
        from kkdesk.ui.shortcuts import native

        own = [
            Hit(command.title, "", command.icon, native(command.shortcut), command.run) for command in self._commands()
        ]
        theme = QCoreApplication.translate("MainWindow", "Switch between light and dark")
        return [*own, Hit(theme, "", "circle-half", "", self.theme_wanted.emit)]
