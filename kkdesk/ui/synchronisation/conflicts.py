"""The list of conflicts, with the one in question beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kkdesk.ui.synchronisation.conflict_view import ConflictView
from kkdesk.ui.synchronisation.item_model import ChangesModel, conflict_columns
from kkdesk.ui.widgets.split import SplitPane
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

if TYPE_CHECKING:
    from kkdesk.model.sync_state import KeptConflict
    from kkdesk.ui.shell import Shell

_DETAIL = 720
_LIST_LEAST = 210
_DETAIL_LEAST = 520


class Conflicts(QObject):
    """Emits the conflict with what was decided about it. `state` is the widget."""

    #: A `KeptConflict` and a `dict[Guard, Decision]`.
    settle_wanted = Signal(object, object)
    retry_wanted = Signal(object)
    give_up_wanted = Signal(object)

    def __init__(self, shell: Shell) -> None:
        """Empty until `show`."""
        super().__init__()
        self._shell = shell
        self._now = 0
        self.model: ChangesModel[KeptConflict] = ChangesModel(conflict_columns(), shell.language, self)
        self.table = DataTable(self.model.columns, shell.state, "sync-conflicts")
        self.table.setModel(self.model)
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.table.setMinimumWidth(_LIST_LEAST)
        self.table.selectionModel().selectionChanged.connect(self._show_selected)
        self.table.opened.connect(lambda _row: self.focus_view())
        self.view: ConflictView | None = None
        self.holder = QWidget()
        self.holder.setMinimumWidth(_DETAIL_LEAST)
        self._place = QVBoxLayout(self.holder)
        self._place.setContentsMargins(0, 0, 0, 0)
        split = SplitPane(self.table, self.holder, shell.state, "sync-conflicts", right_width=_DETAIL)
        self.state = PageState(split)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.model.rowCount()

    def show(self, conflicts: Sequence[KeptConflict], now: int) -> None:
        """Show `conflicts`; the one in question stays, with what was chosen in it, as long as it is the same."""
        self._now = now
        kept = self.view.conflict if self.view is not None else None
        rows = self.table.selected_rows()
        before = rows[0] if rows else 0
        self.model.show(conflicts, now)
        if not conflicts:
            self._replace(None)
            self.state.show_empty(
                "check-circle",
                QCoreApplication.translate("Conflicts", "Nothing to decide"),
                QCoreApplication.translate(
                    "Conflicts", "Should you and somebody else change the same, both values will be kept here for you."
                ),
            )
            return
        self.state.show_content()
        row = self.model.row_of(kept.id) if kept is not None else 0
        # One that was settled makes room for its neighbour.
        row = row if row >= 0 else min(before, len(conflicts) - 1)
        if self.table.selected_rows() != [row]:
            self.table.selectRow(row)
        self._show_selected()

    def select(self, change_id: str) -> None:
        """Show the conflict of a change."""
        if (row := self.model.row_of(change_id)) >= 0:
            self.table.selectRow(row)

    def apply(self) -> None:
        """Settle the one in question as chosen."""
        if self.view is not None:
            self.view.apply()

    def focus_view(self) -> None:
        """From the list to the values."""
        if self.view is not None:
            self.view.focus_first()

    def _show_selected(self) -> None:
        rows = self.table.selected_rows()
        conflict = self.model.change_at(rows[0]) if rows else None
        if conflict is not None and self.view is not None and self.view.conflict == conflict:
            return
        self._replace(conflict)

    def _replace(self, conflict: KeptConflict | None) -> None:
        if self.view is not None:
            self._place.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self.view = None
        if conflict is None:
            return
        view = ConflictView(conflict, self._shell.language, self._now)
        view.settled.connect(lambda decisions: self.settle_wanted.emit(conflict, decisions))
        view.retry_wanted.connect(lambda: self.retry_wanted.emit(conflict))
        view.give_up_wanted.connect(lambda: self.give_up_wanted.emit(conflict))
        self._place.addWidget(view)
        view.show()  # a layout shows it only in a later turn
        self.view = view
