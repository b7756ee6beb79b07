"""What was found before sending, by subject: what forbids it, what somebody should look at, what is in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError, NotConfigured
from kkdesk.services.checklist import Area, Finding, Severity
from kkdesk.services.send_report import SendReport
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

# Symbol, its tone, and the role of the text: what needs nobody's attention does not ask for it.
_LOOKS: Final = {
    Severity.STOP: ("x-circle", "danger", ""),
    Severity.WARN: ("warning", "warning", ""),
    Severity.NOTE: ("info", "muted", ""),
    Severity.GOOD: ("check", "success", "muted"),
    Severity.UNKNOWN: ("question", "muted", "muted"),
}
_ORDER: Final = list(_LOOKS)
# What the network found out tells the same as what the text of the message told.
_REPLACED: Final = {"links_written": {"links_alive", "dead_web_link"}}
_PROBLEMS: Final = (Severity.STOP, Severity.WARN)


class FindingList(QFrame):
    """The checklist of a report; `settings_wanted` where a setting is missing.

    What needs no network is there at once; after `wait` the rest joins with `show_network`.
    """

    settings_wanted = Signal()

    def __init__(self, report: SendReport, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._report = report
        self._language = language
        self._network: Sequence[Finding] = ()
        self._waiting = False
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(self.tr("Checks"), "section-title"))
        self._body = QWidget()
        column.addWidget(self._body)
        column.addStretch(1)
        self._fill()

    @property
    def is_waiting(self) -> bool:
        """Whether answers of the network are still to come."""
        return self._waiting

    def wait(self) -> None:
        """Say that the network is being asked."""
        self._waiting = True
        self._fill()

    def show_network(self, findings: Sequence[Finding]) -> None:
        """Put what the network said in its place."""
        self._waiting = False
        self._network = findings
        self._fill()

    def _fill(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        found = self._found()
        self._add_summary(column, found)
        for obstacle in self._report.obstacles:
            self._add_obstacle(column, obstacle)
        # What somebody must look at stands together and first, however far down the rest goes.
        self._add_findings(column, "", [finding for finding in found if finding.severity in _PROBLEMS])
        titles = (
            (Area.MESSAGE, self.tr("Message")),
            (Area.RECIPIENTS, self.tr("Recipients")),
            (Area.DELIVERY, self.tr("Delivery")),
        )
        rest = [finding for finding in found if finding.severity not in _PROBLEMS]
        for area, title in titles:
            self._add_findings(column, title, [finding for finding in rest if finding.area is area])
        layout = self.layout()
        if layout is not None:
            layout.replaceWidget(self._body, body)
        self._body.hide()
        self._body.deleteLater()
        self._body = body

    def _found(self) -> list[Finding]:
        found = (*self._report.findings, *self._report.facts, *self._network)
        codes = {finding.code for finding in found}
        told = (finding for finding in found if not codes & _REPLACED.get(finding.code, set()))
        areas = list(Area)
        return sorted(told, key=lambda finding: (_ORDER.index(finding.severity), areas.index(finding.area)))

    def _add_summary(self, column: QVBoxLayout, found: Sequence[Finding]) -> None:
        warnings = sum(1 for finding in found if finding.severity is Severity.WARN)
        if not self._report.can_send:
            column.addLayout(_row("x-circle", "danger", self.tr("It cannot be sent like this."), "strong"))
        elif warnings:
            text = self.tr("%Ln point(s) to look at", None, warnings)
            column.addLayout(_row("warning", "warning", text, "strong"))
        elif not self._waiting:
            column.addLayout(_row("check-circle", "success", self.tr("Everything is in order."), "strong"))
        if self._waiting:
            column.addLayout(_row("clock", "muted", self.tr("Asking the network about domains and links…"), "muted"))

    def _add_obstacle(self, column: QVBoxLayout, obstacle: KKDeskError) -> None:
        rest = [part.in_language(self._language) for part in (obstacle.next_step,) if part]
        text = " ".join([obstacle.what.in_language(self._language), *rest])
        column.addLayout(_row("x-circle", "danger", text))
        if isinstance(obstacle, NotConfigured):
            to_settings = button(self.tr("Open the settings"), "link", clicked=self.settings_wanted.emit)
            column.addWidget(to_settings, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_findings(self, column: QVBoxLayout, title: str, found: Sequence[Finding]) -> None:
        if not found:
            return
        column.addSpacing(4)
        if title:
            column.addWidget(label(title, "caption"))
        for finding in found:
            symbol, tone, role = _LOOKS[finding.severity]
            column.addLayout(_row(symbol, tone, finding.text.in_language(self._language), role))


def _row(symbol: str, tone: str, text: str, role: str = "") -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Symbol(symbol, tone), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text, role, wrap=True), 1)
    return row
