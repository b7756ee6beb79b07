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
        import uvicorn
    except ModuleNotFoundError as error:
        raise InvalidInput(
            Bilingual("Δεν είναι εγκατεστημένο το kkdesk[cloud].", "kkdesk[cloud] is not installed.")
        ) from error
    if args.data:
        os.environ["KKDESK_DATA"] = args.data
    # Our own request log leaves the query out; uvicorn's would write signatures and secrets.
    config = uvicorn.Config(
        "cloud_endpoints.app:app",
        host=args.host,
        port=args.port,
        access_log=False,
        # Which proxies to believe is ours to decide (`cloud_endpoints.proxies`); which server this is, nobody needs.
        proxy_headers=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=30,
    )
    socket = config.bind_socket()
    host, port = socket.getsockname()[:2]
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    server = uvicorn.Server(config)
    server.run(sockets=[socket])
    return DONE if server.started else FAILED
