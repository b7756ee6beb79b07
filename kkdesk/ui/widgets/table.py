"""A table view as the whole program has it: dense rows, columns to choose and move, sorting left to the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QByteArray, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from kkdesk.ui.theme.tokens import ROW_HEIGHT

if TYPE_CHECKING:
    from kkdesk.ui.widgets.column import Column


class DataTable(QTableView):
    """Shows an item model whose columns are those of `columns`, in that order.

    Emits `sort_wanted(key, descending)` when a header is clicked: the model sorts in SQL and the table never by
    itself. `opened(row)` on double-click or Enter. Widths, order, choice and sorting are kept in `state` under `key`.
    """

    sort_wanted = Signal(str, bool)
    opened = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column],
        state: QSettings,
        key: str,
        parent: QWidget | None = None,
    ) -> None:
        """`state` is `shell.state`."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._state = state
        self._key = f"table/{key}"
        self._ready = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self._dress_header()
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    @property
    def sorting(self) -> tuple[str, bool]:
        """Key of the column that is sorted by, and whether downwards; an empty key: not sorted."""
        header = self.horizontalHeader()
        section = header.sortIndicatorSection()
        if not 0 <= section < len(self.columns):
            return "", False
        return self.columns[section].key, header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder

    def set_sorting(self, key: str, *, descending: bool = False) -> None:
        """Show the arrow at `key`, as the model sorts already; emits nothing."""
        header = self.horizontalHeader()
        header.blockSignals(True)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(self._section(key), order)
        header.blockSignals(False)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show `model` with the columns as the person left them."""
        super().setModel(model)
        if model is not None and not self._ready:
            self._restore()
            self._ready = True

    def selected_rows(self) -> list[int]:
        """Row numbers of the selection, upwards."""
        return sorted({index.row() for index in self.selectionModel().selectedRows()})

    def column_menu(self, parent: QWidget | None = None) -> QMenu:
        """A menu to choose columns with; also on a right click on the header."""
        menu = QMenu(parent or self)
        for section, column in enumerate(self.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(section))
            action.setEnabled(not column.fixed)
            action.toggled.connect(lambda on, at=section: self.show_column(at, shown=on))
        menu.addSeparator()
        menu.addAction(self.tr("Restore the original columns"), self.reset_columns)
        return menu

    def show_column(self, section: int, *, shown: bool) -> None:
        """Show or hide a column, and remember it."""
        self.setColumnHidden(section, not shown)
        self._keep()

    def reset_columns(self) -> None:
        """Columns, widths and order as the program has them."""
        header = self.horizontalHeader()
        for section, column in enumerate(self.columns):
            header.moveSection(header.visualIndex(section), section)
            header.resizeSection(section, column.width)
            self.setColumnHidden(section, not column.shown)
        self._keep()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current row."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(48)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionMoved.connect(self._keep)
        header.sectionResized.connect(self._keep)

    def _choose_columns(self, at: QPoint) -> None:
        menu = self.column_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        if not 0 <= section < len(self.columns):
            return
        if not self.columns[section].sortable:
            self.set_sorting(self._sorted_by[0], descending=self._sorted_by[1])
            return
        self._sorted_by = (
            self.columns[section].key,
            order == Qt.SortOrder.DescendingOrder,
        )
        self._keep()
        self.sort_wanted.emit(*self._sorted_by)

    _sorted_by: tuple[str, bool] = ("", False)

    def _section(self, key: str) -> int:
        return next((at for at, column in enumerate(self.columns) if column.key == key), -1)

    def _restore(self) -> None:
        for section, column in enumerate(self.columns):
            self.setColumnWidth(section, column.width)
            self.setColumnHidden(section, not column.shown)
        kept = self._state.value(self._key)
        # A version with other columns starts afresh: Qt would give their widths to the wrong ones.
        if self._state.value(f"{self._key}-columns") == self._signature() and isinstance(kept, QByteArray):
            header = self.horizontalHeader()
            header.blockSignals(True)
            header.restoreState(kept)
            header.blockSignals(False)
            self._dress_again()

    def _dress_again(self) -> None:
        # restoreState also brings back what a former version had set.
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setSortIndicatorShown(True)
        self._sorted_by = self.sorting

    def _keep(self) -> None:
        if self._ready:
            self._state.setValue(self._key, self.horizontalHeader().saveState())
            self._state.setValue(f"{self._key}-columns", self._signature())

    def _signature(self) -> str:
        return ",".join(column.key for column in self.columns)
