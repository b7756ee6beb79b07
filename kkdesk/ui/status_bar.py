"""The foot of the window: what goes on, the mail queue, the connection and the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from kkdesk.ui.connection_sign import ConnectionSign
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.buttons import tool_button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from kkdesk.ui.shell import Activity

HEIGHT = 28


class StatusBar(QWidget):
    """Left: background operations, the latest in front. Right: queue, profile, connection."""

    def __init__(self, profile: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._activities: list[Activity] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(6)
        self._work = _Work()
        row.addWidget(self._work)
        self._queue = _Sign("envelope-simple")
        row.addStretch(1)
        row.addWidget(self._queue)
        self._profile = _Sign("folder-simple")
        self._profile.show_text(profile)
        row.addWidget(self._profile)
        #: At the edge, so that its changing words have nothing beside them.
        self.connection = ConnectionSign()
        row.addWidget(self.connection)
        self.show_queue(0, 0)

    def add_activity(self, activity: Activity) -> None:
        """Show a background operation until it ends."""
        self._activities.append(activity)
        activity.changed.connect(self._show_work)
        activity.ended.connect(lambda: self._ended(activity))
        self._show_work()

    def show_queue(self, waiting: int, unconfirmed: int) -> None:
        """Mails that wait to be sent, and those nobody knows of whether they were."""
        if unconfirmed:
            text = self.tr("%n mail(s) unconfirmed", None, unconfirmed)
        elif waiting:
            text = self.tr("%n mail(s) waiting", None, waiting)
        else:
            text = self.tr("No mail waiting")
        self._queue.show_text(text)

    def work_text(self) -> str:
        """What goes on, as shown; empty: nothing."""
        return self._work.text()

    def queue_text(self) -> str:
        """What is said of the queue."""
        return self._queue.text()

    def _ended(self, activity: Activity) -> None:
        self._activities.remove(activity)
        self._show_work()

    def _show_work(self) -> None:
        self._work.show_activity(self._activities[-1] if self._activities else None, len(self._activities))


class _Work(QWidget):
    """The latest background operation, with a small bar and a button to stop it."""

    def __init__(self) -> None:
        super().__init__()
        self._activity: Activity | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(96)
        self._bar.setTextVisible(False)
        self._label = label("")
        self._stop = tool_button("x", self.tr("Stop"), clicked=self._cancel)
        self._stop.setIconSize(QSize(14, 14))
        for part in (self._bar, self._label, self._stop):
            row.addWidget(part)
        self.hide()

    def text(self) -> str:
        return self._label.text() if self._activity is not None else ""

    def show_activity(self, activity: Activity | None, count: int) -> None:
        self._activity = activity
        self.setVisible(activity is not None)
        if activity is None:
            return
        scale = max(1, activity.total // 1_000_000)
        self._bar.setRange(0, activity.total // scale)
        self._bar.setValue(activity.done // scale)
        text = activity.text
        if activity.total:
            text += f"  {number(activity.done)} / {number(activity.total)}"
        self._label.setText(f"{text}  (+{count - 1})" if count > 1 else text)
        self._stop.setVisible(activity.cancel is not None)

    def _cancel(self) -> None:
        if self._activity is not None and self._activity.cancel is not None:
            self._activity.cancel()


class _Sign(QWidget):
    """An icon and a word or two."""

    def __init__(self, symbol: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(5)
        row.addWidget(Symbol(symbol, size=14))
        self._text = label("")
        row.addWidget(self._text)

    def show_text(self, text: str) -> None:
        self._text.setText(text)

    def text(self) -> str:
        return self._text.text()
