"""A table of 100,000 rows: what is done with all of them asks nothing of each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSettings, Qt
from pytestqt.qtbot import QtBot

from kkdesk.ui.widgets.column import Column
from kkdesk.ui.widgets.table import DataTable

ROWS = 100_000
COLUMNS = tuple(Column(name, name, 100) for name in ("name", "town", "phone"))
Index = QModelIndex | QPersistentModelIndex


class Counting(QAbstractTableModel):
    """Counts how often it is asked about a cell."""

    asked = 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own signature
        return 0 if parent.isValid() else ROWS

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        self.asked += 1
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        self.asked += 1
        return super().flags(index)


def test_selecting_everybody_asks_only_about_who_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    table = DataTable(COLUMNS, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat), "test")
    qtbot.addWidget(table)
    model = Counting(table)
    table.setModel(model)
    table.show()
    table.grab()
    model.asked = 0
    table.selectAll()
    assert len(table.selected_rows()) == ROWS
    table.grab()
    assert 0 < model.asked < ROWS / 10


def test_rows_of_several_ranges_come_upwards_and_once(qtbot: QtBot, tmp_path: Path) -> None:
    table = DataTable(COLUMNS, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat), "test")
    qtbot.addWidget(table)
    table.setModel(Counting(table))
    table.setSelectionMode(DataTable.SelectionMode.MultiSelection)
    for row in (70, 3, 4, 90_000):
        table.selectRow(row)
    assert table.selected_rows() == [3, 4, 70, 90_000]
