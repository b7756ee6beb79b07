"""The `kkdesk` command. Without a verb it opens the window; every verb works without a screen.

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not configured, 4 offline.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

from kkdesk import __version__
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, KKDeskError
from kkdesk.store.profile import Profile


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the process's own); the exit code."""
    # Greek must come out right on a Windows console and in a C locale too.
    for stream in (sys.stdout, sys.stderr):
        _to_utf8(stream)
    args = _arguments(argv)
    language = os.environ.get("KKDESK_LANGUAGE", "el")
    try:
        return _run(args, language)
    except KKDeskError as error:
        _print_error(error, language, as_json=args.json)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    # Importing every verb would take a third of the window's start, and the window needs none.
    args, rest = _window_parser(add_help=False).parse_known_args(argv)
    return build_parser(rest).parse_args(argv) if rest else args


def build_parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser for a command line with these `words`; without any, with all verbs: its help is the reference."""
    from kkdesk.commands import groups_for

    parser = _window_parser(add_help=True)
    common = argparse.ArgumentParser(add_help=False)
    _add_common(common, argparse.SUPPRESS)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for group in groups_for(words):
        group.register(verbs, common)
    return parser


def _window_parser(*, add_help: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kkdesk",
        description="KK Desk: πελατολόγιο και καμπάνιες / CRM and campaigns",
        add_help=add_help,
        allow_abbrev=False,
    )
    _add_common(parser, argparse.SUPPRESS)
    parser.set_defaults(data=None, json=False, run=None, needs_workspace=True, at_server=False, exit_when_ready=False)
    # A verb may find secrets elsewhere than in the environment and the keyring.
    parser.set_defaults(entry=lambda _args: None)
    parser.add_argument("--version", action="version", version=f"KK Desk {__version__}")
    parser.add_argument("--exit-when-ready", action="store_true", help=argparse.SUPPRESS)
    return parser


def _add_common(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--data", metavar="DIR", default=default, help="profile folder (or KKDESK_DATA)")
    parser.add_argument("--json", action="store_true", default=default, help="one JSON object instead of text")


def _run(args: argparse.Namespace, language: str) -> int:
    profile = Profile.at(args.data)
    if args.run is None:
        return _open_window(args, profile)
    from kkdesk.log import configure_logging  # the window does so once it is there

    configure_logging(profile.logs, to_terminal=True)
    try:
        if not args.needs_workspace:
            code: int = args.run(args)
            return code
        return asyncio.run(_with_workspace(args, language))
    except KKDeskError:
        raise
    except Exception as error:
        raise _as_fault(error, profile) from error


async def _with_workspace(args: argparse.Namespace, language: str) -> int:
    from kkdesk.commands.report import print_report
    from kkdesk.workspace import Workspace

    workspace = await Workspace.open(args.data, at_server=args.at_server, entry=args.entry(args))
    try:
        report = await args.run(workspace, args)
    finally:
        await workspace.close()
    print_report(report, language, as_json=args.json)
    return int(report.exit_code)


def _open_window(args: argparse.Namespace, profile: Profile) -> int:
    # Looking for garbage among modules that are being imported is a twentieth of the start, and there is none;
    # `WindowThreadCollector` takes over once the application is there.
    gc.disable()
    try:
        from kkdesk.ui.app import run_window
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"PySide6", "qasync", "qtawesome"}:
            raise
        raise InvalidInput(
            Bilingual("Δεν είναι εγκατεστημένο το παράθυρο (PySide6).", "The window (PySide6) is not installed."),
            next_step=Bilingual("Εγκαταστήστε το kkdesk[desktop].", "Install kkdesk[desktop]."),
        ) from error
    return run_window(profile.folder, exit_when_ready=args.exit_when_ready)


def _as_fault(error: Exception, profile: Profile) -> KKDeskError:
    """What a person is told about a fault of the program; the log keeps where it was."""
    import structlog

    from kkdesk.model.faults import fault_place

    structlog.get_logger(__name__).info("verb_failed", fault=fault_place(error))
    kind, log = type(error).__name__, profile.logs / "kkdesk.log"
    return KKDeskError(
        Bilingual(f"Απρόσμενο σφάλμα του προγράμματος ({kind}).", f"Unexpected fault of the program ({kind})."),
        kept=Bilingual("Ό,τι είχε ήδη γραφτεί είναι ασφαλές.", "Whatever had been written already is safe."),
        next_step=Bilingual(
            f"Δοκιμάστε ξανά. Αν επαναληφθεί, στείλτε μας το αρχείο «{log}».",
            f"Try again. If it happens again, send us the file “{log}”.",
        ),
    )


def _print_error(error: KKDeskError, language: str, *, as_json: bool) -> None:
    if as_json:
        answer = {"error": error.message(language), "code": error.code}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stderr.write(f"kkdesk: {error.message(language)}\n")


def _to_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")


def run() -> NoReturn:
    """Entry point of `python -m kkdesk`."""
    sys.exit(main())
