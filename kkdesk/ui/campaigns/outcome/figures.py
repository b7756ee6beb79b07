"""The figures of a campaign, and how far it is while it is being sent."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import CampaignFigures
from kkdesk.services.queue.records import Progress
from kkdesk.ui.campaigns.outcome.pace import SendingPace
from kkdesk.ui.formats import clock_time, number, percent
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.figures import FigureTile
from kkdesk.ui.widgets.progress import ProgressCard

_UNDER_WAY = frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED})


class FigureRow(QWidget):
    """Six tiles: sent, failed, unconfirmed, opened, clicked, unsubscribed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sent = FigureTile(self.tr("Sent"))
        self.failed = FigureTile(self.tr("Failed"))
        self.unconfirmed = FigureTile(self.tr("Unconfirmed"))
        self.opened = FigureTile(self.tr("Opened"))
        self.clicked = FigureTile(self.tr("Clicked"))
        self.unsubscribed = FigureTile(self.tr("Unsubscribed"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for tile in (self.sent, self.failed, self.unconfirmed, self.opened, self.clicked, self.unsubscribed):
            row.addWidget(tile, 1)

    def show_figures(self, figures: CampaignFigures, progress: Progress) -> None:
        """Show the figures; shares are of those who got the mail."""
        reached = figures.reached
        self.sent.show_figure(number(figures.sent), self.tr("of %1").replace("%1", number(figures.total)))
        self.failed.show_figure(number(progress.failed), self._share(progress.failed, figures.total))
        self.unconfirmed.show_figure(
            number(progress.unconfirmed), self.tr("to be decided") if progress.unconfirmed else self.tr("none")
        )
        self.opened.show_figure(number(figures.opened), self._share(figures.opened, reached))
        self.clicked.show_figure(number(figures.clicked), self._share(figures.clicked, reached))
        self.unsubscribed.show_figure(number(figures.unsubscribed), self._share(figures.unsubscribed, reached))

    def _share(self, part: int, whole: int) -> str:
        return percent(part, whole) if whole else "–"


class SendingCard(QWidget):
    """Bar, pace and what is wrong. `try_now`: do not wait for the next attempt; `unconfirmed_wanted`: show them."""

    try_now = Signal()
    unconfirmed_wanted = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._pace = SendingPace()
        self.card = ProgressCard(self.tr("Sending"))
        self.trouble = Banner()
        self.trouble.offer(self.tr("Try now"), self.try_now.emit)
        self.doubt = Banner()
        self.doubt.offer(self.tr("Show them"), self.unconfirmed_wanted.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.card)
        column.addWidget(self.trouble)
        column.addWidget(self.doubt)

    def forget(self) -> None:
        """Another campaign: its pace is its own."""
        self._pace = SendingPace()

    def show_progress(self, progress: Progress, status: CampaignStatus) -> None:
        """Show how far it is."""
        done = progress.total - progress.pending - progress.in_flight
        under_way = status in _UNDER_WAY
        self.card.setVisible(under_way)
        if status is CampaignStatus.SENDING:
            self._pace.add(time.monotonic(), done)
        titles = {
            CampaignStatus.SENDING: self.tr("Sending is under way"),
            CampaignStatus.PAUSED: self.tr("Sending is paused"),
        }
        self.card.set_title(titles.get(status, ""))
        if progress.total:
            self.card.show_progress(done, progress.total, self._detail(progress, done, status))
        else:
            self.card.show_progress(0, 0, self.tr("The recipients are being listed…"))
        error = progress.last_error.in_language(self._language) if progress.last_error and under_way else ""
        if error and progress.next_attempt_at:
            error += " " + self.tr("Next attempt: %1").replace("%1", clock_time(progress.next_attempt_at))
        self.trouble.say(error, "warning")
        doubt = ""
        if progress.unconfirmed:
            doubt = self.tr(
                "%n mail(s) may or may not have arrived: the connection broke at the last moment. Decide what to do.",
                None,
                progress.unconfirmed,
            )
        self.doubt.say(doubt, "warning")
        self.setVisible(under_way or bool(error) or bool(doubt))

    def _detail(self, progress: Progress, done: int, status: CampaignStatus) -> str:
        parts = [self.tr("%1 of %2").replace("%1", number(done)).replace("%2", number(progress.total))]
        rate = self._pace.per_minute
        if status is CampaignStatus.SENDING and rate is not None:
            parts.append(self.tr("%1 per minute").replace("%1", number(round(rate))))
            left = self._pace.minutes_left(progress.pending + progress.in_flight)
            if left:
                parts.append(self.tr("about %n minute(s) left", None, left))
        if progress.deferred:
            parts.append(self.tr("%n to be tried again", None, progress.deferred))
        return "  ·  ".join(parts)
