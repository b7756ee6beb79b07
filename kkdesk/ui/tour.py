"""`kkdesk tour`: a picture of every page and dialog, in Greek and English, light and dark.

It works on a temporary profile: demo data, or a copy of a real profile, which is never written to. Pictures are taken
when a page says that it is complete and none of its coroutines runs; nothing waits for a time.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tempfile
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kkdesk.store.profile import Profile
from kkdesk.ui.app import make_application
from kkdesk.ui.desk import Desk
from kkdesk.ui.loop import make_loop
from kkdesk.ui.pages import PAGES
from kkdesk.ui.qt_messages import logged_qt_messages
from kkdesk.ui.reporter import Reporter
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell_scenes import SHELL_SCENES
from kkdesk.ui.snapshot import snapshot
from kkdesk.workspace import Workspace

#: Pixels of each picture: the smallest screen that staff have.
SCREEN = (1366, 768)
#: Without it the platform's screen is 800 x 800, and menus keep within that.
_SCREEN = {"name": "tour", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1]}
#: Turns of the loop in which a window becomes the active one, or never will.
_TURNS = 200
LOOKS = tuple((language, theme) for language in ("el", "en") for theme in ("light", "dark"))

#: Fills a new profile with sample data.
Fill = Callable[[Workspace], Awaitable[None]]


@dataclass(slots=True)
class Tour:
    """What a tour has made: pictures, and scenes that failed with the reason."""

    pictures: list[Path] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run_tour(
    target: Path,
    fill: Fill,
    *,
    copy_of: Path | None = None,
    scale: float = 1.0,
    looks: tuple[tuple[str, str], ...] = LOOKS,
) -> Tour:
    """Write the pictures into `target` (made if missing).

    `copy_of` is a profile to show instead of sample data. `scale` is the screen's (1.5: large type on the same
    pixels). Must be the process's first use of Qt.
    """
    target.mkdir(parents=True, exist_ok=True)
    screen = target / ".screen.json"
    screen.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    app = make_application([])
    screen.unlink()
    tour = Tour()
    with tempfile.TemporaryDirectory(prefix="kkdesk-tour-", ignore_cleanup_errors=True) as made:
        folder = Path(made) / "KK Desk"
        #: Another shop's, on its first day.
        empty = Path(made) / "new" / "KK Desk"
        if copy_of is not None:
            _copy(Profile(copy_of), Profile(folder))
        with logged_qt_messages(), asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
            if copy_of is None:
                runner.run(_fill(folder, fill))
            for language, theme in looks:
                runner.run(_look(app, folder, target, language, theme, tour))
                runner.run(_look(app, empty, target, language, theme, tour, empty=True))
    return tour


async def _fill(folder: Path, fill: Fill) -> None:
    workspace = await Workspace.open(folder)
    try:
        await fill(workspace)
    finally:
        await workspace.close()


def _copy(source: Profile, target: Profile) -> None:
    target.folder.mkdir()
    with closing(sqlite3.connect(source.database)) as old, closing(sqlite3.connect(target.database)) as new:
        old.backup(new)
    target.write_settings(source.read_settings())


async def _look(
    app: QApplication, folder: Path, target: Path, language: str, theme: str, tour: Tour, *, empty: bool = False
) -> None:
    """All pictures of a profile in one language and theme; of an `empty` one just its pages."""
    reporter = _Collector(language)
    reporter.install(asyncio.get_running_loop())
    try:
        async with _desk(app, folder, language, theme, reporter) as desk:
            photographer = _Photographer(desk, target, f"{language}-{theme}", tour, reporter)
            if empty:
                for entry in PAGES:
                    await photographer.bare_page(entry.key)
                return
            for entry in PAGES:
                await photographer.page(entry.key)
            await desk.window.show_page(PAGES[0].key)
            for scene in SHELL_SCENES:
                await photographer.scene("window", scene, desk)
    finally:
        reporter.uninstall()


@asynccontextmanager
async def _desk(app: QApplication, folder: Path, language: str, theme: str, reporter: Reporter) -> AsyncIterator[Desk]:
    env = {**os.environ, "KKDESK_LANGUAGE": language, "KKDESK_THEME": theme}
    workspace = await Workspace.open(folder, env)
    try:
        desk = Desk(app, workspace, reporter)
        try:
            ratio = desk.window.devicePixelRatioF()
            desk.window.resize(round(SCREEN[0] / ratio), round(SCREEN[1] / ratio))
            desk.window.show()
            yield desk
        finally:
            await desk.close()
    finally:
        await workspace.close()


class _Collector(Reporter):
    """Errors are failures of the tour and no dialogs in its pictures."""

    def __init__(self, language: str) -> None:
        super().__init__(language, lambda: None)
        self.found: list[str] = []

    def report(self, error: BaseException) -> None:
        if not isinstance(error, asyncio.CancelledError):
            self.found.append("".join(traceback.format_exception(error)))

    def take(self) -> str:
        found, self.found = "\n".join(self.found), []
        return found


class _Photographer:
    """Brings scenes about, one after the other, and takes their pictures."""

    def __init__(self, desk: Desk, target: Path, look: str, tour: Tour, reporter: _Collector) -> None:
        self._desk = desk
        self._target = target
        self._look = look
        self._tour = tour
        self._reporter = reporter
        self._count = 0

    async def bare_page(self, key: str) -> None:
        """The page of a profile in which there is nothing yet."""
        await self._picture(f"{key}-empty", self._desk.window.show_page(key), number="00-")

    async def page(self, key: str) -> None:
        """The page as it opens, then each of its scenes."""
        await self._picture(key, self._desk.window.show_page(key))
        page = self._desk.window.pages.get(key)
        if page is None:
            return
        for scene in page.scenes():
            await self._desk.window.show_page(key)
            await self.scene(key, scene, page)

    async def scene(self, name: str, scene: Scene, subject: object) -> None:
        """One scene of a page or of the window."""
        await self._picture(f"{name}-{scene.name}", scene.prepare(subject))
        self._clear()
        await self._settled()

    async def _picture(self, name: str, preparing: Awaitable[QWidget | None], number: str = "") -> None:
        self._count += 1
        path = self._target / f"{number or f'{self._count:02}-'}{name}-{self._look}.png"
        try:
            await preparing
            await self._settled()
            await self._activated()
        except Exception as error:  # noqa: BLE001 - whatever it is, the tour goes on and ends as a failure
            self._reporter.report(error)
        if failure := self._reporter.take():
            self._tour.failures.append(f"{path.stem}: {failure}")
            return
        snapshot(self._desk.window).save(str(path))
        self._tour.pictures.append(path)

    async def _settled(self) -> None:
        # A list fetches the rows that it is asked to paint, so painting may start new work.
        while True:
            await self._desk.window.settled()
            snapshot(self._desk.window)
            if not self._is_busy():
                return

    async def _activated(self) -> None:
        # Only the active window shows where the focus is, and it becomes active a turn of the loop later.
        front = QApplication.activeModalWidget() or self._desk.window
        front.activateWindow()
        for _turn in range(_TURNS):
            if front.isActiveWindow():
                return
            await asyncio.sleep(0)

    def _is_busy(self) -> bool:
        pages = self._desk.window.pages.values()
        return self._desk.shell.tasks.busy or any(page.tasks.busy for page in pages)

    def _clear(self) -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.done(QDialog.DialogCode.Rejected)  # `reject` may ask about unsaved work first
            elif widget is not self._desk.window and widget.isVisible():
                widget.close()
        self._desk.window.toasts.clear()
