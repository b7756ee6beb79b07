"""What stands where contents will be: loading, nothing there, or what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.symbol import Symbol

if TYPE_CHECKING:
    from kkdesk.model.errors import KKDeskError

#: What is there sooner shows no "loading" first.
LOADING_AFTER_MS = 300
_SYMBOL_PIXELS = 48
_TEXT_WIDTH = 440


class EmptyState(QWidget):
    """An icon, what is missing, and the action that changes it."""

    def __init__(
        self,
        symbol: str,
        title: str,
        text: str = "",
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(Symbol(symbol, "outline", _SYMBOL_PIXELS), 0, Qt.AlignmentFlag.AlignHCenter)
        heading = label(title, "section-title", wrap=True)
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(heading)
        if text:
            column.addWidget(_paragraph(text))
        if action and do is not None:
            column.addSpacing(8)
            self.button = button(action, "primary", clicked=do)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)


class PageState(QStackedWidget):
    """Shows `content`, or what stands in its place."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self._other: QWidget | None = None
        self._wanted = ""
        self.addWidget(content)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(LOADING_AFTER_MS)
        self._loading.timeout.connect(self._show_loading)

    def show_content(self) -> None:
        """Show the contents."""
        self._loading.stop()
        self.setCurrentWidget(self.content)
        self._drop()

    def show_loading(self, text: str = "") -> None:
        """Show that something is being fetched, once it has taken 300 ms."""
        self._wanted = text
        self._loading.start()

    def show_waiting(self, text: str) -> None:
        """Show at once that something takes its time, and how far it is."""
        self._wanted = text
        self._show_loading()

    def show_empty(
        self,
        symbol: str,
        title: str,
        text: str = "",
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show that there is nothing, and what one can do about it."""
        self._show(EmptyState(symbol, title, text, action=action, do=do))

    def show_error(self, error: KKDeskError, retry: Callable[[], object] | None = None) -> None:
        """Show why there is nothing; `retry` gets a button."""
        language = self.locale_language()
        rest = [part.in_language(language) for part in (error.kept, error.next_step) if part]
        again = self.tr("Try again") if retry else ""
        self._show(
            EmptyState(
                "warning-circle",
                error.what.in_language(language),
                " ".join(rest),
                action=again,
                do=retry,
            )
        )

    def locale_language(self) -> str:
        """ "el" or "en": the window's locale is the language the person chose."""
        return "en" if self.locale().name().startswith("en") else "el"

    def _show_loading(self) -> None:
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.addStretch(2)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setFixedWidth(180)
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        text = label(self._wanted or self.tr("Loading…"), "muted")
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._show(waiting)

    def _show(self, other: QWidget) -> None:
        self._loading.stop()
        self.addWidget(other)
        self.setCurrentWidget(other)
        self._drop()
        self._other = other

    def _drop(self) -> None:
        if self._other is not None:
            self.removeWidget(self._other)
            self._other.deleteLater()
            self._other = None


def _paragraph(text: str) -> QWidget:
    # A layout aligned to its middle gives a wrapped label one line's height; springs at its sides do not.
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    paragraph = label(text, "muted", wrap=True)
    paragraph.setAlignment(Qt.AlignmentFlag.AlignCenter)
    paragraph.setMaximumWidth(_TEXT_WIDTH)
    row.addStretch(1)
    row.addWidget(paragraph, 1000)
    row.addStretch(1)
    return holder
