"""The customers page: the list, and beside it whoever is selected."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from kkdesk.model.errors import NotFound
from kkdesk.model.rights import Action
from kkdesk.ui.changes import Kinds
from kkdesk.ui.customers.listing import CustomerListing
from kkdesk.ui.formats import number
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import allowed, guard
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader
from kkdesk.ui.widgets.split import SplitPane

if TYPE_CHECKING:
    from kkdesk.model.customer import Customer
    from kkdesk.model.tag import Tag
    from kkdesk.services.timeline import Cursor, TimelineEntry
    from kkdesk.ui.customers.actions import CustomerActions
    from kkdesk.ui.customers.bulk import SelectionBar
    from kkdesk.ui.customers.detail import CustomerPane


class CustomersPage(Page):
    """Find somebody in an instant, see everything about them, change one or many."""

    shows = frozenset({"customers", "tags", "mail"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """Widgets only; `activate` reads."""
        super().__init__(shell, parent)
        #: None until the list has been counted: no start of the window waits for them.
        self._tags: Sequence[Tag] | None = None
        self._shown: asyncio.Task[None] | None = None
        self._entries: list[TimelineEntry] = []
        self._older: Cursor | None = None
        self._loaded = False
        self.listing = CustomerListing(self)
        self.header = PageHeader(self.tr("Customers"))
        bring_in = button(self.tr("Import"), symbol="upload-simple", clicked=lambda: self.shell.go("importing"))
        new = button(self.tr("New customer"), "primary", symbol="user-plus", clicked=self._create)
        self.header.add_action(bring_in)
        self.header.add_action(new)
        guard(shell, Action.IMPORT_CUSTOMERS, bring_in)
        guard(shell, Action.EDIT_CUSTOMERS, new)
        self._arrange()
        self._connect()

    # What a selection brings in is made and imported with the first one: no start of the window waits for it.

    @cached_property
    def actions_of_page(self) -> CustomerActions:
        """What a person does with customers."""
        from kkdesk.ui.customers.actions import CustomerActions

        return CustomerActions(self)

    @cached_property
    def pane(self) -> CustomerPane:
        """Whoever is selected, beside the list."""
        from kkdesk.ui.customers.detail import CustomerPane

        pane = CustomerPane(self.shell.language)
        pane.hide()
        guard(self.shell, Action.EDIT_CUSTOMERS, *pane.editing)
        self._connect_pane(pane)
        self._split.set_right(pane)
        return pane

    @cached_property
    def bar(self) -> SelectionBar:
        """What can be done with many, below the list."""
        from kkdesk.ui.customers.bulk import SelectionBar

        bar = SelectionBar()
        bar.hide()
        guard(self.shell, Action.EDIT_CUSTOMERS, *bar.editing)
        guard(self.shell, Action.EXPORT_CUSTOMERS, bar.export_button)
        self._connect_bar(bar)
        self._left.addWidget(bar)
        return bar

    async def activate(self, target: object = None) -> None:
        """Load on the first time. `target`: "new", or the id of a customer to show."""
        if not self._loaded:
            await self.listing.load()
            self._loaded = True
        if target == "new":
            self._create()
        elif isinstance(target, str) and not await self.listing.select_customer(target):
            self.shell.toast(self.tr("This customer is no longer there."), tone="warning")

    async def refresh(self, kinds: Kinds) -> None:
        """Customers or tags changed here or elsewhere."""
        await self._load_tags()
        self.listing.reload()
        self._selection_changed()

    def commands(self) -> Sequence[Command]:
        """New, edit, delete, details."""
        return (
            Command(self.tr("New customer"), self._create, "user-plus", "Ctrl+N"),
            Command(self.tr("Edit customer"), self.edit_selected, "pencil-simple", "Ctrl+E"),
            Command(self.tr("Delete selected customers"), self.delete_selected, "trash", "Del"),
            Command(self.tr("Select all customers"), self.listing.table.selectAll, "checks"),
            Command(self.tr("Choose the columns of the list"), self._choose_columns, "columns"),
        )

    def focus_search(self) -> bool:
        """Ctrl+F."""
        self.listing.search.setFocus()
        self.listing.search.selectAll()
        return True

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Somebody selected, a search, many selected, the form, its warnings, nobody found."""
        from kkdesk.ui.customers.scenes import customer_scenes

        return customer_scenes()

    def edit_selected(self) -> None:
        """Open the form of the selected customer, or the bulk edit of several."""
        if not allowed(self.shell, Action.EDIT_CUSTOMERS):
            return
        rows = self.listing.selected_rows
        if len(rows) > 1:
            self.actions_of_page.edit_many(self.listing.selected_refs)
        elif listed := self.listing.only_selected:
            self.start(self._edit(listed.customer.id))

    def delete_selected(self) -> None:
        """Delete whoever is selected; it can be undone."""
        if self.listing.selected_rows:
            self.actions_of_page.delete(self.listing.selected_refs)

    def _create(self) -> None:
        if allowed(self.shell, Action.EDIT_CUSTOMERS):
            self.actions_of_page.create()

    def _choose_columns(self) -> None:
        self.listing.table.choose_columns()

    async def _load_tags(self) -> None:
        self._tags = await self.workspace.tags.all()

    async def _edit(self, customer_id: str) -> None:
        # The row may be a second old; the form's guards rest on what is there now.
        customer = await self.workspace.customers.get(customer_id)
        tracked = await self.workspace.tracking_switches.tracks_customer(customer_id)
        self.actions_of_page.edit(customer, tracked=tracked)

    def _selection_changed(self) -> None:
        rows = self.listing.selected_rows
        if len(rows) > 1 or "bar" in self.__dict__:
            self.bar.show_selection(len(rows), len(self.listing.model.refs), self._tags or ())
        if len(rows) == 1 or "pane" in self.__dict__:
            self.pane.setVisible(len(rows) == 1)
        if self._shown is not None:
            self._shown.cancel()
        if len(rows) == 1:
            self._shown = self.start(self._show_pane(self.listing.model.ref_at(rows[0])))

    async def _show_pane(self, ref: int) -> None:
        workspace = self.workspace
        customer = await self._customer_at(ref)
        if customer is None:
            self.listing.reload()  # gone since the list was read
            return
        tracked = await workspace.tracking_switches.tracks_customer(customer.id)
        tags = await workspace.tags.of(customer.id)
        self.pane.show_customer(customer, tags, self._tags or (), tracked=tracked)
        self.pane.notes.show_notes(customer.id, await workspace.notes.of(customer.id), workspace.clock())
        page = await workspace.timeline.page(customer.id)
        self._entries, self._older = list(page.entries), page.next
        self._show_timeline()
        if customer.email and await workspace.suppression_list.entry_of(customer.email) is not None:
            self.pane.show_suppressed()

    async def _customer_at(self, ref: int) -> Customer | None:
        for customer_id in await self.workspace.customer_list.customer_ids([ref]):
            with suppress(NotFound):
                return await self.workspace.customers.get(customer_id)
        return None

    def _show_timeline(self) -> None:
        self.pane.timeline.show_entries(self._entries, self.workspace.clock(), more=self._older is not None)

    async def _show_older(self) -> None:
        page = await self.workspace.timeline.page(self.pane.customer.id, self._older)
        self._entries += page.entries
        self._older = page.next
        self._show_timeline()

    def _counted(self, found: int, total: int) -> None:
        text = self.tr("%n customer(s)", "", total)
        if found != total:
            text = self.tr("%1 of %2").replace("%1", number(found)).replace("%2", text)
        self.header.set_subtitle(text)
        if self._tags is None:
            self.start(self._load_tags())

    def _connect(self) -> None:
        listing = self.listing
        listing.counted.connect(self._counted)
        listing.selected.connect(self._selection_changed)
        listing.opened.connect(lambda _row: self.edit_selected())
        listing.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        listing.table.customContextMenuRequested.connect(self._show_menu)

    def _connect_pane(self, pane: CustomerPane) -> None:
        listing, actions = self.listing, self.actions_of_page
        pane.edit_wanted.connect(self.edit_selected)
        pane.closed.connect(listing.table.clearSelection)
        pane.tag_chosen.connect(lambda tag: actions.tag(listing.selected_refs, tag))
        pane.tag_removed.connect(lambda tag: actions.untag(listing.selected_refs, tag))
        pane.why_wanted.connect(lambda email: self.shell.go("suppressions", email))
        pane.new_tag_wanted.connect(lambda: actions.tag_anew(listing.selected_refs))
        pane.timeline.more_wanted.connect(lambda: self.start(self._show_older()))
        notes = self.workspace.notes
        pane.notes.added.connect(lambda text: self._note(notes.add(pane.notes.owner, text)))
        pane.notes.edited.connect(lambda note, text: self._note(notes.edit(note, text)))
        pane.notes.pinned.connect(lambda note, on: self._note(notes.pin(note, pinned=on)))
        pane.notes.deleted.connect(lambda note: self._note(notes.delete(note), self.tr("Note deleted")))

    def _connect_bar(self, bar: SelectionBar) -> None:
        listing, actions = self.listing, self.actions_of_page
        bar.tag_chosen.connect(lambda tag: actions.tag(listing.selected_refs, tag))
        bar.untag_chosen.connect(lambda tag: actions.untag(listing.selected_refs, tag))
        bar.new_tag_wanted.connect(lambda: actions.tag_anew(listing.selected_refs))
        bar.edit_wanted.connect(lambda: actions.edit_many(listing.selected_refs))
        bar.delete_wanted.connect(self.delete_selected)
        bar.all_wanted.connect(listing.table.selectAll)
        bar.export_wanted.connect(lambda: self.start(self._export()))

    def _note(self, work: object, toast: str = "") -> None:
        from kkdesk.ui.operation import run

        run(self, work, changes=("customers",), toast=toast, undo=bool(toast))  # type: ignore[arg-type]

    async def _export(self) -> None:
        ids = await self.workspace.customer_list.customer_ids(self.listing.selected_refs)
        self.shell.go("importing", ("export", ids))

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.listing.selected_rows:
            menu.addAction(icon("pencil-simple"), self.tr("Edit…"), self.edit_selected)
            menu.addAction(icon("trash"), self.tr("Delete"), self.delete_selected)
            menu.addSeparator()
            self._add_subscription(menu)
            self._add_tracking(menu)
            menu.addSeparator()
        menu.addMenu(self.listing.table.sort_menu(menu))
        menu.addAction(icon("columns"), self.tr("Columns…"), self.listing.table.choose_columns)
        menu.popup(self.listing.table.viewport().mapToGlobal(at))

    def _add_subscription(self, menu: QMenu) -> None:
        refs, only = self.listing.selected_refs, self.listing.only_selected
        if only is None or not only.customer.unsubscribed:
            stop = self.tr("Unsubscribe from newsletters")
            menu.addAction(icon("prohibit"), stop, lambda: self.actions_of_page.unsubscribe(refs))
        if only is None or only.customer.unsubscribed:
            again = self.tr("Subscribe again…")
            menu.addAction(icon("envelope-simple"), again, lambda: self.actions_of_page.resubscribe(refs))

    def _add_tracking(self, menu: QMenu) -> None:
        refs, actions = self.listing.selected_refs, self.actions_of_page
        tracking = menu.addMenu(icon("eye"), self.tr("Opens and clicks"))
        tracking.addAction(self.tr("Do not track them"), lambda: actions.track(refs, tracked=False))
        tracking.addAction(self.tr("Track them again"), lambda: actions.track(refs, tracked=True))

    def _arrange(self) -> None:
        left = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(8)
        self._left.addWidget(self.listing, 1)
        self._split = SplitPane(left, None, self.shell.state, "customers", right_width=380)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(14)
        column.addWidget(self.header)
        column.addWidget(self._split, 1)
