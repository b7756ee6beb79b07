"""How a letter is shown while it is edited: sizes of headings, colours of links. Nothing of it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtGui import (
    QColor,
    QFont,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from kkdesk.ui.campaigns.editing.buttons import button_colour
from kkdesk.ui.campaigns.editing.formats import BLOCK_KEPT, LINK_KEPT, RUN_KEPT, text_property
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, pixels_of

#: Pixels of headings that say nothing of their size, as browsers show them for 16 pixels of text.
_HEADINGS: Final = {1: 32.0, 2: 24.0, 3: 19.0, 4: 16.0, 5: 13.0, 6: 11.0}
_LINK: Final = QColor("#0b57d0")


class LetterDisplay(QSyntaxHighlighter):
    """Dresses each paragraph anew when it changes. Qt lays such formats over the document's own."""

    def __init__(self, document: QTextDocument, text_pixels: float = 16.0) -> None:
        """`text_pixels` is the size of ordinary text."""
        super().__init__(document)
        self.text_pixels = text_pixels

    def highlightBlock(self, text: str) -> None:
        """Called by Qt."""
        block = self.currentBlock()
        base = self._block_format(block)
        if text and base.propertyCount():
            self.setFormat(0, len(text), base)
        walk = block.begin()
        while not walk.atEnd():
            fragment = walk.fragment()
            shown = self._run_format(fragment.charFormat(), base)
            if shown is not None:
                self.setFormat(fragment.position() - block.position(), fragment.length(), shown)
            walk += 1

    def _block_format(self, block: QTextBlock) -> QTextCharFormat:
        shown = QTextCharFormat()
        style = declarations(text_property(block.blockFormat(), BLOCK_KEPT))
        level = block.blockFormat().headingLevel()
        pixels = pixels_of(style.get("font-size", ""), self.text_pixels) or (_HEADINGS[level] if level else None)
        if pixels:
            _set_pixels(shown, pixels)
        if level:
            shown.setFontWeight(QFont.Weight.Bold)
        _set_background(shown, style)
        return shown

    def _run_format(self, written: QTextCharFormat, base: QTextCharFormat) -> QTextCharFormat | None:
        kept = declarations(text_property(written, RUN_KEPT))
        is_link = written.isAnchor()
        if not kept and not is_link:
            return None
        shown = QTextCharFormat(base)
        if pixels := pixels_of(kept.get("font-size", ""), self.text_pixels):
            _set_pixels(shown, pixels)
        _set_background(shown, kept)
        if is_link:
            _dress_link(shown, declarations(text_property(written, LINK_KEPT)), written)
        return shown


def _dress_link(shown: QTextCharFormat, style: Mapping[str, str], written: QTextCharFormat) -> None:
    if not written.hasProperty(QTextFormat.Property.ForegroundBrush.value):
        colour = colour_of(style.get("color", ""))
        shown.setForeground(QColor(colour) if colour else _LINK)
    shown.setFontUnderline(style.get("text-decoration") != "none")
    if style.get("font-weight") in {"bold", "600", "700"}:
        shown.setFontWeight(QFont.Weight.Bold)
    if not button_colour(written):
        _set_background(shown, style)


def _set_background(shown: QTextCharFormat, style: Mapping[str, str]) -> None:
    colour = colour_of(style.get("background-color", "") or style.get("background", ""))
    if colour:
        shown.setBackground(QColor(colour))


def _set_pixels(shown: QTextCharFormat, pixels: float) -> None:
    shown.setProperty(QTextFormat.Property.FontPixelSize.value, round(pixels))
