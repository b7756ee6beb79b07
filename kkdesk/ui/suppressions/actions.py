"""What a person does with the list: add, take off, bring in a file, write one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from kkdesk.model.errors import Cancelled, KKDeskError
from kkdesk.model.suppression import SuppressionQuery, shown_address
from kkdesk.services.suppression_edits import Added, SuppressionEdits
from kkdesk.services.suppression_export import export_list
from kkdesk.services.suppression_file import read_addresses
from kkdesk.ui.changes import Kind
from kkdesk.ui.dialogs import answer, choose_file, choose_new_file
from kkdesk.ui.operation import offer_undo, run
from kkdesk.ui.suppressions.dialogs import AddDialog, RemoveDialog
from kkdesk.ui.suppressions.import_dialog import ImportDialog

if TYPE_CHECKING:
    from kkdesk.ui.page import Page

_CHANGES: Final[tuple[Kind, ...]] = ("mail", "customers")


class SuppressionActions(QObject):
    """Asks, does, tells; what has changed is told to every page."""

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines and is what dialogs belong to."""
        super().__init__(page)
        self._page = page

    async def add(self, text: str = "") -> None:
        """Ask which addresses to add; `text` is there to begin with."""
        dialog = AddDialog(self._page)
        dialog.field.setPlainText(text)
        if await answer(dialog):
            work = self._edits.add(dialog.found.addresses, dialog.note.text())
            run(self._page, work, what=self.tr("Adding addresses…"), changes=_CHANGES, done=self._added)

    async def remove(self, addresses: Sequence[str]) -> None:
        """Ask about taking addresses off, and do it."""
        if not addresses:
            return
        found = await self._edits.records(addresses)
        dialog = RemoveDialog(self._page, found.addresses or addresses, has_wishes=found.has_wishes)
        if await answer(dialog):
            run(
                self._page,
                self._edits.remove(addresses, dialog.note.text(), asked_again=dialog.asked_again),
                what=self.tr("Taking addresses off the list…"),
                changes=_CHANGES,
                toast=lambda removed: self.tr("%Ln address(es) may be mailed again", "", len(removed.addresses)),
                undo=True,
            )

    async def choose_import(self) -> None:
        """Ask for a file and bring it in."""
        path = await choose_file(
            self._page,
            self.tr("Choose a list of addresses"),
            [
                self.tr("Lists of addresses") + " (*.csv *.txt *.tsv *.xlsx *.xlsm *.xls *.xlsb *.ods)",
                self.tr("All files") + " (*)",
            ],
        )
        if path is not None:
            await self.bring_in(path)

    async def bring_in(self, path: Path) -> None:
        """Read a file, show what is in it, and list its addresses if the person wants so."""
        dialog = ImportDialog(self._page, path.name)
        stop = asyncio.Event()
        dialog.stop_wanted.connect(stop.set)
        work = self._page.start(self._follow(dialog, path, stop))
        try:
            await answer(dialog)
        finally:
            if work is not None:
                work.cancel()

    async def export(self, query: SuppressionQuery) -> None:
        """Ask where to, and write what is shown."""
        name = self.tr("Never mailed.csv")
        target = await choose_new_file(self._page, self.tr("Save the list as"), ["CSV (*.csv)"], name)
        if target is None:
            return
        shell = self._page.shell
        run(
            self._page,
            export_list(self._page.workspace.suppression_list, query, target, shell.language),
            what=self.tr("Writing %1").replace("%1", target.name),
            toast=lambda count: self.tr("%Ln address(es) written to %1", "", count).replace("%1", target.name),
        )

    @property
    def _edits(self) -> SuppressionEdits:
        return self._page.workspace.suppression_edits

    def _added(self, added: Added) -> None:
        shell = self._page.shell
        listed = self.tr("%Ln had been on the list before.", "", len(added.listed)) if added.listed else ""
        if added.change_id is None:
            text = self.tr("All of them had been on the list before.")
            if len(added.listed) == 1:
                text = self.tr("%1 had been on the list before.").replace("%1", shown_address(added.listed[0]))
            shell.toast(text, tone="info")
            return
        text = self.tr("%Ln address(es) will not be mailed any more.", "", len(added.added))
        offer_undo(shell, " ".join(filter(None, (text, listed))), added.change_id, _CHANGES)

    async def _follow(self, dialog: ImportDialog, path: Path, stop: asyncio.Event) -> None:
        try:
            found = await read_addresses(path, stop=stop)
            dialog.show_preview(found, await self._edits.unlisted(found.addresses))
            note = await _asked_to_run(dialog)
            dialog.show_writing()
            try:
                done = await self._edits.import_addresses(
                    found.addresses, found.name, note, heard=dialog.show_progress, stop=stop
                )
            finally:
                # What has been written stays, whatever came then.
                self._page.shell.bus.tell(_CHANGES)
            dialog.show_outcome(done)
        except Cancelled:
            dialog.done(QDialog.DialogCode.Rejected)
        except KKDeskError as error:
            dialog.show_trouble(error, self._page.shell.language)


async def _asked_to_run(dialog: ImportDialog) -> str:
    """The note, once the person wants the file's addresses listed."""
    wanted: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def run_wanted(note: str) -> None:
        if not wanted.done():
            wanted.set_result(note)

    dialog.run_wanted.connect(run_wanted)
    return await wanted
