"""`kkdesk import` and `kkdesk export`: customers from files and into files."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kkdesk.commands.filters import customer_query
from kkdesk.commands.report import DONE, FAILED, Report, report_progress
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, InvalidInput
from kkdesk.services.exporting.job import ExportProgress
from kkdesk.services.importing.plan import MATCH_KEYS, ON_MATCH, Choices, MatchKey, QuickImport
from kkdesk.services.importing.problems import Outcome, Problem
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.services.importing.source import ReadOptions
from kkdesk.workspace import Workspace

#: Problems that are printed for people, and given with --json.
_SHOWN = 20
_GIVEN = 1000
_OUTCOMES: dict[Outcome, Bilingual] = {
    "refused": Bilingual("δεν εισάγεται", "refused"),
    "mended": Bilingual("διορθώθηκε", "mended"),
    "warning": Bilingual("προσοχή", "warning"),
}
_READING = Bilingual("Ανάγνωση", "Reading")
_WRITING = Bilingual("Εγγραφή", "Writing")


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add `import` and `export`."""
    bring = verbs.add_parser("import", help="εισαγωγή πελατών από CSV ή Excel / import customers", parents=[common])
    bring.add_argument("file", metavar="FILE", type=Path)
    bring.add_argument("--sheet", metavar="NAME", help="φύλλο, με όνομα ή αριθμό / sheet, by name or number")
    bring.add_argument("--header-row", type=int, metavar="N", help="γραμμή τίτλων, 0: καμία / row of titles, 0: none")
    bring.add_argument("--encoding", metavar="NAME", help="κωδικοποίηση, π.χ. cp1253 / encoding")
    bring.add_argument("--delimiter", metavar="CHAR", help="διαχωριστικό, π.χ. ; / delimiter")
    bring.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="τι είναι μια στήλη, κενό: παραλείπεται / what a column is, empty: left out (again and again)",
    )
    bring.add_argument(
        "--match",
        default=",".join(MATCH_KEYS),
        metavar="KEYS",
        help="αναγνώριση με / recognise by: afm,email,phone,name (none: όχι / no)",
    )
    bring.add_argument(
        "--on-match",
        choices=ON_MATCH,
        default="skip",
        help="ό,τι υπάρχει: παράλειψη, συμπλήρωση κενών, ενημέρωση, νέος / existing ones (default: skip)",
    )
    bring.add_argument(
        "--leave-out-wrong",
        action="store_true",
        help="λάθος ΑΦΜ και e-mail: χωρίς την τιμή / wrong ΑΦΜ and e-mail: the row without the value",
    )
    bring.add_argument("--tag", action="append", default=[], metavar="NAME", help="ετικέτα σε όλους / tag for all")
    bring.add_argument("--dry-run", action="store_true", help="μόνο έλεγχος / check only")
    bring.add_argument("--refused", type=Path, metavar="FILE", help="όσα δεν εισήχθησαν / write refused rows there")
    bring.add_argument("--yes", action="store_true", help="χωρίς ερώτηση / without asking")
    bring.set_defaults(run=_import, needs_workspace=True)
    give = verbs.add_parser("export", help="εξαγωγή πελατών σε CSV ή Excel / export customers", parents=[common])
    give.add_argument("file", metavar="FILE", type=Path, help=".csv / .xlsx")
    give.add_argument("--columns", metavar="NAMES", help="στήλες με κόμμα / columns, separated by commas")
    give.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="WHAT=VALUE",
        help="text, category, city, tag, segment, vip, has_email, subscribed, active",
    )
    give.add_argument("--language", choices=("el", "en"), default="el", help="γλώσσα τίτλων / language of the titles")
    give.set_defaults(run=_export, needs_workspace=True)


async def _import(workspace: Workspace, args: argparse.Namespace) -> Report:
    language = workspace.settings.text("KKDESK_LANGUAGE")
    request = QuickImport(
        path=args.file,
        options=ReadOptions(args.sheet, args.header_row, args.encoding, _delimiter(args.delimiter)),
        wishes=_wishes(args.map),
        choices=Choices(
            match=_match_keys(args.match),
            on_match=args.on_match,
            on_wrong="leave_out" if args.leave_out_wrong else "refuse",
            tags=tuple(args.tag),
        ),
    )
    watch = _progress(language)
    importing = workspace.importing
    with _stopped_by_ctrl_c() as stop:
        if not (args.dry_run or args.yes or args.json) and sys.stdin.isatty():
            await _ask(await importing.check(request, language=language, heard=watch, stop=stop), language)
        work = importing.check if args.dry_run else importing.run
        report = await work(request, language=language, heard=watch, stop=stop)
    if args.refused is not None and report.refused_file is not None:
        await workspace.importing.save_refused(report, args.refused)
    refused = args.refused if args.refused is not None and report.refused_file is not None else report.refused_file
    counts = report.counts
    nothing_passed = counts.rows > 0 and counts.refused == counts.rows
    return Report(tuple(_lines(report, refused)), _data(report, args.file, refused), FAILED if nothing_passed else DONE)


@contextlib.contextmanager
def _stopped_by_ctrl_c() -> Iterator[asyncio.Event]:
    """An event that Ctrl+C sets, so that one is told whether anything was written; the second time ends everything."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def first(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        loop.call_soon_threadsafe(stop.set)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


async def _export(workspace: Workspace, args: argparse.Namespace) -> Report:
    language = workspace.settings.text("KKDESK_LANGUAGE")
    columns = None if args.columns is None else [name.strip() for name in args.columns.split(",") if name.strip()]
    ids: Sequence[str] | None = None
    if args.filter:
        query = await customer_query(workspace, args.filter)
        await workspace.customer_list.refresh()
        ids = await workspace.customer_list.customer_ids(await workspace.customer_list.ids(query))

    def watch(progress: ExportProgress) -> None:
        report_progress(progress.done, progress.total, _WRITING, language)

    report = await workspace.exporting.export(args.file, columns=columns, ids=ids, language=args.language, heard=watch)
    lines = [
        Bilingual(
            f"Γράφτηκαν {_el(report.rows)} πελάτες στο {report.path}",
            f"Wrote {report.rows:,} customers to {report.path}",
        )
    ]
    if report.cut:
        lines.append(
            Bilingual(
                f"{report.cut} κείμενα κόπηκαν: ένα κελί του Excel χωρά 32.767 χαρακτήρες. Σε CSV γράφονται ολόκληρα.",
                f"{report.cut} texts were cut: a cell of Excel holds 32,767 characters. CSV keeps them whole.",
            )
        )
    return Report(tuple(lines), {"file": str(report.path), "customers": report.rows, "cut": report.cut})


async def _ask(report: ImportReport, language: str) -> None:
    """Show what would happen and wait for a yes. Raises `Cancelled`."""
    for line in _lines(report, None):
        sys.stderr.write(line.in_language(language) + "\n")
    question = Bilingual("Να γραφτούν; [ναι/όχι] ", "Write them? [yes/no] ").in_language(language)
    answer = await asyncio.to_thread(input, question)
    if answer.strip().lower() not in {"ν", "ναι", "y", "yes"}:
        raise Cancelled(Bilingual("Διακόπηκε.", "Stopped."))


def _progress(language: str) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        report_progress(progress.done, progress.total, _READING if progress.stage == "reading" else _WRITING, language)

    return show


def _lines(report: ImportReport, refused: Path | None) -> list[Bilingual]:
    counts = report.counts
    would = report.dry_run
    lines = [
        Bilingual(
            f"{'Δοκιμή: ' if would else ''}{report.name}: {_el(counts.rows)} γραμμές. "
            f"Νέοι πελάτες: {_el(counts.created)}, ενημερώσεις: {_el(counts.updated)}, "
            f"παραλείψεις: {_el(counts.skipped)}, δεν εισήχθησαν: {_el(counts.refused)}.",
            f"{'Dry run: ' if would else ''}{report.name}: {counts.rows:,} rows. "
            f"New customers: {counts.created:,}, updated: {counts.updated:,}, skipped: {counts.skipped:,}, "
            f"refused: {counts.refused:,}.",
        ),
        *(_problem_line(problem) for problem in report.problems[:_SHOWN]),
    ]
    more = sum(group.count for group in report.groups) - len(report.problems[:_SHOWN])
    if more > 0:
        lines.append(Bilingual(f"… και άλλες {_el(more)} παρατηρήσεις.", f"… and {more:,} more remarks."))
    left_out = [name for name, target in report.columns if target is None]
    if left_out:
        names = ", ".join(left_out)
        lines.append(Bilingual(f"Στήλες που δεν διαβάστηκαν: {names}", f"Columns that were not read: {names}"))
    if refused is not None:
        lines.append(Bilingual(f"Όσα δεν εισήχθησαν: {refused}", f"Refused rows: {refused}"))
    return lines


def _problem_line(problem: Problem) -> Bilingual:
    def text(language: str) -> str:
        row = "Γραμμή" if language == "el" else "Row"
        where = f", {problem.column}" if problem.column else ""
        value = f" «{problem.value}»" if problem.value else ""
        outcome = _OUTCOMES[problem.outcome].in_language(language)
        return f"  {row} {problem.row}{where}{value}: {problem.what.in_language(language)} ({outcome})"

    return Bilingual(text("el"), text("en"))


def _data(report: ImportReport, file: Path, refused: Path | None) -> dict[str, Any]:
    counts = report.counts
    return {
        "file": str(file),
        "sheet": report.sheet,
        "dry_run": report.dry_run,
        "rows": counts.rows,
        "created": counts.created,
        "updated": counts.updated,
        "skipped": counts.skipped,
        "refused": counts.refused,
        "unchanged": counts.unchanged,
        "repeated": counts.repeated,
        "matched": counts.matched,
        "columns": dict(report.columns),
        "new_tags": list(report.new_tags),
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "outcome": problem.outcome,
                "message": {"el": problem.what.el, "en": problem.what.en},
            }
            for problem in report.problems[:_GIVEN]
        ],
        "problem_count": sum(group.count for group in report.groups),
        "refused_file": str(refused) if refused is not None else None,
        "change_id": report.change_id or None,
        "seconds": round(report.seconds, 3),
        "rows_per_second": round(report.rows_per_second),
    }


def _wishes(pairs: Sequence[str]) -> dict[str, str]:
    wishes = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column.strip():
            raise InvalidInput(
                Bilingual(f"Το --map «{pair}» δεν είναι ΣΤΗΛΗ=ΠΕΔΙΟ.", f"--map “{pair}” is not COLUMN=FIELD.")
            )
        wishes[column] = field
    return wishes


def _match_keys(text: str) -> tuple[MatchKey, ...]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in {*MATCH_KEYS, "none"}]
    if unknown:
        keys = ", ".join(MATCH_KEYS)
        raise InvalidInput(
            Bilingual(
                f"Άγνωστο κλειδί αναγνώρισης: {unknown[0]}. Υπάρχουν: {keys}.",
                f"Unknown key to recognise by: {unknown[0]}. There are: {keys}.",
            )
        )
    return tuple(key for key in MATCH_KEYS if key in names)


def _delimiter(text: str | None) -> str | None:
    named = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text) if text else None
    if named is not None and len(named) != 1:
        raise InvalidInput(Bilingual("Το διαχωριστικό είναι ένας χαρακτήρας.", "The delimiter is a single character."))
    return named


def _el(number: int) -> str:
    return f"{number:,}".replace(",", ".")
