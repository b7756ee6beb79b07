"""The last look before sending: who gets it and who does not, what was found, when; and a button with the number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateTimeEdit,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kkdesk.model.clock import ATHENS, athens_time
from kkdesk.services.send_report import SendReport
from kkdesk.ui.campaigns.audience.verdict import AudienceVerdict
from kkdesk.ui.campaigns.sending.findings import FindingList
from kkdesk.ui.campaigns.words import readable_subject
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import ElidedLabel, label

_SIZE: Final = (980, 640)


class SendDialog(QDialog):
    """Accepted: send to `report.count` recipients, at `at`. `people_wanted(reason)` and `settings_wanted` as named."""

    people_wanted = Signal(object)
    settings_wanted = Signal()

    def __init__(self, parent: QWidget, report: SendReport, now: int, language: str, remark: str = "") -> None:
        """`now` is Unix seconds; `remark` is why the dialog is shown again."""
        super().__init__(parent.window())
        self.report = report
        self._now = now
        self.setWindowTitle("KK Desk")
        window = parent.window()
        self.resize(min(_SIZE[0], window.width() - 40), min(_SIZE[1], window.height() - 48))
        self.verdict = AudienceVerdict(language)
        self.verdict.show_preview(report.preview, nobody_chosen=report.campaign.draft.filters.is_nobody)
        self.verdict.people_wanted.connect(self.people_wanted)
        self.findings = FindingList(report, language)
        self.findings.settings_wanted.connect(self._to_settings)
        self.now_choice = QRadioButton(self.tr("Send now"))
        self.later_choice = QRadioButton(self.tr("Send at"))
        self.when = QDateTimeEdit()
        self.send_button = QPushButton()
        self.send_button.setProperty("kind", "primary")
        self.cancel_button = button(self.tr("Cancel"), clicked=self.reject)
        self._remark = Banner(remark, "warning")
        self._time_note = label("", "field-error")
        self._arrange()
        self._connect()
        self._show_choice()

    @property
    def at(self) -> int | None:
        """When to send, Unix seconds; None: now. The clock on the wall is that of Athens."""
        if self.now_choice.isChecked():
            return None
        chosen = self.when.dateTime()
        day, time = chosen.date(), chosen.time()
        wall = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=ATHENS)
        return int(wall.timestamp())

    def _show_choice(self) -> None:
        count = self.report.count
        later = self.later_choice.isChecked()
        self.when.setEnabled(later)
        if later:
            self.send_button.setText(self.tr("Schedule for %1").replace("%1", self._recipients(count)))
        else:
            self.send_button.setText(self.tr("Send to %1").replace("%1", self._recipients(count)))
        at = self.at
        passed = at is not None and at <= self._now
        self._time_note.setText(self.tr("This time has passed.") if passed else "")
        self.send_button.setEnabled(self.report.can_send and not passed)

    def _recipients(self, count: int) -> str:
        return self.tr("%1 recipient(s)", None, count).replace("%1", number(count))

    def _to_settings(self) -> None:
        self.reject()
        self.settings_wanted.emit()

    def _arrange(self) -> None:
        draft = self.report.campaign.draft
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(self.tr("Who gets this and who does not"), "dialog-title"))
        subject = readable_subject(draft.subject) or self.tr("(none)")
        column.addWidget(ElidedLabel(self.tr("Subject: %1").replace("%1", subject), "muted"))
        column.addWidget(self._remark)
        panes = QHBoxLayout()
        panes.setSpacing(12)
        panes.addWidget(_scrolled(self.verdict), 4)
        panes.addWidget(_scrolled(self.findings), 5)
        column.addLayout(panes, 1)
        column.addLayout(self._time_row())
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.send_button)
        column.addLayout(foot)
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()

    def _time_row(self) -> QHBoxLayout:
        group = QButtonGroup(self)
        group.addButton(self.now_choice)
        group.addButton(self.later_choice)
        self.now_choice.setChecked(True)
        self.when.setCalendarPopup(True)
        self.when.setDisplayFormat("ddd d MMM yyyy  HH:mm")
        self.when.setDateTime(_next_morning(self._now))
        self.when.setMinimumWidth(220)
        self.when.setAccessibleName(self.tr("Time of sending, in Athens"))
        row = QHBoxLayout()
        row.setSpacing(10)
        for part in (self.now_choice, self.later_choice, self.when):
            row.addWidget(part)
        row.addWidget(label(self.tr("(time in Greece)"), "caption"))
        row.addWidget(self._time_note)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.now_choice.toggled.connect(lambda _on: self._show_choice())
        self.when.dateTimeChanged.connect(lambda _when: self._show_choice())
        self.send_button.clicked.connect(self.accept)


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area


def _next_morning(now: int) -> QDateTime:
    """Ten o'clock of the next day: when mails are read."""
    there = athens_time(now) + timedelta(days=1)
    return QDateTime(QDate(there.year, there.month, there.day), QTime(10, 0))
