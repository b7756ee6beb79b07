"""A letter put into a `QTextDocument`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextImageFormat, QTextList

from kkdesk.ui.campaigns.editing.formats import (
    OBJECT,
    block_format,
    char_format,
    field_format,
    list_format,
    picture_format,
    plain_format,
)
from kkdesk.ui.campaigns.editing.letter import Break, Field, Letter, Paragraph, Picture, Run, Text
from kkdesk.ui.campaigns.editing.pictures import PictureShelf

#: Pixels of a mail's text across.
PAPER_WIDTH = 600


def open_letter(document: QTextDocument, letter: Letter, shelf: PictureShelf) -> None:
    """Replace what is in `document`; there is nothing to undo afterwards."""
    document.setUndoRedoEnabled(False)
    document.clear()
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    _write(cursor, letter.blocks or (Paragraph(),), shelf, into_first=True)
    cursor.endEditBlock()
    document.setUndoRedoEnabled(True)
    document.setModified(False)


def insert_letter(cursor: QTextCursor, letter: Letter, shelf: PictureShelf) -> None:
    """Put a letter in place of the selection, as one step to undo."""
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    if len(letter.blocks) == 1 and letter.blocks[0].item is None and not letter.blocks[0].level:
        _runs(cursor, letter.blocks[0].runs, shelf)
    elif letter.blocks:
        _write(cursor, letter.blocks, shelf, into_first=cursor.block().length() == 1)
    cursor.endEditBlock()


def insert_run(cursor: QTextCursor, run: Run, shelf: PictureShelf) -> None:
    """Put one run in place of the selection, as one step to undo."""
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    _runs(cursor, (run,), shelf)
    cursor.endEditBlock()


def _write(cursor: QTextCursor, blocks: Sequence[Paragraph], shelf: PictureShelf, *, into_first: bool) -> None:
    """Write blocks; the first into the block where the cursor is, in its place or as more of its text."""
    open_lists: dict[int, QTextList] = {}
    for at, block in enumerate(blocks):
        fresh = at > 0 or into_first
        if at > 0:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        if fresh:
            cursor.setBlockFormat(block_format(block))
            cursor.setBlockCharFormat(_empty_format(block))
            _place(cursor, block, open_lists)
        _runs(cursor, block.runs, shelf)


def _place(cursor: QTextCursor, block: Paragraph, open_lists: dict[int, QTextList]) -> None:
    """Put the cursor's block into its list, or out of all."""
    if block.item is None:
        open_lists.clear()
        return
    depth = block.item.depth
    for deeper in [at for at in open_lists if at > depth]:
        del open_lists[deeper]
    if block.item.first or depth not in open_lists:
        open_lists[depth] = cursor.createList(list_format(block.item))
    else:
        open_lists[depth].add(cursor.block())


def _empty_format(block: Paragraph) -> QTextCharFormat:
    # What is typed into an empty paragraph looks as its last run would have.
    return plain_format() if not block.runs else char_format(block.runs[-1].look)


def _runs(cursor: QTextCursor, runs: Sequence[Run], shelf: PictureShelf) -> None:
    for run in runs:
        match run:
            case Text():
                cursor.insertText(run.text, char_format(run.look))
            case Break():
                cursor.insertText("\u2028", char_format(run.look))
            case Field():
                cursor.insertText(OBJECT, field_format(run))
            case Picture():
                cursor.insertImage(_image(cursor.document(), run, shelf))


def _image(document: QTextDocument, picture: Picture, shelf: PictureShelf) -> QTextImageFormat:
    key = shelf.put(document, picture)
    width = picture.width or shelf.natural_width(key)
    return picture_format(picture, key, min(width, PAPER_WIDTH))
