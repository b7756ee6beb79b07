"""The page for importing and exporting customers: choose a file, say what its columns are, check, import."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kkdesk.model.errors import Cancelled, KKDeskError
from kkdesk.model.rights import Action
from kkdesk.services.importing.plan import ImportPlan
from kkdesk.services.importing.report import ImportReport
from kkdesk.services.importing.source import ReadOptions
from kkdesk.ui.changes import Kind
from kkdesk.ui.dialogs import choose_file, choose_new_file, confirm
from kkdesk.ui.importing.columns import ColumnsStep
from kkdesk.ui.importing.exports import Exports
from kkdesk.ui.importing.findings import FindingsStep
from kkdesk.ui.importing.outcome import OutcomeStep, ProgressStep
from kkdesk.ui.importing.scenes import importing_scenes
from kkdesk.ui.importing.start import StartStep
from kkdesk.ui.importing.steps import StepTrail
from kkdesk.ui.operation import run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import guard
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader

_CHANGES: tuple[Kind, ...] = ("customers", "tags")
_START, _COLUMNS, _FINDINGS, _OUTCOME = range(4)


class ImportingPage(Page):
    """Leads through an import; nothing is written before the last button, and that is undoable."""

    shows = frozenset()

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """Widgets only."""
        super().__init__(shell, parent)
        self.path: Path | None = None
        self.report: ImportReport | None = None
        self._stop: asyncio.Event | None = None
        self.exports = Exports(self)
        self.header = PageHeader(self.tr("Import and export"))
        self.trail = StepTrail((self.tr("File"), self.tr("Columns"), self.tr("Check"), self.tr("Import")))
        self.start_step = StartStep()
        self.columns_step = ColumnsStep(shell.language)
        self.findings_step = FindingsStep(shell.language, shell.state)
        self.progress_step = ProgressStep()
        self.outcome_step = OutcomeStep()
        guard(shell, Action.IMPORT_CUSTOMERS, self.start_step.choose_button)
        guard(shell, Action.EXPORT_CUSTOMERS, self.start_step.export_button)
        guard(shell, Action.UNDO, self.outcome_step.undo_button)
        self.stack = QStackedWidget()
        for step in (self.start_step, self.columns_step, self.findings_step, self.outcome_step, self.progress_step):
            self.stack.addWidget(step)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(14)
        self.header.add_action(self.trail)
        column.addWidget(self.header)
        column.addWidget(self.stack, 1)
        self._connect()
        self._show(_START)

    async def activate(self, target: object = None) -> None:
        """`target`: a path to import, "export", or ("export", ids of customers)."""
        if isinstance(target, Path):
            self.look_at(target)
        elif target == "export":
            self.start(self.exports.ask())
        elif isinstance(target, tuple) and target and target[0] == "export":
            self.start(self.exports.ask(list(target[1])))

    async def may_leave(self) -> bool:
        """An import that runs goes on behind other pages; only closing the window ends it."""
        if self._stop is None or self._in_front:
            return True
        return await confirm(
            self,
            self.tr("Stop the import?"),
            self.tr("A file is being imported. If you close the program now, nothing of it is written."),
            confirm=self.tr("Stop the import"),
            cancel=self.tr("Let it finish"),
            danger=True,
        )

    def commands(self) -> Sequence[Command]:
        """A new file, an export."""
        return (
            Command(self.tr("Choose a file to import"), self.choose, "folder-open", "Ctrl+O"),
            Command(self.tr("Export customers"), self.export, "download-simple", "Ctrl+Shift+E"),
        )

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Every step, a bad file, and the export."""
        return importing_scenes()

    def choose(self) -> None:
        """Let the person choose a file."""
        if self._stop is None:
            self.start(self._choose())

    def export(self) -> None:
        """Ask what to export, and do it."""
        self.start_step.trouble.say("")
        self.start(self.exports.ask())

    def look_at(self, path: Path, options: ReadOptions | None = None) -> None:
        """See what is in a file, and show its columns."""
        self.path = path
        self.start(self._look_at(path, options))

    def check(self) -> None:
        """Check the file without writing anything."""
        self.start(self._check())

    def bring_in(self) -> None:
        """Import."""
        self.start(self._bring_in())

    def show_running(self, name: str) -> None:
        """Show that the file `name` is being imported."""
        self.progress_step.begin(
            self.tr("Importing %1…").replace("%1", name),
            self.tr("All of it is written at the end, in one piece. If you cancel, nothing is."),
        )
        self._show_progress(_OUTCOME)

    def plan(self) -> ImportPlan | None:
        """The import as it is set up, None before a file was looked at."""
        looked = self.columns_step.looked
        step = self.columns_step
        return ImportPlan(looked.source, step.mapping, step.choices.choices()) if looked else None

    async def _choose(self) -> None:
        path = await choose_file(
            self,
            self.tr("Choose a list of customers"),
            [
                self.tr("Lists of customers") + " (*.xlsx *.xlsm *.xls *.xlsb *.ods *.csv *.txt *.tsv)",
                self.tr("All files") + " (*)",
            ],
        )
        if path is not None:
            await self._look_at(path)

    async def _look_at(self, path: Path, options: ReadOptions | None = None) -> None:
        if self._stop is not None:
            return
        self.path = path
        before = self.stack.currentIndex()
        self.start_step.trouble.say("")
        self.progress_step.begin(self.tr("Reading %1…").replace("%1", path.name))
        stop = self._begin(_START if options is None else _COLUMNS)
        try:
            looked = await self.workspace.importing.look_at(path, options, stop=stop)
        except KKDeskError as error:
            # The file is still read as it was before, and the fields shall say so.
            self.columns_step.show_options()
            self._failed(error, _START if options is None else before)
            return
        finally:
            self._stop = None
        self.columns_step.show_file(looked)
        self._show(_COLUMNS)

    async def _check(self) -> None:
        plan = self.plan()
        if plan is None or self._stop is not None:
            return
        self.progress_step.begin(
            self.tr("Checking %1…").replace("%1", plan.source.name), self.tr("Nothing is written yet.")
        )
        stop = self._begin(_FINDINGS)
        try:
            self.report = await self.workspace.importing.check(
                plan, language=self.shell.language, heard=self.progress_step.show_progress, stop=stop
            )
        except KKDeskError as error:
            self._failed(error, _COLUMNS)
            return
        finally:
            self._stop = None
        self.findings_step.show_report(self.report)
        self._show(_FINDINGS)

    async def _bring_in(self) -> None:
        plan = self.plan()
        if plan is None or self._stop is not None:
            return
        self.show_running(plan.source.name)
        stop = self._begin(_OUTCOME)
        try:
            self.report = await self.workspace.importing.run(
                plan, language=self.shell.language, heard=self.progress_step.show_progress, stop=stop
            )
        except KKDeskError as error:
            self._failed(error, _FINDINGS)
            return
        finally:
            self._stop = None
        self.shell.bus.tell(_CHANGES, self)
        self.outcome_step.show_report(self.report)
        self._show(_OUTCOME)

    def _undo(self) -> None:
        if self.report is None:
            return
        run(
            self,
            self.workspace.history.undo(self.report.change_id),
            what=self.tr("Undoing the import…"),
            control=self.outcome_step.undo_button,
            changes=_CHANGES,
            done=lambda _applied: self.outcome_step.show_undone(),
        )

    async def _save_refused(self) -> None:
        if self.report is None or self.path is None:
            return
        name = self.tr("%1 - refused.xlsx").replace("%1", self.path.stem)
        target = await choose_new_file(self, self.tr("Save the refused rows"), ["Excel (*.xlsx)", "CSV (*.csv)"], name)
        if target is not None:
            await self.workspace.importing.save_refused(self.report, target)
            self.shell.toast(self.tr("Saved: %1").replace("%1", target.name))

    def _begin(self, step: int) -> asyncio.Event:
        self._stop = asyncio.Event()
        self._show_progress(step)
        return self._stop

    def _show_progress(self, step: int) -> None:
        self.trail.show_step(step, locked=True)
        self.stack.setCurrentWidget(self.progress_step)

    def _show(self, step: int) -> None:
        self.trail.show_step(step, locked=step == _OUTCOME, finished=step == _OUTCOME)
        self.trail.setVisible(step != _START)
        self.stack.setCurrentIndex(step)
        primary = (
            self.start_step.choose_button,
            self.columns_step.check_button,
            self.findings_step.run_button,
            self.outcome_step.customers_button,
        )
        primary[step].setFocus()

    def _failed(self, error: KKDeskError, step: int) -> None:
        """Go back to where one can do something about it, and say what happened."""
        self._show(step)
        if isinstance(error, Cancelled):
            self.shell.toast(self.tr("Stopped. Nothing was written."), tone="info")
        elif step == _START:
            self.start_step.trouble.say(error.message(self.shell.language), "danger")
        else:
            self.shell.report(error)

    def _back_to(self, step: int) -> None:
        if self._stop is None and step < self.stack.currentIndex() <= _FINDINGS:
            self._show(step)

    def _connect(self) -> None:
        self.start_step.choose_wanted.connect(self.choose)
        self.start_step.chosen.connect(self.look_at)
        self.start_step.export_wanted.connect(self.export)
        self.columns_step.check_wanted.connect(self.check)
        self.columns_step.options_changed.connect(self._options_changed)
        self.findings_step.run_wanted.connect(self.bring_in)
        self.findings_step.back_wanted.connect(lambda: self._show(_COLUMNS))
        self.progress_step.cancelled.connect(self._cancel)
        self.outcome_step.undo_wanted.connect(self._undo)
        self.outcome_step.customers_wanted.connect(lambda: self.shell.go("customers"))
        self.outcome_step.another_wanted.connect(lambda: self._show(_START))
        for step in (self.findings_step, self.outcome_step):
            step.save_wanted.connect(lambda: self.start(self._save_refused()))
        for at, made in enumerate(self.trail.buttons):
            made.clicked.connect(lambda _on, step=at: self._back_to(step))

    def _options_changed(self, options: ReadOptions) -> None:
        if self.path is not None:
            self.look_at(self.path, options)

    def _cancel(self) -> None:
        if self._stop is not None:
            self._stop.set()
