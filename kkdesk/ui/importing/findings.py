"""The third step: what would become of the rows, every problem, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.services.importing.problems import Outcome
from kkdesk.services.importing.report import Counts, ImportReport
from kkdesk.ui.formats import number
from kkdesk.ui.importing.problem_model import ProblemModel, outcome_name
from kkdesk.ui.importing.problem_table import ProblemTable
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import ToggleChip
from kkdesk.ui.widgets.figures import FigureTile
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.state import PageState

_OUTCOMES: tuple[Outcome, ...] = ("refused", "warning", "mended")


class CountTiles(QWidget):
    """How many rows became what, or would."""

    def __init__(self, *, done: bool, parent: QWidget | None = None) -> None:
        """`done` tells what has happened from what would."""
        super().__init__(parent)
        self.created = FigureTile(self.tr("New customers"))
        self.updated = FigureTile(self.tr("Were updated") if done else self.tr("Will be updated"))
        self.skipped = FigureTile(self.tr("Were left as they are") if done else self.tr("Stay as they are"))
        self.refused = FigureTile(self.tr("Were not imported") if done else self.tr("Cannot be imported"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for tile in (self.created, self.updated, self.skipped, self.refused):
            row.addWidget(tile, 1)

    def show_counts(self, counts: Counts) -> None:
        """Show the figures."""
        repeated = self.tr("%n row(s) twice in the file", "", counts.repeated) if counts.repeated else ""
        # A remark on one needs room on all, or their figures would not stand in a line.
        room = "\u00a0" if repeated else ""
        self.created.show_figure(number(counts.created), room)
        self.updated.show_figure(number(counts.updated), room)
        self.skipped.show_figure(number(counts.skipped), repeated)
        self.refused.show_figure(number(counts.refused), room)


class FindingsStep(QWidget):
    """The outcome of a dry run."""

    run_wanted = Signal()
    save_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, language: str, state: QSettings, parent: QWidget | None = None) -> None:
        """`state` is `shell.state`."""
        super().__init__(parent)
        self._language = language
        self.tiles = CountTiles(done=False)
        self.note = Banner()
        self.model = ProblemModel(language, self)
        self.table = ProblemTable(self.model, state)
        self.state = PageState(self.table)
        self.chips = {outcome: ToggleChip("") for outcome in _OUTCOMES}
        self.more = label("", "caption")
        self.back_button = button(self.tr("Back to the columns"), "quiet", clicked=self.back_wanted.emit)
        self.save_button = button(
            self.tr("Save the refused rows…"), symbol="download-simple", clicked=self.save_wanted.emit
        )
        self.run_button = button("", "primary", symbol="upload-simple", clicked=self.run_wanted.emit)
        for outcome, chip in self.chips.items():
            chip.toggled.connect(lambda on, one=outcome: self._narrow(one, on=on))
        self._arrange()

    def show_report(self, report: ImportReport) -> None:
        """Show what a dry run found."""
        counts = report.counts
        self.tiles.show_counts(counts)
        by_outcome = {one: sum(group.count for group in report.groups if group.outcome == one) for one in _OUTCOMES}
        for outcome, chip in self.chips.items():
            chip.setChecked(False)
            chip.setText(f"{outcome_name(outcome)}: {number(by_outcome[outcome])}")
            chip.setVisible(by_outcome[outcome] > 0)
        self.model.show(report.problems)
        hidden = sum(by_outcome.values()) - len(report.problems)
        self.more.setText(self.tr("Only the first %n are shown.", "", len(report.problems)) if hidden > 0 else "")
        if report.problems:
            self.state.show_content()
        else:
            self.state.show_empty("check-circle", self.tr("No problems found"), self.tr("Every row can be imported."))
        self._show_note(report)
        self.save_button.setVisible(counts.refused > 0)
        writes = counts.created + counts.updated
        self.run_button.setText(
            self.tr("Import %n customer(s)", "", writes) if writes else self.tr("Nothing to import")
        )
        self.run_button.setEnabled(writes > 0)

    def _show_note(self, report: ImportReport) -> None:
        counts = report.counts
        if counts.rows and counts.refused == counts.rows:
            self.note.say(self.tr("No row can be imported. Check what each column is."), "danger")
        elif not counts.created and not counts.updated:
            self.note.say(self.tr("Everybody in the file is there already, and nothing in it is new."), "info")
        elif report.new_tags:
            names = ", ".join(report.new_tags[:8])
            self.note.say(self.tr("New tags will be made: %1").replace("%1", names), "info")
        else:
            self.note.say("")

    def _narrow(self, outcome: Outcome, *, on: bool) -> None:
        if on:
            for other, chip in self.chips.items():
                if other != outcome:
                    chip.setChecked(False)
        chosen = next((one for one, chip in self.chips.items() if chip.isChecked()), None)
        self.model.narrow(chosen)

    def _arrange(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for chip in self.chips.values():
            filters.addWidget(chip)
        filters.addWidget(self.more, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(self.run_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.tiles)
        column.addWidget(self.note)
        column.addLayout(filters)
        column.addWidget(self.state, 1)
        column.addLayout(foot)
