"""The item model of the list: addresses in order, all about them fetched when Qt asks for it."""

from __future__ import annotations

from collections import OrderedDict
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

from kkdesk.model.suppression import Suppressed, SuppressedAddresses, shown_address
from kkdesk.ui.campaigns.pills import TONE_ROLE
from kkdesk.ui.formats import day
from kkdesk.ui.suppressions.words import REASON_TONES, customer_words, since_words, source_words
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

#: Rows fetched at once: a screenful and some to scroll.
PAGE_ROWS = 100
#: Entries kept; the ones fetched longest ago go first.
ENTRIES_KEPT = 6_000

_TOLD = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, TONE_ROLE})
_LONG = frozenset({"address", "source", "customers", "text"})


def suppression_columns() -> list[Column]:
    """The columns, with titles in the language of the window."""
    translate = QCoreApplication.translate
    return [
        Column("address", translate("SuppressionModel", "E-mail"), 250, fixed=True),
        Column("reason", translate("SuppressionModel", "Reason"), 186),
        Column("since", translate("SuppressionModel", "Since"), 108),
        Column("source", translate("SuppressionModel", "From"), 170, sortable=False),
        Column("customers", translate("SuppressionModel", "Customer"), 170, sortable=False),
        Column("text", translate("SuppressionModel", "Note"), 170, sortable=False),
        Column("until", translate("SuppressionModel", "Until"), 108, sortable=False, shown=False),
    ]


class SuppressionModel(QAbstractTableModel):
    """Addresses of a query. Emits `page_wanted(number)` for rows it does not hold."""

    page_wanted = Signal(int)

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self.columns = suppression_columns()
        self._language = language
        self._found = SuppressedAddresses()
        self._entries: OrderedDict[str, Suppressed] = OrderedDict()
        self._asked: set[int] = set()
        self._fetched: set[int] = set()

    @property
    def found(self) -> SuppressedAddresses:
        """What is shown."""
        return self._found

    def show(self, found: SuppressedAddresses) -> None:
        """Replace the list. Entries that are held stay on screen until fetched anew."""
        self._fetched.clear()
        self._asked.clear()
        if found.addresses == self._found.addresses:
            self._found = found
            self._tell(0, len(found.addresses))
            return
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def addresses_of_page(self, number: int) -> Sequence[str]:
        """The addresses whose entries `fill` expects for a page."""
        return self._found.addresses[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]

    def fill(self, number: int, addresses: Sequence[str], entries: Sequence[Suppressed | None]) -> None:
        """Take the entries of a page that was wanted; the list may have moved on since."""
        self._asked.discard(number)
        for address, entry in zip(addresses, entries, strict=True):
            self._entries.pop(address, None)
            if entry is not None:
                self._entries[address] = entry
        while len(self._entries) > ENTRIES_KEPT:
            self._entries.popitem(last=False)
        if addresses and self.addresses_of_page(number) == addresses:
            self._fetched.add(number)
            self._tell(number * PAGE_ROWS, number * PAGE_ROWS + len(addresses))

    def unanswered(self, number: int) -> None:
        """A page that was wanted could not be had; it is asked for again when somebody looks."""
        self._asked.discard(number)

    def address_at(self, row: int) -> str:
        """The folded address of a row."""
        return self._found.addresses[row]

    def entry_at(self, row: int) -> Suppressed | None:
        """All about the address of a row; None while it is on its way."""
        return self._entries.get(self._found.addresses[row])

    def rows_of(self, addresses: Sequence[str]) -> list[int]:
        """Where addresses are; those that are gone are left out."""
        wanted = set(addresses)
        return [row for row, address in enumerate(self._found.addresses) if address in wanted]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the query found."""
        return 0 if parent.isValid() else len(self._found.addresses)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `suppression_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, placed as what is beneath them."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, tone and alignment; an ellipsis while the entry is on its way."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role not in _TOLD:
            return None
        self._want(index.row() // PAGE_ROWS)
        entry = self.entry_at(index.row())
        if role == TONE_ROLE:
            return REASON_TONES[entry.reason] if entry is not None and column.key == "reason" else None
        if role == Qt.ItemDataRole.ToolTipRole and column.key not in _LONG:
            return None
        if column.key == "address":
            return shown_address(self.address_at(index.row()))
        return "…" if entry is None else self._text(entry, column.key)

    def _text(self, entry: Suppressed, key: str) -> str:
        match key:
            case "reason":
                return entry.reason.label.in_language(self._language)
            case "since":
                return since_words(entry)
            case "source":
                return source_words(entry)
            case "customers":
                return customer_words(entry)
            case "until":
                return day(entry.until) if entry.until else ""
            case _:
                return " ".join(entry.text.split())

    def _want(self, number: int) -> None:
        if number not in self._fetched and number not in self._asked:
            self._asked.add(number)
            self.page_wanted.emit(number)

    def _tell(self, first: int, end: int) -> None:
        if end > first:
            self.dataChanged.emit(self.index(first, 0), self.index(end - 1, len(self.columns) - 1))
