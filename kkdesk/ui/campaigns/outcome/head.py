"""The head of a campaign that is or was sent: what it is, how it stands, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import CampaignSummary
from kkdesk.ui.campaigns.words import STATUS_TONES, readable_subject
from kkdesk.ui.formats import moment
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button, tool_button
from kkdesk.ui.widgets.chips import Pill
from kkdesk.ui.widgets.labels import ElidedLabel

_RUNNING = frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.SCHEDULED})


class OutcomeHead(QWidget):
    """Emits what a person wants; the view does it."""

    back_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    cancel_wanted = Signal()
    edit_wanted = Signal()
    copy_wanted = Signal()
    delete_wanted = Signal()
    # Whether opens and clicks are to be recorded from now on.
    tracking_wanted = Signal(bool)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._title = ElidedLabel("", "page-title")
        self._pill = Pill()
        self._untracked = Pill(self.tr("Not tracked"))
        self._untracked.setToolTip(self.tr("Opens and clicks are not tracked"))
        self._detail = ElidedLabel("", "muted")
        self.pause_button = button(self.tr("Pause"), symbol="pause", clicked=self.pause_wanted.emit)
        self.resume_button = button(self.tr("Resume"), "primary", symbol="play", clicked=self.resume_wanted.emit)
        self.edit_button = button(self.tr("Back to draft"), symbol="pencil-simple", clicked=self.edit_wanted.emit)
        self.cancel_button = button(self.tr("Cancel sending…"), symbol="x-circle", clicked=self.cancel_wanted.emit)
        self.copy_button = button(self.tr("Duplicate"), symbol="copy", clicked=self.copy_wanted.emit)
        back = tool_button("arrow-left", self.tr("Back to the campaigns  (Alt+Left)"), clicked=self.back_wanted.emit)
        more = tool_button("dots-three-vertical", self.tr("More"))
        menu = QMenu(more)
        menu.addAction(icon("copy"), self.tr("Duplicate"), self.copy_wanted.emit)
        self.track_action = menu.addAction(
            icon("eye"), self.tr("Track opens and clicks"), lambda: self.tracking_wanted.emit(True)
        )
        self.untrack_action = menu.addAction(
            icon("eye-slash"), self.tr("Stop tracking opens and clicks"), lambda: self.tracking_wanted.emit(False)
        )
        menu.addAction(icon("trash"), self.tr("Delete"), self.delete_wanted.emit)
        more.setMenu(menu)
        more.setPopupMode(more.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(back)
        row.addWidget(self._title, 1)
        row.addWidget(self._untracked, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(8)
        for part in (
            self.edit_button,
            self.pause_button,
            self.cancel_button,
            self.copy_button,
            self.resume_button,
            more,
        ):
            row.addWidget(part)
        below = QHBoxLayout()
        below.addSpacing(44)
        below.addWidget(self._detail, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(below)

    def show_campaign(self, summary: CampaignSummary, audience: str, now: int, *, tracked: bool = True) -> None:
        """Show what it is and offer what its status allows."""
        status = summary.status
        self._untracked.setVisible(not tracked)
        self.track_action.setVisible(not tracked)
        self.untrack_action.setVisible(tracked)
        self._title.setText(summary.name)
        self._pill.show_state(status.label.in_language(self._language), STATUS_TONES[status])
        parts = [self.tr("Subject: %1").replace("%1", readable_subject(summary.subject)), audience]
        if status is CampaignStatus.SCHEDULED and summary.scheduled_at:
            parts.insert(0, self.tr("To be sent: %1").replace("%1", moment(summary.scheduled_at, now)))
        elif summary.sent_at:
            parts.insert(0, self.tr("Sent: %1").replace("%1", moment(summary.sent_at, now)))
        self._detail.setText("  ·  ".join(part for part in parts if part))
        self.pause_button.setVisible(status in {CampaignStatus.SENDING, CampaignStatus.SCHEDULED})
        self.resume_button.setVisible(status is CampaignStatus.PAUSED)
        self.edit_button.setVisible(status is CampaignStatus.SCHEDULED)
        self.cancel_button.setVisible(status in _RUNNING)
        self.copy_button.setVisible(status not in _RUNNING)
