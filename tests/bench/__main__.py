"""Runs the measures and prints a table, then the same as one JSON object on the last line."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kkdesk.log import configure_logging
from kkdesk.model.clock import system_clock
from kkdesk.services.demo.generate import generate_demo
from kkdesk.workspace import Workspace
from tests.bench import Context

#: In the order of the table. Each is a module of this package.
MEASURES = ("search", "listing", "importing", "worker", "rendering", "memory", "replica", "opens", "start")


def main() -> int:
    """Measure what the arguments name, or everything."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there as well")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        # As in the program: into a file, and not among the results.
        configure_logging(Path(folder) / "logs", to_terminal=False)
        context = Context(args.customers, Path(folder) / "profile", Path(folder) / "scratch")
        context.scratch.mkdir()
        say(f"making a profile of {args.customers:,} customers")
        asyncio.run(make_profile(context))
        results: dict[str, Any] = {"machine": machine()}
        for name in args.measures or MEASURES:
            say(f"measuring {name}")
            results[name] = importlib.import_module(f"tests.bench.{name}").measure(context)
    print_table(results)
    text = json.dumps(results, ensure_ascii=False)
    print(text)
    if args.json:
        args.json.write_text(text, encoding="utf-8")
    return 0


async def make_profile(context: Context) -> None:
    """Fill the profile with sample data, and build its search index: measures are of any day but the first."""
    workspace = await Workspace.open(context.profile, {})
    try:
        await generate_demo(
            workspace.db, workspace.actor, customers=context.customers, seed=1, now=system_clock(), progress=None
        )
        await workspace.customer_list.refresh()
    finally:
        await workspace.close()


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


def print_table(results: dict[str, Any]) -> None:
    """One line a figure."""
    for name, figures in results.items():
        print(f"\n{name}")
        for figure, value in figures.items():
            print(f"  {figure:<42} {value:>14,}" if isinstance(value, int | float) else f"  {figure:<42} {value!s:>14}")
    print()


def say(text: str) -> None:
    """Progress, on standard error: standard output is the result."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
