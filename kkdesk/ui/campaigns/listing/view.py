"""The list of campaigns: search, filter by status, what can be done with the one that is selected."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import CampaignSummary
from kkdesk.model.errors import KKDeskError
from kkdesk.model.rights import Action
from kkdesk.ui.campaigns.listing.item_model import CampaignModel
from kkdesk.ui.campaigns.pills import PillDelegate
from kkdesk.ui.campaigns.words import AudienceNames, audience_names
from kkdesk.ui.page import Page
from kkdesk.ui.rights import guard
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button, menu_button
from kkdesk.ui.widgets.chips import FilterChip
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

#: Campaigns read in one go.
_PART = 200
#: Seconds for which names of tags and segments are good: while mails go out the list is read every second.
_NAMES_SECONDS = 10.0


class CampaignList(QWidget):
    """Emits what a person wants; the page does it."""

    opened = Signal(object)
    new_wanted = Signal()
    template_wanted = Signal()
    templates_wanted = Signal()
    signatures_wanted = Signal()
    copy_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._status: CampaignStatus | None = None
        self._reading: asyncio.Task[None] | None = None
        self._names = AudienceNames()
        self._untracked: frozenset[str] = frozenset()
        self._named_at = -_NAMES_SECONDS
        self.model = CampaignModel(page.shell.language, self)
        self.table = DataTable(self.model.columns, page.shell.state, "campaigns")
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(1, PillDelegate(self.table))
        self.search = SearchField(self.tr("Name or subject"))
        self.statuses = FilterChip(self.tr("Status"), self._fill_statuses)
        self.state = PageState(self.table)
        self.header = PageHeader(self.tr("Campaigns"))
        self._add_actions()
        self._arrange()
        self._connect()
        self._selection_changed()

    async def read(self) -> None:
        """Read the list anew, keeping the selection; what went wrong stands in its place."""
        try:
            if time.monotonic() - self._named_at > _NAMES_SECONDS:
                self._names = await audience_names(self._page.workspace)
                self._named_at = time.monotonic()
            rows = await self._rows()
            self._untracked = await self._page.workspace.tracking_switches.untracked_campaigns()
        except KKDeskError as error:
            self.state.show_error(error, self.reload)
            return
        self.show_rows(rows)

    def show_rows(self, rows: Sequence[CampaignSummary]) -> None:
        """List these, keeping the selection; none: say why."""
        kept = self.selected
        with self.table.keeping_place():
            self.model.show(rows, self._names, self._page.workspace.clock(), self._untracked)
            if kept is not None:
                self.select(kept.id)
        self._show_state(len(rows))

    def reload(self) -> None:
        """Read the list in the background; an earlier reading that has not come back is dropped."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._page.start(self.read())

    @property
    def selected(self) -> CampaignSummary | None:
        """The campaign in question."""
        rows = self.table.selected_rows()
        return self.model.summary_at(rows[0]) if rows else None

    def select(self, campaign_id: str) -> None:
        """Select a campaign, if it is listed."""
        row = self.model.row_of(campaign_id)
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    def open_selected(self) -> None:
        """Open the selected campaign."""
        if self.selected is not None:
            self.opened.emit(self.selected)

    def copy_selected(self) -> None:
        """Copy the selected campaign."""
        if self.selected is not None:
            self.copy_wanted.emit(self.selected)

    def delete_selected(self) -> None:
        """Delete the selected campaign."""
        if self.selected is not None:
            self.delete_wanted.emit(self.selected)

    def show_status(self, status: CampaignStatus | None) -> None:
        """Show the campaigns of one status, or all."""
        self._status = status
        self.statuses.set_choice(status.label.in_language(self._page.shell.language) if status else "")
        self.reload()

    async def _rows(self) -> list[CampaignSummary]:
        found: list[CampaignSummary] = []
        statistics = self._page.workspace.campaign_statistics
        while True:
            part = await statistics.summaries(
                status=self._status, search=self.search.text(), limit=_PART, offset=len(found)
            )
            found += part
            if len(part) < _PART:
                return found

    def _show_state(self, count: int) -> None:
        narrowed = bool(self._status or self.search.text().strip())
        if count:
            self.header.set_subtitle(self.tr("%n campaign(s)", None, count))
            self.state.show_content()
        elif narrowed:
            self.state.show_empty(
                "magnifying-glass",
                self.tr("No campaign found"),
                self.tr("None has this status or these words in its name or subject."),
                action=self.tr("Show all campaigns"),
                do=self._show_all,
            )
        else:
            self.header.set_subtitle("")
            self.state.show_empty(
                "paper-plane-tilt",
                self.tr("Your first campaign"),
                self.tr(
                    "Write a mail, choose who gets it, see it as they will, and follow who opens it. "
                    "Nothing is sent before you confirm the number of recipients."
                ),
                action=self.tr("New campaign"),
                do=self.new_wanted.emit,
            )

    def _show_all(self) -> None:
        self.search.clear()
        self.show_status(None)

    def _fill_statuses(self, menu: QMenu) -> None:
        for status in CampaignStatus:
            action = menu.addAction(status.label.in_language(self._page.shell.language))
            action.setCheckable(True)
            action.setChecked(status is self._status)
            action.triggered.connect(lambda _on, chosen=status: self.show_status(chosen))

    def _selection_changed(self) -> None:
        chosen = self.selected is not None
        for one in (self.open_button, self.copy_button, self.delete_button):
            one.setEnabled(chosen)

    def _show_menu(self, at: QPoint) -> None:
        if self.selected is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("folder-open"), self.tr("Open"), self.open_selected)
        menu.addAction(icon("copy"), self.tr("Duplicate"), self.copy_selected)
        menu.addSeparator()
        menu.addAction(icon("trash"), self.tr("Delete"), self.delete_selected)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _add_actions(self) -> None:
        more = QMenu()
        more.addAction(icon("article"), self.tr("Templates"), self.templates_wanted.emit)
        more.addAction(icon("pen-nib"), self.tr("Signatures"), self.signatures_wanted.emit)
        from_template = button(self.tr("From a template…"), clicked=self.template_wanted.emit)
        new = button(self.tr("New campaign"), "primary", symbol="plus", clicked=self.new_wanted.emit)
        for made in (menu_button(self.tr("Templates and signatures"), more), from_template, new):
            self.header.add_action(made)
        guard(self._page.shell, Action.EDIT_CAMPAIGNS, from_template, new)

    def _arrange(self) -> None:
        self.open_button = button(self.tr("Open"), "quiet", symbol="folder-open", clicked=self.open_selected)
        self.copy_button = button(self.tr("Duplicate"), "quiet", symbol="copy", clicked=self.copy_selected)
        self.delete_button = button(self.tr("Delete"), "quiet", symbol="trash", clicked=self.delete_selected)
        guard(self._page.shell, Action.EDIT_CAMPAIGNS, self.copy_button, self.delete_button)
        self.search.setMaximumWidth(340)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search, 3)
        row.addWidget(self.statuses)
        row.addStretch(1)
        for one in (self.open_button, self.copy_button, self.delete_button):
            row.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(14)
        column.addWidget(self.header)
        column.addLayout(row)
        column.addWidget(self.state, 1)

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.reload())
        self.statuses.cleared.connect(lambda: self.show_status(None))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.opened.connect(lambda _row: self.open_selected())
        self.table.sort_wanted.connect(lambda key, down: self.model.sort_by(key, descending=down))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.model.modelReset.connect(self._selection_changed)
        key, descending = self.table.sorting
        if key:
            self.model.sort_by(key, descending=descending)
        else:
            self.table.set_sorting("date", descending=True)
