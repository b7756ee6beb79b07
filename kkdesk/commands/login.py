"""`kkdesk login`, `logout` and `whoami`: the Google account of the person at this computer."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import webbrowser
from typing import TYPE_CHECKING, Any

from kkdesk.commands.report import FAILED, Report, print_report
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import AccessRevoked, KKDeskError
from kkdesk.services.entry import Entry

if TYPE_CHECKING:
    from kkdesk.services.sign_in.account_file import SignedIn
    from kkdesk.services.sign_in.service import Waiting


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the three verbs."""
    login = verbs.add_parser("login", help="σύνδεση με Google / sign in with Google", parents=[common])
    login.add_argument("company", nargs="?", default="", help="διεύθυνση της εταιρείας / the company's address")
    login.add_argument(
        "--gmail", action="store_true", help="και άδεια αποστολής με Gmail / with leave to send by Gmail"
    )
    login.add_argument("--no-browser", action="store_true", help="μόνο ο σύνδεσμος / print the link only")
    login.set_defaults(run=_run(_login), needs_workspace=False)
    logout = verbs.add_parser("logout", help="αποσύνδεση / sign out", parents=[common])
    logout.add_argument(
        "--delete-data", action="store_true", help="σβήνει και το αντίγραφο των δεδομένων / delete the copy of the data"
    )
    logout.set_defaults(run=_run(_logout), needs_workspace=False)
    whoami = verbs.add_parser("whoami", help="ποιος έχει συνδεθεί / who has signed in", parents=[common])
    whoami.set_defaults(run=_run(_whoami), needs_workspace=False)


def _run(verb: Any) -> Any:
    """What the command calls: `verb` with the way in, which is closed in the end."""

    async def work(args: argparse.Namespace) -> Report:
        entry = Entry.at(args.data)
        try:
            report: Report = await verb(entry, args)
            return report
        finally:
            await entry.close()

    def run(args: argparse.Namespace) -> int:
        report = asyncio.run(work(args))
        print_report(report, _language(), as_json=args.json)
        return report.exit_code

    return run


async def _login(entry: Entry, args: argparse.Namespace) -> Report:
    from kkdesk.services.company_access import CompanyAccess

    access = CompanyAccess(entry.settings, entry.secrets, entry.sign_in, entry.clock)
    joins = bool(args.company)
    if joins:
        await access.adopt(args.company, await access.look(args.company))
    else:
        await access.prepare()
    try:
        account = await entry.sign_in.sign_in(_no_browser if args.no_browser else _browser, _told, gmail=args.gmail)
        url = await access.join() if entry.is_brokered else ""
    except AccessRevoked:
        await entry.sign_in.sign_out()
        if joins:
            await access.abandon()
        raise
    except KKDeskError:
        if joins:
            await access.abandon()
        raise
    email = account.identity.email
    lines = [Bilingual(f"Συνδεθήκατε ως {email}.", f"You are signed in as {email}.")]
    if account.session_only:
        # Another process could not know of it.
        lines = [
            Bilingual(
                "Η κλειδοθήκη δεν κράτησε τη σύνδεση: συνδεθείτε από το παράθυρο.",
                "The keyring has not kept the sign-in: sign in from the window.",
            )
        ]
    data = {**_data(entry, account), "database": url}
    return Report(tuple(lines), data, FAILED if account.session_only else 0)


async def _logout(entry: Entry, args: argparse.Namespace) -> Report:
    from kkdesk.services.company_database import require_nobody
    from kkdesk.services.leaving import sign_out

    if entry.account is None and not entry.is_brokered:
        return Report((_NOBODY,), {"signed_in": False})
    require_nobody(entry.profile)
    report = await sign_out(entry, with_data=args.delete_data)
    lines = [Bilingual("Αποσυνδεθήκατε.", "You are signed out.")]
    if not report.ended_there:
        lines.append(
            Bilingual(
                "Η Google δεν το έμαθε: αφαιρέστε το KK Desk από το myaccount.google.com/connections.",
                "Google has not heard of it: remove KK Desk at myaccount.google.com/connections.",
            )
        )
    left = [*report.left.files, *report.left.secrets]
    lines += [Bilingual(f"Δεν διαγράφηκε: {name}", f"Not deleted: {name}") for name in left]
    return Report(tuple(lines), {"signed_in": False, "left": left}, FAILED if left else 0)


async def _whoami(entry: Entry, _args: argparse.Namespace) -> Report:
    account = entry.account
    if account is None:
        return Report((_NOBODY,), {"signed_in": False}, FAILED)
    name = account.identity.name or account.identity.email
    return Report((Bilingual(*(f"{name} <{account.identity.email}>",) * 2),), _data(entry, account))


def _data(entry: Entry, account: SignedIn) -> dict[str, Any]:
    return {
        "signed_in": True,
        "email": account.identity.email,
        "name": account.identity.name,
        "since": account.at,
        "scopes": sorted(account.scopes),
        "company": entry.settings.text("AUTH_BROKER_URL"),
    }


async def _browser(url: str) -> bool:
    return await asyncio.to_thread(webbrowser.open, url)


async def _no_browser(_url: str) -> bool:
    return False


def _told(waiting: Waiting) -> None:
    """The link goes to the terminal, and not to the answer: it works once, for this computer."""
    text = Bilingual("Συνεχίστε στον browser:", "Go on in the browser:").in_language(_language())
    if not waiting.opened:
        text = Bilingual("Ανοίξτε σε browser αυτού του υπολογιστή:", "Open in a browser on this computer:").in_language(
            _language()
        )
    sys.stderr.write(f"{text}\n{waiting.url}\n")
    sys.stderr.flush()


def _language() -> str:
    return os.environ.get("KKDESK_LANGUAGE", "el")


_NOBODY = Bilingual("Δεν έχει συνδεθεί κανείς.", "Nobody has signed in.")
