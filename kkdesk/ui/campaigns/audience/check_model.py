"""Choices with a tick each: the item model of one searchable check list."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kkdesk.model.greek import fold
from kkdesk.services.audience_choices import Choice
from kkdesk.ui.formats import number

Index = QModelIndex | QPersistentModelIndex

#: Text at the right of a row: how many customers.
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
#: Colour of a tag, "#rrggbb" or empty.
COLOUR_ROLE = Qt.ItemDataRole.UserRole + 2


class CheckModel(QAbstractListModel):
    """The choices that match a search; what is ticked stays so when it is out of sight. `changed` on each tick."""

    changed = Signal()

    def __init__(self, language: str, lost: str, parent: QObject | None = None) -> None:
        """`lost` names what is chosen and no longer there (a deleted tag); empty: by its value."""
        super().__init__(parent)
        self._language = language
        self._lost = lost
        self._choices: tuple[Choice, ...] = ()
        self._shown: list[Choice] = []
        self._ticked: dict[str, None] = {}
        self._search = ""

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Replace the choices; what is ticked stays."""
        self._choices = tuple(choices)
        self._rearrange()

    def search(self, text: str) -> None:
        """Show only what has `text` in it, whatever its case and accents."""
        self._search = fold(text.strip())
        self._rearrange()

    @property
    def ticked(self) -> tuple[str, ...]:
        """Values that are ticked, in the order in which they were."""
        return tuple(self._ticked)

    def tick_only(self, values: Collection[str]) -> None:
        """Tick these and no others; `changed` is not emitted."""
        self._ticked = dict.fromkeys(values)
        self._rearrange()

    def toggle(self, row: int) -> None:
        """Tick or untick a row."""
        self.set_ticked(row, ticked=self._shown[row].value not in self._ticked)

    def set_ticked(self, row: int, *, ticked: bool) -> None:
        """Tick or untick a row; a segment that is not understood can only be unticked."""
        choice = self._shown[row]
        if ticked and choice.problem is not None:
            return
        if ticked:
            self._ticked[choice.value] = None
        else:
            self._ticked.pop(choice.value, None)
        at = self.index(row)
        self.dataChanged.emit(at, at)
        self.changed.emit()

    def choice_at(self, row: int) -> Choice:
        """The choice of a row."""
        return self._shown[row]

    @property
    def total(self) -> int:
        """How many choices there are, whatever is searched for."""
        return len(self._choices)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as match."""
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Ticks, except for segments that are not understood."""
        found = super().flags(index)
        if not index.isValid():
            return found
        choice = self._shown[index.row()]
        if choice.problem is not None and choice.value not in self._ticked:
            return Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, tick, count, colour, and why something cannot be chosen."""
        if not index.isValid():
            return None
        choice = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return choice.label.in_language(self._language)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if choice.value in self._ticked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return choice.problem.message(self._language) if choice.problem else None
            case _ if role == COUNT_ROLE:
                return self._count(choice)
            case _:
                return choice.colour if role == COLOUR_ROLE else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ticking."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.set_ticked(index.row(), ticked=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _count(self, choice: Choice) -> str:
        if choice.problem is not None:
            return self.tr("not understood")
        return "" if choice.count is None else number(choice.count)

    def _rearrange(self) -> None:
        self.beginResetModel()
        known = {choice.value for choice in self._choices}
        lost = [self._lost_choice(value) for value in self._ticked if value not in known]
        found = [*lost, *self._choices]
        if self._search:
            found = [one for one in found if self._search in fold(one.label.in_language(self._language))]
        self._shown = found
        self.endResetModel()

    def _lost_choice(self, value: str) -> Choice:
        from kkdesk.model.bilingual import Bilingual

        name = self._lost or value
        return Choice(value, Bilingual(name, name), 0)
