"""The recipients of a campaign, by state or reaction, with what can be done about those who did not get it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kkdesk.model.campaign_figures import Reaction, RecipientRow, RecipientsPage, RecipientState
from kkdesk.ui.campaigns.outcome.cause_chips import CauseChips, cause_words
from kkdesk.ui.campaigns.outcome.history_dialog import HistoryDialog
from kkdesk.ui.campaigns.outcome.recipients_model import PAGE_ROWS, RecipientsModel
from kkdesk.ui.campaigns.pills import PillDelegate
from kkdesk.ui.dialogs import answer, confirm
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
    """Shows the recipients of one campaign; Enter tells the history of one, with ways on: an id, an address."""

    customer_wanted = Signal(str)
    suppression_wanted = Signal(str)

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._campaign_id = ""
        self._only: Only | None = None
        self._reason: str | None = None
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
        self.causes = CauseChips(page.shell.language)
        self.causes.chosen.connect(self.show_only)
        self.causes.cleared.connect(lambda: self.show_only(None))
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

    def show_only(self, only: Only | None, reason: str | None = None) -> None:
        """Show one state (with `reason`: for that cause alone) or reaction, or all."""
        self.choose(only, reason)
        self.reload()

    def choose(self, only: Only | None, reason: str | None = None) -> None:
        """Say what is to be shown; `show_only` reads it, too."""
        self._only, self._reason = only, reason
        language = self._page.shell.language
        if isinstance(only, RecipientState) and reason is not None:
            self.causes.choose((only, reason))
            self.filter.set_choice(cause_words((only, reason), language))
        else:
            self.causes.choose(None)
            self.filter.set_choice(only.label.in_language(language) if only else "")
        self._place_reason()

    def reload(self) -> None:
        """Read anew; a reading that has not come back is dropped."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._page.start(self._read(anew=True))

    # Inside ---------------------------------------------------------------------------------------------

    async def _read(self, *, anew: bool) -> None:
        asked = self._asked
        found = await self._recipients(0, PAGE_ROWS)
        if asked == self._asked:
            self.show_page(found, anew=anew)

    @property
    def _asked(self) -> tuple[str, Only | None, str | None, str]:
        return self._campaign_id, self._only, self._reason, self.search.text()

    async def _recipients(self, offset: int, limit: int) -> RecipientsPage:
        campaign_id, only, reason, search = self._asked
        return await self._page.workspace.campaign_statistics.recipients(
            campaign_id, only=only, reason=reason, search=search, offset=offset, limit=limit
        )

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
        asked = self._asked
        found = await self._recipients(number * PAGE_ROWS, PAGE_ROWS)
        if asked == self._asked:
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
        total = self.model.rowCount() if shown else 0
        self.history_button.setVisible(len(self.table.selected_rows()) == 1)
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
        """Try all that are listed again, or decide about all unconfirmed ones that are."""
        if isinstance(self._only, RecipientState):
            self._page.start(self._act_on_all(self._only))

    async def _act_on_all(self, state: RecipientState) -> None:
        ids: list[str] = []
        asked = self._asked
        while True:
            found = await self._recipients(len(ids), _ALL_AT_ONCE)
            if asked != self._asked:
                return
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
            self._page.start(self.tell_history(recipient))

    def _open_selected(self) -> None:
        if rows := self.table.selected_rows():
            self._open(rows[0])

    async def tell_history(self, recipient: RecipientRow) -> None:
        """Show what became of one recipient's mail; from there on to the customer or the suppression list."""
        workspace = self._page.workspace
        entries = await workspace.send_causes.history(recipient.recipient_id)
        listed = await workspace.suppression_list.entry_of(recipient.email) is not None
        language, now = self._page.shell.language, workspace.clock()
        dialog = HistoryDialog(self, recipient, entries, language, now, listed=listed)
        if not await answer(dialog):
            return
        if dialog.wanted == "customer":
            self.customer_wanted.emit(recipient.customer_id)
        else:
            self.suppression_wanted.emit(recipient.email)

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
        self.history_button = button(self.tr("History…"), symbol="clock", clicked=self._open_selected)
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
        for part in (self.history_button, self.all_button, self.leave_button, self.resend_button, self.retry_button):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.causes)
        column.addWidget(self.state, 1)


async def _counted(do: Callable[[list[str]], Awaitable[int]], ids: list[str]) -> int:
    return await do(ids)
