"""Who gets a campaign, or who does not for one reason: thousands of people, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kkdesk.model.audience import Excluded, Recipient
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 100


def people_columns() -> list[Column]:
    """Name and address."""
    translate = QCoreApplication.translate
    return [
        Column("name", translate("PeopleModel", "Customer"), 260, sortable=False, fixed=True),
        Column("email", translate("PeopleModel", "E-mail"), 260, sortable=False),
    ]


class PeopleModel(QAbstractTableModel):
    """One side of an audience. Emits `page_wanted(number)` for rows that it has not got."""

    page_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = people_columns()
        self._total = 0
        self._pages: dict[int, Sequence[Recipient | Excluded]] = {}
        self._asked: set[int] = set()

    def show(self, total: int, first: Sequence[Recipient | Excluded]) -> None:
        """Begin anew with the first page."""
        self.beginResetModel()
        self._total = total
        self._pages = {0: first}
        self._asked = {0}
        self.endResetModel()

    def fill(self, number: int, rows: Sequence[Recipient | Excluded]) -> None:
        """Take a page that was wanted."""
        self._pages[number] = rows
        first = number * PAGE_ROWS
        self.dataChanged.emit(self.index(first, 0), self.index(min(first + PAGE_ROWS, self._total) - 1, 1))

    def person_at(self, row: int) -> Recipient | Excluded | None:
        """The customer of a row; None while it is on its way."""
        page = self._pages.get(row // PAGE_ROWS, ())
        place = row % PAGE_ROWS
        return page[place] if place < len(page) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are people."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `people_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and alignment of a cell; an ellipsis while it is on its way."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[index.column()].align
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        person = self.person_at(index.row())
        if person is None:
            self._want(index.row() // PAGE_ROWS)
            return "…"
        return person.name if self.columns[index.column()].key == "name" else person.email

    def _want(self, number: int) -> None:
        if number not in self._asked:
            self._asked.add(number)
            self.page_wanted.emit(number)
