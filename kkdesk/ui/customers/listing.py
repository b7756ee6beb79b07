"""The list itself: search, filters and table, kept in step with the data."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.services.customer_list import CustomerQuery, Facets, ListedCustomer
from kkdesk.ui.customers.columns import customer_columns
from kkdesk.ui.customers.filters import FilterBar
from kkdesk.ui.customers.item_model import PAGE_ROWS, CustomerModel
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

if TYPE_CHECKING:
    from kkdesk.services.customer_list import Progress
    from kkdesk.ui.page import Page
    from kkdesk.ui.shell import Activity

#: Selections up to this size are found again after a refresh.
_SELECTION_KEPT = 5_000
#: Seconds in which the first rows are painted, before anything else is done.
_PAINTED_SECONDS = 0.1
#: Seconds between two looks at how far the search index is, while nobody is shown and while somebody is.
_LOOK_SECONDS = 0.3
_GROWTH_SECONDS = 1.0


class CustomerListing(QWidget):
    """Shows the customers of a query. `counted(found, total)` after each load, `selected()` when that moves."""

    counted = Signal(int, int)
    selected = Signal()
    opened = Signal(int)

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._list = page.workspace.customer_list
        self._loading: asyncio.Task[None] | None = None
        #: What `CustomerList.refresh` said when the list was read.
        self._version = -1
        self.model = CustomerModel(customer_columns(page.shell.language), page.shell.language, self)
        self.model.page_wanted.connect(lambda number: page.start(self._fetch(number)))
        self.table = DataTable(self.model.columns, page.shell.state, "customers")
        self.table.setModel(self.model)
        self.table.selectionModel().selectionChanged.connect(self.selected)
        self.table.sort_wanted.connect(self._sort)
        self.table.opened.connect(self.opened.emit)
        self.search = SearchField(self.tr("Name, company, e-mail, phone, ΑΦΜ, town, postal code…"))
        self.search.searched.connect(lambda text: self.show_query(replace(self.filters.query, text=text)))
        self.filters = FilterBar(page.shell.language)
        self.filters.changed.connect(self.show_query)
        self.state = PageState(self.table)
        self._arrange()

    @property
    def query(self) -> CustomerQuery:
        """What is shown."""
        return self.filters.query

    @property
    def selected_rows(self) -> list[int]:
        """Row numbers of the selection, upwards."""
        return self.table.selected_rows()

    @property
    def selected_refs(self) -> Sequence[int]:
        """References of the selected customers."""
        refs = self.model.refs
        rows = self.selected_rows
        return refs if len(rows) == len(refs) else array("q", (refs[row] for row in rows))

    @property
    def only_selected(self) -> ListedCustomer | None:
        """The selected customer, when there is exactly one and it has come."""
        rows = self.selected_rows
        return self.model.customer_at(rows[0]) if len(rows) == 1 else None

    def show_query(self, query: CustomerQuery) -> None:
        """Show other customers; the load under way is dropped."""
        self.filters.show_query(query)
        self._start(self._load())

    def reload(self) -> None:
        """Look again, keeping selection and place."""
        self._start(self._reload())

    async def load(self) -> None:
        """Load for the first time and wait for the first rows; what has been written since follows by itself."""
        key, descending = self.table.sorting
        if key:
            self.filters.show_query(replace(self.query, sort=key, descending=descending))
        else:
            self.table.set_sorting(self.query.sort, descending=self.query.descending)
        self.state.show_loading()
        # Work can begin on the list as it was left: whatever others wrote meanwhile is a moment's work.
        first = await self._list.glance(self.query, PAGE_ROWS)
        if first:
            self._show_first(first)
            self._page.start(self._catch_up(_PAINTED_SECONDS))
        else:
            await self._catch_up()

    async def select_customer(self, customer_id: str) -> bool:
        """Select a customer and bring it into view; filters that hide it are cleared. False: it is not there."""
        ref = await self._list.ref_of(customer_id)
        if ref is None:
            return False
        if ref not in self.model.refs:
            self.search.clear()
            self.filters.show_query(self._unfiltered())
            await self._load()
        row = self._row_of(ref)
        if row is not None:
            # `selectRow` would add to the selection, or take from it, while Ctrl of Ctrl+S is still held.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)
            # The details that come with a selection may leave the list less room.
            QTimer.singleShot(0, self.table, lambda: self.table.scrollTo(self.table.currentIndex()))
        return row is not None

    async def _watch_preparing(self) -> None:
        """Show how far the search index is, the first time and after a large import, and whom it holds by then."""
        activity: Activity | None = None
        try:
            while True:
                await asyncio.sleep(_GROWTH_SECONDS if len(self.model.refs) else _LOOK_SECONDS)
                if (progress := self._list.preparing) is None:
                    continue
                if activity is None:
                    activity = self._page.shell.activity(self.tr("Preparing the search"))
                activity.progress(progress.done, progress.total)
                if progress.done:
                    await self._renew()
                if not len(self.model.refs):
                    self._show_progress(progress)
        finally:
            if activity is not None:
                activity.ended.emit()

    def _show_progress(self, progress: Progress) -> None:
        text = self.tr("Preparing the search: %1 of %2")
        self.state.show_waiting(text.replace("%1", number(progress.done)).replace("%2", number(progress.total)))

    def _start(self, work: object) -> None:
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._page.start(work)  # type: ignore[arg-type]

    async def _catch_up(self, wait: float = 0.0) -> None:
        """Take in what others have written. No load that a person asks for meanwhile calls it off."""
        await asyncio.sleep(wait)
        watching = self._page.start(self._watch_preparing())
        try:
            version = await self._list.refresh()
        except KKDeskError as error:
            if len(self.model.refs):
                raise  # Said beside the list as it is.
            self.state.show_error(error, self.reload)
            return
        finally:
            if watching is not None:
                watching.cancel()
        await (self._renew() if len(self.model.refs) else self._load())
        self._version = version

    def _show_first(self, first: Sequence[ListedCustomer]) -> None:
        self._show(array("q", (listed.ref for listed in first)))
        self.model.fill(0, self.model.refs_of_page(0), first)

    async def _load(self) -> None:
        query = self.query
        try:
            # The first rows are there before the whole result is known: typing shows them at once.
            first = await self._list.page(query, PAGE_ROWS)
            selected = bool(self.selected_rows)
            self._show_first(first)
            self._tell_if_gone(was=selected)
            self._show(await self._list.ids(query) if len(first) == PAGE_ROWS else self.model.refs)
            self.table.scrollToTop()
            await self._show_facets()
        except KKDeskError as error:
            self.state.show_error(error, self.reload)

    async def _reload(self) -> None:
        version = await self._list.refresh()
        if version == self._version:
            return  # Somebody wrote, but nothing that this list shows: a mail was sent, say.
        await self._renew()
        self._version = version  # Not before: a reload may be called off by the next one.

    async def _renew(self) -> None:
        """Show the query's customers as they are now, keeping selection and place."""
        query = self.query
        refs = await self._list.ids(query)
        if query != self.query:
            return  # Another one is being loaded.
        kept = set(self.selected_refs) if len(self.selected_rows) <= _SELECTION_KEPT else set()
        place = self.table.verticalScrollBar().value()
        selected = bool(self.selected_rows)
        self._show(refs)
        self._select_refs(kept)
        self._tell_if_gone(was=selected)
        self.table.verticalScrollBar().setValue(place)
        await self._show_facets()

    async def _show_facets(self) -> None:
        facets = await self._list.facets()
        self.filters.show_facets(facets)
        self.counted.emit(len(self.model.refs), facets.total)
        self._show_emptiness(facets)

    def _tell_if_gone(self, *, was: bool) -> None:
        # Qt empties a selection whose model is reset without a word.
        if was and not self.table.selectionModel().hasSelection():
            self.selected.emit()

    def _show(self, refs: Sequence[int]) -> None:
        self.model.show_refs(refs)
        if len(refs):
            self.state.show_content()

    def _show_emptiness(self, facets: Facets) -> None:
        if len(self.model.refs) or self._list.preparing is not None:
            return
        if facets.total:
            self.state.show_empty(
                "magnifying-glass",
                self.tr("Nobody found"),
                self.tr("Try fewer letters, or clear the filters. Accents, capitals and Greeklish do not matter."),
                action=self.tr("Clear search and filters"),
                do=self.clear,
            )
        else:
            self.state.show_empty(
                "users",
                self.tr("No customers yet"),
                self.tr("Bring them in from Excel, or enter the first one by hand."),
                action=self.tr("Import from a file"),
                do=lambda: self._page.shell.go("importing"),
            )

    def clear(self) -> None:
        """Drop search and filters; the order stays."""
        self.search.clear()
        self.show_query(self._unfiltered())

    def _unfiltered(self) -> CustomerQuery:
        return CustomerQuery(sort=self.query.sort, descending=self.query.descending)

    async def _fetch(self, number: int) -> None:
        refs = self.model.refs_of_page(number)
        try:
            rows = await self._list.rows(refs)
        except KKDeskError:
            self.model.unanswered(number)
            raise
        self.model.fill(number, refs, rows)
        if any(row is None for row in rows):
            self.reload()

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 - the table's signal
        self.show_query(replace(self.query, sort=key, descending=descending))

    def _row_of(self, ref: int) -> int | None:
        try:
            return self.model.refs.index(ref)
        except ValueError:
            return None

    def _select_refs(self, wanted: set[int]) -> None:
        if not wanted:
            return
        selection = QItemSelection()
        last = len(self.model.columns) - 1
        for row, ref in enumerate(self.model.refs):
            if ref in wanted:
                selection.select(self.model.index(row, 0), self.model.index(row, last))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.search, 1)
        first.addWidget(button(self.tr("Columns"), "quiet", symbol="columns", clicked=self.table.choose_columns))
        column.addLayout(first)
        column.addWidget(self.filters)
        column.addWidget(self.state, 1)
