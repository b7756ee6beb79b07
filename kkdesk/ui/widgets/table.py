"""A table view as the whole program has it: dense rows, columns to choose and move, sorting left to the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QByteArray, QItemSelectionModel, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QMenu, QTableView, QWidget

from kkdesk.ui.theme.tokens import ROW_HEIGHT

if TYPE_CHECKING:
    from kkdesk.ui.widgets.column import Column
    from kkdesk.ui.widgets.column_chooser import ColumnChooser


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
        if model is not None:
            # A header asks at each painting whether its columns are selected, row by row: seconds for 100,000 of them.
            header = self.horizontalHeader()
            header.setSelectionModel(QItemSelectionModel(model, header))
        if model is not None and not self._ready:
            self._restore()
            self._ready = True

    def selected_rows(self) -> list[int]:
        """Row numbers of the selection, upwards."""
        # By ranges, of which there are few: Qt's own list of 100,000 rows holds the window for seconds.
        ranges = self.selectionModel().selection()
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    @contextmanager
    def keeping_place(self) -> Iterator[None]:
        """What is done within (new rows, selecting one of them) leaves the table scrolled to where it was."""
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        yield
        # A reset lays the rows out in a later turn; until then nothing can be scrolled to.
        self.executeDelayedItemsLayout()
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def choose_columns(self) -> QDialog:
        """Open the dialog to choose columns and their order."""
        from kkdesk.ui.widgets.column_chooser import ColumnChooser

        sections = self._sections_in_order()
        order = [self.columns[section].key for section in sections]
        shown = frozenset(self.columns[section].key for section in sections if not self.isColumnHidden(section))
        chooser = ColumnChooser(self, self.columns, order, shown)
        chooser.accepted.connect(lambda: self._take(chooser))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()
        return chooser

    def arrange_columns(self, order: Sequence[str], shown: Set[str]) -> None:
        """Put the columns in `order` (keys), show those in `shown`, and remember both."""
        header = self.horizontalHeader()
        for place, key in enumerate(order):
            section = self._section(key)
            header.moveSection(header.visualIndex(section), place)
            self.setColumnHidden(section, key not in shown)
        self._keep()

    def sort_by(self, key: str) -> None:
        """Sort by a column, as a click on its title does: the second time downwards."""
        at, descending = self.sorting
        order = Qt.SortOrder.DescendingOrder if at == key and not descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(self._section(key), order)

    def sort_menu(self, parent: QWidget) -> QMenu:
        """The columns that are seen and can be sorted by: what the keyboard has in place of a click on a title."""
        menu = QMenu(self.tr("Sort by"), parent)
        for section in self._sections_in_order():
            column = self.columns[section]
            if column.sortable and not self.isColumnHidden(section):
                action = menu.addAction(column.title, lambda key=column.key: self.sort_by(key))
                action.setCheckable(True)
                action.setChecked(column.key == self.sorting[0])
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

    def _take(self, chooser: ColumnChooser) -> None:
        if chooser.restored:
            self.reset_columns()
        self.arrange_columns(*chooser.chosen())

    def _choose_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        section = self.horizontalHeader().logicalIndexAt(at)
        if section >= 0 and not self.columns[section].fixed:
            title = self.tr("Hide “%1”").replace("%1", self.columns[section].title)
            menu.addAction(title, lambda: self.show_column(section, shown=False))
        menu.addAction(self.tr("Columns…"), self.choose_columns)
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

    def _sections_in_order(self) -> list[int]:
        return sorted(range(len(self.columns)), key=self.horizontalHeader().visualIndex)

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
