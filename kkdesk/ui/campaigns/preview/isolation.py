"""What keeps a preview to itself: only the mail's own HTML and the pictures in it are loaded, and links lead nowhere.

Imports QtWebEngine: to be imported by `PreviewEngine` alone.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)

from kkdesk.ui.campaigns.preview.engine import PREVIEW_URL, SCHEME, in_memory


class OnlyTheMail(QWebEngineUrlRequestInterceptor):
    """Refuses every request that would leave this computer. `refused` counts them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.refused = 0

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Called by Chromium before each request."""
        if info.requestUrl().scheme() not in {SCHEME.decode(), "data", "blob", "about"}:
            self.refused += 1
            info.block(True)


class MailServer(QWebEngineUrlSchemeHandler):
    """Answers with the mail that is shown: `setHtml` of Qt would refuse one above 2 MB."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._html = b""

    def serve(self, html: str) -> QUrl:
        """Have `html` at an address that is new each time."""
        self._html = html.encode("utf-8", "replace")
        self._number += 1
        return QUrl(f"{PREVIEW_URL}{self._number}")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Called by Chromium."""
        job.reply(b"text/html; charset=utf-8", in_memory(self._html, job))


class MailPage(QWebEnginePage):
    """A page that goes nowhere: a click on a link of a preview must not count, nor unsubscribe anybody."""

    def acceptNavigationRequest(self, url: QUrl, _kind: QWebEnginePage.NavigationType, _is_main: bool) -> bool:  # noqa: FBT001
        """Only the mail itself is ever shown."""
        return url.scheme() == SCHEME.decode()

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """No further windows."""
        return None

    def javaScriptConsoleMessage(
        self, _level: QWebEnginePage.JavaScriptConsoleMessageLevel, _text: str, _line: int, _source: str
    ) -> None:
        """What a mail's HTML complains of is nobody's business."""
