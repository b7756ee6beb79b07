"""The item model of the list of campaigns. There are hundreds at most, so it holds them all and sorts them itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import CampaignSummary
from kkdesk.model.greek_fold import name_sort_key
from kkdesk.ui.campaigns.pills import TONE_ROLE
from kkdesk.ui.campaigns.words import (
    STATUS_TONES,
    AudienceNames,
    audience_words,
    date_words,
    readable_subject,
    summary_date,
)
from kkdesk.ui.formats import number, percent
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

#: The whole `CampaignSummary` of a row.
SUMMARY_ROLE = Qt.ItemDataRole.UserRole

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ORDER = {status: at for at, status in enumerate(CampaignStatus)}


def campaign_columns() -> list[Column]:
    """The columns, with titles in the language of the window."""
    translate = QCoreApplication.translate
    return [
        Column("name", translate("CampaignModel", "Campaign"), 282, fixed=True),
        Column("status", translate("CampaignModel", "Status"), 146),
        Column("date", translate("CampaignModel", "Date"), 146),
        Column("sent", translate("CampaignModel", "Sent"), 116, _RIGHT),
        Column("opened", translate("CampaignModel", "Opened"), 78, _RIGHT),
        Column("clicked", translate("CampaignModel", "Clicked"), 64, _RIGHT),
        Column("unsubscribed", translate("CampaignModel", "Unsubscribed"), 104, _RIGHT),
        # Last: it takes what room there is, and is the first to go where there is little.
        Column("audience", translate("CampaignModel", "Recipients"), 148),
    ]


class CampaignModel(QAbstractTableModel):
    """Campaigns in the order that was asked for last; the newest first until then."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        """`language` picks labels."""
        super().__init__(parent)
        self.columns = campaign_columns()
        self._language = language
        self._now = 0
        self._names = AudienceNames()
        self._untracked: frozenset[str] = frozenset()
        self._rows: list[CampaignSummary] = []
        self._sorting = ("date", True)

    def show(
        self,
        rows: Sequence[CampaignSummary],
        names: AudienceNames,
        now: int,
        untracked: frozenset[str] = frozenset(),
    ) -> None:
        """Replace the contents. Where the same campaigns are listed as before, selection and place stay.

        `untracked` are the ids of those whose opens and clicks are not recorded.
        """
        arranged = self._arranged(rows)
        self._now, self._untracked = now, untracked
        same = names == self._names and [row.id for row in arranged] == [row.id for row in self._rows]
        self._names = names
        if same:
            self._rows = arranged
            if arranged:
                self.dataChanged.emit(self.index(0, 0), self.index(len(arranged) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = arranged
        self.endResetModel()

    def sort_by(self, key: str, *, descending: bool) -> None:
        """Another order."""
        self._sorting = (key, descending)
        self.beginResetModel()
        self._rows = self._arranged(self._rows)
        self.endResetModel()

    def summary_at(self, row: int) -> CampaignSummary:
        """The campaign of a row."""
        return self._rows[row]

    def row_of(self, campaign_id: str) -> int:
        """Where a campaign is; -1: not (or no longer) there."""
        return next((at for at, row in enumerate(self._rows) if row.id == campaign_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are campaigns."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `campaign_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, above their contents."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, the tone of the status, and the campaign itself."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column.key)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column.align
            case Qt.ItemDataRole.ToolTipRole if column.key == "name":
                return readable_subject(row.subject)
            case Qt.ItemDataRole.ToolTipRole if column.key == "audience":
                return self._text(row, column.key)
            case Qt.ItemDataRole.ToolTipRole if column.key in {"opened", "clicked"} and row.id in self._untracked:
                return self.tr("Opens and clicks of this campaign are not tracked")
            case _ if role == TONE_ROLE and column.key == "status":
                return "warning" if row.unconfirmed else STATUS_TONES[row.status]
            case _:
                return row if role == SUMMARY_ROLE else None

    def _text(self, row: CampaignSummary, key: str) -> str:
        figures = row.figures
        match key:
            case "name":
                return row.name
            case "status":
                return self._status(row)
            case "audience":
                return audience_words(row.filters, self._names, self._language)
            case "sent":
                return _of(figures.sent, figures.total)
            case "opened":
                return self._share(row, figures.opened)
            case "clicked":
                return self._share(row, figures.clicked)
            case "unsubscribed":
                return number(figures.unsubscribed) if figures.reached else ""
            case _:
                return date_words(row, self._now)

    def _share(self, row: CampaignSummary, count: int) -> str:
        if not row.figures.reached:
            return ""
        if not count and row.id in self._untracked:
            return "–"
        return percent(count, row.figures.reached)

    def _status(self, row: CampaignSummary) -> str:
        if row.unconfirmed:
            return self.tr("%n unconfirmed", None, row.unconfirmed)
        return row.status.label.in_language(self._language)

    def _arranged(self, rows: Sequence[CampaignSummary]) -> list[CampaignSummary]:
        key, descending = self._sorting
        return sorted(rows, key=self._keys()[key], reverse=descending)

    def _keys(self) -> dict[str, Callable[[CampaignSummary], Any]]:
        return {
            "name": lambda row: name_sort_key(row.name),
            "status": lambda row: (_ORDER[row.status], -summary_date(row)),
            "audience": lambda row: name_sort_key(audience_words(row.filters, self._names, self._language)),
            "sent": lambda row: row.figures.sent,
            "opened": lambda row: row.figures.open_rate or -1.0,
            "clicked": lambda row: row.figures.click_rate or -1.0,
            "unsubscribed": lambda row: row.figures.unsubscribed,
            "date": summary_date,
        }


def _of(part: int, whole: int) -> str:
    if not whole:
        return ""
    return number(whole) if part == whole else f"{number(part)} / {number(whole)}"
