"""A `QTextDocument` as a letter, and as the HTML that is saved and sent."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextFragment

from kkdesk.ui.campaigns.editing.formats import (
    OBJECT,
    field_of,
    item_of,
    look_of,
    paragraph_of,
    picture_of,
)
from kkdesk.ui.campaigns.editing.letter import Break, Field, Letter, Look, Paragraph, Run, Text, tidy
from kkdesk.ui.campaigns.editing.pictures import PictureShelf
from kkdesk.ui.campaigns.editing.writing import write


def export_html(document: QTextDocument, shelf: PictureShelf, *, head: str = "", tail: str = "") -> str:
    """The HTML of the document between `head` and `tail`; nothing at all when there is nothing to see."""
    letter = export_letter(document, shelf)
    return "" if letter.is_blank else write(Letter(letter.blocks, head, tail))


def export_letter(document: QTextDocument, shelf: PictureShelf) -> Letter:
    """The document as a tidy letter."""
    return Letter(tidy(_paragraphs(document, shelf)))


def export_selection(cursor: QTextCursor, shelf: PictureShelf) -> Letter:
    """What is selected, as a tidy letter."""
    copy = QTextDocument()
    QTextCursor(copy).insertFragment(cursor.selection())
    return export_letter(copy, shelf)


def _paragraphs(document: QTextDocument, shelf: PictureShelf) -> Iterator[Paragraph]:
    block = document.begin()
    last_list = {}
    while block.isValid():
        found = paragraph_of(block.blockFormat())
        runs = tuple(_runs(block, shelf, in_heading=found.level > 0))
        item = None
        text_list = block.textList()
        if text_list is not None:
            # Which list it is tells whether the item begins one, though its neighbours are items too.
            list_at = text_list.objectIndex()
            depth = max(text_list.format().indent(), 1)
            item = item_of(text_list.format(), first=last_list.get(depth) != list_at)
            last_list = {at: known for at, known in last_list.items() if at < depth} | {depth: list_at}
        else:
            last_list = {}
        yield Paragraph(runs, found.kind, found.align, found.kept, item)
        block = block.next()


def _runs(block: QTextBlock, shelf: PictureShelf, *, in_heading: bool) -> Iterator[Run]:
    walk = block.begin()
    while not walk.atEnd():
        yield from _fragment(walk.fragment(), shelf, in_heading=in_heading)
        walk += 1


def _fragment(fragment: QTextFragment, shelf: PictureShelf, *, in_heading: bool) -> Iterator[Run]:
    written = fragment.charFormat()
    look = look_of(written, in_heading=in_heading)
    if written.isImageFormat():
        picture = picture_of(written.toImageFormat(), shelf.source_of)
        for _ in fragment.text():
            yield picture
        return
    field = field_of(written)
    text = ""
    for letter in fragment.text():
        if letter == OBJECT or letter == "\u2028":
            if text:
                yield Text(text, look)
            text = ""
            if letter == "\u2028":
                yield Break(Look(link=look.link))
            elif field is not None:
                yield Field(field, look)
        else:
            text += letter
    if text:
        yield Text(text, look)
