"""Change history: what was changed, when and by whom, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from kkdesk.model.rights import Action
from kkdesk.services.history import PastChange
from kkdesk.ui.changes import ALL_KINDS, Kinds
from kkdesk.ui.history.item_model import HistoryModel
from kkdesk.ui.operation import run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import guard
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.header import PAGE_MARGINS, PageHeader
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable


class HistoryPage(Page):
    """The changes of the last 30 days that can be, or were, taken back."""

    shows = frozenset({"history"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """Widgets only; `activate` reads."""
        super().__init__(shell, parent)
        self.model = HistoryModel(shell.language, self.workspace.clock(), self)
        self.table = DataTable(self.model.columns, shell.state, "history")
        self.table.setModel(self.model)
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.undo_button = button(
            self.tr("Undo this change"), "primary", symbol="arrow-counter-clockwise", clicked=self.undo_selected
        )
        guard(shell, Action.UNDO, self.undo_button)
        self.header = PageHeader(
            self.tr("Change history"), self.tr("Deletions, bulk edits and imports can be undone for 30 days.")
        )
        self.header.add_action(self.undo_button)
        self.state = PageState(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(16)
        column.addWidget(self.header)
        column.addWidget(self.state, 1)
        self._selected()

    async def activate(self, target: object = None) -> None:
        """Read the list; `target` is the id of a change to select."""
        self.state.show_loading()
        await self._read(str(target) if target else "")

    async def refresh(self, kinds: Kinds) -> None:
        """Read the list again and keep the selection."""
        await self._read("")

    def commands(self) -> Sequence[Command]:
        """Undoing."""
        return (
            Command(self.tr("Undo the selected change"), self.undo_selected, "arrow-counter-clockwise", "Ctrl+Shift+Z"),
        )

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """A selected change."""
        return (Scene("selected", _select_first),)

    @property
    def selected(self) -> PastChange | None:
        """The change in question."""
        rows = self.table.selected_rows()
        return self.model.change_at(rows[0]) if rows else None

    def undo_selected(self) -> None:
        """Take the selected change back; that is a change of its own, which can be taken back too."""
        change = self.selected
        if change is None or change.undone:
            return
        label = self.shell.say(change.label)
        run(
            self,
            self.workspace.history.undo(change.id),
            what=self.tr("Undoing: %1").replace("%1", label),
            control=self.undo_button,
            changes=ALL_KINDS,
            toast=self.tr("Undone: %1").replace("%1", label),
            undo=True,
            done=lambda _applied: self._selected(),
        )

    async def _read(self, wanted: str) -> None:
        kept = self.selected
        now = self.workspace.clock()
        changes = await self.workspace.history.recent()
        with self.table.keeping_place():
            self.model.show(changes, now)
            row = self.model.row_of(kept.id if kept else "")
            if row >= 0:
                self.table.selectRow(row)
        if wanted and (row := self.model.row_of(wanted)) >= 0:
            self.table.selectRow(row)
        self._selected()
        if changes:
            self.state.show_content()
        else:
            self.state.show_empty(
                "clock-counter-clockwise",
                self.tr("No changes yet"),
                self.tr("Whatever you delete, change in bulk or import is listed here and can be undone for 30 days."),
            )

    def _selected(self) -> None:
        change = self.selected
        self.undo_button.setEnabled(change is not None and not change.undone)

    def _show_menu(self, at: QPoint) -> None:
        if self.selected is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(icon("arrow-counter-clockwise"), self.tr("Undo this change"), self.undo_selected)
        action.setEnabled(self.undo_button.isEnabled())
        menu.popup(self.table.viewport().mapToGlobal(at))


async def _select_first(page: HistoryPage) -> None:
    if page.model.rowCount():
        page.table.selectRow(0)
