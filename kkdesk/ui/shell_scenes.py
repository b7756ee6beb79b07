"""Scenes of the window itself, for the tour: palette, search, shortcuts, questions, errors."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, KKDeskError
from kkdesk.ui.desk import Desk
from kkdesk.ui.dialogs import Message, Question
from kkdesk.ui.instance import Instance
from kkdesk.ui.reporter import Reporter
from kkdesk.ui.scene import Scene
from kkdesk.workspace import Workspace


async def _palette(desk: Desk) -> QWidget | None:
    desk.window.open_palette()
    return None


async def _search(desk: Desk) -> QWidget | None:
    desk.window.close_palette()
    desk.window.find_everywhere()
    desk.window.top_bar.search.insert("pap")
    return None


async def _palette_found(desk: Desk) -> QWidget | None:
    desk.window.open_palette()
    overlay = desk.window.palette_overlay
    if overlay is not None:
        overlay.field.setText("νε")
    return None


async def _palette_nothing(desk: Desk) -> QWidget | None:
    desk.window.open_palette()
    overlay = desk.window.palette_overlay
    if overlay is not None:
        overlay.field.setText("ξζψ")
    return None


async def _shortcuts(desk: Desk) -> QWidget | None:
    desk.window.close_palette()
    desk.window.top_bar.search.clear()
    return desk.window.show_shortcuts()


async def _question(desk: Desk) -> QWidget | None:
    translate = QCoreApplication.translate
    question = Question(
        desk.window,
        translate("ShellScenes", "%n customer(s) will be deleted", None, 12),
        translate("ShellScenes", "You can undo this for 30 days, in the change history."),
        confirm=translate("ShellScenes", "Delete %n customer(s)", None, 12),
        danger=True,
    )
    question.open()
    return question


async def _error(desk: Desk) -> QWidget | None:
    shown = Reporter(desk.shell.language, lambda: desk.window, desk)
    shown.report(
        DatabaseBusy(
            Bilingual("Η βάση δεδομένων χρησιμοποιείται από άλλο πρόγραμμα.", "Another program is using the database."),
            kept=Bilingual("Η αλλαγή σας δεν γράφτηκε.", "Your change has not been written."),
            next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Please try again in a moment."),
        )
    )
    return None


async def _fault(desk: Desk) -> QWidget | None:
    shown = Reporter(desk.shell.language, lambda: desk.window, desk)
    try:
        1 // 0  # noqa: B018 - a fault is what the picture is about
    except ZeroDivisionError as error:
        shown.show(error)
    return None


async def _second_start(desk: Desk) -> QWidget | None:
    with tempfile.TemporaryDirectory() as made:
        first = Instance(Path(made))
        first.claim()
        try:
            Instance(Path(made)).claim()
        except KKDeskError as error:
            return _told(desk, error)
        finally:
            first.release()
    return None


async def _damaged(desk: Desk) -> QWidget | None:
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "crm.db").write_bytes(b"no database " * 1_000)
        try:
            workspace = await Workspace.open(Path(made))
        except KKDeskError as error:
            return _told(desk, error)
        await workspace.close()
    return None


def _told(desk: Desk, error: KKDeskError) -> QWidget:
    rest = [part.in_language(desk.shell.language) for part in (error.kept, error.next_step) if part]
    told = Message(desk.window, error.what.in_language(desk.shell.language), "\n".join(rest))
    told.open()
    return told


async def _toast(desk: Desk) -> QWidget | None:
    translate = QCoreApplication.translate
    desk.shell.toast(
        translate("ShellScenes", "%n customer(s) deleted", None, 12), action=translate("Operation", "Undo"), do=str
    )
    return None


SHELL_SCENES: tuple[Scene, ...] = (
    Scene("toast", _toast),
    Scene("palette", _palette),
    Scene("palette-found", _palette_found),
    Scene("palette-nothing", _palette_nothing),
    Scene("search", _search),
    Scene("shortcuts", _shortcuts),
    Scene("question", _question),
    Scene("error", _error),
    Scene("fault", _fault),
    Scene("second-start", _second_start),
    Scene("damaged", _damaged),
)
