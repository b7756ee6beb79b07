"""Importing customers, as the window and the command see it. The work is done in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import Cancelled, KKDeskError, NotFound
from kkdesk.model.ids import ulid
from kkdesk.model.rights import Action
from kkdesk.services.child_process import ChildEnded, Say, in_child
from kkdesk.services.exporting.service import whole_or_not_at_all
from kkdesk.services.exporting.writers import copy_rows
from kkdesk.services.importing.job import JobSetting, run_import
from kkdesk.services.importing.mapping import ColumnGuess, guess_mapping
from kkdesk.services.importing.plan import ImportPlan, QuickImport
from kkdesk.services.importing.reading import open_file
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.services.importing.source import ReadOptions, SourceFile
from kkdesk.services.rights import require
from kkdesk.store.database import Database
from kkdesk.store.place import Place

Hear = Callable[[Progress], None]

#: Lists of refused rows that are kept for a later look.
_KEPT_LISTS: Final = 20


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file, and what its columns probably are."""

    source: SourceFile
    guesses: tuple[ColumnGuess, ...]


class Importing:
    """Brings in customers from files."""

    def __init__(self, db: Database, actor: Actor, clock: Clock, *, place: Callable[[], Place], folder: Path) -> None:
        """`place` tells where the worker process works, each time; `folder` keeps lists of refused rows."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._place = place
        self._folder = folder

    async def look_at(
        self, path: Path, options: ReadOptions | None = None, *, stop: asyncio.Event | None = None
    ) -> LookedAt:
        """What is in the file, and which column is probably what.

        Raises `InvalidInput` for one that cannot be used, with the reason and the way out, `NotFound`, and `Cancelled`
        once `stop` is set.
        """
        return await in_child(_look_at, path, options, stop=stop)

    async def check(
        self,
        request: ImportPlan | QuickImport,
        *,
        language: str = "el",
        heard: Hear | None = None,
        stop: asyncio.Event | None = None,
    ) -> ImportReport:
        """The dry run: what `run` would do, with every problem; nothing is written.

        Raises `InvalidInput` and `NotFound` for the file, `Cancelled` once `stop` is set.
        """
        return await self._work(request, language, heard, stop, dry_run=True)

    async def run(
        self,
        request: ImportPlan | QuickImport,
        *,
        language: str = "el",
        heard: Hear | None = None,
        stop: asyncio.Event | None = None,
    ) -> ImportReport:
        """Import in one change, which `History.undo` takes back by the report's `change_id`.

        Raises what `check` does and the `StoreError` family; nothing is written then. When `stop` is set too late, or
        the process dies after it has written, the report is given as if nothing had happened: so it is.
        """
        require(self._actor, Action.IMPORT_CUSTOMERS)
        return await self._work(request, language, heard, stop, dry_run=False)

    async def save_refused(self, report: ImportReport, target: Path) -> None:
        """Copy the refused rows to `target`, as CSV or, by its ending, as a workbook. Raises `NotFound`."""
        if report.refused_file is None or not report.refused_file.exists():
            raise NotFound(
                Bilingual(
                    "Η λίστα με τις γραμμές που δεν εισήχθησαν δεν υπάρχει πια.",
                    "The list of refused rows is no longer there.",
                )
            )
        async with whole_or_not_at_all(target) as part:
            await in_child(_save_refused, report.refused_file, part, target.suffix)

    async def _work(
        self,
        request: ImportPlan | QuickImport,
        language: str,
        heard: Hear | None,
        stop: asyncio.Event | None,
        *,
        dry_run: bool,
    ) -> ImportReport:
        self._forget_old_lists()
        setting = JobSetting(self._actor, self._folder / f"refused-{ulid()}.csv", language, dry_run)
        prepared: list[ImportReport] = []

        def hear(content: Any) -> None:
            if isinstance(content, ImportReport):
                prepared.append(content)
            elif heard is not None:
                heard(content)

        try:
            return await in_child(_import, self._place(), request, setting, self._clock(), heard=hear, stop=stop)
        except KKDeskError as error:
            # It may have been ended between the commit and its last word.
            ended = isinstance(error, Cancelled | ChildEnded)
            if ended and prepared and await self._is_written(prepared[-1].change_id):
                return prepared[-1]
            # What it was refusing is personal data that nobody will ask for.
            with contextlib.suppress(OSError):
                setting.refused_file.unlink(missing_ok=True)
            raise

    async def _is_written(self, change_id: str) -> bool:
        return bool(await self._db.query("SELECT 1 FROM kk_changes WHERE id = ?", (change_id,)))

    def _forget_old_lists(self) -> None:
        old: Sequence[Path] = sorted(self._folder.glob("refused-*.csv"))[: -_KEPT_LISTS + 1]
        for path in old:
            # One that is open in Excel goes next time.
            with contextlib.suppress(OSError):
                path.unlink()


def _look_at(_say: Say, path: Path, options: ReadOptions | None) -> LookedAt:
    with open_file(path) as file:
        examined = file.examine(options)
    return LookedAt(examined.source, guess_mapping(examined))


def _import(say: Say, place: Place, request: ImportPlan | QuickImport, setting: JobSetting, now: int) -> ImportReport:
    # Some hundred thousand rows make no cycles, and looking for them takes a tenth of the time.
    gc.disable()

    async def work() -> ImportReport:
        db = await place.open(lambda: now)
        try:
            return await run_import(db, request, setting, lambda: now, say)
        finally:
            await db.close()

    return asyncio.run(work())


def _save_refused(_say: Say, source: Path, target: Path, ending: str) -> None:
    copy_rows(source, target, ending, "el")
