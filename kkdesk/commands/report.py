"""What a verb answers: text for people, one JSON object for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from kkdesk.model.bilingual import Bilingual
from kkdesk.workspace import Workspace

#: Exit codes of the command.
DONE, FAILED, WRONG_ARGUMENTS, NOT_CONFIGURED, OFFLINE = range(5)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verb. `lines` are printed for people, `data` with `--json`."""

    lines: tuple[Bilingual, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    exit_code: int = DONE


#: A verb that works on an open workspace.
Verb = Callable[[Workspace, argparse.Namespace], Awaitable[Report]]

#: The sub-parsers object to which a module's `register` adds its verbs.
Verbs = "argparse._SubParsersAction[argparse.ArgumentParser]"


def print_report(report: Report, language: str, *, as_json: bool, out: TextIO | None = None) -> None:
    """Print `report` to `out` (standard output)."""
    stream = out or sys.stdout
    if as_json:
        stream.write(json.dumps(report.data, ensure_ascii=False, default=str) + "\n")
        return
    for line in report.lines:
        stream.write(line.in_language(language) + "\n")


def report_progress(done: int, total: int, what: Bilingual, language: str) -> None:
    """One line on standard error that is written over, when a person watches."""
    if sys.stderr.isatty():
        end = "\n" if total and done >= total else ""
        sys.stderr.write(f"\r{what.in_language(language)}: {done:,} / {total:,}{end}")
        sys.stderr.flush()
