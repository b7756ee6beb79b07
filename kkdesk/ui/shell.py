"""What a page may ask of the window around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

from kkdesk.ui.changes import ChangeBus
from kkdesk.ui.exchange import Exchange
from kkdesk.ui.tasks import Tasks

if TYPE_CHECKING:
    from kkdesk.model.bilingual import Bilingual
    from kkdesk.workspace import Workspace

T = TypeVar("T")
Tone = Literal["info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class ToastText:
    """A short message that goes away by itself; with `action`, a button that calls `do`."""

    text: str
    action: str = ""
    do: Callable[[], object] | None = None
    tone: Tone = "success"


class Activity(QObject):
    """Something that goes on in the background, as the status bar shows it."""

    changed = Signal()
    ended = Signal()

    def __init__(
        self,
        text: str,
        cancel: Callable[[], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.cancel = cancel
        self.done = 0
        #: 0: nobody knows how much there is to do.
        self.total = 0

    def progress(self, done: int, total: int, text: str | None = None) -> None:
        """`done` of `total` steps are finished."""
        self.done, self.total = done, total
        self.text = self.text if text is None else text
        self.changed.emit()


class Shell(QObject):
    """The one object pages are given. Works without a window, so that tests can make a page alone."""

    page_wanted = Signal(str, object)
    toast_wanted = Signal(object)
    activity_started = Signal(object)
    #: A setting of the window itself: "language" or "theme".
    look_changed = Signal(str)
    #: The data has moved to another database: the workspace is to be opened anew.
    reopen_wanted = Signal()
    #: The person has confirmed to sign out; True: the copy of the company's data on this computer goes, too.
    sign_out_wanted = Signal(bool)
    #: The window is to show nothing until its person has signed in again.
    lock_wanted = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, language: str = "el", parent: QObject | None = None) -> None:
        """`language` is "el" or "en"."""
        super().__init__(parent)
        self.workspace = workspace
        self.language = language
        #: Widths, orders and sizes that the person chose; a file in the profile.
        self.state = QSettings(
            str(workspace.profile.folder / "window.ini"),
            QSettings.Format.IniFormat,
            self,
        )
        self.bus = ChangeBus(self)
        self.exchange = Exchange(self)
        self.tasks = Tasks(self.report)

    def go(self, key: str, target: object = None) -> None:
        """Show the page `key` (see `kkdesk.ui.pages`); `target` is handed to its `activate`."""
        self.page_wanted.emit(key, target)

    def toast(
        self,
        text: str,
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
        tone: Tone = "success",
    ) -> None:
        """Show a short message, with an action such as Undo where given."""
        self.toast_wanted.emit(ToastText(text, action, do, tone))

    def activity(self, text: str, cancel: Callable[[], object] | None = None) -> Activity:
        """Show a background operation in the status bar until its `ended` is emitted."""
        activity = Activity(text, cancel, self)
        self.activity_started.emit(activity)
        activity.ended.connect(activity.deleteLater)
        return activity

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Run a coroutine that outlives any page."""
        return self.tasks.start(work)

    def say(self, text: Bilingual) -> str:
        """A service's text in the language of the window."""
        return text.in_language(self.language)

    def report(self, error: BaseException) -> None:
        """Show an error: a `KKDeskError` as its message, anything else as a fault of the program."""
        self.failed.emit(error)
