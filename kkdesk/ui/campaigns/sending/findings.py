"""What was found before sending: obstacles, what forbids it, what somebody should look at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.errors import NotConfigured
from kkdesk.services.checklist import Severity
from kkdesk.services.send_report import SendReport
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol


class FindingList(QFrame):
    """The checklist of a report; `settings_wanted` where a setting is missing."""

    settings_wanted = Signal()

    def __init__(self, report: SendReport, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(self.tr("Checks"), "section-title"))
        for obstacle in report.obstacles:
            rest = [part.in_language(language) for part in (obstacle.next_step,) if part]
            row = _row("x-circle", "danger", " ".join([obstacle.what.in_language(language), *rest]))
            column.addLayout(row)
            if isinstance(obstacle, NotConfigured):
                to_settings = button(self.tr("Open the settings"), "link", clicked=self.settings_wanted.emit)
                column.addWidget(to_settings, 0, Qt.AlignmentFlag.AlignLeft)
        for finding in report.findings:
            stops = finding.severity is Severity.STOP
            symbol, tone = ("x-circle", "danger") if stops else ("warning", "warning")
            column.addLayout(_row(symbol, tone, finding.text.in_language(language)))
        if not report.obstacles and not report.findings:
            column.addLayout(_row("check-circle", "success", self.tr("Everything is in order.")))
        for text in self._in_order(report):
            column.addLayout(_row("check", "success", text))
        column.addStretch(1)

    def _in_order(self, report: SendReport) -> list[str]:
        codes = {finding.code for finding in report.findings}
        told = []
        if not codes & {"no_subject", "no_content"}:
            told.append(self.tr("There is a subject and a message."))
        if not any(isinstance(one, NotConfigured) for one in report.obstacles):
            told.append(self.tr("Every mail carries a working unsubscribe link."))
        if "dead_link" not in codes:
            told.append(self.tr("Every link leads somewhere."))
        return told


def _row(symbol: str, tone: str, text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Symbol(symbol, tone), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text, wrap=True), 1)
    return row
