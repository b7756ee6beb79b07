"""The figures of a campaign."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kkdesk.model.campaign_figures import CampaignFigures
from kkdesk.services.queue.records import Progress
from kkdesk.ui.formats import number, percent
from kkdesk.ui.widgets.figures import FigureTile


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

    def show_figures(self, figures: CampaignFigures, progress: Progress, *, tracked: bool = True) -> None:
        """Show the figures; shares are of those who got the mail. Where it is not `tracked`, 0 opened would mislead."""
        reached = figures.reached
        self.sent.show_figure(number(figures.sent), self.tr("of %1").replace("%1", number(figures.total)))
        failed = progress.failed - progress.bounced
        returned = self.tr("and %n returned", None, progress.bounced) if progress.bounced else ""
        self.failed.show_figure(number(failed), returned or self._share(failed, figures.total))
        self.unconfirmed.show_figure(
            number(progress.unconfirmed), self.tr("to be decided") if progress.unconfirmed else self.tr("none")
        )
        opened, clicked = figures.opened_by_machines, figures.clicked_by_machines
        self._show_reaction(self.opened, figures.opened, opened, reached, tracked=tracked)
        self._show_reaction(self.clicked, figures.clicked, clicked, reached, tracked=tracked)
        self.unsubscribed.show_figure(number(figures.unsubscribed), self._share(figures.unsubscribed, reached))

    def _show_reaction(self, tile: FigureTile, count: int, machines: int, reached: int, *, tracked: bool) -> None:
        if tracked:
            remark = self._share(count, reached)
            if machines:
                remark += "  ·  " + self.tr("+ %1 by machines").replace("%1", number(machines))
            tile.show_figure(number(count), remark)
        elif count:
            # Of those who were mailed before it was switched off.
            tile.show_figure(number(count), self.tr("no longer tracked"))
        else:
            tile.show_figure("–", self.tr("not tracked"))

    def _share(self, part: int, whole: int) -> str:
        return percent(part, whole) if whole else "–"
