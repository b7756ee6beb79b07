"""Pictures of the account, the team and signing in for the tour: made of words, nobody is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kkdesk.model.identity import Identity
from kkdesk.model.rights import ROLE_NAMES
from kkdesk.services.broker_client import DesktopClient
from kkdesk.services.members import Invitation, MemberEntry
from kkdesk.services.sign_in.account_file import SignedIn
from kkdesk.services.sign_in.refusals import denied, wrong_account
from kkdesk.services.sign_in.service import Waiting
from kkdesk.ui.scene import Scene
from kkdesk.ui.settings.account import SignOutQuestion
from kkdesk.ui.signing_in.dialog import SignInDialog
from kkdesk.ui.signing_in.lock_screen import LockScreen
from kkdesk.ui.signing_in.welcome import Welcome

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage

_MARIA: Final = SignedIn(
    Identity("1", "maria@kktires.gr", "Μαρία Παπαδοπούλου", "", ""), frozenset({"openid"}), 1_790_000_000
)
_HOUR: Final = 3_600


class _StagedSigning:
    """Waits for ever, as somebody who has gone to fetch coffee."""

    def __init__(self, *, opened: bool = True) -> None:
        self._opened = opened

    async def sign_in(
        self,
        open_browser: Callable[[str], Awaitable[bool]],
        told: Callable[[Waiting], None] = lambda _: None,
        *,
        gmail: bool = False,
        same_account: bool = False,
    ) -> SignedIn:
        told(Waiting("https://accounts.google.com/o/oauth2/v2/auth", opened=self._opened))
        await asyncio.Event().wait()
        raise asyncio.CancelledError


def _account(page: SettingsPage, *, session_only: bool = False, ended: bool = False) -> None:
    account = SignedIn(_MARIA.identity, _MARIA.scopes, _MARIA.at, session_only)
    page.account.section.show_account(
        account, ROLE_NAMES["owner"].in_language(page.shell.language), gmail=False, ended=ended
    )
    page.account.section.show_lock(15)
    page.scroller.verticalScrollBar().setValue(page.account.section.y())


async def _signed_in(page: SettingsPage) -> QWidget | None:
    _account(page)
    return None


async def _for_this_session(page: SettingsPage) -> QWidget | None:
    _account(page, session_only=True)
    return None


async def _has_ended(page: SettingsPage) -> QWidget | None:
    _account(page, ended=True)
    return None


def _people(page: SettingsPage, *, may_manage: bool) -> None:
    now = page.workspace.clock()
    members = [
        MemberEntry("1", "me", "Κώστας Κ.", "kostas@kktires.gr", "owner", now, now - 120, now + _HOUR),
        MemberEntry("2", "u2", "Μαρία Παπαδοπούλου", "maria@kktires.gr", "admin", now, now - _HOUR, now + 600),
        MemberEntry("3", "u3", "Νίκος Γεωργίου", "nikos@kktires.gr", "member", now, now - 30 * _HOUR, None),
        MemberEntry("4", "u4", "Λογιστήριο", "logistirio@kktires.gr", "viewer", now, None, None),
    ]
    invited = [Invitation("5", "eleni@kktires.gr", "member", now + 10 * 24 * _HOUR)]
    page.team.section.setVisible(True)
    page.team.section.show_people(members, invited, "me", now, may_manage=may_manage)
    page.scroller.verticalScrollBar().setValue(page.team.section.y())


async def _team(page: SettingsPage) -> QWidget | None:
    _people(page, may_manage=True)
    return None


async def _team_read(page: SettingsPage) -> QWidget | None:
    _people(page, may_manage=False)
    return None


async def _revoke(page: SettingsPage) -> QWidget | None:
    now = page.workspace.clock()
    member = MemberEntry("3", "u3", "Νίκος Γεωργίου", "nikos@kktires.gr", "member", now, now, now + _HOUR)
    question = page.team.revoke_question(member)
    question.open()
    return question


async def _sign_out(page: SettingsPage) -> QWidget | None:
    page.team.section.setVisible(page.team.has_team)
    page.account.show()
    question = SignOutQuestion(page, 3)
    question.open()
    return question


async def _join(page: SettingsPage) -> QWidget | None:
    question = page.account.join_question(DesktopClient("https://accounts.google.com", "x", "y", "", "KK Tires"))
    question.open()
    return question


def _dialog(page: SettingsPage, *, opened: bool = True) -> SignInDialog:
    title = QCoreApplication.translate("Account", "Sign in")
    text = QCoreApplication.translate("Account", "Your browser opens Google's page. Choose your account there.")
    return SignInDialog(page, title, text, _StagedSigning(opened=opened), page.shell.language, page.shell.report)


async def _wait(page: SettingsPage) -> QWidget | None:
    dialog = _dialog(page)
    dialog.panel.show_staged(Waiting("https://accounts.google.com/"))
    dialog.open()
    return dialog


async def _no_browser(page: SettingsPage) -> QWidget | None:
    dialog = _dialog(page)
    dialog.panel.show_staged(Waiting("https://accounts.google.com/", opened=False))
    dialog.open()
    return dialog


async def _denied(page: SettingsPage) -> QWidget | None:
    dialog = _dialog(page)
    dialog.panel.show_error(denied("access_denied"))
    dialog.open()
    return dialog


async def _wrong(page: SettingsPage) -> QWidget | None:
    dialog = _dialog(page)
    dialog.panel.show_error(wrong_account(_MARIA.identity.email))
    dialog.open()
    return dialog


async def _prepared() -> None:
    return None


async def _welcome(page: SettingsPage) -> QWidget | None:
    window = Welcome(page.shell.language, _StagedSigning(), _prepared, dressed=True)
    window.show()
    return window


async def _lock(page: SettingsPage) -> QWidget | None:
    window = page.window()
    screen = LockScreen(window, _MARIA.identity.email, _StagedSigning(), page.shell.language, page.shell.report)
    screen.setGeometry(window.rect())
    screen.show()
    screen.raise_()
    return screen


ACCOUNT_SCENES: Final = (
    Scene("account", _signed_in),
    Scene("account-session-only", _for_this_session),
    Scene("account-ended", _has_ended),
    Scene("team", _team),
    Scene("team-read-only", _team_read),
    Scene("team-remove", _revoke),
    Scene("sign-out", _sign_out),
    Scene("company-found", _join),
    Scene("sign-in-waiting", _wait),
    Scene("sign-in-no-browser", _no_browser),
    Scene("sign-in-denied", _denied),
    Scene("sign-in-wrong-account", _wrong),
    Scene("welcome", _welcome),
    Scene("locked", _lock),
)
