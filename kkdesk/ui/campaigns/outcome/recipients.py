"""The recipients of a campaign, by state or reaction, with what can be done about those who did not get it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kkdesk.model.campaign_figures import Reaction, RecipientRow, RecipientsPage, RecipientState
from kkdesk.ui.campaigns.outcome.recipients_model import PAGE_ROWS, RecipientsModel
from kkdesk.ui.campaigns.pills import PillDelegate
from kkdesk.ui.dialogs import confirm
from kkdesk.ui.formats import number
from kkdesk.ui.operation import run
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import FilterChip
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

Only = RecipientState | Reaction
#: States whose mails a person may have tried again.
_RETRIED = (RecipientState.FAILED, RecipientState.SKIPPED, RecipientState.CANCELLED, RecipientState.BOUNCED)
_ALL_ACTIONS = (*_RETRIED, RecipientState.UNCONFIRMED)
#: Columns of `recipient_columns`.
_STATE, _REASON = 2, 7
_REASON_WIDTH = 296
#: Ids read in one go when all of a state are wanted.
_ALL_AT_ONCE = 5_000


class RecipientsTab(QWidget):
    """Shows the recipients of one campaign. `customer_wanted(id)` on a double click."""

    customer_wanted = Signal(str)

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._campaign_id = ""
        self._only: Only | None = None
        self._states: Mapping[RecipientState, int] = {}
        self._reading: asyncio.Task[None] | None = None
        self._reason_home: tuple[int, int] | None = None
        self.model = RecipientsModel(page.shell.language, self)
        self.model.page_wanted.connect(lambda number: page.start(self._fetch(number)))
        self.table = DataTable(self.model.columns, page.shell.state, "campaign-recipients")
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(2, PillDelegate(self.table))
        self.table.opened.connect(self._open)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_actions())
        self.search = SearchField(self.tr("Name or e-mail"))
        self.search.setMaximumWidth(300)
        self.search.searched.connect(lambda _text: self.reload())
        self.filter = FilterChip(self.tr("State"), self._fill_filter)
        self.filter.cleared.connect(lambda: self.show_only(None))
        self._count = label("", "muted")
        self.state = PageState(self.table)
        self._make_actions()
        self._arrange()
        self._show_actions()

    async def show_campaign(self, campaign_id: str) -> None:
        """Show another campaign's recipients, all of them."""
        self._campaign_id = campaign_id
        self.choose(None)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        await self._read(anew=True)

    async def renew(self, states: Mapping[RecipientState, int]) -> None:
        """Figures have moved: read again what is on the screen."""
        self._states = states
        await self._read(anew=False)

    def show_only(self, only: Only | None) -> None:
        """Show one state or reaction, or all."""
        self.choose(only)
        self.reload()

    def choose(self, only: Only | None) -> None:
        """Say what is to be shown; `show_only` reads it, too."""
        self._only = only
        self.filter.set_choice(only.label.in_language(self._page.shell.language) if only else "")
        self._place_reason()

    def reload(self) -> None:
        """Read anew; a reading that has not come back is dropped."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._page.start(self._read(anew=True))

    # Inside ---------------------------------------------------------------------------------------------

    async def _read(self, *, anew: bool) -> None:
        asked = (self._campaign_id, self._only, self.search.text())
        statistics = self._page.workspace.campaign_statistics
        found = await statistics.recipients(asked[0], only=asked[1], search=asked[2], limit=PAGE_ROWS)
        if asked != (self._campaign_id, self._only, self.search.text()):
            return
        self.show_page(found, anew=anew)

    def show_page(self, found: RecipientsPage, *, anew: bool) -> None:
        """Show the first page of what was asked for."""
        show = self.model.show if anew else self.model.renew
        show(found.total, found.rows, self._page.workspace.clock())
        self._count.setText(self.tr("%n recipient(s)", None, found.total) if found.total else "")
        if found.total:
            self.state.show_content()
        elif self._only is not None or self.search.text().strip():
            self.state.show_empty("magnifying-glass", self.tr("No recipient matches"))
        else:
            self.state.show_empty(
                "users",
                self.tr("No recipients yet"),
                self.tr("They are listed when sending begins."),
            )
        self._show_actions()

    async def _fetch(self, number: int) -> None:
        asked = (self._campaign_id, self._only, self.search.text())
        statistics = self._page.workspace.campaign_statistics
        found = await statistics.recipients(
            asked[0], only=asked[1], search=asked[2], offset=number * PAGE_ROWS, limit=PAGE_ROWS
        )
        if asked == (self._campaign_id, self._only, self.search.text()):
            self.model.fill(number, found.rows)

    def _place_reason(self) -> None:
        """Where only those are listed who did not get it, why stands beside the state and not behind empty columns."""
        header = self.table.horizontalHeader()
        at = header.visualIndex(_REASON)
        if self._only in _ALL_ACTIONS and self._reason_home is None:
            self._reason_home = (at, header.sectionSize(_REASON))
            beside = header.visualIndex(_STATE)
            header.moveSection(at, beside + 1 if at > beside else beside)
            header.resizeSection(_REASON, _REASON_WIDTH)
        elif self._only not in _ALL_ACTIONS and self._reason_home is not None:
            home, width = self._reason_home
            self._reason_home = None
            header.resizeSection(_REASON, width)
            header.moveSection(at, home)

    def _selected(self, *states: RecipientState) -> list[RecipientRow]:
        rows = (self.model.recipient_at(row) for row in self.table.selected_rows())
        return [row for row in rows if row is not None and row.state in states]

    def _show_actions(self) -> None:
        unconfirmed = self._selected(RecipientState.UNCONFIRMED)
        retried = self._selected(*_RETRIED)
        self.resend_button.setVisible(bool(unconfirmed))
        self.leave_button.setVisible(bool(unconfirmed))
        self.retry_button.setVisible(bool(retried))
        shown = self._only if isinstance(self._only, RecipientState) else None
        total = self._states.get(shown, 0) if shown else 0
        self.all_button.setVisible(bool(total) and not unconfirmed and not retried and shown in _ALL_ACTIONS)
        if shown is RecipientState.UNCONFIRMED:
            self.all_button.setText(self.tr("Decide about all…"))
        else:
            self.all_button.setText(self.tr("Try all again"))

    def retry_selected(self) -> None:
        """Try the selected ones again."""
        self._retry([row.recipient_id for row in self._selected(*_RETRIED)])

    def resend_selected(self) -> None:
        """Mail the selected unconfirmed ones again, after asking."""
        self._page.start(self.ask_to_resend([row.recipient_id for row in self._selected(RecipientState.UNCONFIRMED)]))

    def leave_selected(self) -> None:
        """Do not mail the selected unconfirmed ones again."""
        self._leave([row.recipient_id for row in self._selected(RecipientState.UNCONFIRMED)])

    def act_on_all(self) -> None:
        """Try all of the shown state again, or decide about all that are unconfirmed."""
        if isinstance(self._only, RecipientState):
            self._page.start(self._act_on_all(self._only))

    async def _act_on_all(self, state: RecipientState) -> None:
        ids: list[str] = []
        statistics = self._page.workspace.campaign_statistics
        while True:
            found = await statistics.recipients(self._campaign_id, only=state, offset=len(ids), limit=_ALL_AT_ONCE)
            ids += [row.recipient_id for row in found.rows]
            if len(ids) >= found.total or not found.rows:
                break
        if state is RecipientState.UNCONFIRMED:
            await self.ask_to_resend(ids)
        else:
            self._retry(ids)

    def _retry(self, ids: list[str]) -> None:
        self._run(
            self._page.workspace.send_queue.retry, ids, lambda count: self.tr("%n mail(s) queued again", None, count)
        )

    def _leave(self, ids: list[str]) -> None:
        self._run(
            self._page.workspace.send_queue.leave,
            ids,
            lambda count: self.tr("%n mail(s) left as they are", None, count),
        )

    async def ask_to_resend(self, ids: list[str]) -> None:
        """Mail unconfirmed ones again, after saying what that may mean."""
        if not ids:
            return
        if await confirm(
            self,
            self.tr("Send %n mail(s) again?", None, len(ids)),
            self.tr(
                "The connection broke while these mails were handed over, so nobody knows whether they arrived. "
                "Some recipients may get the mail twice."
            ),
            confirm=self.tr("Send %n mail(s) again", None, len(ids)),
            danger=True,
        ):
            self._run(
                self._page.workspace.send_queue.resend,
                ids,
                lambda count: self.tr("%n mail(s) queued again", None, count),
            )

    def _run(self, do: Callable[[list[str]], Awaitable[int]], ids: list[str], words: Callable[[int], str]) -> None:
        if ids:
            run(self._page, _counted(do, ids), changes=("campaigns", "mail"), toast=words)

    def _open(self, row: int) -> None:
        recipient = self.model.recipient_at(row)
        if recipient is not None:
            self.customer_wanted.emit(recipient.customer_id)

    def _fill_filter(self, menu: QMenu) -> None:
        language = self._page.shell.language
        for state in RecipientState:
            if count := self._states.get(state, 0):
                text = f"{state.label.in_language(language)} ({number(count)})"
                menu.addAction(text, lambda chosen=state: self.show_only(chosen))
        menu.addSeparator()
        for reaction in Reaction:
            menu.addAction(reaction.label.in_language(language), lambda chosen=reaction: self.show_only(chosen))

    def _make_actions(self) -> None:
        self.retry_button = button(self.tr("Try again"), symbol="arrow-clockwise", clicked=self.retry_selected)
        self.resend_button = button(self.tr("Send again…"), symbol="arrow-clockwise", clicked=self.resend_selected)
        self.leave_button = button(self.tr("Leave as it is"), symbol="check", clicked=self.leave_selected)
        self.all_button = button(self.tr("Try all again"), symbol="arrow-clockwise", clicked=self.act_on_all)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        row.addWidget(self.filter)
        row.addWidget(self._count)
        row.addStretch(1)
        for part in (self.all_button, self.leave_button, self.resend_button, self.retry_button):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.state, 1)


async def _counted(do: Callable[[list[str]], Awaitable[int]], ids: list[str]) -> int:
    return await do(ids)
