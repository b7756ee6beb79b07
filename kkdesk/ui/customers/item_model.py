"""The item model of the customer list: references in order, rows fetched when Qt asks for them.

A list of 100,000 customers is 100,000 numbers here; only the pages that were looked at hold records. A refresh keeps
them on screen until the new ones have come, so that nothing flickers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kkdesk.model.customer_fields import FIELD
from kkdesk.ui.customers.columns import cell_text

if TYPE_CHECKING:
    from kkdesk.services.customer_list import ListedCustomer
    from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

#: Rows fetched at once: a screenful and some to scroll.
PAGE_ROWS = 100
#: Records kept; the ones looked at longest ago go first.
RECORDS_KEPT = 6_000

#: The `ListedCustomer` of a row, or None while it is on its way.
CUSTOMER_ROLE = Qt.ItemDataRole.UserRole


class CustomerModel(QAbstractTableModel):
    """Customers in the order of a query. Emits `page_wanted(number)` for rows it does not hold."""

    page_wanted = Signal(int)

    def __init__(self, columns: Sequence[Column], language: str, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._language = language
        self._refs: Sequence[int] = ()
        self._records: OrderedDict[int, ListedCustomer] = OrderedDict()
        self._asked: set[int] = set()
        self._fetched: set[int] = set()

    def show_refs(self, refs: Sequence[int]) -> None:
        """Replace the list. Records that are held stay on screen, wherever they are now, until fetched anew."""
        self._fetched.clear()
        self._asked.clear()
        if refs == self._refs:
            if len(refs):
                self.dataChanged.emit(self.index(0, 0), self.index(len(refs) - 1, len(self.columns) - 1))
            return
        if len(refs) > len(self._refs) > 0 and refs[: len(self._refs)] == self._refs:
            # The rest of a list whose beginning is shown: what is selected there stays so.
            self.beginInsertRows(QModelIndex(), len(self._refs), len(refs) - 1)
            self._refs = refs
            self.endInsertRows()
            return
        self.beginResetModel()
        self._refs = refs
        self.endResetModel()

    def refs_of_page(self, number: int) -> Sequence[int]:
        """The references whose records `fill` expects for a page."""
        return self._refs[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]

    @property
    def refs(self) -> Sequence[int]:
        """The references of all rows, in order."""
        return self._refs

    def fill(self, number: int, refs: Sequence[int], rows: Sequence[ListedCustomer | None]) -> None:
        """Take the records of a page that was wanted; the list may have moved on since."""
        self._asked.discard(number)
        for ref, listed in zip(refs, rows, strict=True):
            if listed is None:
                self._records.pop(ref, None)
            else:
                self._records[ref] = listed
                self._records.move_to_end(ref)
        while len(self._records) > RECORDS_KEPT:
            self._records.popitem(last=False)
        if not len(refs) or tuple(self.refs_of_page(number)) != tuple(refs):
            return
        self._fetched.add(number)
        first = number * PAGE_ROWS
        last = min(first + PAGE_ROWS, len(self._refs)) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def unanswered(self, number: int) -> None:
        """A page that was wanted could not be had; it is asked for again when somebody looks."""
        self._asked.discard(number)

    def customer_at(self, row: int) -> ListedCustomer | None:
        """The record of a row; None while it is on its way."""
        return self._records.get(self._refs[row])

    def ref_at(self, row: int) -> int:
        """The reference of a row."""
        return self._refs[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the query found."""
        return 0 if parent.isValid() else len(self._refs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are columns."""
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
        """Text and alignment of a cell; an ellipsis while the record is on its way."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[index.column()].align
        if role not in {Qt.ItemDataRole.DisplayRole, CUSTOMER_ROLE}:
            return None
        self._want(index.row() // PAGE_ROWS)
        listed = self.customer_at(index.row())
        if role == CUSTOMER_ROLE:
            return listed
        return "…" if listed is None else self._text(listed, self.columns[index.column()].key)

    def _text(self, listed: ListedCustomer, key: str) -> str:
        if key == "name":
            return listed.customer.listing_name
        if key == "tags":
            return ", ".join(tag.name for tag in listed.tags)
        return cell_text(listed.customer, FIELD[key], self._language)

    def _want(self, number: int) -> None:
        held = number in self._fetched and self._records.get(self._refs[number * PAGE_ROWS]) is not None
        if held or number in self._asked:
            return
        self._asked.add(number)
        self.page_wanted.emit(number)
