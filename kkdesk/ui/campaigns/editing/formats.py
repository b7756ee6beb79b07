"""How a letter's parts are kept in the formats of a `QTextDocument`, and read back from them.

What a letter says is kept in standard properties and in properties of our own; sizes, margins and colours that only
show it (`display`) are never read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextImageFormat,
    QTextListFormat,
)

from kkdesk.model.merge_fields import MergeField, parse
from kkdesk.ui.campaigns.editing.letter import PLAIN, Align, Field, Item, Kind, Link, Look, Paragraph, Picture
from kkdesk.ui.campaigns.editing.styles import declarations, pixels_of

_OWN: Final = QTextFormat.Property.UserProperty.value
BLOCK_KIND: Final = _OWN + 1
BLOCK_KEPT: Final = _OWN + 2
RUN_KEPT: Final = _OWN + 3
LINK_KEPT: Final = _OWN + 4
FIELD: Final = _OWN + 5
PICTURE: Final = _OWN + 6
LIST_KEPT: Final = _OWN + 7
#: The object that stands for a merge field.
CHIP: Final = QTextFormat.ObjectTypes.UserObject.value + 1
OBJECT: Final = "\ufffc"

_BOLD: Final = 600
_ALIGNMENTS: Final[dict[Align, Qt.AlignmentFlag]] = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
    "justify": Qt.AlignmentFlag.AlignJustify,
}
#: Pixels of a paragraph's text, for margins in em.
TEXT_PIXELS: Final = 16.0
_LINE_HEIGHT: Final = 122.0


def char_format(look: Look) -> QTextCharFormat:
    """The format of a run's letters."""
    found = QTextCharFormat()
    if look.bold:
        found.setFontWeight(QFont.Weight.Bold)
    if look.italic:
        found.setFontItalic(True)
    if look.underline:
        found.setFontUnderline(True)
    if look.struck:
        found.setFontStrikeOut(True)
    if look.colour:
        found.setForeground(QColor(look.colour))
    if look.kept:
        found.setProperty(RUN_KEPT, look.kept)
    if look.link is not None:
        set_link(found, look.link)
    return found


def set_link(target: QTextCharFormat, link: Link) -> None:
    """Let the letters of a format lead somewhere."""
    target.setAnchor(True)
    target.setAnchorHref(link.href)
    target.setProperty(LINK_KEPT, link.kept)


def clear_link(target: QTextCharFormat) -> None:
    """Let the letters of a format lead nowhere."""
    for key in (
        QTextFormat.Property.IsAnchor.value,
        QTextFormat.Property.AnchorHref.value,
        QTextFormat.Property.AnchorName.value,
        LINK_KEPT,
    ):
        target.clearProperty(key)


def look_of(source: QTextCharFormat, *, in_heading: bool = False) -> Look:
    """How the letters of a format look. Headings are bold by themselves."""
    colour = ""
    if source.hasProperty(QTextFormat.Property.ForegroundBrush.value):
        colour = source.foreground().color().name()
    link = None
    if source.isAnchor() and source.anchorHref():
        link = Link(source.anchorHref(), text_property(source, LINK_KEPT))
    return Look(
        bold=source.fontWeight() >= _BOLD and not in_heading,
        italic=source.fontItalic(),
        underline=source.fontUnderline(),
        struck=source.fontStrikeOut(),
        colour=colour,
        kept=text_property(source, RUN_KEPT),
        link=link,
    )


def field_format(field: Field) -> QTextCharFormat:
    """The format of the one character that stands for a merge field."""
    found = char_format(field.look)
    found.setObjectType(CHIP)
    found.setProperty(FIELD, field.field.source)
    return found


def field_of(source: QTextFormat) -> MergeField | None:
    """The merge field that a format stands for."""
    written = parse(text_property(source, FIELD)).fields
    return written[0] if written else None


def picture_format(picture: Picture, key: str, width: int) -> QTextImageFormat:
    """The format of a picture that is kept in the document under `key` and shown `width` pixels wide."""
    found = QTextImageFormat()
    found.merge(char_format(picture.look))
    found.setName(key)
    found.setWidth(width)
    kept = {"alt": picture.alt, "width": picture.width, "attributes": picture.attributes}
    found.setProperty(PICTURE, json.dumps(kept, ensure_ascii=False))
    return found


def picture_of(source: QTextImageFormat, source_of: Callable[[str], str]) -> Picture:
    """The picture of a format; `source_of` tells the address that a key stands for."""
    kept = json.loads(text_property(source, PICTURE) or "{}")
    attributes = tuple((str(name), str(value)) for name, value in kept.get("attributes", ()))
    look = Look(link=look_of(source).link)
    return Picture(source_of(source.name()), kept.get("alt"), kept.get("width"), attributes, look)


def block_format(paragraph: Paragraph) -> QTextBlockFormat:
    """The format of a paragraph, its spacing on screen included."""
    found = QTextBlockFormat()
    found.setProperty(BLOCK_KIND, paragraph.kind)
    if paragraph.kept:
        found.setProperty(BLOCK_KEPT, paragraph.kept)
    if paragraph.level:
        found.setHeadingLevel(paragraph.level)
    if paragraph.align:
        found.setAlignment(_ALIGNMENTS[paragraph.align])
    above, below = _margins(paragraph)
    found.setTopMargin(above)
    found.setBottomMargin(below)
    found.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return found


def paragraph_of(source: QTextBlockFormat) -> Paragraph:
    """The paragraph of a format, without runs and list."""
    kind = text_property(source, BLOCK_KIND) or "p"
    level = source.headingLevel()
    if level or kind[0] == "h":
        kind = f"h{level}" if level else "p"
    align: Align = ""
    if source.hasProperty(QTextFormat.Property.BlockAlignment.value):
        flags = source.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        align = next((name for name, flag in _ALIGNMENTS.items() if flags == flag), "")
    return Paragraph((), cast("Kind", kind), align, text_property(source, BLOCK_KEPT))


def list_format(item: Item) -> QTextListFormat:
    """The format of the list that an item begins."""
    found = QTextListFormat()
    bullet = QTextListFormat.Style.ListDisc if item.depth % 2 else QTextListFormat.Style.ListCircle
    found.setStyle(QTextListFormat.Style.ListDecimal if item.ordered else bullet)
    found.setIndent(item.depth)
    if item.kept:
        found.setProperty(LIST_KEPT, item.kept)
    return found


def item_of(source: QTextListFormat, *, first: bool) -> Item:
    """The item that a list's format tells of."""
    ordered = source.style() == QTextListFormat.Style.ListDecimal
    return Item(ordered, max(source.indent(), 1), first, text_property(source, LIST_KEPT))


def text_property(source: QTextFormat, key: int) -> str:
    """A property of our own; empty when it is not set."""
    value = source.property(key)
    return value if isinstance(value, str) else ""


def plain_format() -> QTextCharFormat:
    """Letters without any look."""
    return char_format(PLAIN)


def url_of(key: str) -> QUrl:
    """The address under which a document keeps a picture."""
    return QUrl(key)


def _margins(paragraph: Paragraph) -> tuple[float, float]:
    style = declarations(paragraph.kept)
    default = 0.0 if paragraph.kind == "div" else TEXT_PIXELS
    parts = style.get("margin", "").split() or [""]
    above = pixels_of(style.get("margin-top", parts[0]), TEXT_PIXELS)
    below = pixels_of(style.get("margin-bottom", parts[2] if len(parts) > 2 else parts[0]), TEXT_PIXELS)
    return (default if above is None else above, default if below is None else below)
