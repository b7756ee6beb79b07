"""The item model of problems found in a file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from kkdesk.services.importing.problems import Outcome, Problem
from kkdesk.ui.formats import number
from kkdesk.ui.theme.icons import icon
from kkdesk.ui.theme.scheme import tokens
from kkdesk.ui.widgets.column import Column

Index = QModelIndex | QPersistentModelIndex

#: The whole `Problem` of a row.
PROBLEM_ROLE = Qt.ItemDataRole.UserRole

_SYMBOLS: dict[Outcome, tuple[str, str]] = {
    "refused": ("x-circle", "danger"),
    "warning": ("warning", "warning"),
    "mended": ("check-circle", "success"),
}


def problem_columns() -> list[Column]:
    """The columns, with titles in the language of the window."""
    translate = QCoreApplication.translate
    return [
        Column("outcome", translate("ProblemModel", "Outcome"), 134, sortable=False),
        Column("row", translate("ProblemModel", "Row"), 76, sortable=False, fixed=True),
        Column("column", translate("ProblemModel", "Column"), 100, sortable=False),
        Column("value", translate("ProblemModel", "Value"), 156, sortable=False),
        Column("what", translate("ProblemModel", "What it is about"), 300, sortable=False, fixed=True),
    ]


def outcome_name(outcome: Outcome) -> str:
    """What becomes of a row or a value, in a word or two."""
    translate = QCoreApplication.translate
    match outcome:
        case "refused":
            return translate("ProblemModel", "Not imported")
        case "mended":
            return translate("ProblemModel", "Corrected")
        case _:
            return translate("ProblemModel", "Please note")


class ProblemModel(QAbstractTableModel):
    """Problems by row; a few thousand at most, so it holds them all."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        """`language` picks each text."""
        super().__init__(parent)
        self.columns = problem_columns()
        self.language = language
        self._all: tuple[Problem, ...] = ()
        # What the rows are of.
        self.shown: tuple[Problem, ...] = ()

    def show(self, problems: Sequence[Problem], outcome: Outcome | None = None) -> None:
        """Replace the contents; with `outcome` show those only."""
        self.beginResetModel()
        self._all = tuple(problems)
        self.shown = tuple(problem for problem in self._all if outcome in {None, problem.outcome})
        self.endResetModel()

    def narrow(self, outcome: Outcome | None) -> None:
        """Show those with `outcome`; None: all."""
        self.show(self._all, outcome)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        problem = self.shown[index.row()]
        key = self.columns[index.column()].key
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(problem, key)
        if role == Qt.ItemDataRole.ToolTipRole and key == "what":
            return problem.what.in_language(self.language)
        if role == Qt.ItemDataRole.ToolTipRole and key == "value":
            # A tool tip takes what looks like HTML for HTML, and files hold anything.
            return f"<p>{escape(self._text(problem, key))}</p>" if problem.value else None
        if key == "outcome" and role == Qt.ItemDataRole.DecorationRole:
            return icon(*_SYMBOLS[problem.outcome])
        if key == "outcome" and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(getattr(tokens(), _SYMBOLS[problem.outcome][1]))
        return problem if role == PROBLEM_ROLE else None

    def _text(self, problem: Problem, key: str) -> str:
        match key:
            case "outcome":
                return outcome_name(problem.outcome)
            case "row":
                return number(problem.row)
            case "column":
                return problem.column
            case "value" if problem.value[1:].isdigit() and problem.value[:1] == "#":
                return QCoreApplication.translate("ProblemModel", "row %1").replace("%1", problem.value[1:])
            case "value":
                return " ".join(problem.value.split())
            case _:
                return problem.what.in_language(self.language)
