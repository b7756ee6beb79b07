"""The last step: the import under way, and what it did."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.ui.formats import number
from kkdesk.ui.importing.findings import CountTiles
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.progress import ProgressCard


class ProgressStep(QWidget):
    """A file being looked at, checked or imported. `cancelled` when the person has had enough."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ProgressCard("", cancel=self.tr("Cancel"))
        self.card.cancelled.connect(self._stop)
        self._hint = label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.card)
        column.addWidget(self._hint)
        column.addStretch(1)

    def begin(self, title: str, hint: str = "") -> None:
        """Something starts."""
        self.card.set_title(title)
        self.card.show_progress(0, 0)
        self.card.cancel_button.setEnabled(True)
        self.card.cancel_button.setText(self.tr("Cancel"))
        self._hint.setText(hint)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        if progress.stage == "writing":
            text = self.tr("Writing: %1 of %2 customers")
        else:
            text = self.tr("Reading and checking: %1 of %2 rows, %3 a second")
        text = text.replace("%1", number(progress.done)).replace("%2", number(progress.total))
        # Writing takes about as long as reading: each is half of the bar.
        whole = max(progress.total, 1)
        done = progress.done + (whole if progress.stage == "writing" else 0)
        self.card.show_progress(done, 2 * whole, text.replace("%3", number(round(progress.rows_per_second))))

    def _stop(self) -> None:
        self.card.cancel_button.setEnabled(False)
        self.card.cancel_button.setText(self.tr("Stopping…"))
        self.cancelled.emit()


class _Next(QFrame):
    """Something that one may want to do next, and its button."""

    def __init__(self, action: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.text = label("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(16)
        row.addWidget(self.text, 1)
        row.addWidget(action)

    def show_text(self, text: str) -> None:
        """Say what it is good for; empty hides it all."""
        self.text.setText(text)
        self.setVisible(bool(text))


class OutcomeStep(QWidget):
    """What an import did, and what one may want to do next."""

    undo_wanted = Signal()
    save_wanted = Signal()
    customers_wanted = Signal()
    another_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.tiles = CountTiles(done=True)
        self.save_button = button(
            self.tr("Save the refused rows…"), symbol="download-simple", clicked=self.save_wanted.emit
        )
        self.undo_button = button(
            self.tr("Undo this import"), symbol="arrow-counter-clockwise", clicked=self.undo_wanted.emit
        )
        self.another_button = button(self.tr("Import another file"), clicked=self.another_wanted.emit)
        self.customers_button = button(
            self.tr("Show the customers"), "primary", symbol="users", clicked=self.customers_wanted.emit
        )
        self.refused = _Next(self.save_button)
        self.undo = _Next(self.undo_button)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.another_button)
        foot.addWidget(self.customers_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.banner, self.tiles, self.refused, self.undo):
            column.addWidget(part)
        column.addLayout(foot)
        column.addStretch(1)

    def show_report(self, report: ImportReport) -> None:
        """Show what an import did."""
        counts = report.counts
        read = self.tr("%n row(s) were read.", "", counts.rows)
        imported = self.tr("%1 was imported.").replace("%1", report.name)
        self.banner.say(f"{imported} {read}", "success")
        self.tiles.show_counts(counts)
        self.tiles.show()
        self.refused.show_text(
            self.tr("Save the rows that were not imported, correct them, and import their file as it is.")
            if counts.refused
            else ""
        )
        self.undo.show_text(
            self.tr("The import can be undone for 30 days, here or in the change history.") if report.change_id else ""
        )

    def show_undone(self) -> None:
        """The import was taken back."""
        self.banner.say(self.tr("The import was undone. The customers are as they were before it."), "info")
        self.tiles.hide()
        self.refused.show_text("")
        self.undo.show_text("")
