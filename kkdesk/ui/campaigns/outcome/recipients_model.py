"""The recipients of a campaign: tens of thousands, a page at a time, kept on the screen while they are read again."""

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

from kkdesk.model.campaign_figures import RecipientRow
from kkdesk.ui.campaigns.outcome.reasons import reason_words
from kkdesk.ui.campaigns.pills import TONE_ROLE
from kkdesk.ui.campaigns.words import STATE_TONES
from kkdesk.ui.formats import moment
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 100
_PAGES_KEPT = 60
_TOLD = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, TONE_ROLE})
#: Columns whose text may not fit.
_LONG = frozenset({"name", "email", "reason"})


def recipient_columns() -> list[Column]:
    """The columns, with titles in the language of the window."""
    translate = QCoreApplication.translate
    return [
        Column("name", translate("RecipientsModel", "Customer"), 162, sortable=False, fixed=True),
        Column("email", translate("RecipientsModel", "E-mail"), 176, sortable=False),
        Column("state", translate("RecipientsModel", "State"), 142, sortable=False),
        Column("sent", translate("RecipientsModel", "Sent"), 158, sortable=False),
        Column("opened", translate("RecipientsModel", "Opened"), 158, sortable=False),
        Column("clicked", translate("RecipientsModel", "Clicked"), 158, sortable=False),
        Column("unsubscribed", translate("RecipientsModel", "Unsubscribed"), 158, sortable=False, shown=False),
        Column("reason", translate("RecipientsModel", "Reason"), 137, sortable=False),
    ]


class RecipientsModel(QAbstractTableModel):
    """Rows of one filter and search. Emits `page_wanted(number)` for rows that it has not got, or that went stale."""

    page_wanted = Signal(int)

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self.columns = recipient_columns()
        self._language = language
        self._now = 0
        self._total = 0
        self._pages: dict[int, Sequence[RecipientRow]] = {}
        self._stale: set[int] = set()
        self._asked: set[int] = set()

    def show(self, total: int, first: Sequence[RecipientRow], now: int) -> None:
        """Begin anew, with the first page."""
        self.beginResetModel()
        self._total, self._now = total, now
        self._pages = {0: first}
        self._stale.clear()
        self._asked.clear()
        self.endResetModel()

    def renew(self, total: int, first: Sequence[RecipientRow], now: int) -> None:
        """The same list a moment later: rows stay on the screen until the new ones have come."""
        self._now = now
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()
        self._pages[0] = first
        self._stale = set(self._pages) - {0}
        self._asked.clear()
        self._tell(0, self._total)

    def fill(self, number: int, rows: Sequence[RecipientRow]) -> None:
        """Take a page that was wanted."""
        self._asked.discard(number)
        self._stale.discard(number)
        self._pages.pop(number, None)
        self._pages[number] = rows
        while len(self._pages) > _PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        self._tell(number * PAGE_ROWS, (number + 1) * PAGE_ROWS)

    def recipient_at(self, row: int) -> RecipientRow | None:
        """The recipient of a row; None while it is on its way."""
        page = self._pages.get(row // PAGE_ROWS, ())
        place = row % PAGE_ROWS
        return page[place] if place < len(page) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are recipients."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `recipient_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, tool tips and the tone of the state; an ellipsis while a row is on its way."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role not in _TOLD:
            return None
        self._want(index.row() // PAGE_ROWS)
        row = self.recipient_at(index.row())
        if role == TONE_ROLE:
            return STATE_TONES[row.state] if row is not None and column.key == "state" else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(row, column.key) if row is not None and column.key in _LONG else None
        return "…" if row is None else self._text(row, column.key)

    def _text(self, row: RecipientRow, key: str) -> str:
        match key:
            case "name":
                return row.name
            case "email":
                return row.email
            case "state":
                return row.state.label.in_language(self._language)
            case "sent":
                return self._when(row.sent_at)
            case "opened":
                return self._when(row.opened_at) or self._machine(row)
            case "clicked":
                return self._when(row.clicked_at)
            case "unsubscribed":
                return self._when(row.unsubscribed_at)
            case _:
                return reason_words(row.reason).in_language(self._language) if row.reason else ""

    def _machine(self, row: RecipientRow) -> str:
        """Said of a mail that machines visited, and nobody else yet."""
        return self.tr("machine only") if row.machine_at is not None and row.clicked_at is None else ""

    def _when(self, at: int | None) -> str:
        return "" if at is None else moment(at, self._now)

    def _tell(self, first: int, end: int) -> None:
        last = min(end, self._total) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _want(self, number: int) -> None:
        if number in self._asked or (number in self._pages and number not in self._stale):
            return
        self._asked.add(number)
        self.page_wanted.emit(number)
