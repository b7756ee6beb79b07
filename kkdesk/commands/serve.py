"""`kkdesk serve`: the cloud endpoints on this computer."""

from __future__ import annotations

import argparse
import os
import sys

from kkdesk.commands.report import DONE, FAILED
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `serve`."""
    serve = verbs.add_parser(
        "serve", help="άνοιγμα, κλικ, διαγραφή, cron / open, click, unsubscribe, cron", parents=[common]
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, help="0: a free one, printed")
    serve.set_defaults(run=_serve, needs_workspace=False)


def _serve(args: argparse.Namespace) -> int:
    try:
        from cloud_endpoints.server import serve
    except ModuleNotFoundError as error:
        raise InvalidInput(
            Bilingual("Δεν είναι εγκατεστημένο το kkdesk[cloud].", "kkdesk[cloud] is not installed.")
        ) from error
    if args.data:
        os.environ["KKDESK_DATA"] = args.data
    return DONE if serve(args.host, args.port, _say) else FAILED


def _say(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
