"""Qt's own warnings go to the log, where they can be found, and not to a terminal that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

#: Said at every dialog and menu by the platform plugin that draws without a screen; nothing is wrong.
_HARMLESS = (
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
)


@contextmanager
def logged_qt_messages() -> Iterator[None]:
    """Between start and end, warnings of Qt are log records of the logger "qt"."""
    qInstallMessageHandler(_log)
    try:
        yield
    finally:
        qInstallMessageHandler(None)


def _log(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
    import logging

    if kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg} and text not in _HARMLESS:
        logging.getLogger("qt").warning("%s", text)
