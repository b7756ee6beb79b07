"""`kkdesk geocode`: find places for customers who have an address and none."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from kkdesk.commands.report import DONE, NOT_CONFIGURED, Report
from kkdesk.model.bilingual import Bilingual
from kkdesk.services.geocoding.configured import nobody_to_ask
from kkdesk.services.geocoding.report import GeocodingReport
from kkdesk.workspace import Workspace

#: Customers of one run: as for the web CRM's scheduler, and at most.
_LIMIT: Final = 25
_MOST: Final = 10_000
#: Seconds after which no further address is begun.
_SECONDS: Final = 3600.0


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `geocode`."""
    geocode = verbs.add_parser("geocode", help="θέση στον χάρτη από τη διεύθυνση / find places", parents=[common])
    geocode.add_argument(
        "--limit",
        metavar="N",
        type=_count,
        default=_LIMIT,
        help=f"πόσοι πελάτες, 1 έως {_MOST} / how many customers (default: {_LIMIT})",
    )
    # Claims of addresses are the company's database's word.
    geocode.set_defaults(run=_geocode, needs_workspace=True, at_server=True)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"1 … {_MOST}")
    return number


async def _geocode(workspace: Workspace, args: argparse.Namespace) -> Report:
    report = await workspace.customer_places.run(args.limit, _SECONDS)
    code = DONE if report.configured else NOT_CONFIGURED
    if report.error is not None:
        code = report.error.exit_code
    return Report(tuple(_lines(report)), report.figures(), code)


def _lines(report: GeocodingReport) -> Iterator[Bilingual]:
    yield Bilingual(
        f"Βρέθηκαν {report.found} θέσεις (ήδη γνωστές: {report.from_cache}), δεν βρέθηκαν {report.not_found}, "
        f"απέτυχαν {report.failed}.",
        f"Found {report.found} places (known already: {report.from_cache}), not found {report.not_found}, "
        f"failed {report.failed}.",
    )
    if report.changed:
        yield Bilingual(
            f"{report.changed} πελάτες άλλαξαν στο μεταξύ και έμειναν όπως είναι.",
            f"{report.changed} customers were changed meanwhile, and left as they are.",
        )
    if report.remaining or report.without_address:
        yield Bilingual(
            f"Απομένουν {report.remaining}· χωρίς διεύθυνση: {report.without_address}.",
            f"Remaining: {report.remaining}; without an address: {report.without_address}.",
        )
    error = report.error if report.configured else nobody_to_ask()
    if error is not None:
        yield Bilingual(error.message("el"), error.message("en"))
    elif report.stopped is not None:
        yield Bilingual("Ο χρόνος τελείωσε· εκτελέστε το ξανά.", "The time is over; run it again.")
