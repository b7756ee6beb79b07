"""The item model of past changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from kkdesk.model.clock import athens_date
from kkdesk.services.history import PastChange
from kkdesk.ui.formats import moment, number
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

#: The whole `PastChange` of a row.
CHANGE_ROLE = Qt.ItemDataRole.UserRole


def history_columns() -> list[Column]:
    """The columns, with titles in the language of the window."""
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    translate = QCoreApplication.translate
    return [
        Column("when", translate("HistoryModel", "When"), 130, sortable=False),
        Column("label", translate("HistoryModel", "Change"), 350, sortable=False, fixed=True),
        Column("rows", translate("HistoryModel", "Records"), 86, right, sortable=False),
        Column("who", translate("HistoryModel", "Who"), 136, sortable=False),
        Column("state", translate("HistoryModel", "State"), 100, sortable=False),
    ]


class HistoryModel(QAbstractTableModel):
    """Changes, the newest first. Small (a few hundred), so it holds them all."""

    def __init__(self, language: str, now: int, parent: QObject | None = None) -> None:
        """`language` picks each label; `now` (Unix seconds) decides what is called today."""
        super().__init__(parent)
        self.columns = history_columns()
        self._language = language
        self._now = now
        self._changes: tuple[PastChange, ...] = ()

    def show(self, changes: Sequence[PastChange], now: int) -> None:
        """Replace the contents; what is the same, on the same day, stays as it is."""
        if tuple(changes) == self._changes and athens_date(now) == athens_date(self._now):
            return
        self.beginResetModel()
        self._changes = tuple(changes)
        self._now = now
        self.endResetModel()

    def change_at(self, row: int) -> PastChange:
        """The change of a row."""
        return self._changes[row]

    def row_of(self, change_id: str) -> int:
        """Where a change is; -1: not (or no longer) there."""
        return next((at for at, change in enumerate(self._changes) if change.id == change_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are changes."""
        return 0 if parent.isValid() else len(self._changes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `history_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, placed as what is beneath them."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, and the change itself."""
        if not index.isValid():
            return None
        change = self._changes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(change, self.columns[index.column()].key)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[index.column()].align
        return change if role == CHANGE_ROLE else None

    def _text(self, change: PastChange, key: str) -> str:
        match key:
            case "when":
                return moment(change.applied_at, self._now)
            case "label":
                return change.label.in_language(self._language)
            case "rows":
                return number(change.rows)
            case "who":
                return change.who
            case _:
                return self.tr("Undone") if change.undone else ""
