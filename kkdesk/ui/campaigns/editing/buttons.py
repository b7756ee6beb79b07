"""Links that look like buttons, drawn as the mail will show them: a coloured field with room around the words."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextBlock, QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from kkdesk.ui.campaigns.editing.formats import LINK_KEPT, text_property
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, pixels_of

#: Pixels of room that can be shown without pushing the text around.
_MOST_ASIDE, _MOST_ABOVE = 14.0, 10.0


def button_colour(written: QTextCharFormat) -> str:
    """The colour of a link's field; empty when it does not look like a button."""
    style = declarations(text_property(written, LINK_KEPT))
    colour = colour_of(style.get("background-color", "") or style.get("background", ""))
    return colour if colour and "padding" in style else ""


def paint_buttons(editor: QTextEdit, painter: QPainter) -> None:
    """Draw the fields of all buttons on the screen; their words are drawn over them afterwards."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.translate(-editor.horizontalScrollBar().value(), -editor.verticalScrollBar().value())
    for rect, written in _fields(editor):
        style = declarations(text_property(written, LINK_KEPT))
        padding = style.get("padding", "").split() or ["0"]
        above = pixels_of(padding[0], 16.0) or 0.0
        aside = pixels_of(padding[1] if len(padding) > 1 else padding[0], 16.0) or 0.0
        above, aside = min(above, _MOST_ABOVE), min(aside, _MOST_ASIDE)
        radius = pixels_of(style.get("border-radius", "0"), 16.0) or 0.0
        painter.setBrush(QColor(button_colour(written)))
        painter.drawRoundedRect(rect.adjusted(-aside, -above, aside, above), radius, radius)
    painter.restore()


def _fields(editor: QTextEdit) -> Iterator[tuple[QRectF, QTextCharFormat]]:
    top = editor.verticalScrollBar().value()
    bottom = top + editor.viewport().height()
    layout = editor.document().documentLayout()
    block = editor.document().begin()
    while block.isValid():
        room = layout.blockBoundingRect(block)
        if room.top() > bottom:
            return
        if room.bottom() >= top:
            yield from _fields_of(block, room)
        block = block.next()


def _fields_of(block: QTextBlock, room: QRectF) -> Iterator[tuple[QRectF, QTextCharFormat]]:
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        if fragment.charFormat().isAnchor() and button_colour(fragment.charFormat()):
            start = fragment.position() - block.position()
            yield from ((rect, fragment.charFormat()) for rect in _lines(block, room, start, start + fragment.length()))
        walk += 1


def _lines(block: QTextBlock, room: QRectF, start: int, end: int) -> Iterator[QRectF]:
    layout = block.layout()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = _x(line.cursorToX(first)), _x(line.cursorToX(last))
            height = line.ascent() + line.descent()
            below = line.y() + line.height() - line.descent() - line.ascent()
            yield QRectF(room.left() + left, room.top() + below, right - left, height)


def _x(found: object) -> float:
    # PySide6 answers with the place and the cursor's position, which Qt may move to a letter's edge.
    return float(found[0]) if isinstance(found, tuple) else float(str(found))
