"""Running what a person asked for: one way for every page.

run(
    self,
    self.workspace.customers.delete(ids),
    what=self.tr("Deleting customers…"),
    control=self.delete_action,
    changes={"customers"},
    toast=self.tr("%n customer(s) deleted", None, len(ids)),
    undo=True,
)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, Conflict, KKDeskError

if TYPE_CHECKING:
    from kkdesk.ui.changes import Kind
    from kkdesk.ui.page import Page
    from kkdesk.ui.shell import Activity, Shell

T = TypeVar("T")

#: Progress is shown only for what takes longer: a flash of it would disturb more than it tells.
PROGRESS_AFTER_SECONDS = 0.3

_STOPPED = Bilingual("Διακόπηκε.", "Stopped.")


class Undoable(Protocol):
    """A result that names the change it comes from, as `kkdesk.model.change.Applied` does."""

    @property
    def change_id(self) -> str:
        """The id in the history."""
        ...


def run(
    page: Page,
    work: Coroutine[Any, Any, T],
    *,
    what: str = "",
    control: QAction | QWidget | None = None,
    changes: Iterable[Kind] = (),
    done: Callable[[T], None] | None = None,
    toast: str | Callable[[T], str] = "",
    undo: bool = False,
    failed: Callable[[KKDeskError], bool] | None = None,
    initiator: Page | None = None,
) -> asyncio.Task[None] | None:
    """Run `work` for `page`: it is cancelled when the page goes.

    `what` is shown in the status bar after 300 ms; `control` is disabled meanwhile. On success `done(result)` is
    called, the `toast` shown, and the `changes` are told to every page (except `initiator`, which has shown them
    itself). With `undo` the result must have a `change_id` and the toast offers to take the change back. `failed` may
    show an error in place (a form's field) and return True; else it is shown as a message. After a `Conflict` that is
    shown so, the `changes` are told too: what is on the screen is not what is there.
    """
    asked = _Asked(what, control, tuple(changes), toast, undo, failed, initiator)
    return page.start(_operate(page, work, asked, done))


@dataclass(frozen=True)
class _Asked:
    """The arguments of `run`."""

    what: str
    control: QAction | QWidget | None
    changes: tuple[Kind, ...]
    toast: str | Callable[[Any], str]
    undo: bool
    failed: Callable[[KKDeskError], bool] | None
    initiator: Page | None


async def _operate(page: Page, work: Coroutine[Any, Any, T], asked: _Asked, done: Callable[[T], None] | None) -> None:
    if asked.control is not None:
        asked.control.setEnabled(False)
    try:
        result = await _with_progress(page.shell, work, asked.what)
    except Cancelled:
        return
    except KKDeskError as error:
        if asked.failed is not None and asked.failed(error):
            return
        if isinstance(error, Conflict):
            page.shell.bus.tell(asked.changes)
        raise
    finally:
        if asked.control is not None:
            asked.control.setEnabled(True)
    if asked.changes:
        page.shell.bus.tell(asked.changes, asked.initiator)
    if done is not None:
        done(result)
    text = asked.toast(result) if callable(asked.toast) else asked.toast
    if text and asked.undo:
        offer_undo(page.shell, text, cast("Undoable", result).change_id, asked.changes)
    elif text:
        page.shell.toast(text)


def offer_undo(shell: Shell, text: str, change_id: str, changes: Iterable[Kind]) -> None:
    """Show `text` with a button that takes the change back; it works after the page has gone, too."""
    kinds = tuple(changes)

    async def undo() -> None:
        await shell.workspace.history.undo(change_id)
        shell.bus.tell(kinds)
        shell.toast(QCoreApplication.translate("Operation", "Undone"), tone="info")

    shell.toast(
        text,
        action=QCoreApplication.translate("Operation", "Undo"),
        do=lambda: shell.start(undo()),
    )


async def _with_progress(shell: Shell, work: Coroutine[Any, Any, T], what: str) -> T:
    task = asyncio.ensure_future(work)
    activity: Activity | None = None
    try:
        if what:
            await asyncio.wait((task,), timeout=PROGRESS_AFTER_SECONDS)
            if not task.done():
                activity = shell.activity(what, task.cancel)
        return await task
    except asyncio.CancelledError as error:
        this = asyncio.current_task()
        if this is not None and this.cancelling():
            task.cancel()
            await asyncio.wait((task,))
            raise
        raise Cancelled(_STOPPED) from error  # by the status bar's button
    finally:
        if activity is not None:
            activity.ended.emit()
