"""The exchange in the status bar, and the window that follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Offline
from kkdesk.model.sync_state import Connection, SyncState
from kkdesk.ui.connection_sign import ConnectionSign
from kkdesk.ui.exchange import Exchange
from kkdesk.ui.language import Languages
from kkdesk.ui.shell import Shell
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.ui.synchronisation.words import state_words
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run

NOW = 1_764_000_000  # 18:00 in Athens
ONLINE = SyncState("online", last_success=NOW - 60, frames=18_342)


def said(state: SyncState, *, now: int = NOW) -> str:
    exchange = Exchange()
    exchange.follow(StagedExchange(state))
    return state_words(exchange, now).text


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (ONLINE, "Up to date 17:59"),
        (replace(ONLINE, last_success=NOW - 86_400), "Up to date Yesterday, 18:00"),
        (replace(ONLINE, syncing=True), "Synchronising…"),
        (replace(ONLINE, waiting=1), "Sending 1 change…"),
        (replace(ONLINE, conflicts=2, waiting=3, syncing=True), "2 need a decision"),
        (SyncState(), "Connecting…"),
        (SyncState("offline", waiting=3), "Offline · 3 changes waiting"),
        (SyncState("offline"), "Offline"),
        (SyncState("offline", conflicts=1, waiting=3), "Offline · 1 needs a decision"),
        (SyncState("first_sync"), "First synchronisation…"),
        (SyncState("first_sync", done=34, total=80), "First synchronisation · 42%"),
        (SyncState("rebuilding", done=90, total=80), "Rebuilding the copy · 100%"),
        (SyncState("sign_in", waiting=3, conflicts=1), "Sign in again"),
        (SyncState("disk_full", waiting=3), "The disk is full"),
    ],
)
def test_every_state_has_its_words(state: SyncState, text: str) -> None:
    assert said(state) == text


def test_in_greek_as_people_say_it(qapp: QApplication) -> None:
    before, languages = QLocale(), Languages(qapp)
    languages.use("el")
    try:
        assert said(ONLINE) == "Ενημερωμένο 17:59"
        assert said(SyncState("offline", waiting=3)) == "Εκτός σύνδεσης · 3 αλλαγές περιμένουν"
        assert said(SyncState("offline", waiting=1)) == "Εκτός σύνδεσης · 1 αλλαγή περιμένει"
        assert said(replace(ONLINE, conflicts=2)) == "2 θέλουν απόφαση"
    finally:
        languages.forget()
        QLocale.setDefault(before)


@pytest.fixture
def bar(shell: Shell) -> Iterator[QWidget]:
    shown = QWidget()
    row = QHBoxLayout(shown)
    row.addStretch(1)
    row.addWidget(QLabel("profile"))
    sign = ConnectionSign()
    sign.setObjectName("connectionSign")
    row.addWidget(sign)
    sign.follow(shell)
    shown.resize(700, 40)
    shown.show()
    yield shown
    shown.close()


def sign_of(bar: QWidget) -> ConnectionSign:
    found = bar.findChild(ConnectionSign)
    assert found is not None
    return found


def test_without_a_company_database_it_says_so(bar: QWidget) -> None:
    assert sign_of(bar).said == "Working locally"


def test_another_program_that_synchronises_is_named(bar: QWidget, shell: Shell) -> None:
    shell.exchange.follow(None, is_local=False)
    assert sign_of(bar).said == "Another program synchronises"


def test_what_it_says_moves_nothing_beside_it(bar: QWidget, shell: Shell) -> None:
    sign, label = sign_of(bar), bar.findChild(QLabel)
    assert label is not None
    staged = StagedExchange(ONLINE)
    shell.exchange.follow(staged)
    bar.grab()
    before = (sign.geometry(), label.geometry())
    connections: tuple[Connection, ...] = ("offline", "first_sync", "rebuilding", "sign_in", "disk_full", "online")
    for connection in connections:
        staged.become(SyncState(connection, waiting=9_999, conflicts=0, done=79, total=80))
        bar.grab()
        assert (sign.geometry(), label.geometry()) == before
        assert sign.text() == sign.said, "none is cut"
        assert sign.accessibleName() == f"Synchronisation: {sign.said}"


def test_a_fetch_that_is_soon_over_is_not_shown(bar: QWidget, shell: Shell) -> None:
    sign = sign_of(bar)
    staged = StagedExchange(replace(ONLINE, last_success=shell.workspace.clock()))
    shell.exchange.follow(staged)
    calm = sign.said
    staged.become(replace(staged.state, syncing=True))
    assert sign.said == calm and calm.startswith("Up to date")
    sign.show_now()  # as after a while
    assert sign.said == "Synchronising…"
    staged.become(replace(staged.state, frames=7))
    assert sign.said == "Synchronising…", "until it is over"
    staged.become(replace(staged.state, syncing=False))
    assert sign.said == calm
    staged.become(replace(staged.state, syncing=True))
    assert sign.said == calm


def test_a_fetch_that_takes_long_is_shown(run: Run, bar: QWidget, shell: Shell) -> None:
    async def go() -> None:
        sign = sign_of(bar)
        staged = StagedExchange(replace(ONLINE, last_success=shell.workspace.clock()))
        shell.exchange.follow(staged)
        staged.become(replace(staged.state, syncing=True))
        async with asyncio.timeout(30):
            while sign.said != "Synchronising…":
                await asyncio.sleep(0)

    run(go())


def test_pressed_it_leads_to_the_page_or_to_the_new_key(bar: QWidget, shell: Shell) -> None:
    sign, went = sign_of(bar), []
    sign.chosen.connect(lambda *where: went.append(where))
    sign.click()
    staged = StagedExchange(SyncState("sign_in"))
    shell.exchange.follow(staged)
    sign.click()
    assert went == [("synchronisation", None), ("settings", "token")]


def test_its_tip_has_the_last_success_the_frames_and_the_error(bar: QWidget, shell: Shell) -> None:
    sign = sign_of(bar)
    error = Offline(Bilingual("Δεν απαντά.", "It does not answer."))
    shell.exchange.follow(StagedExchange(SyncState("offline", frames=18_342, waiting=2, error=error)))
    QApplication.sendEvent(sign, QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), sign.mapToGlobal(QPoint(2, 2))))
    assert sign.toolTip().split("\n") == [
        "Not synchronised yet",
        "Pages received: 18,342",
        "2 changes waiting",
        "It does not answer.",
    ]


def test_the_exchange_is_told_whether_somebody_looks(qapp: QGuiApplication) -> None:
    exchange, staged = Exchange(), StagedExchange(ONLINE)
    exchange.follow(staged)
    assert staged.active is (QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert staged.active
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert not staged.active


def test_what_is_followed_no_more_is_not_heard_nor_told(qapp: QGuiApplication) -> None:
    exchange, staged = Exchange(), StagedExchange(ONLINE)
    heard: list[None] = []
    exchange.changed.connect(lambda: heard.append(None))
    exchange.follow(staged)
    exchange.end()
    heard.clear()
    staged.active = False
    staged.become(SyncState("offline"))
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert not heard and not staged.listeners and not staged.active


def test_a_local_workspace_is_followed_as_such(workspace: Workspace) -> None:
    exchange = Exchange()
    exchange.follow_workspace(workspace)
    assert exchange.is_local and exchange.state is None
