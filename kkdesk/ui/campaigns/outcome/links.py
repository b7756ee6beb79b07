"""The links of a campaign and how many recipients clicked each, machines apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from kkdesk.model.campaign_figures import LinkFigures
from kkdesk.ui.formats import number, percent
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def link_columns() -> list[Column]:
    """Address, recipients, those for whom only machines came, share."""
    translate = QCoreApplication.translate
    return [
        Column("url", translate("LinksModel", "Link"), 470, sortable=False, fixed=True),
        Column("clicked", translate("LinksModel", "Recipients"), 120, _RIGHT, sortable=False),
        Column("machines", translate("LinksModel", "Machines only"), 130, _RIGHT, sortable=False),
        Column("share", translate("LinksModel", "Of those who got it"), 150, _RIGHT, sortable=False),
    ]


class LinksModel(QAbstractTableModel):
    """A few dozen rows at most, so it holds them all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = link_columns()
        self._links: tuple[LinkFigures, ...] = ()
        self._reached = 0

    def show(self, links: Sequence[LinkFigures], reached: int) -> None:
        """Replace the contents; `reached` is how many got the mail."""
        self.beginResetModel()
        self._links, self._reached = tuple(links), reached
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as were clicked."""
        return 0 if parent.isValid() else len(self._links)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `link_columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, above their contents."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and alignment."""
        if not index.isValid():
            return None
        link, column = self._links[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        if column.key == "url":
            return link.url
        if column.key == "machines":
            return number(link.machines) if link.machines else ""
        return number(link.clicked) if column.key == "clicked" else percent(link.clicked, self._reached)
