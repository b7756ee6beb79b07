"""Pictures of the settings page for the tour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import SignInNeeded
from kkdesk.model.sync_state import SyncState
from kkdesk.services.bounces.report import MailboxState
from kkdesk.services.moving.progress import MovingProgress, MovingReport, Target
from kkdesk.ui.scene import Scene
from kkdesk.ui.settings.account_scenes import ACCOUNT_SCENES
from kkdesk.ui.settings.connecting import ConnectDialog, LocalDialog, TokenDialog
from kkdesk.ui.settings.cron_scenes import CRON_SCENES
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.ui.synchronisation.words import last_success_words
from kkdesk.ui.widgets.progress import ProgressCard

if TYPE_CHECKING:
    from kkdesk.ui.settings.page import SettingsPage


_MAILBOX = {
    "BOUNCE_ADDRESS": "bounces@kktires.gr",
    "BOUNCE_IMAP_HOST": "imap.kktires.gr",
    "BOUNCE_IMAP_USER": "bounces@kktires.gr",
}


async def _lower(page: SettingsPage) -> QWidget | None:
    bar = page.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    return None


async def _sending(page: SettingsPage) -> QWidget | None:
    values = await page.workspace.company_settings.all()
    page.sending.show_values({**values, "send.per_minute": "300", "send.per_day": "20000", "send.per_domain": "4"})
    page.scroller.verticalScrollBar().setValue(page.sending.y())
    return None


async def _bounces(page: SettingsPage) -> QWidget | None:
    for name, text in _MAILBOX.items():
        field = page.form.field(name)
        if isinstance(field, QLineEdit):
            field.setText(text)
    now = page.workspace.clock()
    page.bounces.show_state(MailboxState(now - 4_000, None), now, page.shell.language)
    page.scroller.verticalScrollBar().setValue(page.bounces.y())
    return None


async def _bounces_trouble(page: SettingsPage) -> QWidget | None:
    from kkdesk.services.bounces.account import MailboxAccount, as_mailbox_error

    error = as_mailbox_error(ConnectionRefusedError(), MailboxAccount("imap.kktires.gr", 993, "bounces@kktires.gr"))
    page.bounces.show_state(MailboxState(0, error.what), page.workspace.clock(), page.shell.language)
    return None


async def _wrong(page: SettingsPage) -> QWidget | None:
    page.scroller.verticalScrollBar().setValue(0)
    field = page.form.field("SMTP_FROM")
    if isinstance(field, QLineEdit):
        field.setText("KK Tires")
        field.textEdited.emit(field.text())
    page.save()
    return None


async def _unsaved(page: SettingsPage) -> QWidget | None:
    page.discard()
    question = page.unsaved_question()
    question.open()
    return question


class _StagedMover:
    """Moves nothing: pictures show what it says."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.held = asyncio.Event()

    async def look(self, _url: str, _token: str) -> Target:
        return self.target

    async def upload(
        self, _url: str, _token: str, heard: Callable[[MovingProgress], None], stop: asyncio.Event
    ) -> MovingReport:
        await stop.wait()
        return MovingReport(0, 0)

    join = upload

    async def work_locally(self, heard: Callable[[MovingProgress], None]) -> MovingReport:
        return MovingReport(48_210, 61)


def _connect(page: SettingsPage, target: Target | None = None) -> ConnectDialog:
    page.discard()
    mover = _StagedMover(target or Target("KK Tires", 3_412, empty=False))
    dialog = ConnectDialog(page, mover)
    dialog.url.setText("libsql://kktires-crm.turso.io")
    dialog.token.setText("a token that nobody sees")
    if target is not None:
        dialog.show_target(target)
    dialog.open()
    return dialog


async def _address(page: SettingsPage) -> QWidget | None:
    return _connect(page)


async def _address_wrong(page: SettingsPage) -> QWidget | None:
    dialog = _connect(page)
    dialog.url.setText("kktires-crm.turso.io")
    dialog.look()
    return dialog


async def _address_refused(page: SettingsPage) -> QWidget | None:
    dialog = _connect(page)
    dialog.show_error(
        SignInNeeded(
            Bilingual("Η βάση δεν δέχεται το κλειδί πρόσβασης.", "The database does not take the access key."),
            kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
            next_step=Bilingual("Ελέγξτε το κλειδί και δοκιμάστε ξανά.", "Check the key and try again."),
        )
    )
    return dialog


async def _join(page: SettingsPage) -> QWidget | None:
    return _connect(page, Target("KK Tires", 3_412, empty=False))


async def _upload(page: SettingsPage) -> QWidget | None:
    return _connect(page, Target("", 0, empty=True))


async def _moving(page: SettingsPage) -> QWidget | None:
    dialog = _connect(page, Target("", 0, empty=True))
    card = ProgressCard("")
    dialog.show_step(card, "", dialog.accept)
    dialog.next_button.hide()
    dialog.show_progress(card, MovingProgress("uploading", 18_200, 48_210))
    return dialog


async def _moved(page: SettingsPage) -> QWidget | None:
    dialog = _connect(page, Target("", 0, empty=True))
    dialog.show_done(MovingReport(48_210, 61))
    return dialog


async def _connected(page: SettingsPage) -> QWidget | None:
    page.discard()
    now = page.workspace.clock()
    staged = StagedExchange(SyncState("online", last_success=now - 40, frames=18_342))
    page.shell.exchange.follow(staged)
    page.database.section.show_company(
        "libsql://kktires-crm.turso.io", last_success_words(staged.state, now), may_move=True, may_sign_in=True
    )
    page.scroller.ensureWidgetVisible(page.database.section)
    return None


async def _token(page: SettingsPage) -> QWidget | None:
    await _connected(page)
    dialog = TokenDialog(page)
    dialog.open()
    return dialog


async def _locally(page: SettingsPage) -> QWidget | None:
    await _connected(page)
    dialog = LocalDialog(page, _StagedMover(Target("", 0, empty=True)), 3)
    dialog.open()
    return dialog


async def _as_before(page: SettingsPage) -> QWidget | None:
    page.shell.exchange.follow_workspace(page.workspace)
    return None


#: The last one leaves things as they were.
SCENES = (
    Scene("lower", _lower),
    Scene("sending", _sending),
    Scene("bounces", _bounces),
    Scene("bounces-trouble", _bounces_trouble),
    *CRON_SCENES,
    *ACCOUNT_SCENES,
    Scene("wrong", _wrong),
    Scene("unsaved", _unsaved),
    Scene("connect", _address),
    Scene("connect-wrong", _address_wrong),
    Scene("connect-refused", _address_refused),
    Scene("connect-join", _join),
    Scene("connect-upload", _upload),
    Scene("connect-moving", _moving),
    Scene("connect-moved", _moved),
    Scene("connected", _connected),
    Scene("new-key", _token),
    Scene("work-locally", _locally),
    Scene("local-again", _as_before),
)
