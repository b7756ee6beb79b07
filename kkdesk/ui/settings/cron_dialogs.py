"""The last calls of a job, and a key that is shown once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kkdesk.services.cron_jobs.answers import Call
from kkdesk.services.cron_jobs.report import OK, JobState, outcome
from kkdesk.ui.campaigns.pills import TONE_ROLE, PillDelegate
from kkdesk.ui.dialogs import Message
from kkdesk.ui.formats import moment, number
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.column import Column
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.table import DataTable

Index = QModelIndex | QPersistentModelIndex

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WIDTH, _HEIGHT = 640, 460
_OUTCOME = 1


class CallsModel(QAbstractTableModel):
    """The calls of a job, the latest first."""

    def __init__(self, calls: Sequence[Call], language: str, now: int, parent: QObject | None = None) -> None:
        """`now` in Unix seconds, for “today” and “yesterday”."""
        super().__init__(parent)
        self._calls = calls
        self._language = language
        self._now = now
        translate = QCoreApplication.translate
        self.columns = [
            Column("at", translate("CallsModel", "When"), 180, sortable=False, fixed=True),
            Column("outcome", translate("CallsModel", "Outcome"), 290, sortable=False),
            Column("duration", translate("CallsModel", "Took"), 90, _RIGHT, sortable=False),
        ]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as there are."""
        return 0 if parent.isValid() else len(self._calls)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as `columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, placed as what is beneath them."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, tone and alignment."""
        if not index.isValid():
            return None
        column, call = self.columns[index.column()], self._calls[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role == TONE_ROLE and column.key == "outcome":
            return "success" if call.status == OK else "danger"
        if role == Qt.ItemDataRole.ToolTipRole and column.key == "outcome":
            return call.text or None
        return self._text(call, column.key) if role == Qt.ItemDataRole.DisplayRole else None

    def _text(self, call: Call, key: str) -> str:
        match key:
            case "at":
                return moment(call.at, self._now)
            case "outcome":
                return outcome(call.status, call.http_status).in_language(self._language)
            case _:
                return f"{number(call.duration)} ms"


class CallsDialog(QDialog):
    """What came of a job's last calls."""

    def __init__(self, page: Page, state: JobState) -> None:
        """Shows what was fetched with `state`."""
        super().__init__(page.window())
        language = page.shell.language
        self.setWindowTitle("KK Desk")
        self.resize(_WIDTH, _HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        title = label(state.kind.label.in_language(language), wrap=True)
        title.setProperty("role", "dialog-title")
        column.addWidget(title)
        address = state.job.address if state.job else ""
        often = state.kind.often.in_language(language)
        column.addWidget(label("  ·  ".join(filter(None, (address, often))), "muted", wrap=True))
        self.model = CallsModel(state.history, language, page.workspace.clock(), self)
        self.table = DataTable(self.model.columns, page.shell.state, "cron-calls", self)
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(_OUTCOME, PillDelegate(self.table))
        self.table.setAccessibleName(self.tr("Last calls"))
        self.table.setVisible(bool(state.history))
        column.addWidget(self.table, 1)
        self.nothing = label(self.tr("It has not been called yet."), "muted", wrap=True)
        self.nothing.setVisible(not state.history)
        column.addWidget(self.nothing, 1)
        close = button(self.tr("Close"), "primary", clicked=self.accept)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        (self.table if state.history else close).setFocus()


class SecretDialog(Message):
    """A new key of the calls, to be taken to the endpoints."""

    def __init__(self, parent: QWidget, secret: str) -> None:
        """`secret` is shown, and can be copied."""
        translate = QCoreApplication.translate
        super().__init__(
            parent,
            translate("SecretDialog", "The new key of the calls"),
            translate(
                "SecretDialog",
                "Put it into the environment of the endpoints as CRON_SECRET and start them again. Then press "
                "“Set up” or “Repair” here. The key is kept in this computer's keyring and is not shown again.",
            ),
        )
        self.field = QLineEdit(secret)
        self.field.setReadOnly(True)
        self.field.setAccessibleName(translate("SecretDialog", "Key"))
        self.copy_button = button(translate("SecretDialog", "Copy"), symbol="copy", clicked=self._copy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.copy_button)
        self.body.addSpacing(4)
        self.body.addLayout(row)
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, 0)  # as low as its texts allow at that width
        self.copy_button.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.copy_button.setText(QCoreApplication.translate("SecretDialog", "Copied"))
