"""How far a campaign is while it is being sent: bar, speed, remaining time, who sends, and what holds it."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignStatus
from kkdesk.services.queue.records import Progress
from kkdesk.services.queue.speed import HeldBy, SentBy, Speed
from kkdesk.ui.campaigns.outcome.reasons import with_reason_words
from kkdesk.ui.formats import moment, number
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.progress import ProgressCard

_UNDER_WAY = frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED})
_DOT = "  ·  "


class SendingCard(QWidget):
    """Emits `try_now`: do not wait; `resume_wanted`: go on though it stopped by itself; `unconfirmed_wanted`."""

    try_now = Signal()
    resume_wanted = Signal()
    unconfirmed_wanted = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.card = ProgressCard(self.tr("Sending"))
        self.trouble = Banner()
        self.trouble.offer(self.tr("Try now"), self.try_now.emit)
        self.held = Banner()
        self.held.offer(self.tr("Resume"), self.resume_wanted.emit)
        self.doubt = Banner()
        self.doubt.offer(self.tr("Show them"), self.unconfirmed_wanted.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.card, self.trouble, self.held, self.doubt):
            column.addWidget(part)

    def show_progress(self, progress: Progress, status: CampaignStatus, speed: Speed | None, now: int) -> None:
        """Show how far it is at `now` (Unix seconds); `speed` while it is being sent."""
        done = progress.total - progress.pending - progress.in_flight
        under_way = status in _UNDER_WAY
        self.card.setVisible(under_way)
        titles = {
            CampaignStatus.SENDING: self.tr("Sending is under way"),
            CampaignStatus.PAUSED: self.tr("Sending is paused"),
        }
        self.card.set_title(titles.get(status, ""))
        if progress.total:
            lines = (self._counts(progress, done), self._pace(speed, now) if speed is not None else "")
            self.card.show_progress(done, progress.total, "\n".join(filter(None, lines)))
        else:
            self.card.show_progress(0, 0, self.tr("The recipients are being listed…"))
        error = progress.last_error.in_language(self._language) if progress.last_error and under_way else ""
        error = with_reason_words(error, self._language)
        self._show_error(error, status, progress, speed, now)
        doubt = ""
        if progress.unconfirmed:
            doubt = self.tr(
                "%n mail(s) may or may not have arrived: the connection broke at the last moment. Decide what to do.",
                None,
                progress.unconfirmed,
            )
        self.doubt.say(doubt, "warning")
        self.setVisible(under_way or bool(error) or bool(doubt))

    def _show_error(
        self, error: str, status: CampaignStatus, progress: Progress, speed: Speed | None, now: int
    ) -> None:
        paused = status is CampaignStatus.PAUSED
        next_at = (speed.goes_on_at if speed is not None else None) or progress.next_attempt_at
        trouble = "" if paused else error
        if trouble and next_at:
            trouble += " " + self.tr("Next attempt: %1").replace("%1", moment(next_at, now))
        self.trouble.say(trouble, "warning")
        self.held.say(self.tr("Sending has stopped. %1").replace("%1", error) if error and paused else "", "danger")

    def _counts(self, progress: Progress, done: int) -> str:
        parts = [
            self.tr("%1 of %2").replace("%1", number(done)).replace("%2", number(progress.total)),
            self.tr("%1 sent").replace("%1", number(progress.sent)),
        ]
        if progress.failed:
            parts.append(self.tr("%1 failed").replace("%1", number(progress.failed)))
        parts.append(self.tr("%1 waiting").replace("%1", number(progress.pending + progress.in_flight)))
        if progress.deferred:
            parts.append(self.tr("%n to be tried again", None, progress.deferred))
        return _DOT.join(parts)

    def _pace(self, speed: Speed, now: int) -> str:
        parts = []
        if speed.per_minute is not None:
            parts.append(self.tr("%1 per minute").replace("%1", number(max(round(speed.per_minute), 1))))
        if speed.remaining_seconds is not None:
            parts.append(self._left(speed.remaining_seconds))
        when = "" if speed.goes_on_at is None else moment(speed.goes_on_at, now)
        if speed.held_by is HeldBy.LIMIT:
            parts.append(self.tr("a sending limit is reached; it goes on: %1").replace("%1", when))
        elif speed.held_by is HeldBy.PUT_OFF:
            parts.append(self.tr("the rest was put off by mail servers; next attempt: %1").replace("%1", when))
        elif speed.held_by is None:
            parts.append(self._who(speed.sent_by))
        text = _DOT.join(parts)
        return text[:1].upper() + text[1:]

    def _left(self, seconds: int) -> str:
        if seconds < 60:
            return self.tr("less than a minute left")
        minutes = math.ceil(seconds / 60)
        if minutes <= 90:
            return self.tr("about %n minute(s) left", None, minutes)
        hours = math.ceil(seconds / 3600)
        if hours <= 48:
            return self.tr("about %n hour(s) left", None, hours)
        return self.tr("about %n day(s) left", None, math.ceil(seconds / 86_400))

    def _who(self, sent_by: SentBy) -> str:
        return {
            SentBy.HERE: self.tr("sent by this computer"),
            SentBy.CLOUD: self.tr("sent by the cloud"),
            SentBy.ANOTHER: self.tr("sent by another computer"),
            SentBy.WAITING: self.tr("waiting for its turn"),
            SentBy.NOBODY: self.tr("waiting for a computer that sends"),
        }[sent_by]
