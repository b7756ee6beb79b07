"""QtWebEngine, brought in as gently as it can be: 200 MB of library, wanted by previews only.

`preload` reads the library in a thread, so that the window does not stand still for it; what is left, starting
Chromium itself, has to happen in the window's thread and takes as long as Qt needs for it.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import PySide6
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtCore import QLibraryInfo as LibraryInfo

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEngineProfile

#: Addresses of previews: never on a network, never in a file.
SCHEME: Final = b"kkdesk-preview"
PREVIEW_URL: Final = "kkdesk-preview:mail"

_RTLD_NOW: Final = 2


async def preload() -> None:
    """Bring the library into memory without holding the window up. Does nothing where it is not installed."""
    await asyncio.to_thread(_load_library)


def _load_library() -> None:
    # Python's own import would keep its lock for all of the 0.3 s; a call through ctypes gives it up meanwhile.
    if "PySide6.QtWebEngineCore" in sys.modules:
        return
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").LoadLibraryW(str(Path(PySide6.__file__).parent / "Qt6WebEngineCore.dll"))
        return
    name = (
        "libQt6WebEngineCore.so.6" if sys.platform.startswith("linux") else "QtWebEngineCore.framework/QtWebEngineCore"
    )
    place = Path(LibraryInfo.path(LibraryInfo.LibraryPath.LibrariesPath)) / name
    if place.exists():
        load = ctypes.CDLL(None).dlopen
        load.restype = ctypes.c_void_p
        load(str(place).encode(), _RTLD_NOW)


class PreviewEngine(QObject):
    """The one profile of previews: nothing is kept, nothing is fetched but the mail itself."""

    def __init__(self, parent: QObject) -> None:
        """Starts Chromium. Raises `ImportError` where QtWebEngine is not installed or lacks a system library."""
        super().__init__(parent)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # Chromium's sandbox cannot be had by root, as in containers; anybody else keeps it.
            os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
        from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineUrlScheme

        from kkdesk.ui.campaigns.preview.isolation import MailServer, OnlyTheMail

        scheme = QWebEngineUrlScheme(SCHEME)
        scheme.setSyntax(QWebEngineUrlScheme.Syntax.Path)
        QWebEngineUrlScheme.registerScheme(scheme)
        self.profile: QWebEngineProfile = QWebEngineProfile(self)
        self._guard = OnlyTheMail(self)
        self._server = MailServer(self)
        self.profile.setUrlRequestInterceptor(self._guard)
        self.profile.installUrlSchemeHandler(QByteArray(SCHEME), self._server)
        self._restrict()

    def serve(self, html: str) -> QUrl:
        """Have `html` at an address that is new each time."""
        return self._server.serve(html)

    def _restrict(self) -> None:
        from PySide6.QtWebEngineCore import QWebEngineSettings

        settings = self.profile.settings()
        attribute = QWebEngineSettings.WebAttribute
        for one in (
            attribute.JavascriptEnabled,
            attribute.LocalContentCanAccessFileUrls,
            attribute.LocalContentCanAccessRemoteUrls,
            attribute.PluginsEnabled,
            attribute.AutoLoadIconsForPage,
            attribute.HyperlinkAuditingEnabled,
            attribute.DnsPrefetchEnabled,
            attribute.FullScreenSupportEnabled,
            attribute.NavigateOnDropEnabled,
        ):
            settings.setAttribute(one, False)


def in_memory(content: bytes, parent: QObject) -> QBuffer:
    """`content` as a device that a reply can be read from."""
    buffer = QBuffer(parent)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer
