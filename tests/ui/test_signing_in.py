"""Signing in as it is seen: the panel, the window before the window, and the lock."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kkdesk.model.actor import Role
from kkdesk.model.sync_state import SyncState
from kkdesk.services.broker_client import DatabaseGrant
from kkdesk.services.sign_in.account_file import SignedIn, write_account
from kkdesk.services.sign_in.refusals import SignInDenied, denied, nobody
from kkdesk.ui.connection_sign import ConnectionSign
from kkdesk.ui.desk import Desk
from kkdesk.ui.ending import Ending
from kkdesk.ui.reporter import Reporter
from kkdesk.ui.shell import Shell
from kkdesk.ui.signing_in.dialog import SignInDialog
from kkdesk.ui.signing_in.lock_screen import IdleWatch
from kkdesk.ui.signing_in.panel import SignInPanel
from kkdesk.ui.signing_in.welcome import Welcome
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.workspace import Workspace
from tests.servers.signing_stand_in import LINK, MARIA, SigningStandIn
from tests.ui.conftest import Run


def fail(error: BaseException) -> None:
    raise AssertionError(error)


async def until(condition: object) -> None:
    async with asyncio.timeout(20):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0)


@pytest.fixture
def signing() -> SigningStandIn:
    return SigningStandIn()


def test_a_person_signs_in(run: Run, qapp: QApplication, signing: SigningStandIn) -> None:
    async def go() -> None:
        panel, who = SignInPanel(signing, "en", fail), list[SignedIn]()
        panel.signed_in.connect(who.append)
        panel.show()
        panel.go_button.click()
        await until(lambda: signing.asked)
        assert panel.waiting.isVisible() and not panel.go_button.isVisible()
        panel._copy.click()
        assert QGuiApplication.clipboard().text() == LINK and panel.copied.isVisible()
        signing.answer()
        await until(lambda: who)
        assert who == [MARIA] and panel.go_button.isVisible()
        await panel.close_down()
        panel.close()

    run(go())


def test_without_a_browser_the_link_is_there_to_copy(run: Run, qapp: QApplication, signing: SigningStandIn) -> None:
    async def go() -> None:
        signing.browser_opens = False
        panel = SignInPanel(signing, "en", fail)
        panel.show()
        panel.start()
        await until(lambda: signing.asked)
        assert "No browser opened" in panel._said.text() and panel._copy.isEnabled()
        await panel.close_down()
        panel.close()

    run(go())


def test_what_goes_wrong_is_said_in_place_and_may_be_tried_again(
    run: Run, qapp: QApplication, signing: SigningStandIn
) -> None:
    async def go() -> None:
        panel = SignInPanel(signing, "en", fail)
        panel.show()
        signing.answer(denied("access_denied"))
        panel.start()
        await until(panel.error.isVisible)
        assert "permission was not given" in panel.error.text and panel.go_button.isVisible()
        panel.start()
        assert not panel.error.isVisible()
        await until(lambda: len(signing.asked) == 2)
        panel.cancel_button.click()
        await until(panel.go_button.isVisible)
        assert not panel.error.isVisible()
        await panel.close_down()
        panel.close()

    run(go())


def test_what_is_missing_is_seen_to_first(run: Run, qapp: QApplication, signing: SigningStandIn) -> None:
    async def go() -> None:
        async def prepare() -> None:
            raise denied("x")

        panel = SignInPanel(signing, "en", fail, prepare=prepare)
        panel.show()
        panel.start()
        await until(panel.error.isVisible)
        assert not signing.asked
        await panel.close_down()
        panel.close()

    run(go())


def test_the_welcome_waits_for_a_person_or_for_nobody(run: Run, qapp: QApplication, signing: SigningStandIn) -> None:
    async def prepare() -> None:
        return None

    async def go() -> None:
        window = Welcome("en", signing, prepare, nobody(), known=MARIA)
        done = asyncio.create_task(window.done())
        await until(window.isVisible)
        signing.answer()
        window.panel.start()
        assert await done == MARIA
        window.put_away()
        window = Welcome("en", signing, prepare)
        done = asyncio.create_task(window.done())
        await until(window.isVisible)
        window.close()
        assert await done is None
        window.put_away()

    run(go())


def test_the_dialog_is_accepted_once_somebody_has_signed_in(
    run: Run, qapp: QApplication, signing: SigningStandIn
) -> None:
    async def go() -> None:
        dialog = SignInDialog(None, "a", "b", signing, "en", fail, gmail=True, same_account=True)
        dialog.open()
        signing.answer()
        dialog.panel.start()
        await until(lambda: dialog.account is not None)
        assert dialog.result() == QDialog.DialogCode.Accepted and signing.asked == [(True, True)]
        await dialog.close_down()

    run(go())


def test_idle_is_nobody_touching_anything(run: Run, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        watch, idle = IdleWatch(), list[int]()
        watch.idle.connect(lambda: idle.append(1))
        watch.set_minutes(60)
        begun: list[int] = []
        monkeypatch.setattr(watch._timer, "start", lambda *_: begun.append(1))
        widget = QWidget()
        widget.show()
        await until(widget.isVisible)
        begun.clear()
        QTest.keyClick(widget, Qt.Key.Key_A)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        assert len(begun) == 2
        monkeypatch.undo()
        watch.set_minutes(0.001)
        await until(lambda: idle)
        watch.end()
        widget.close()

    run(go())


@pytest.fixture
def signed_in(run: Run, tmp_path: Path) -> Workspace:
    write_account(tmp_path / "profile" / "sign-in.json", MARIA)
    return run(Workspace.open(tmp_path / "profile", {}))  # type: ignore[no-any-return]


def test_a_locked_window_shows_nothing_until_its_person_is_back(
    run: Run, qapp: QApplication, signed_in: Workspace, signing: SigningStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_in.sign_in, "sign_in", signing.sign_in)

    async def go() -> None:
        desk = Desk(qapp, signed_in, Reporter("en", qapp.activeWindow))
        await desk.open("customers")
        desk.watch()
        dialog = desk.window.show_shortcuts()
        desk.window.lock()
        lock = desk._lock
        assert lock is not None and lock.screen is not None and lock.screen.isVisible()
        assert not desk.window.inside.isVisible() and not dialog.isVisible()
        assert lock.screen.size() == desk.window.size()
        page = desk.window.current
        QTest.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        for _ in range(50):
            await asyncio.sleep(0)
        assert desk.window.current == page
        signing.answer(SignInDenied(denied("x").what))
        lock.screen.panel.start()
        await until(lambda: lock.screen is not None and lock.screen.panel.error.isVisible())
        signing.answer()
        lock.screen.panel.start()
        await until(lambda: lock.screen is None)
        assert desk.window.inside.isVisible() and dialog.isVisible() and signing.asked[-1] == (False, True)
        dialog.close()
        await desk.close()
        await desk.mailer.stop()

    run(go())
    run(signed_in.close())


def test_opening_the_program_again_does_not_unlock_it(run: Run, qapp: QApplication, signed_in: Workspace) -> None:
    async def go() -> None:
        for _ in range(2):
            desk = Desk(qapp, signed_in, Reporter("en", qapp.activeWindow))
            await desk.open("customers")
            desk.watch()
            desk.window.lock()
            await desk.close()
            await desk.mailer.stop()
        desk = Desk(qapp, signed_in, Reporter("en", qapp.activeWindow))
        await desk.open("customers")
        desk.watch()
        assert desk._lock is not None and desk._lock.screen is not None
        await desk.close()
        await desk.mailer.stop()

    run(go())
    run(signed_in.close())


def test_who_has_not_signed_in_has_no_lock(run: Run, qapp: QApplication, workspace: Workspace) -> None:
    async def go() -> None:
        desk = Desk(qapp, workspace, Reporter("en", qapp.activeWindow))
        await desk.open("customers")
        desk.watch()
        desk.window.lock()
        assert desk._lock is None and desk.window.inside.isVisible()
        await desk.close()
        await desk.mailer.stop()

    run(go())


def grant(role: Role) -> DatabaseGrant:
    return DatabaseGrant("libsql://x", "token", 3600, role, "u", "org_kktires")


def test_another_role_opens_the_window_anew(run: Run, qapp: QApplication, workspace: Workspace) -> None:
    async def go() -> None:
        desk = Desk(qapp, workspace, Reporter("en", qapp.activeWindow))
        await desk.open("customers")
        desk._role_heard(grant("owner"))
        assert not desk.closed.is_set()
        desk._role_heard(grant("viewer"))
        await until(desk.closed.is_set)
        assert desk.ending is Ending.REOPEN
        await desk.close()
        await desk.mailer.stop()

    run(go())


@pytest.mark.parametrize("with_data", [True, False])
def test_signing_out_ends_the_window(run: Run, qapp: QApplication, workspace: Workspace, *, with_data: bool) -> None:
    async def go() -> None:
        desk = Desk(qapp, workspace, Reporter("en", qapp.activeWindow))
        await desk.open("customers")
        desk.shell.sign_out_wanted.emit(with_data)
        await until(desk.closed.is_set)
        assert desk.ending is (Ending.SIGNED_OUT_WITH_DATA if with_data else Ending.SIGNED_OUT)
        await desk.close()
        await desk.mailer.stop()

    run(go())


@pytest.mark.parametrize(("brokered", "target"), [(True, "sign_in"), (False, "token")])
def test_a_sign_in_that_has_ended_leads_to_where_one_signs_in(
    run: Run, qapp: QApplication, shell: Shell, monkeypatch: pytest.MonkeyPatch, *, brokered: bool, target: str
) -> None:
    async def go() -> None:
        monkeypatch.setattr(type(shell.workspace), "is_brokered", property(lambda _self: brokered))
        shell.exchange.follow(StagedExchange(SyncState(connection="sign_in")))
        sign, chosen = ConnectionSign(), list[tuple[str, object]]()
        sign.chosen.connect(lambda page, where: chosen.append((page, where)))
        sign.follow(shell)
        sign.click()
        assert chosen == [("settings", target)]
        sign.deleteLater()

    run(go())
