"""The item models of changes that wait and of those that were sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from kkdesk.ui.formats import moment
from kkdesk.ui.widgets.column import Column

if TYPE_CHECKING:
    from kkdesk.model.sync_state import KeptConflict, SentChange, WaitingChange

Index = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate
T = TypeVar("T", "WaitingChange", "SentChange", "KeptConflict")


def waiting_columns() -> list[Column]:
    """When, and what."""
    return [
        Column("made", translate("SyncModel", "When"), 150, sortable=False),
        Column("label", translate("SyncModel", "Change"), 520, sortable=False, fixed=True),
    ]


def sent_columns() -> list[Column]:
    """When, what, and what became of it."""
    return [
        Column("made", translate("SyncModel", "When"), 150, sortable=False),
        Column("label", translate("SyncModel", "Change"), 400, sortable=False, fixed=True),
        Column("outcome", translate("SyncModel", "Outcome"), 150, sortable=False),
        Column("settled", translate("SyncModel", "Settled"), 150, sortable=False),
    ]


def conflict_columns() -> list[Column]:
    """What; the rest is told beside the list."""
    return [Column("label", translate("SyncModel", "Change"), 180, sortable=False, fixed=True)]


class ChangesModel(QAbstractTableModel, Generic[T]):
    """Changes in the order the service gives. A few hundred at most: the page asks for no more."""

    def __init__(self, columns: Sequence[Column], language: str, parent: QObject | None = None) -> None:
        """Starts empty; `language` picks each label."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._language = language
        self._now = 0
        self._changes: tuple[T, ...] = ()

    def show(self, changes: Sequence[T], now: int) -> None:
        """Replace the contents; what is the same stays as it is, selection and place included."""
        new = tuple(changes)
        if new == self._changes:
            return
        self._now = now
        if [change.id for change in new] == [change.id for change in self._changes]:
            self._changes = new
            self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._changes = new
        self.endResetModel()

    def change_at(self, row: int) -> T:
        """The change of a row."""
        return self._changes[row]

    def row_of(self, change_id: str) -> int:
        """Where a change is; -1: not (or no longer) there."""
        return next((at for at, change in enumerate(self._changes) if change.id == change_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are changes."""
        return 0 if parent.isValid() else len(self._changes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text; all of a label as its tip."""
        if not index.isValid():
            return None
        change = self._changes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(change, self.columns[index.column()].key)
        return change.label.in_language(self._language) if role == Qt.ItemDataRole.ToolTipRole else None

    def _text(self, change: T, key: str) -> str:
        match key:
            case "made":
                return moment(change.made_at, self._now)
            case "label":
                return change.label.in_language(self._language)
            case "settled":
                return moment(getattr(change, "settled_at", 0), self._now)
            case _:
                given_up = getattr(change, "given_up", False)
                return translate("SyncModel", "Given up") if given_up else translate("SyncModel", "Sent")
