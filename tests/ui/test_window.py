"""The window around the pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from kkdesk.ui import pages
from kkdesk.ui.desk import Desk
from kkdesk.ui.page import Command, Page
from kkdesk.ui.pages import Found, PageEntry, Quick
from kkdesk.ui.reporter import Reporter
from kkdesk.ui.shell import Shell
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run
from tests.ui.samples import add_customers, count_customers, delete_customers

SMALL_SCREEN = QSize(910, 512)  # 1366 x 768 at 150 %


class Notes(Page):
    """A page with a field, a command and unsaved work."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.targets: list[object] = []
        self.ran = 0
        self.may_go = True

    async def activate(self, target: object = None) -> None:
        self.targets.append(target)

    async def may_leave(self) -> bool:
        return self.may_go

    def commands(self) -> Sequence[Command]:
        return (Command("Write a note", self._run, "plus", "Ctrl+N"),)

    def _run(self) -> None:
        self.ran += 1

    def focus_search(self) -> bool:
        self.field.setFocus()
        return True


class Plain(Page):
    """A page with nothing."""


async def find_people(workspace: Workspace, text: str, limit: int) -> list[Found]:
    people = ["Παπαδόπουλος", "Παπανικολάου"]
    return [Found(name, "Λάρισα", name) for name in people if text.lower() in {"pap", "παπ"}][:limit]


HERE = "tests.ui.test_window"


@pytest.fixture(autouse=True)
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        PageEntry(
            "notes", "Notes", "note", f"{HERE}:Notes", f"{HERE}:find_people", (Quick("New note", "plus", "new"),)
        ),
        PageEntry("plain", "Plain", "house", f"{HERE}:Plain", daily=False),
    )
    # `pages` last: a module that is imported only now must still take the real ones.
    for module in ("navigation", "window", "finder", "desk", "pages"):
        monkeypatch.setattr(f"kkdesk.ui.{module}.PAGES", entries)
    assert pages.PAGES is entries


@pytest.fixture
def errors() -> Iterator[list[BaseException]]:
    seen: list[BaseException] = []
    yield seen
    assert not seen


@asynccontextmanager
async def opened(workspace: Workspace, errors: list[BaseException]) -> AsyncIterator[Desk]:
    """The program, open; what it would show as an error fails the test."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    class Collector(Reporter):
        def report(self, error: BaseException) -> None:
            if not isinstance(error, asyncio.CancelledError):
                errors.append(error)

    workspace.settings.store({"KKDESK_LANGUAGE": "en", "KKDESK_THEME": "light"})
    desk = Desk(app, workspace, Collector("en", lambda: None))
    try:
        await desk.open()
        await desk.shell.tasks.settled()
        yield desk
    finally:
        await desk.close()


def notes_of(desk: Desk) -> Notes:
    page = desk.window.pages["notes"]
    assert isinstance(page, Notes)
    return page


def test_pages_are_made_when_wanted_and_kept(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            assert list(desk.window.pages) == ["notes"]
            await desk.window.show_page("plain")
            notes = notes_of(desk)
            await desk.window.show_page("notes", "cust_1")
            assert notes_of(desk) is notes
            assert notes.targets == [None, "cust_1"]
            assert desk.window.stack.currentWidget() is notes

    run(go())


def test_a_page_can_ask_for_another(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            desk.shell.go("plain")
            await desk.shell.tasks.settled()
            assert desk.window.current == "plain"

    run(go())


def test_unsaved_work_holds_its_page(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            notes_of(desk).may_go = False
            await desk.window.show_page("plain")
            assert desk.window.current == "notes"
            desk.window.close()
            await desk.shell.tasks.settled()
            assert desk.window.isVisible() and not desk.closed.is_set()

            notes_of(desk).may_go = True
            desk.window.close()
            await desk.closed.wait()
            assert desk.window.isVisible(), "it goes only when all is put away"

    run(go())


def test_the_last_page_is_in_front_next_time(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            await desk.window.show_page("plain")
        async with opened(workspace, errors) as desk:
            assert desk.window.current == "plain"

    run(go())


def test_the_window_keeps_its_size(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            desk.window.resize(1000, 600)
        async with opened(workspace, errors) as desk:
            assert desk.window.size() == QSize(1000, 600)

    run(go())


def test_the_frame_fits_a_small_screen(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            needed = desk.window.minimumSizeHint().expandedTo(desk.window.minimumSize())
            assert needed.width() <= SMALL_SCREEN.width() and needed.height() <= SMALL_SCREEN.height()
            desk.window.resize(SMALL_SCREEN)
            assert desk.window.size() == SMALL_SCREEN
            assert desk.window.navigation.width() == 60

    run(go())


def test_shortcuts_reach_pages_and_their_commands(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            press(desk.window, "Ctrl+N")
            assert notes_of(desk).ran == 1
            press(desk.window, "Ctrl+2")
            await desk.shell.tasks.settled()
            assert desk.window.current == "plain"
            press(desk.window, "Ctrl+N")
            assert notes_of(desk).ran == 1, "a command is in force while its page is in front"

    run(go())


def test_ctrl_f_is_the_pages_own_search_where_it_has_one(
    run: Run, workspace: Workspace, errors: list[BaseException]
) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            press(desk.window, "Ctrl+F")
            assert desk.window.focusWidget() is notes_of(desk).field
            await desk.window.show_page("plain")
            press(desk.window, "Ctrl+F")
            assert desk.window.focusWidget() is desk.window.top_bar.search

    run(go())


def test_a_slash_is_typed_into_a_field_and_searches_elsewhere(
    run: Run, workspace: Workspace, errors: list[BaseException]
) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            field = notes_of(desk).field
            field.setFocus()
            QTest.keyClicks(field, "/")
            assert field.text() == "/"
            await desk.window.show_page("plain")
            desk.window.pages["plain"].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            desk.window.pages["plain"].setFocus()
            QTest.keyClicks(desk.window.pages["plain"], "/")
            assert desk.window.focusWidget() is desk.window.top_bar.search

    run(go())


def test_the_palette_finds_actions_pages_and_records(
    run: Run, workspace: Workspace, errors: list[BaseException]
) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            desk.window.open_palette()
            palette = desk.window.palette_overlay
            assert palette is not None
            assert titles(palette.panel.model) == [
                "Write a note",
                "Switch between light and dark",
                "New note",
                "Notes",
                "Plain",
            ]
            palette.field.setText("not")
            assert titles(palette.panel.model) == ["Write a note", "New note", "Notes"]
            palette.field.setText("pap")
            await desk.shell.tasks.settled()
            assert titles(palette.panel.model) == ["Παπαδόπουλος", "Παπανικολάου"]
            QTest.keyClick(palette.field, Qt.Key.Key_Down)
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            await desk.shell.tasks.settled()
            assert notes_of(desk).targets[-1] == "Παπανικολάου"
            assert not palette.isVisible()

    run(go())


def test_escape_closes_the_palette_and_gives_the_focus_back(
    run: Run, workspace: Workspace, errors: list[BaseException]
) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            notes_of(desk).field.setFocus()
            desk.window.open_palette()
            palette = desk.window.palette_overlay
            assert palette is not None and palette.isVisible()
            QTest.keyClick(palette.field, Qt.Key.Key_Escape)
            assert not palette.isVisible()
            assert desk.window.focusWidget() is notes_of(desk).field

    run(go())


def test_the_global_search_drops_down_records_first(
    run: Run, workspace: Workspace, errors: list[BaseException]
) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            search = desk.window.top_bar.search
            desk.window.find_everywhere()
            QTest.keyClicks(search, "pap")
            await desk.shell.tasks.settled()
            drop = desk.window.search_drop
            assert drop is not None and drop.isVisible()
            assert titles(drop.model) == ["Παπαδόπουλος", "Παπανικολάου"]
            search.setText("nothing like it")
            await desk.shell.tasks.settled()
            assert titles(drop.model) == ["Nothing found for “nothing like it”"]
            QTest.keyClick(search, Qt.Key.Key_Escape)
            assert not drop.isVisible() and search.text() == ""

    run(go())


def test_ctrl_z_does_what_the_newest_toast_offers(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        from kkdesk.ui.operation import offer_undo

        async with opened(workspace, errors) as desk:
            change = await delete_customers(workspace, await add_customers(workspace, 2))
            offer_undo(desk.shell, "2 customers deleted", change, ("customers",))
            assert [toast.text.text for toast in desk.window.toasts.shown] == ["2 customers deleted"]
            press(desk.window, "Ctrl+Z")
            await desk.shell.tasks.settled()
            assert await count_customers(workspace) == 2

    run(go())


def test_toasts_make_room_for_one_another(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            for number in range(5):
                desk.shell.toast(f"message {number}")
            shown = desk.window.toasts.shown
            assert [toast.text.text for toast in shown] == ["message 2", "message 3", "message 4"]
            assert shown[0].y() < shown[1].y() < shown[2].y() < desk.window.inside.height()
            desk.window.toasts.clear()
            assert desk.window.toasts.shown == ()

    run(go())


def test_the_status_bar_shows_the_latest_work(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            first, second = desk.shell.activity("Import"), desk.shell.activity("Export")
            second.progress(1200, 5000)
            assert desk.window.status.work_text() == "Export  1,200 / 5,000  (+1)"
            second.ended.emit()
            assert desk.window.status.work_text() == "Import"
            first.ended.emit()
            assert desk.window.status.work_text() == ""

    run(go())


def test_the_language_changes_without_a_restart(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            await desk.window.show_page("plain")
            old = desk.window
            workspace.settings.store({"KKDESK_LANGUAGE": "el"})
            await desk.use_language("el")
            assert desk.window is not old
            assert desk.window.current == "plain"
            assert desk.shell.language == "el"
            assert desk.window.top_bar.search.placeholderText() == "Βρείτε πελάτη, σελίδα ή ενέργεια"
            desk.shell.go("notes")
            await desk.window.settled()
            assert desk.window.current == "notes"

    run(go())


def test_the_theme_button_switches_and_remembers(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            desk.window.top_bar.theme_button.click()
            assert desk.scheme.is_dark
            assert workspace.settings.text("KKDESK_THEME") == "dark"

    run(go())


def test_f1_lists_every_shortcut_in_force(run: Run, workspace: Workspace, errors: list[BaseException]) -> None:
    async def go() -> None:
        async with opened(workspace, errors) as desk:
            dialog = desk.window.show_shortcuts()
            texts = {found.text() for found in dialog.findChildren(QWidget) if hasattr(found, "text")}
            assert {"Write a note", "Ctrl+N", "Ctrl+K", "Ctrl+P", "F1", "/", "Notes", "Ctrl+1"} <= texts
            dialog.reject()

    run(go())


def press(window: QWidget, keys: str) -> None:
    """Type a key sequence into whatever has the focus."""
    focused: QWidget | None = window.focusWidget()
    QTest.keySequence(window if focused is None else focused, QKeySequence(keys))


def titles(model: object) -> list[str]:
    """The results shown."""
    from kkdesk.ui.finder import HitModel

    assert isinstance(model, HitModel)
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]
