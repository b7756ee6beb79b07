"""`kkdesk secrets`: the key of the tokens that the web CRM keeps in the database."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from kkdesk.commands.report import FAILED, Report
from kkdesk.model.bilingual import Bilingual
from kkdesk.services.token_rotation import TokenCount
from kkdesk.workspace import Workspace


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `secrets rotate` and `secrets status`."""
    secrets = verbs.add_parser("secrets", help="το κλειδί των token στη βάση / the key of stored tokens")
    actions = secrets.add_subparsers(metavar="ACTION", required=True)
    rotate = actions.add_parser("rotate", help="κρυπτογράφηση με το νέο κλειδί / encrypt anew", parents=[common])
    rotate.set_defaults(run=_rotate, needs_workspace=True, at_server=True)
    status = actions.add_parser("status", help="με ποιο κλειδί είναι τα token / which key they have", parents=[common])
    status.set_defaults(run=_status, needs_workspace=True, at_server=True)


async def _rotate(workspace: Workspace, _args: argparse.Namespace) -> Report:
    return _report(await workspace.token_rotation.rotate())


async def _status(workspace: Workspace, _args: argparse.Namespace) -> Report:
    return _report(await workspace.token_rotation.count())


def _report(count: TokenCount) -> Report:
    lines = [Bilingual(f"Με το τωρινό κλειδί: {count.current}.", f"With the key in force: {count.current}.")]
    if count.previous or count.clear:
        lines.append(
            Bilingual(
                f"Με το προηγούμενο: {count.previous}. Σε απλό κείμενο: {count.clear}. Τρέξτε «kkdesk secrets rotate».",
                f"With the former one: {count.previous}. In clear: {count.clear}. Run “kkdesk secrets rotate”.",
            )
        )
    else:
        lines.append(
            Bilingual(
                "Το προηγούμενο κλειδί δεν χρειάζεται πια σε αυτή τη βάση.",
                "This database no longer needs the former key.",
            )
        )
    if count.unreadable:
        lines.append(
            Bilingual(
                f"Δεν διαβάζονται με κανένα κλειδί: {count.unreadable}. Όποιος είναι να συνδεθεί ξανά στο web CRM.",
                f"Readable by neither key: {count.unreadable}. Whose they are must sign in to the web CRM again.",
            )
        )
    return Report(tuple(lines), asdict(count), FAILED if count.unreadable else 0)
