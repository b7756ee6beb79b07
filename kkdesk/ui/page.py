"""What a page of the window is.

    class CustomersPage(Page):
        shows = frozenset({"customers", "tags"})

        def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
            super().__init__(shell, parent)       # self.shell, self.workspace
            ...                                   # widgets only; no I/O

        async def activate(self, target: object = None) -> None:
            ...                                   # comes to the front: load on the first time, show `target`

        async def refresh(self, kinds: Kinds) -> None:
            ...                                   # data shown here changed, here or elsewhere

Coroutines are run with `self.start(...)` (reads) or `kkdesk.ui.operation.run(self, ...)` (what a person does). Both
end with the page. A page never calls another page: it says `self.shell.go("campaigns", target)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from kkdesk.ui.changes import ALL_KINDS, Kinds
from kkdesk.ui.tasks import Tasks

if TYPE_CHECKING:
    from kkdesk.ui.scene import Scene
    from kkdesk.ui.shell import Shell

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Command:
    """An action of a page, for the command palette, the shortcut table and the keyboard."""

    title: str
    run: Callable[[], None]
    icon: str = "arrow-right"
    #: A portable key sequence such as "Ctrl+N"; in force while the page is in front.
    shortcut: str = ""


class Page(QWidget):
    """A page: made when it is first wanted, kept until the window closes."""

    #: Kinds of data it shows; `refresh` is called for these only.
    shows: ClassVar[Kinds] = ALL_KINDS

    #: What is on screen is complete: emitted after each `activate` and `refresh`.
    ready = Signal()

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shell = shell
        self.workspace = shell.workspace
        self.tasks = Tasks(shell.report)
        self._stale: Kinds = frozenset()
        self._in_front = False
        self._refreshing: asyncio.Task[None] | None = None
        shell.bus.changed.connect(self._data_changed)

    # To be overridden -----------------------------------------------------------------------------------

    async def activate(self, target: object = None) -> None:
        """The page comes to the front; `target` says what to show there, None: whatever it showed last."""

    async def refresh(self, kinds: Kinds) -> None:
        """Data of `kinds` changed. Called while in front; else all at once before the next `activate`."""

    async def may_leave(self) -> bool:
        """Ask here about unsaved work; False keeps the page in front (and the window open)."""
        return True

    def commands(self) -> Sequence[Command]:
        """Actions for the palette and the keyboard, asked for each time the page comes to the front."""
        return ()

    def focus_search(self) -> bool:
        """Ctrl+F: put the cursor into the page's own search field; False when it has none."""
        return False

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Pictures for `kkdesk tour` beside the one of the page as it opens."""
        return ()

    # Given ----------------------------------------------------------------------------------------------

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Run a coroutine that ends with the page; what it raises is shown."""
        return self.tasks.start(work)

    async def settled(self) -> None:
        """Wait until the page does nothing any more (tests, tour)."""
        await self.tasks.settled()

    async def come_forward(self, target: object = None) -> None:
        """Called by the window: refresh what went stale, then activate."""
        self._in_front = True
        stale, self._stale = self._stale, frozenset()
        if stale:
            await self.refresh(stale)
        await self.activate(target)
        self.ready.emit()

    def go_back(self) -> None:
        """Called by the window when another page comes to the front."""
        self._in_front = False

    async def close_down(self) -> None:
        """Called by the window before it goes: ends the page's coroutines, and the page."""
        self.shell.bus.changed.disconnect(self._data_changed)
        await self.tasks.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A page that a test shows on its own ends its coroutines as the window would."""
        self.tasks.cancel()
        super().closeEvent(event)

    def _data_changed(self, kinds: Kinds, initiator: QObject | None) -> None:
        wanted = kinds & self.shows
        if not wanted or initiator is self:
            return
        self._stale |= wanted
        if self._in_front and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = self.start(self._refresh_stale())

    async def _refresh_stale(self) -> None:
        # One refresh at a time; what changes meanwhile is refreshed in the next turn, all at once.
        while self._stale and self._in_front:
            stale, self._stale = self._stale, frozenset()
            await self.refresh(stale)
        self.ready.emit()
