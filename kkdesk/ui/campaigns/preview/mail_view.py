"""Shows a mail's HTML: in QtWebEngine, or where that is not to be had in a plainer view of Qt's own."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from kkdesk.services.mail.html_sanitize import sanitize
from kkdesk.ui.campaigns.preview.engine import PreviewEngine, preload

if TYPE_CHECKING:
    from PySide6.QtQuickWidgets import QQuickWidget
    from PySide6.QtWebEngineCore import QWebEngineLoadingInfo
    from PySide6.QtWebEngineWidgets import QWebEngineView

#: Pixels across: a mail program on a desk, a telephone.
DESKTOP_WIDTH: Final = 760
PHONE_WIDTH: Final = 390
#: A page that has not come by then will not come: Chromium's helper could not be started.
_LOAD_SECONDS: Final = 20
_PAINT_SECONDS: Final = 3.0
#: A picture that many looks in a row have found the same is the one.
_ALIKE: Final = 2
_GLANCE_SECONDS: Final = 0.05

_engine: list[PreviewEngine] = []


def engine() -> PreviewEngine:
    """The one engine of the program, started when first wanted. Raises `ImportError`."""
    if not _engine:
        app = QApplication.instance()
        if app is None:
            raise ImportError("there is no application")
        made = PreviewEngine(app)
        made.destroyed.connect(_engine.clear)
        _engine.append(made)
    return _engine[0]


class MailView(QWidget):
    """Shows one mail at a time. `plain` is true where the plainer view had to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plain = False
        self._shown: asyncio.Future[None] | None = None
        self._address = QUrl()
        self._web: QWebEngineView | None = None
        self._browser: QTextBrowser | None = None
        self._frame = QFrame()
        self._frame.setObjectName("mailPaper")
        self._frame.setStyleSheet("#mailPaper { background: #ffffff; }")
        self._inside = QVBoxLayout(self._frame)
        self._inside.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._frame, 1000)
        row.addStretch(1)
        self.set_width(DESKTOP_WIDTH)

    def set_width(self, pixels: int) -> None:
        """Show it that wide, or as wide as there is room."""
        self._frame.setMaximumWidth(pixels)

    async def show_html(self, html: str) -> None:
        """Show a mail and wait until it can be seen."""
        await self.prepare()
        if self._web is None:
            if self._browser is not None:
                self._browser.setHtml(sanitize(html))
            return
        shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._shown, before = shown, self._shown
        if before is not None and not before.done():
            # Another mail is wanted by now: nobody waits for that one any more.
            before.set_result(None)
        self._address = engine().serve(_document(html))
        self._web.page().load(self._address)
        try:
            await asyncio.wait_for(shown, _LOAD_SECONDS)
            if self._shown is shown:
                await self._painted()
        except TimeoutError:
            _log("preview_did_not_load")

    async def _painted(self) -> None:
        """Wait until what is shown stays as it is: Chromium arranges and paints in processes of its own.

        For another mail or width it may show the former picture, take another surface and show nothing in between.
        A mail that has nothing in it, or moves, is not waited for longer than a while.
        """
        from PySide6.QtQuickWidgets import QQuickWidget

        loop = asyncio.get_running_loop()
        end = loop.time() + _PAINT_SECONDS
        before, alike = "", 0
        while self._web is not None and self.isVisible() and loop.time() < end:
            surface = self._web.findChild(QQuickWidget)
            if surface is None:
                return
            picture = _fingerprint(surface)
            alike = alike + 1 if picture and picture == before else 0
            if alike == _ALIKE:
                return
            before = picture
            await asyncio.sleep(_GLANCE_SECONDS)

    @property
    def is_ready(self) -> bool:
        """Whether what shows mails is there."""
        return self._web is not None or self._browser is not None

    async def prepare(self) -> None:
        """Start what shows mails, if it has not been started: a second or two."""
        if self.is_ready:
            return
        await preload()
        if self.is_ready:
            return
        try:
            self._make_web_view()
        except ImportError as error:
            _log("no_web_engine", reason=str(error)[:200])
            self.plain = True
            self._browser = QTextBrowser()
            self._browser.setOpenLinks(False)
            self._browser.setStyleSheet("background: #ffffff; color: #1f2937; border: none;")
            self._inside.addWidget(self._browser)

    def _make_web_view(self) -> None:
        started = engine()
        from PySide6.QtWebEngineWidgets import QWebEngineView

        from kkdesk.ui.campaigns.preview.isolation import MailPage

        view = QWebEngineView(self._frame)
        page = MailPage(started.profile, view)
        page.setBackgroundColor(QColor("#ffffff"))
        page.loadingChanged.connect(self._loading)
        view.setPage(page)
        self._web = view
        self._inside.addWidget(view)

    def _loading(self, told: QWebEngineLoadingInfo) -> None:
        # Chromium also tells of the mail before, whose loading this one has ended.
        ended = told.status() is not told.LoadStatus.LoadStartedStatus and told.url() == self._address
        if ended and self._shown is not None and not self._shown.done():
            self._shown.set_result(None)


def _fingerprint(surface: QQuickWidget) -> str:
    """Tells one picture from another; empty where there is nothing to be seen."""
    # What it would paint now: `grabFramebuffer` makes a picture of its own.
    grey = bytes(surface.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8).constBits())
    return hashlib.sha256(grey).hexdigest() if len(set(grey)) > 1 else ""


def _log(event: str, **facts: str) -> None:
    import structlog  # takes 0.1 s to import, and most runs never need it

    structlog.get_logger("kkdesk.ui").warning(event, **facts)


def _document(html: str) -> str:
    """A fragment as mail programs show it: in a document with some room around it, wide as the window."""
    if "<body" in html[:4000].lower():
        return html
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<style>body{margin:20px;background:#fff;color:#000;overflow-wrap:break-word}img{max-width:100%}</style>"
        f"</head><body>{html}</body></html>"
    )
