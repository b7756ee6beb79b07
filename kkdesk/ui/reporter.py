"""The one place where errors that nobody else shows end up."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QDialog, QWidget

from kkdesk.model.errors import Cancelled, KKDeskError

#: Errors shown one after the other; more are only logged, since a broken page may fail ten times a second.
_MOST_WAITING = 3


class Reporter(QObject):
    """Shows errors as dialogs, one at a time: a `KKDeskError` as its message, anything else as a fault of ours."""

    def __init__(
        self,
        language: str,
        window: Callable[[], QWidget | None],
        parent: QObject | None = None,
        *,
        before_log: Callable[[], None] = lambda: None,
    ) -> None:
        """`window` gives the window to open over, None while there is none; `before_log` sets up the log if needed."""
        super().__init__(parent)
        self.language = language
        self._window = window
        self._before_log = before_log
        self._waiting: deque[BaseException] = deque()
        self._shown: QDialog | None = None

    def report(self, error: BaseException) -> None:
        """Log and show `error`. Being cancelled is no error."""
        if isinstance(error, Cancelled | asyncio.CancelledError):
            return
        if not isinstance(error, KKDeskError):
            self._before_log()
            _log(error)
        self.show(error)

    def show(self, error: BaseException) -> None:
        """Show `error` without logging it."""
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(error)
        self._show_next()

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Also take what the interpreter and the loop find unhandled."""
        sys.excepthook = self._unhandled
        loop.set_exception_handler(self._unhandled_in_loop)

    def uninstall(self) -> None:
        """Leave exceptions to the interpreter again."""
        sys.excepthook = sys.__excepthook__

    def _unhandled(
        self,
        _kind: type[BaseException],
        error: BaseException,
        _trace: TracebackType | None,
    ) -> None:
        self.report(error)

    def _unhandled_in_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            loop.default_exception_handler(context)
            return
        self.report(error)

    def _show_next(self) -> None:
        if self._shown is not None or not self._waiting:
            return
        self._shown = self._dialog(self._waiting.popleft())
        self._shown.finished.connect(self._read)
        self._shown.open()

    def _read(self) -> None:
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = None
        self._show_next()

    def _dialog(self, error: BaseException) -> QDialog:
        from kkdesk.ui.dialogs import Message

        if isinstance(error, KKDeskError):
            rest = [part.in_language(self.language) for part in (error.kept, error.next_step) if part]
            return Message(self._window(), error.what.in_language(self.language), "\n".join(rest))
        return Message(
            self._window(),
            QCoreApplication.translate("Reporter", "Something went wrong in the program"),
            QCoreApplication.translate(
                "Reporter",
                "This is a fault of KK Desk and not of yours. What you have saved is safe. "
                "If it happens again, please send these details to whoever looks after the program.",
            ),
            details="".join(traceback.format_exception(error)),
        )


def _log(error: BaseException) -> None:
    import structlog  # takes 0.1 s to import, and most runs never need it

    # The text of an exception may quote a customer, so the log gets its kind and the way to it.
    frames = traceback.extract_tb(error.__traceback__)
    way = [f"{frame.filename.rpartition('kkdesk')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    structlog.get_logger("kkdesk.ui").error("unexpected_error", kind=type(error).__name__, way=way)
