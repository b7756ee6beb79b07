"""The table of problems: a row is as high as what is said in it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSettings, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.ui.importing.problem_model import ProblemModel
from kkdesk.ui.theme.tokens import ROW_HEIGHT
from kkdesk.ui.widgets.table import DataTable

#: Pixels of a cell that no text is in: at its sides, above and beneath.
_SIDES = 26
_ABOVE_AND_BENEATH = 12


class _Wrapping(QStyledItemDelegate):
    """Breaks a text into lines, in a table that breaks none."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText  # type: ignore[attr-defined]


class ProblemTable(DataTable):
    """Wraps what each problem is about, so that all of it can be read in any window."""

    def __init__(self, model: ProblemModel, state: QSettings, parent: QWidget | None = None) -> None:
        """`state` is `shell.state`."""
        super().__init__(model.columns, state, "import-problems", parent)
        self._problems = model
        self._text_column = next(at for at, column in enumerate(model.columns) if column.key == "what")
        self._room = 0
        self.setModel(model)
        self.setItemDelegateForColumn(self._text_column, _Wrapping(self))
        model.modelReset.connect(self._fit)
        self.horizontalHeader().sectionResized.connect(self._resized)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last column has all the room that is left."""
        super().resizeEvent(event)
        self._resized(self._text_column)

    def _resized(self, section: int) -> None:
        if section == self._text_column and self.columnWidth(section) != self._room:
            self._fit()

    def _fit(self) -> None:
        self._room = self.columnWidth(self._text_column)
        metrics = QFontMetrics(self.font())
        area = QRect(0, 0, max(self._room - _SIDES, 1), 10_000)
        rows = self.verticalHeader()
        # Thousands of problems share a few texts: each is measured once.
        heights: dict[Bilingual, int] = {}
        for row, problem in enumerate(self._problems.shown):
            if (height := heights.get(problem.what)) is None:
                text = problem.what.in_language(self._problems.language)
                needed = metrics.boundingRect(area, Qt.TextFlag.TextWordWrap.value, text).height()
                height = heights[problem.what] = max(ROW_HEIGHT, needed + _ABOVE_AND_BENEATH)
            if rows.sectionSize(row) != height:
                rows.resizeSection(row, height)
