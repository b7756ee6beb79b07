"""Exporting, from the question to the finished file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.errors import Cancelled
from kkdesk.model.row import as_int
from kkdesk.services.exporting.job import ExportProgress
from kkdesk.services.exporting.service import ExportReport
from kkdesk.ui.dialogs import answer, choose_new_file
from kkdesk.ui.importing.export_dialog import ExportDialog
from kkdesk.ui.page import Page


class Exports(QObject):
    """Asks what to export, writes the file, says where it is."""

    def __init__(self, page: Page) -> None:
        """`page` is the window's part that the dialogs belong to."""
        super().__init__(page)
        self._page = page

    async def ask(self, ids: Sequence[str] = ()) -> None:
        """Ask and export; `ids` are the customers who were selected."""
        dialog = await self.dialog(ids)
        if not await answer(dialog):
            return
        ending: str = dialog.form.currentData()
        columns, language, only_selected = dialog.columns, str(dialog.language.currentData()), dialog.only_selected
        target = await choose_new_file(
            self._page,
            self.tr("Save the customers as"),
            ["Excel (*.xlsx)" if ending == ".xlsx" else "CSV (*.csv)"],
            self.tr("Customers") + ending,
        )
        if target is not None:
            wanted = list(ids) if only_selected else await self._everybody()
            await self.write(target, wanted, columns, language)

    async def dialog(self, ids: Sequence[str] = ()) -> ExportDialog:
        """The question, not opened yet."""
        rows = await self._page.workspace.db.query(
            "SELECT count(*) AS n FROM customers WHERE org_id = ?", (self._page.workspace.actor.org_id,)
        )
        return ExportDialog(self._page, self._page.shell.language, as_int(rows[0]["n"]), len(ids))

    async def write(
        self, target: Path, ids: Sequence[str], columns: Sequence[str] | None, language: str
    ) -> ExportReport | None:
        """Write the file, with progress in the status bar; None when the person stopped it."""
        shell = self._page.shell
        stop = asyncio.Event()
        activity = shell.activity(self.tr("Exporting to %1").replace("%1", target.name), stop.set)

        def heard(progress: ExportProgress) -> None:
            activity.progress(progress.done, progress.total)

        try:
            report = await self._page.workspace.exporting.export(
                target, columns=columns, ids=ids, language=language, heard=heard, stop=stop
            )
        except Cancelled:
            shell.toast(self.tr("Stopped. No file was written."), tone="info")
            return None
        finally:
            activity.ended.emit()
        self._say(report)
        return report

    async def _everybody(self) -> list[str]:
        """All customers in the order of the alphabet, as the list shows them."""
        listed = self._page.workspace.customer_list
        await listed.refresh()
        return await listed.customer_ids(await listed.ids(CustomerQuery()))

    def _say(self, report: ExportReport) -> None:
        text = self.tr("%n customer(s) written to %1", "", report.rows).replace("%1", report.path.name)
        if report.cut:
            cut = self.tr("%n text(s) were too long for Excel and were cut; CSV keeps them whole.", "", report.cut)
            text = f"{text} {cut}"
        folder = QUrl.fromLocalFile(str(report.path.parent))
        self._page.shell.toast(
            text,
            action=self.tr("Open the folder"),
            do=lambda: QDesktopServices.openUrl(folder),
            tone="warning" if report.cut else "success",
        )
