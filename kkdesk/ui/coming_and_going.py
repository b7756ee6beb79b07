"""Before the window and after it: signing in, signing out, and being let in no more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kkdesk.ui.ending import Ending
from kkdesk.ui.language import Languages
from kkdesk.ui.theme.scheme import Scheme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kkdesk.model.errors import KKDeskError, SignInNeeded
    from kkdesk.services.entry import Entry
    from kkdesk.services.wiping import WipeReport

translate = QCoreApplication.translate


async def welcome(entry: Entry, error: SignInNeeded) -> bool:
    """Let the person sign in; whether they did. `error`: why they have to."""
    from kkdesk.services.company_access import CompanyAccess
    from kkdesk.ui.signing_in.welcome import Welcome

    access = CompanyAccess(entry.settings, entry.secrets, entry.sign_in, entry.clock)
    window = Welcome(_language(), entry.sign_in, access.prepare, error, known=entry.account)
    try:
        return await window.done() is not None
    finally:
        window.put_away()


async def after(app: QApplication, entry: Entry, ending: Ending) -> None:
    """What follows a window that was closed for `ending`; the database is closed."""
    match ending:
        case Ending.REVOKED:
            await forget_company(app, entry)
        case Ending.SIGNED_OUT | Ending.SIGNED_OUT_WITH_DATA:
            from kkdesk.services.leaving import sign_out

            report = await sign_out(entry, with_data=ending is Ending.SIGNED_OUT_WITH_DATA)
            _speak(app)
            if not report.left.is_complete:
                await _say(app, translate("Leaving", "Not everything could be deleted"), _left(report.left))
        case _:
            return


async def forget_company(app: QApplication, entry: Entry) -> None:
    """The company lets this person in no more: what is here of its data goes, and they are told."""
    from kkdesk.services.wiping import wipe

    await entry.sign_in.sign_out()
    report = await wipe(entry.profile, entry.secrets)
    _speak(app)
    title = translate("Leaving", "The company does not let this account in")
    text = translate(
        "Leaving",
        "The copy of its data on this computer has been deleted. If this is a mistake, talk to an owner and sign in "
        "again.",
    )
    await _say(app, title, text if report.is_complete else f"{text}\n\n{_left(report)}")


async def finish_wipe(entry: Entry) -> None:
    """Delete what an earlier run could not."""
    if entry.profile.wiping_mark.exists():
        from kkdesk.services.wiping import wipe

        await wipe(entry.profile, entry.secrets)


async def tell(app: QApplication, error: KKDeskError) -> None:
    """Say why there will be no window."""
    language = _language()
    rest = [part.in_language(language) for part in (error.kept, error.next_step) if part]
    await _say(app, error.what.in_language(language), "\n".join(rest))


def _left(report: WipeReport) -> str:
    text = translate("Leaving", "These could not be deleted; KK Desk tries again when it is opened next:")
    return "\n".join([text, *report.files[:10], *report.secrets])


async def _say(app: QApplication, title: str, text: str) -> None:
    from kkdesk.ui.dialogs import Message, answer

    _speak(app)
    await answer(Message(None, title, text))


def _speak(app: QApplication) -> None:
    """Language and look, as there is no window that has brought them."""
    Languages(app).use(_language())
    Scheme(app)


def _language() -> str:
    return os.environ.get("KKDESK_LANGUAGE", "el")
