"""Icons: glyphs of the Phosphor font that the package qtawesome brings, in the colours of the theme in force.

`icon("trash")` takes any name of https://phosphoricons.com (version 1), also `-bold` and `-fill`. qtawesome itself is
not imported: it loads ten fonts and takes longer than the whole window.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
)

from kkdesk.ui.theme.scheme import tokens

_FONT = "phosphor-1.3.0.ttf"
_NAMES = "phosphor-charmap-1.3.0.json"
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def icon(name: str, tone: str = "text", *, trailing: bool = False) -> QIcon:
    """The icon `name`; `tone` is a field of `Tokens` ("muted", "danger", "on_accent"). Follows the theme by itself.

    Drawn as high as the room for it; where that is wider, the rest is a gap after it (`trailing`: before it).
    Raises `KeyError` when the font has no such icon.
    """
    return QIcon(_Glyph(glyph(name), tone, _RIGHT if trailing else _LEFT))


def paint_icon(painter: QPainter, rect: QRect, name: str, colour: str) -> None:
    """Draw an icon into a square, for item delegates. `colour` is "#rrggbb"."""
    painter.save()
    font = QFont(_family())
    font.setPixelSize(rect.height())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(rect, _CENTRE, glyph(name))
    painter.restore()


def glyph(name: str) -> str:
    """The character of the icon font. Raises `KeyError`."""
    return chr(int(_charmap()[name], 16))


class _Glyph(QIconEngine):
    """Draws at paint time, so that a change of theme needs no new icons."""

    def __init__(self, character: str, tone: str, align: Qt.AlignmentFlag) -> None:
        super().__init__()
        self._character = character
        self._tone = tone
        self._align = align

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        faded = mode == QIcon.Mode.Disabled
        colour = QColor(tokens().muted if faded else getattr(tokens(), self._tone))
        painter.save()
        font = QFont(_family())
        font.setPixelSize(rect.height())
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, self._align if rect.width() > rect.height() else _CENTRE, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # Since Qt 6.8 the size is the one on the screen, not that in pixels.
        pixmap = QPixmap(size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return _Glyph(self._character, self._tone, self._align)


@cache
def _family() -> str:
    loaded = QFontDatabase.addApplicationFont(str(_folder() / _FONT))
    return QFontDatabase.applicationFontFamilies(loaded)[0]


@cache
def _charmap() -> dict[str, str]:
    return cast("dict[str, str]", json.loads((_folder() / _NAMES).read_bytes()))


def _folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("qtawesome", name="qtawesome")
    return Path(spec.submodule_search_locations[0]) / "fonts"
