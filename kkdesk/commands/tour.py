"""`kkdesk tour DIR`: a picture of every page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.commands.report import DONE, FAILED

if TYPE_CHECKING:
    from kkdesk.workspace import Workspace

#: Customers of the sample data: enough for a list to look like one.
CUSTOMERS = 400


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `tour`."""
    tour = verbs.add_parser("tour", help="εικόνες κάθε σελίδας / a picture of every page", parents=[common])
    tour.add_argument("dir", metavar="DIR", type=Path, help="φάκελος των εικόνων / where the pictures go")
    tour.add_argument(
        "--scale", type=float, default=1.0, metavar="FACTOR", help="κλίμακα οθόνης / screen scale, e.g. 1.5"
    )
    tour.set_defaults(run=run, needs_workspace=False)


def run(args: argparse.Namespace) -> int:
    """Take the pictures; 1 when any scene failed. With `--data` of a copy of that profile, else of sample data."""
    from kkdesk.ui.tour import run_tour

    copy_of = Path(args.data).expanduser().absolute() if args.data else None
    tour = run_tour(args.dir, _fill, copy_of=copy_of, scale=args.scale)
    for failure in tour.failures:
        sys.stderr.write(f"kkdesk tour: {failure}\n")
    answer = {"pictures": [path.name for path in tour.pictures], "failures": tour.failures}
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{len(tour.pictures)} εικόνες / pictures: {args.dir}\n")
    return FAILED if tour.failures else DONE


async def _fill(workspace: Workspace) -> None:
    from kkdesk.services.demo.generate import generate_demo

    await generate_demo(workspace.db, workspace.actor, CUSTOMERS, 1, workspace.clock())
