"""Synchronisation: what waits, what needs a decision, and what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from kkdesk.model.errors import KKDeskError
from kkdesk.ui.changes import ALL_KINDS, Kinds
from kkdesk.ui.dialogs import Question, answer
from kkdesk.ui.formats import number
from kkdesk.ui.operation import run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell
from kkdesk.ui.synchronisation.conflicts import Conflicts
from kkdesk.ui.synchronisation.item_model import ChangesModel, sent_columns, waiting_columns
from kkdesk.ui.synchronisation.notices import Notices
from kkdesk.ui.synchronisation.scenes import SCENES
from kkdesk.ui.synchronisation.words import last_success_words, state_words
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

if TYPE_CHECKING:
    from kkdesk.model.sync_state import KeptConflict, SentChange, WaitingChange
    from kkdesk.ui.exchange import Synchroniser

#: Rows of each list; what is more is counted, and comes up as the first ones leave.
MOST: Final = 500
#: While changes stream out the lists follow at this pace: reading them must not slow the sending.
_FOLLOW_MS: Final = 250


class SynchronisationPage(Page):
    """Three lists of this computer's changes, and the state of the exchange above them."""

    shows = frozenset({"history"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """Widgets only; `activate` reads."""
        super().__init__(shell, parent)
        self.waiting: ChangesModel[WaitingChange] = ChangesModel(waiting_columns(), shell.language, self)
        self.sent: ChangesModel[SentChange] = ChangesModel(sent_columns(), shell.language, self)
        self.waiting_table = _table(self.waiting, shell, "sync-waiting")
        self.sent_table = _table(self.sent, shell, "sync-sent")
        self.more = label("", "muted")
        self.waiting_state = PageState(_above(self.more, self.waiting_table))
        self.sent_state = PageState(self.sent_table)
        self.conflicts = Conflicts(shell)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for content in (self.waiting_state, self.conflicts.state, self.sent_state):
            self.tabs.addTab(content, "")
        self.sync_button = button(
            self.tr("Synchronise now"), "primary", symbol="arrows-clockwise", clicked=self.sync_now
        )
        self.header = PageHeader(self.tr("Synchronisation"))
        self.header.add_action(self.sync_button)
        self.notices = Notices(shell)
        self.state = PageState(self._content())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FOLLOW_MS)
        self._soon.timeout.connect(self._follow)
        self._following: asyncio.Task[None] | None = None
        self._counted: tuple[object, ...] = ()
        self._lay_out()
        shell.exchange.changed.connect(self._state_changed)
        self.conflicts.settle_wanted.connect(self._settle)
        self.conflicts.retry_wanted.connect(self._retry)
        self.conflicts.give_up_wanted.connect(lambda conflict: self.start(self._give_up(conflict)))
        self._show_state()

    async def activate(self, target: object = None) -> None:
        """Read the lists; the first with something to decide comes to the front, or the tab that `target` names."""
        self._show_state()
        if self._service is None:
            self._show_local()
            return
        self.state.show_content()
        self.waiting_state.show_loading()
        self.sent_state.show_loading()
        first = not self._counted
        await self._read()
        wanted = str(target) if target else "conflicts" if first and self.conflicts.count else ""
        if wanted in _TABS:
            self.tabs.setCurrentIndex(_TABS.index(wanted))

    async def refresh(self, kinds: Kinds) -> None:
        """Read the lists again."""
        await self.activate()

    def commands(self) -> Sequence[Command]:
        """Synchronising, and deciding."""
        return (
            Command(self.tr("Synchronise now"), self.sync_now, "arrows-clockwise", "Ctrl+Shift+S"),
            Command(self.tr("Show waiting changes"), lambda: self._to_tab("waiting"), "clock", "Alt+1"),
            Command(self.tr("Show what needs a decision"), lambda: self._to_tab("conflicts"), "warning", "Alt+2"),
            Command(self.tr("Show what was sent"), lambda: self._to_tab("sent"), "check-circle", "Alt+3"),
            Command(self.tr("Apply what was chosen"), self.conflicts.apply, "check", "Ctrl+Return"),
        )

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Every state of the exchange."""
        return SCENES

    async def close_down(self) -> None:
        """End the page and what it follows."""
        self._soon.stop()
        self.shell.exchange.changed.disconnect(self._state_changed)
        await super().close_down()

    def sync_now(self) -> None:
        """Send what waits and fetch what is new, now."""
        if self._service is not None and self.sync_button.isEnabled():
            run(
                self,
                self._service.sync_now(),
                what=self.tr("Synchronising…"),
                control=self.sync_button,
                toast=self.tr("Everything is up to date"),
            )

    def give_up_question(self, conflict: KeptConflict) -> Question:
        """The question before a change is given up."""
        return Question(
            self,
            self.tr("Give this change up?"),
            self.tr("“%1” will not be carried out. It stays in the list of what was sent, marked as given up.").replace(
                "%1", self.shell.say(conflict.label)
            ),
            confirm=self.tr("Give the change up"),
            danger=True,
        )

    # Inside ---------------------------------------------------------------------------------------------

    @property
    def _service(self) -> Synchroniser | None:
        return self.shell.exchange.service

    async def _read(self) -> None:
        service = self._service
        if service is None:
            return
        now = self.workspace.clock()
        try:
            waiting = await service.waiting(MOST)
            sent = await service.sent()
            conflicts = await service.conflicts(MOST)
        except KKDeskError as error:
            for state in (self.waiting_state, self.conflicts.state, self.sent_state):
                state.show_error(error, lambda: self.start(self.activate()))
            return
        self._counted = self._counts()
        _keeping(self.waiting_table, self.waiting, waiting, now)
        _keeping(self.sent_table, self.sent, sent, now)
        self.conflicts.show(conflicts, now)
        self._show_lists()

    def _show_lists(self) -> None:
        state = self.shell.exchange.state
        total = max(self.waiting.rowCount(), state.waiting if state else 0)
        rest = total - self.waiting.rowCount()
        self.more.setText(self.tr("And %n more change(s) after these.", None, rest) if rest else "")
        self.more.setVisible(rest > 0)
        if self.waiting.rowCount():
            self.waiting_state.show_content()
        else:
            self.waiting_state.show_empty(
                "check-circle", self.tr("Nothing is waiting"), self.tr("All your changes have been sent.")
            )
        if self.sent.rowCount():
            self.sent_state.show_content()
        else:
            self.sent_state.show_empty(
                "clock-counter-clockwise", self.tr("Nothing sent yet"), self.tr("Changes of this computer are listed.")
            )
        self._name_tabs(total)

    def _name_tabs(self, waiting: int) -> None:
        for at, (text, count) in enumerate(
            (
                (self.tr("Waiting"), waiting),
                (self.tr("To decide"), self.conflicts.count),
                (self.tr("History"), 0),
            )
        ):
            self.tabs.setTabText(at, f"{text} ({number(count)})" if count else text)

    def _state_changed(self) -> None:
        if not self._in_front:
            return
        self._show_state()
        if self._counts() != self._counted and not self._soon.isActive():
            self._soon.start()

    def _follow(self) -> None:
        if self._following is not None and not self._following.done():
            self._soon.start()
        elif self._in_front:
            self._following = self.start(self._read())

    def _counts(self) -> tuple[object, ...]:
        state = self.shell.exchange.state
        return () if state is None else (state.waiting, state.conflicts, state.last_success)

    def _show_state(self) -> None:
        state = self.shell.exchange.state
        now = self.workspace.clock()
        said = [state_words(self.shell.exchange, now).text]
        if state is not None and state.last_success is not None:
            is_calm = state.connection == "online" and not (state.conflicts or state.waiting or state.syncing)
            said = [*([] if is_calm else said), last_success_words(state, now)]
        self.header.set_subtitle(" · ".join(said))
        self.sync_button.setVisible(state is not None)
        self.notices.show_state()

    def _show_local(self) -> None:
        if self.shell.exchange.is_local:
            self.state.show_empty(
                "hard-drives",
                self.tr("You are working locally"),
                self.tr(
                    "All data is on this computer. Connect to the company's database to work on the same data as your "
                    "colleagues, with or without a network."
                ),
                action=self.tr("Connect to the company's database…"),
                do=lambda: self.shell.go("settings", "connect"),
            )
        else:
            self.state.show_empty(
                "arrows-clockwise",
                self.tr("Another program synchronises"),
                self.tr("KK Desk already synchronises this data elsewhere on this computer. Your changes go with it."),
            )

    def _to_tab(self, name: str) -> None:
        self.tabs.setCurrentIndex(_TABS.index(name))
        self.tabs.tabBar().setFocus()

    def _settle(self, conflict: KeptConflict, decisions: Any) -> None:
        if self._service is not None:
            self._decide(self._service.settle(conflict.id, decisions), self.tr("Your decision is being carried out"))

    def _retry(self, conflict: KeptConflict) -> None:
        if self._service is not None:
            self._decide(self._service.retry(conflict.id), self.tr("The change is being sent again"))

    async def _give_up(self, conflict: KeptConflict) -> None:
        # A deletion by others has nothing left that could be lost by accident.
        if conflict.kind == "refused" and not await answer(self.give_up_question(conflict)):
            return
        if self._service is not None:
            self._decide(self._service.give_up(conflict.id), self.tr("The change was given up"))

    def _decide(self, work: Any, toast: str) -> None:
        run(
            self,
            work,
            control=self.conflicts.holder,
            changes=ALL_KINDS,
            toast=toast,
            initiator=self,
            done=self._decided,
        )

    def _decided(self, _nothing: object) -> None:
        self.start(self._read())

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.notices)
        column.addWidget(self.tabs, 1)
        return content

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.state, 1)
        self._name_tabs(0)


_TABS: Final = ("waiting", "conflicts", "sent")


def _table(model: ChangesModel[Any], shell: Shell, key: str) -> DataTable:
    table = DataTable(model.columns, shell.state, key)
    table.setModel(model)
    table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
    return table


def _keeping(table: DataTable, model: ChangesModel[Any], changes: Sequence[Any], now: int) -> None:
    """Show `changes`; the row that was selected stays so, and the table where it was scrolled to."""
    rows = table.selected_rows()
    kept = model.change_at(rows[0]).id if rows else ""
    with table.keeping_place():
        model.show(changes, now)
        row = model.row_of(kept)
        if row >= 0 and table.selected_rows() != [row]:
            table.selectRow(row)


def _above(upper: QWidget, lower: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(6)
    column.addWidget(lower, 1)
    column.addWidget(upper)
    return holder
