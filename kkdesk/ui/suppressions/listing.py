"""The list of addresses that are never mailed: search, reasons with their counts, table."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.model.suppression import Reason, SortKey, Suppressed, SuppressedAddresses, SuppressionQuery
from kkdesk.ui.campaigns.pills import PillDelegate
from kkdesk.ui.formats import number
from kkdesk.ui.suppressions.item_model import SuppressionModel
from kkdesk.ui.widgets.chips import ToggleChip
from kkdesk.ui.widgets.flow import FlowLayout
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

if TYPE_CHECKING:
    from kkdesk.ui.page import Page

_REASON_COLUMN = 1


class SuppressionListing(QWidget):
    """Shows the addresses of a query. `counted(found, total)` after each load, `selected()` when that moves."""

    counted = Signal(int, int)
    selected = Signal()
    add_wanted = Signal()

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._list = page.workspace.suppression_list
        self._loading: asyncio.Task[None] | None = None
        self._stamp: tuple[object, ...] = ()
        self.query = SuppressionQuery()
        self.model = SuppressionModel(page.shell.language, self)
        self.model.page_wanted.connect(lambda number: page.start(self._fetch(number)))
        self.table = DataTable(self.model.columns, page.shell.state, "suppressions")
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(_REASON_COLUMN, PillDelegate(self.table))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        self.table.sort_wanted.connect(self._sort)
        self.search = SearchField(self.tr("Part of an address"))
        self.search.searched.connect(lambda text: self.show_query(replace(self.query, text=text)))
        self.chips = {reason: ToggleChip("") for reason in Reason}
        for reason, chip in self.chips.items():
            chip.clicked.connect(lambda on, one=reason: self.show_reason(one if on else None))
        self.state = PageState(self.table)
        self._arrange()
        self._name_chips({})

    @property
    def selected_addresses(self) -> list[str]:
        """The folded addresses of the selected rows."""
        addresses = self.model.found.addresses
        return [addresses[row] for row in self.table.selected_rows()]

    @property
    def only_selected(self) -> Suppressed | None:
        """The selected entry, when there is exactly one and it has come."""
        rows = self.table.selected_rows()
        return self.model.entry_at(rows[0]) if len(rows) == 1 else None

    def show_query(self, query: SuppressionQuery) -> None:
        """Show other addresses; the load under way is dropped."""
        self._narrow(query)
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._page.start(self.load())

    def show_reason(self, reason: Reason | None) -> None:
        """Show one reason, or all."""
        self.show_query(replace(self.query, reason=reason))

    def clear(self) -> None:
        """Drop search and filter; the order stays."""
        self._set_text("")
        self.show_query(replace(self.query, text="", reason=None))

    async def look_for(self, address: str) -> None:
        """Search for an address, whatever was shown, and select it."""
        self._set_text(address)
        self._narrow(replace(self.query, text=address, reason=None))
        await self.load()
        if self.model.rowCount() == 1:
            self.table.selectRow(0)

    async def load(self) -> None:
        """Read the list and show it."""
        if not self._stamp:
            self._take_sorting()
            self.state.show_loading()
        try:
            query, stamp = self.query, await self._list.stamp()
            found = await self._list.find(query)
        except KKDeskError as error:
            self._stamp = ()
            self.state.show_error(error, lambda: self.show_query(self.query))
            return
        if query == self.query:  # Else another one is being loaded.
            self._show(found)
            self._stamp = stamp

    async def renew(self) -> None:
        """Read again if anything has changed, keeping selection and place."""
        if self._stamp and await self._list.stamp() == self._stamp:
            return
        kept = self.selected_addresses if len(self.table.selected_rows()) <= 1 else []
        with self.table.keeping_place():
            await self.load()
            self._select(kept)

    def _select(self, addresses: Sequence[str]) -> None:
        rows = self.model.rows_of(addresses) if addresses else []
        selection = QItemSelection()
        last = len(self.model.columns) - 1
        for row in rows:
            selection.select(self.model.index(row, 0), self.model.index(row, last))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.selected.emit()

    def _show(self, found: SuppressedAddresses) -> None:
        selected = bool(self.table.selected_rows())
        self.model.show(found)
        if selected and not self.table.selectionModel().hasSelection():
            self.selected.emit()  # Qt empties a selection whose model is reset without a word.
        self._name_chips(found.counts)
        self.counted.emit(len(found.addresses), found.total)
        if found.addresses:
            self.state.show_content()
        elif self.query.text or self.query.reason is not None:
            self.state.show_empty(
                "magnifying-glass",
                self.tr("No such address is on the list"),
                self.tr("Try fewer letters, or clear the filter. An address that is not listed may be mailed."),
                action=self.tr("Clear search and filter"),
                do=self.clear,
            )
        else:
            self.state.show_empty(
                "prohibit",
                self.tr("Every address may be mailed"),
                self.tr(
                    "Whoever unsubscribes or complains comes here by itself, and so does an address that no longer "
                    "exists. You can also add addresses yourself."
                ),
                action=self.tr("Add addresses…"),
                do=self.add_wanted.emit,
            )

    async def _fetch(self, number: int) -> None:
        found, addresses = self.model.found, self.model.addresses_of_page(number)
        try:
            entries = await self._list.entries(found, addresses)
        except KKDeskError:
            self.model.unanswered(number)
            raise
        self.model.fill(number, addresses, entries)

    def _narrow(self, query: SuppressionQuery) -> None:
        self.query = query
        for reason, chip in self.chips.items():
            chip.setChecked(reason is query.reason)

    def _name_chips(self, counts: dict[Reason, int]) -> None:
        language = self._page.shell.language
        for reason, chip in self.chips.items():
            text = reason.label.in_language(language)
            chip.setText(f"{text}  {number(counts.get(reason, 0))}")

    def _set_text(self, text: str) -> None:
        self.search.blockSignals(True)
        self.search.setText(text)
        self.search.commit()
        self.search.blockSignals(False)

    def _take_sorting(self) -> None:
        key, descending = self.table.sorting
        if key:
            self.query = replace(self.query, sort=cast("SortKey", key), descending=descending)
        else:
            self.table.set_sorting(self.query.sort, descending=self.query.descending)

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 - the table's signal
        self.show_query(replace(self.query, sort=cast("SortKey", key), descending=descending))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        chips = QWidget()
        row = FlowLayout(chips)
        for chip in self.chips.values():
            row.addWidget(chip)
        column.addWidget(chips)
        column.addWidget(self.state, 1)
