"""Opening the window: application, loop, workspace, and putting all of it away in order."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import AccessRevoked, Cancelled, KKDeskError, Offline, SignInNeeded, StoreError
from kkdesk.services.entry import Entry
from kkdesk.store.profile import Profile
from kkdesk.ui.coming_and_going import after, finish_wipe, forget_company, tell, welcome
from kkdesk.ui.desk import Desk
from kkdesk.ui.ending import Ending
from kkdesk.ui.garbage import WindowThreadCollector
from kkdesk.ui.instance import Instance
from kkdesk.ui.loop import make_loop
from kkdesk.ui.pages import load_rest
from kkdesk.ui.qt_messages import logged_qt_messages
from kkdesk.ui.reporter import Reporter
from kkdesk.workspace import Workspace

if TYPE_CHECKING:
    from kkdesk.model.sync_state import SyncState
    from kkdesk.ui.opening import Opening


def run_window(folder: Path, *, exit_when_ready: bool = False) -> int:
    """Open the window on the profile at `folder` and wait until it is closed; the exit code.

    With `exit_when_ready` it says "ready" once the first page is complete and painted, and closes by itself (start-up
    measurements).
    Raises `ProfileInUse` when a window has the profile already; that one has then been brought to the front.
    """
    app = make_application(sys.argv[:1])
    instance = Instance(folder)
    try:
        instance.claim()
    except KKDeskError as error:
        # Whoever double-clicked sees no terminal; a window that came to the front says enough.
        if not (exit_when_ready or instance.raised_other):
            with asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
                runner.run(tell(app, error))
        raise
    try:
        with logged_qt_messages(), asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
            return runner.run(_main(app, folder, instance, exit_when_ready=exit_when_ready))
    finally:
        instance.release()


def make_application(argv: list[str]) -> QApplication:
    """The `QApplication`, set up to outlive its last window: the loop must still run while all is put away."""
    existing = QApplication.instance()
    if existing is None:
        # QtWebEngine, which previews bring in when they are first wanted, has to find this from the start.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = existing if isinstance(existing, QApplication) else QApplication(argv)
    app.setApplicationName("KK Desk")
    app.setDesktopFileName("kkdesk")
    app.setQuitOnLastWindowClosed(False)
    if app.findChild(WindowThreadCollector) is None:
        WindowThreadCollector(app)
    return app


async def _main(app: QApplication, folder: Path, instance: Instance, *, exit_when_ready: bool) -> int:
    language = os.environ.get("KKDESK_LANGUAGE", "el")
    reporter = Reporter(language, app.activeWindow, app, before_log=lambda: _start_logging(folder))
    reporter.install(asyncio.get_running_loop())
    try:
        # Opened again as often as the data moves to another database.
        while await _work(app, folder, instance, reporter, exit_when_ready=exit_when_ready):
            pass
    finally:
        reporter.uninstall()
    return 0


async def _work(
    app: QApplication, folder: Path, instance: Instance, reporter: Reporter, *, exit_when_ready: bool
) -> bool:
    """Open the workspace and its window until that is closed; whether both are to be opened again."""
    try:
        entry = Entry.at(folder)
        await finish_wipe(entry)
        workspace = await _open(entry)
    except Cancelled:
        return False
    except AccessRevoked:
        await forget_company(app, entry)
        return True
    except KKDeskError as error:
        if exit_when_ready:
            raise
        if isinstance(error, SignInNeeded) and entry.is_brokered:
            return await welcome(entry, error)
        await tell(app, error)
        raise
    desk = Desk(app, workspace, reporter)
    try:
        try:
            await _use(desk, instance, exit_when_ready=exit_when_ready)
        finally:
            await desk.close()
            if desk.ending is Ending.CLOSED:
                # The window is gone and may be opened again while the last mails leave.
                instance.release()
            await desk.mailer.stop()
    finally:
        await workspace.close()
    desk.deleteLater()
    await after(app, entry, desk.ending)
    return desk.ending is not Ending.CLOSED


async def _open(entry: Entry) -> Workspace:
    """The workspace; what takes long, a first synchronisation, is shown meanwhile. Raises `Cancelled`."""
    opening: list[Opening] = []
    work = asyncio.ensure_future(Workspace.open(entry=entry, heard=lambda state: _show_opening(opening, work, state)))
    try:
        return await work
    except asyncio.CancelledError as error:
        this = asyncio.current_task()
        if this is not None and this.cancelling():
            raise
        raise Cancelled(Bilingual("Διακόπηκε.", "Stopped.")) from error
    finally:
        for window in opening:
            window.put_away()


def _show_opening(opening: list[Opening], work: asyncio.Future[Workspace], state: SyncState) -> None:
    if state.connection not in {"first_sync", "rebuilding"} or work.done():
        return
    if not opening:
        from kkdesk.ui.opening import Opening

        opening.append(Opening(os.environ.get("KKDESK_LANGUAGE", "el"), work.cancel))
    opening[0].show_state(state)


async def _use(desk: Desk, instance: Instance, *, exit_when_ready: bool) -> None:
    await desk.open()
    if exit_when_ready:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        return
    # Its import takes as long as all of the window: it comes after it, and beside it.
    await asyncio.to_thread(_start_logging, desk.workspace.profile.folder)
    QTimer.singleShot(0, lambda: instance.listen(desk.raise_window))
    desk.watch()
    await asyncio.to_thread(load_rest)
    desk.shell.start(_forget_old_history(desk.workspace))
    await desk.closed.wait()


async def _forget_old_history(workspace: Workspace) -> None:
    # Nobody waits for it: without the company's server the next start does it, or another computer.
    with suppress(Offline, SignInNeeded, StoreError):
        await workspace.history.prune()


@cache
def _start_logging(folder: Path) -> None:
    from kkdesk.log import configure_logging

    configure_logging(Profile(folder).logs, to_terminal=False)
