"""Exporting customers, as the window and the command see it. The work is done in a process of its own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import system_clock
from kkdesk.model.errors import InvalidInput
from kkdesk.model.ids import ulid
from kkdesk.model.os_reasons import os_reason
from kkdesk.model.rights import Action
from kkdesk.services.child_process import Say, in_child
from kkdesk.services.exporting.columns import chosen_columns
from kkdesk.services.exporting.job import ExportJob, ExportProgress, Written, run_export
from kkdesk.services.rights import require
from kkdesk.store.place import Place

Hear = Callable[[ExportProgress], None]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """A file that was written. `cut` counts texts that were too long for a cell of a workbook."""

    path: Path
    rows: int
    cut: int = 0


class Exporting:
    """Writes customers into files."""

    def __init__(self, actor: Actor, *, place: Callable[[], Place]) -> None:
        """`place` tells where the worker process reads; it is asked each time."""
        self._actor = actor
        self._place = place

    async def export(
        self,
        target: Path,
        *,
        columns: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        language: str = "el",
        heard: Hear | None = None,
        stop: asyncio.Event | None = None,
    ) -> ExportReport:
        """Write customers to `target` (.csv or .xlsx), which is there whole or not at all.

        `columns` are keys or labels (None: all), `ids` the customers in the order wanted (None: everybody), `language`
        that of the titles. Raises `InvalidInput`, the `StoreError` family (`DiskFull` too), and `Cancelled` once `stop`
        is set; a file that was at `target` before is still there then.
        """
        require(self._actor, Action.EXPORT_CUSTOMERS)
        chosen = chosen_columns(columns)
        async with whole_or_not_at_all(target) as part:
            job = ExportJob(
                org_id=self._actor.org_id,
                part=part,
                ending=target.suffix,
                columns=chosen,
                ids=None if ids is None else tuple(ids),
                language=language,
            )
            written = await in_child(_export, self._place(), job, heard=heard, stop=stop)
        return ExportReport(target, written.rows, written.cut)


@asynccontextmanager
async def whole_or_not_at_all(target: Path) -> AsyncIterator[Path]:
    """A place to write a file at; when all went well it takes the place of `target` in one step.

    The place is in a folder of its own beside `target`, and whatever else is left there goes as well, also after a
    process that wrote to it was killed. Raises `InvalidInput` when the folder or the target cannot be written.
    """
    folder = target.with_name(f".{target.name}.{ulid()}")
    try:
        await asyncio.to_thread(folder.mkdir)
    except OSError as error:
        raise _no_room_for(target, error) from error
    try:
        part = folder / "part"
        yield part
        await asyncio.to_thread(_put_in_place, part, target)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _no_room_for(target: Path, error: OSError) -> InvalidInput:
    return InvalidInput(
        Bilingual(
            f"Στον φάκελο «{target.parent}» δεν γράφονται αρχεία ({os_reason(error).el}).",
            f"No files can be written to the folder “{target.parent}” ({os_reason(error).en}).",
        ),
        kept=Bilingual("Δεν γράφτηκε τίποτα.", "Nothing was written."),
        next_step=Bilingual("Επιλέξτε άλλον φάκελο.", "Choose another folder."),
    )


def _put_in_place(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise InvalidInput(
            Bilingual(
                f"Το αρχείο «{target.name}» δεν αντικαθίσταται ({os_reason(error).el}).",
                f"The file “{target.name}” cannot be replaced ({os_reason(error).en}).",
            ),
            kept=Bilingual("Έμεινε όπως ήταν.", "It was left as it was."),
            next_step=Bilingual(
                "Αν είναι ανοιχτό στο Excel, κλείστε το ή επιλέξτε άλλο όνομα.",
                "If it is open in Excel, close it, or choose another name.",
            ),
        ) from error


def _export(say: Say, place: Place, job: ExportJob) -> Written:
    async def work() -> Written:
        db = await place.open(system_clock)
        try:
            return await run_export(db, job, say)
        finally:
            await db.close()

    return asyncio.run(work())
