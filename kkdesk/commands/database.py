"""`kkdesk db`: make, upgrade, check and fill a database."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kkdesk.commands.moving import add_actions
from kkdesk.commands.report import FAILED, WRONG_ARGUMENTS, Report, report_progress
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotFound
from kkdesk.services.company_database import company_url
from kkdesk.services.settings import Settings
from kkdesk.store.local import connect_to_read, prepare
from kkdesk.store.migrate import pending
from kkdesk.store.place import Placed
from kkdesk.store.profile import Profile
from kkdesk.store.replica_file import connect_to_replica
from kkdesk.store.sqlite_errors import sqlite_errors
from kkdesk.workspace import Workspace


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `db init|upgrade|check|demo|connect|local`."""
    group = verbs.add_parser("db", help="βάση δεδομένων / database", parents=[common])

    def explain(_args: argparse.Namespace) -> int:
        group.print_help()
        return WRONG_ARGUMENTS

    group.set_defaults(run=explain, needs_workspace=False)
    actions = group.add_subparsers(metavar="ACTION")
    init = actions.add_parser("init", help="νέα βάση / make the database", parents=[common])
    init.set_defaults(run=_init, needs_workspace=True)
    upgrade = actions.add_parser("upgrade", help="αναβάθμιση / run pending migrations", parents=[common])
    upgrade.add_argument("--file", metavar="FILE", help="another database file than the profile's")
    upgrade.set_defaults(run=_upgrade, needs_workspace=False)
    check = actions.add_parser("check", help="έλεγχος / check the file", parents=[common])
    check.set_defaults(run=_check, needs_workspace=False)
    demo = actions.add_parser("demo", help="δοκιμαστικά δεδομένα / sample data", parents=[common])
    demo.add_argument("--customers", type=int, default=2000, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="N")
    demo.add_argument("--force", action="store_true", help="add to a profile that has customers")
    demo.set_defaults(run=_demo, needs_workspace=True)
    add_actions(actions, common)


async def _init(workspace: Workspace, _args: argparse.Namespace) -> Report:
    path = str(workspace.db.file if isinstance(workspace.db, Placed) else workspace.profile.database)
    return Report(
        (Bilingual(f"Η βάση είναι έτοιμη: {path}", f"The database is ready: {path}"),),
        {"database": path, "organisation": workspace.actor.org_id},
    )


async def _demo(workspace: Workspace, args: argparse.Namespace) -> Report:
    from kkdesk.services.demo.generate import generate_demo

    what = Bilingual("Δοκιμαστικά δεδομένα", "Sample data")
    language = workspace.settings.text("KKDESK_LANGUAGE")
    summary = await generate_demo(
        workspace.db,
        workspace.actor,
        customers=args.customers,
        seed=args.seed,
        now=workspace.clock(),
        progress=lambda done, total: report_progress(done, total, what, language),
        force=args.force,
    )
    line = Bilingual(
        f"Γράφτηκαν {summary.customers} πελάτες και {summary.campaigns} καμπάνιες.",
        f"Wrote {summary.customers} customers and {summary.campaigns} campaigns.",
    )
    return Report((line,), {"customers": summary.customers, "campaigns": summary.campaigns})


def _upgrade(args: argparse.Namespace) -> int:
    from kkdesk.commands.report import print_report

    profile = Profile.at(args.data)
    url = "" if args.file else company_url(Settings(profile))
    if url:
        asyncio.run(_upgrade_company(args.data))
        done = Bilingual(
            f"Η βάση της εταιρείας είναι ενημερωμένη: {url}", f"The company's database is up to date: {url}"
        )
        print_report(Report((done,), {"database": url}), _language(), as_json=args.json)
        return 0
    path = Path(args.file) if args.file else profile.database
    ran = prepare(path)
    text = ", ".join(ran)
    line = (
        Bilingual(f"Αναβαθμίστηκε ({text}): {path}", f"Upgraded ({text}): {path}")
        if ran
        else Bilingual(f"Η βάση ήταν ήδη ενημερωμένη: {path}", f"The database was up to date: {path}")
    )
    print_report(Report((line,), {"database": str(path), "migrations": ran}), _language(), as_json=args.json)
    return 0


async def _upgrade_company(folder: str | None) -> None:
    # To open it there is to upgrade it.
    workspace = await Workspace.open(folder, at_server=True)
    await workspace.close()


def _check(args: argparse.Namespace) -> int:
    from kkdesk.commands.report import print_report

    profile = Profile.at(args.data)
    report = asyncio.run(_check_view(args.data)) if company_url(Settings(profile)) else _check_file(profile.database)
    print_report(report, _language(), as_json=args.json)
    return report.exit_code


async def _check_view(folder: str | None) -> Report:
    """What this computer reads of the company's database."""
    workspace = await Workspace.open(folder)
    try:
        if not isinstance(workspace.db, Placed):
            raise NotFound(Bilingual("Δεν υπάρχει τοπικό αντίγραφο.", "There is no local copy."))
        return await asyncio.to_thread(_examined, workspace.db.file, connect_to_replica)
    finally:
        await workspace.close()


def _check_file(path: Path) -> Report:
    if not path.exists():
        raise NotFound(
            Bilingual(f"Δεν υπάρχει βάση: {path}", f"There is no database: {path}"),
            next_step=Bilingual("Φτιάξτε την με «kkdesk db init».", "Make it with “kkdesk db init”."),
        )
    return _examined(path, connect_to_read)


def _examined(path: Path, open_to_read: Callable[[Path], sqlite3.Connection]) -> Report:
    with sqlite_errors(str(path)), closing(open_to_read(path)) as connection:
        problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        broken = [dict(row) for row in connection.execute("PRAGMA foreign_key_check")]
        due = [migration.name for migration in pending(connection)]
        data = {"database": str(path), "problems": problems, "broken_references": len(broken), "pending": due}
    sound = not problems and not broken
    line = (
        Bilingual(f"Η βάση είναι υγιής: {path}", f"The database is sound: {path}")
        if sound
        else Bilingual(
            f"Βρέθηκαν προβλήματα: {len(problems)} στο αρχείο, {len(broken)} σπασμένες αναφορές.",
            f"Problems found: {len(problems)} in the file, {len(broken)} broken references.",
        )
    )
    return Report((line,), data, 0 if sound else FAILED)


def _language() -> str:
    import os

    return os.environ.get("KKDESK_LANGUAGE", "el")
