"""Addresses that are never mailed: who, why, since when; adding, taking off, bringing in a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout

from kkdesk.model.email_address import address_key
from kkdesk.model.rights import Action
from kkdesk.model.suppression import shown_address
from kkdesk.ui.changes import Kinds
from kkdesk.ui.formats import number
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import allowed, guard
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell
from kkdesk.ui.suppressions.detail import SuppressionPane
from kkdesk.ui.suppressions.listing import SuppressionListing
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button, menu_button
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader
from kkdesk.ui.widgets.split import SplitPane

if TYPE_CHECKING:
    from kkdesk.ui.suppressions.actions import SuppressionActions


class SuppressionsPage(Page):
    """The list, and beside it the address that is selected."""

    shows = frozenset({"mail", "customers"})

    def __init__(self, shell: Shell, parent: None = None) -> None:
        """Widgets only; `activate` reads."""
        super().__init__(shell, parent)
        self._loaded = False
        self._shown: asyncio.Task[None] | None = None
        self.listing = SuppressionListing(self)
        self.pane = SuppressionPane(shell.language)
        self.pane.hide()
        self.offline = Banner()
        self.header = PageHeader(self.tr("Addresses that are never mailed"))
        more = QMenu()
        more.addAction(icon("upload-simple"), self.tr("Import a list…"), self.bring_in)
        more.addAction(icon("download-simple"), self.tr("Save what is shown…"), self.export)
        self.header.add_action(menu_button(self.tr("Lists"), more, symbol="list-dashes"))
        add = button(self.tr("Add addresses…"), "primary", symbol="plus", clicked=self.add)
        self.header.add_action(add)
        guard(shell, Action.EDIT_SUPPRESSIONS, add, self.pane.remove_button)
        self._arrange()
        self._connect()
        self._show_connection()

    @cached_property
    def actions_of_page(self) -> SuppressionActions:
        """What a person does here; its dialogs are imported with the first one."""
        from kkdesk.ui.suppressions.actions import SuppressionActions

        return SuppressionActions(self)

    async def activate(self, target: object = None) -> None:
        """Load on the first time. `target`: "add", a file to import, or an address to look for."""
        self._show_connection()
        if isinstance(target, str) and "@" in target:
            await self.listing.look_for(shown_address(address_key(target)))
        elif not self._loaded:
            await self.listing.load()
        self._loaded = True
        if target == "add":
            self.add()
        elif isinstance(target, Path):
            self.start(self.actions_of_page.bring_in(target))

    async def refresh(self, kinds: Kinds) -> None:
        """Somebody wrote, here or elsewhere."""
        if self._loaded:
            await self.listing.renew()
            self._selection_changed()

    async def close_down(self) -> None:
        """End the page and what it follows."""
        self.shell.exchange.changed.disconnect(self._show_connection)
        await super().close_down()

    def commands(self) -> Sequence[Command]:
        """Add, take off, import, save."""
        return (
            Command(self.tr("Add addresses that are never mailed"), self.add, "plus", "Ctrl+N"),
            Command(self.tr("Mail the selected addresses again"), self.remove_selected, "envelope-simple", "Del"),
            Command(self.tr("Import a list of addresses"), self.bring_in, "upload-simple", "Ctrl+O"),
            Command(self.tr("Save the list that is shown"), self.export, "download-simple", "Ctrl+S"),
            Command(self.tr("Choose the columns of the list"), self._choose_columns, "columns"),
        )

    def focus_search(self) -> bool:
        """Ctrl+F."""
        self.listing.search.setFocus()
        self.listing.search.selectAll()
        return True

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Every state and dialog."""
        from kkdesk.ui.suppressions.scenes import SCENES

        return SCENES

    def add(self) -> None:
        """Ask for addresses to add; a search for one that is not listed is there to begin with."""
        if not allowed(self.shell, Action.EDIT_SUPPRESSIONS):
            return
        text = self.listing.query.text
        wanted = text if "@" in text and not self.listing.model.rowCount() else ""
        self.start(self.actions_of_page.add(wanted))

    def remove_selected(self) -> None:
        """Ask about taking the selected addresses off."""
        self.start(self.actions_of_page.remove(self.listing.selected_addresses))

    def bring_in(self) -> None:
        """Ask for a file."""
        self.start(self.actions_of_page.choose_import())

    def export(self) -> None:
        """Write what is shown into a file."""
        self.start(self.actions_of_page.export(self.listing.query))

    # Inside ---------------------------------------------------------------------------------------------

    def _choose_columns(self) -> None:
        self.listing.table.choose_columns()

    def _selection_changed(self) -> None:
        addresses = self.listing.selected_addresses if len(self.listing.table.selected_rows()) == 1 else []
        self.pane.setVisible(bool(addresses))
        if self._shown is not None:
            self._shown.cancel()
        if addresses:
            self._shown = self.start(self._show_pane(addresses[0]))

    async def _show_pane(self, address: str) -> None:
        listing = self.workspace.suppression_list
        entry = await listing.entry_of(address)
        if entry is None:
            await self.listing.load()  # gone since the list was read
            return
        self.pane.show_entry(entry, await listing.history(address), self.workspace.clock())

    def _counted(self, found: int, total: int) -> None:
        text = self.tr("%Ln address(es)", "", total)
        if found != total:
            text = self.tr("%1 of %2").replace("%1", number(found)).replace("%2", text)
        self.header.set_subtitle(text)

    def _show_connection(self) -> None:
        state = self.shell.exchange.state
        away = state is not None and state.connection == "offline"
        words = self.tr(
            "There is no connection to the company's database. What you add is sent later; whoever unsubscribed can be "
            "mailed again only with a connection."
        )
        self.offline.say(words if away else "", "warning")

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.listing.table.selected_rows():
            menu.addAction(icon("envelope-simple"), self.tr("Mail again…"), self.remove_selected)
            menu.addSeparator()
        menu.addMenu(self.listing.table.sort_menu(menu))
        menu.addAction(icon("columns"), self.tr("Columns…"), self._choose_columns)
        menu.popup(self.listing.table.viewport().mapToGlobal(at))

    def _connect(self) -> None:
        listing, pane = self.listing, self.pane
        listing.counted.connect(self._counted)
        listing.selected.connect(self._selection_changed)
        listing.add_wanted.connect(self.add)
        listing.table.opened.connect(lambda _row: self.pane.remove_button.setFocus())
        listing.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        listing.table.customContextMenuRequested.connect(self._show_menu)
        pane.remove_wanted.connect(self.remove_selected)
        pane.customer_wanted.connect(lambda customer: self.shell.go("customers", customer))
        pane.closed.connect(listing.table.clearSelection)
        self.shell.exchange.changed.connect(self._show_connection)

    def _arrange(self) -> None:
        split = SplitPane(self.listing, self.pane, self.shell.state, "suppressions", right_width=330)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(14)
        column.addWidget(self.header)
        column.addWidget(self.offline)
        column.addWidget(split, 1)
