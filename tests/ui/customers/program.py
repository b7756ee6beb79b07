"""The whole window on a real profile, steered by keys, so that a test may close it and start it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kkdesk.model.customer import Customer
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.desk import Desk
from kkdesk.ui.history.page import HistoryPage
from kkdesk.ui.reporter import Reporter
from kkdesk.workspace import Workspace

ENVIRONMENT = {"KKDESK_LANGUAGE": "en", "KKDESK_THEME": "light"}


class Raising(Reporter):
    """What a person would be shown as an error ends the test."""

    def __init__(self) -> None:
        super().__init__("en", lambda: None)
        self.found: list[BaseException] = []

    def report(self, error: BaseException) -> None:
        if not isinstance(error, asyncio.CancelledError):
            self.found.append(error)


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[Desk]:
    """The program with its customers in front; closed at the end, as a person closes it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    workspace = await Workspace.open(folder, ENVIRONMENT)
    reporter = Raising()
    try:
        desk = Desk(app, workspace, reporter)
        try:
            await desk.open("customers")
            await settled(desk)
            yield desk
        finally:
            await desk.close()
    finally:
        await workspace.close()
    assert not reporter.found, reporter.found


async def come_to_front(desk: Desk) -> None:
    """Shortcuts are those of the active window, and no window manager makes one active here."""
    desk.window.activateWindow()
    while not desk.window.isActiveWindow():
        await asyncio.sleep(0)


async def fill(folder: Path, customers: Sequence[Customer]) -> None:
    """Write customers into the profile before it is opened."""
    workspace = await Workspace.open(folder, ENVIRONMENT)
    for customer in customers:
        await workspace.customers.create(customer)
    await workspace.close()


async def settled(desk: Desk) -> None:
    """Until neither the window nor a page does anything."""
    while True:
        await desk.window.settled()
        tasks = [desk.shell.tasks, *(page.tasks for page in desk.window.pages.values())]
        if not any(owner.busy for owner in tasks):
            return


def customers_of(desk: Desk) -> CustomersPage:
    """The page in front."""
    page = desk.window.pages["customers"]
    assert isinstance(page, CustomersPage)
    return page


def history_of(desk: Desk) -> HistoryPage:
    """The page of past changes."""
    page = desk.window.pages["history"]
    assert isinstance(page, HistoryPage)
    return page


async def names(desk: Desk) -> list[str]:
    """Whom the list shows."""
    workspace = desk.workspace
    refs = customers_of(desk).listing.model.refs
    rows = await workspace.customer_list.rows(refs)
    return [row.customer.display_name for row in rows if row is not None]


async def everybody(desk: Desk) -> list[Customer]:
    """All customers as they are in the database."""
    rows = await desk.workspace.db.query("SELECT * FROM customers ORDER BY last_name")
    return [Customer.from_row(row) for row in rows]


def press(keys: str, widget: QWidget | None = None) -> None:
    """Press keys, as "Ctrl+A", in `widget`, else where the focus is."""
    target = widget or QApplication.focusWidget()
    assert target is not None
    combination = QKeySequence(keys)[0]
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


async def shortcut(desk: Desk, keys: str) -> None:
    """Press a shortcut of the window, and wait for what it does."""
    await come_to_front(desk)
    press(keys, desk.window.focusWidget() or desk.window)
    await settled(desk)


async def open_menu(desk: Desk, button: QWidget) -> QMenu:
    """Drop a button's menu with the keyboard."""
    button.setFocus(Qt.FocusReason.TabFocusReason)
    press("Space", button)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    await settled(desk)
    return popup


def choose(menu: QMenu, text: str) -> None:
    """Go down to a line of a menu and press Enter; the line is the first that begins with `text`."""
    for _ in range(40):
        press("Down", menu)
        action = menu.activeAction()
        if action is not None and action.text().startswith(text):
            press("Return", menu)
            return
    raise AssertionError(f"{text} is not in {[action.text() for action in menu.actions()]}")


async def dialog_in_front() -> QWidget:
    """The dialog that asks something; the test's own time limit ends a wait in vain."""
    while (found := QApplication.activeModalWidget()) is None:
        await asyncio.sleep(0)
    return found
