"""`kkdesk db connect|local`: to the company's database, and back to a file of the profile's own."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from typing import Any

from kkdesk.commands.report import Report, report_progress
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.services.moving.progress import MovingProgress, MovingReport
from kkdesk.workspace import Workspace

_STAGES = {
    "reading": Bilingual("Ανάγνωση", "Reading"),
    "uploading": Bilingual("Μεταφόρτωση", "Uploading"),
    "first_sync": Bilingual("Λήψη", "Fetching"),
    "verifying": Bilingual("Σύγκριση", "Comparing"),
}


def add_actions(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add `db connect` and `db local`."""
    connect = actions.add_parser("connect", help="στη βάση της εταιρείας / the company's database", parents=[common])
    connect.add_argument("url", metavar="URL", help="libsql://…, https://…, http://…")
    way = connect.add_mutually_exclusive_group(required=True)
    way.add_argument("--upload", action="store_true", help="take this profile's data to it; it must be empty")
    way.add_argument("--join", action="store_true", help="work with what is there")
    connect.set_defaults(run=_connect, needs_workspace=True)
    local = actions.add_parser("local", help="πίσω σε δικό του αρχείο / back to a file of its own", parents=[common])
    local.set_defaults(run=_local, needs_workspace=True)


async def _connect(workspace: Workspace, args: argparse.Namespace) -> Report:
    token = workspace.settings.from_environment("DATABASE_AUTH_TOKEN") or _asked()
    move = workspace.moving.upload if args.upload else workspace.moving.join
    report = await move(args.url, token, _teller(workspace))
    line = Bilingual(
        f"Το προφίλ δουλεύει με τη βάση της εταιρείας: {report.rows} εγγραφές σε {report.tables} πίνακες.",
        f"The profile works with the company's database: {report.rows} rows in {report.tables} tables.",
    )
    return Report((line,), _data(report) | {"url": args.url})


async def _local(workspace: Workspace, _args: argparse.Namespace) -> Report:
    report = await workspace.moving.work_locally(_teller(workspace))
    line = Bilingual(
        f"Το προφίλ δουλεύει με δικό του αρχείο: {report.rows} εγγραφές σε {report.tables} πίνακες.",
        f"The profile works with a file of its own: {report.rows} rows in {report.tables} tables.",
    )
    return Report((line,), _data(report) | {"database": str(workspace.profile.database)})


def _teller(workspace: Workspace) -> Any:
    language = workspace.settings.text("KKDESK_LANGUAGE")

    def tell(progress: MovingProgress) -> None:
        report_progress(progress.done, progress.total, _STAGES[progress.stage], language)

    return tell


def _asked() -> str:
    """The token, typed where nobody sees it; never an argument, which every process of the computer can read."""
    if not sys.stdin.isatty():
        raise NotConfigured(
            Bilingual("Λείπει το κλειδί πρόσβασης στη βάση.", "The database's access token is missing."),
            next_step=Bilingual(
                "Δώστε το στη μεταβλητή DATABASE_AUTH_TOKEN.", "Give it in the variable DATABASE_AUTH_TOKEN."
            ),
        )
    return getpass("DATABASE_AUTH_TOKEN: ").strip()


def _data(report: MovingReport) -> dict[str, Any]:
    return {"rows": report.rows, "tables": report.tables}
