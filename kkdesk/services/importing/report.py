"""What an import did, or would do. Plain data, so that it can come from another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.importing.problems import Outcome, Problem

#: Problems that are kept one by one; beyond that they are only counted.
PROBLEMS_KEPT: Final = 5_000

Stage = Literal["reading", "writing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `total` is exact for workbooks and an estimate for text; rates are since the start."""

    stage: Stage
    done: int
    total: int
    rows_per_second: float = 0.0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: int = 0


@dataclass(slots=True)
class Counts:
    """Rows by what became of them. `skipped` includes `unchanged` (nothing new in the row) and `repeated` (a customer
    that an earlier row of the file has)."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: int = 0
    unchanged: int = 0
    repeated: int = 0
    #: Rows whose customer was there, by what they were recognised by ("id", "afm", "email", "phone", "name").
    matched: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All problems of one kind in one column."""

    outcome: Outcome
    column: str
    what: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome. `change_id` is empty when nothing was written (a dry run, or nothing to write).

    `refused_file` has the refused rows with their reasons (see `refused`), None when there are none.
    """

    name: str
    counts: Counts
    #: Name of each column of the file with the target it went to; None: left out.
    columns: tuple[tuple[str, str | None], ...] = ()
    sheet: str = ""
    problems: tuple[Problem, ...] = ()
    groups: tuple[ProblemGroup, ...] = ()
    refused_file: Path | None = None
    change_id: str = ""
    new_tags: tuple[str, ...] = ()
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def rows_per_second(self) -> float:
        """Rows read, checked and written in a second."""
        return self.counts.rows / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class ProblemBook:
    """Problems as they come: the first ones kept, all of them counted."""

    kept: list[Problem] = field(default_factory=list)
    _counted: dict[tuple[Outcome, str, Bilingual], int] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Take note of one."""
        key = (problem.outcome, problem.column, problem.what)
        self._counted[key] = self._counted.get(key, 0) + 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(problem)

    def groups(self) -> tuple[ProblemGroup, ...]:
        """By kind and column: refusals first, then by how many."""
        order: Mapping[Outcome, int] = {"refused": 0, "warning": 1, "mended": 2}
        found = [ProblemGroup(outcome, column, what, n) for (outcome, column, what), n in self._counted.items()]
        return tuple(sorted(found, key=lambda group: (order[group.outcome], -group.count)))
