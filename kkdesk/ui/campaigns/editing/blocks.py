"""What can be done to whole paragraphs: headings, lists, alignment; and what Enter, Backspace and Tab do in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextBlock, QTextCharFormat, QTextCursor, QTextFormat

from kkdesk.ui.campaigns.editing.formats import block_format, list_format, paragraph_of
from kkdesk.ui.campaigns.editing.letter import LIST_STYLE, Align, Item, Kind, Paragraph, standard_style

ListKind = Literal["", "bullets", "numbers"]
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class ParagraphShape:
    """What a paragraph is, for the toolbar."""

    kind: Kind
    align: Align
    list: ListKind
    depth: int


def shape_of(block: QTextBlock) -> ParagraphShape:
    """What a paragraph is."""
    found = paragraph_of(block.blockFormat())
    in_list = block.textList()
    if in_list is None:
        return ParagraphShape(found.kind, found.align, "", 0)
    ordered = in_list.format().style() == list_format(Item(ordered=True)).style()
    return ParagraphShape(found.kind, found.align, "numbers" if ordered else "bullets", in_list.format().indent())


# Commands -----------------------------------------------------------------------------------------------


def set_kind(cursor: QTextCursor, kind: Kind, paragraph_style: str) -> None:
    """Make the selected paragraphs headings, or paragraphs again."""
    kept = paragraph_style if kind == "p" else standard_style(kind)

    def change(block: QTextBlock) -> None:
        _leave_list(block)
        found = paragraph_of(block.blockFormat())
        _reshape(block, replace(found, kind=kind, kept=kept))

    _for_each(cursor, change)


def set_align(cursor: QTextCursor, align: Align) -> None:
    """Align the selected paragraphs; left is how they are by themselves."""
    wanted: Align = "" if align == "left" else align
    _for_each(cursor, lambda block: _reshape(block, replace(paragraph_of(block.blockFormat()), align=wanted)))


def toggle_list(cursor: QTextCursor, *, ordered: bool, paragraph_style: str) -> None:
    """Make the selected paragraphs items of a list; paragraphs again when they are already."""
    wanted: ListKind = "numbers" if ordered else "bullets"
    if all(shape_of(block).list == wanted for block in _selected(cursor)):
        _for_each(cursor, lambda block: _make_paragraph(block, paragraph_style))
        return

    def change(block: QTextBlock) -> None:
        depth = max(shape_of(block).depth, 1)
        _reshape(block, replace(paragraph_of(block.blockFormat()), kind="div", kept=""))
        _join_list(block, Item(ordered, depth, first=True, kept=LIST_STYLE if depth == 1 else ""))

    _for_each(cursor, change)


def move_items(cursor: QTextCursor, by: int, paragraph_style: str) -> None:
    """Move the selected items deeper (1) or higher (-1); from the highest place they leave the list."""

    def change(block: QTextBlock) -> None:
        shape = shape_of(block)
        depth = shape.depth + by
        if not shape.list or depth > min(_DEEPEST, _depth_before(block) + 1):
            return
        if depth < 1:
            _make_paragraph(block, paragraph_style)
        else:
            _join_list(block, Item(shape.list == "numbers", depth, kept=LIST_STYLE if depth == 1 else ""))

    _for_each(cursor, change)


COMMANDS: Final[dict[str, Callable[[QTextCursor, str], None]]] = {
    "paragraph": lambda cursor, style: set_kind(cursor, "p", style),
    "heading1": lambda cursor, style: set_kind(cursor, "h1", style),
    "heading2": lambda cursor, style: set_kind(cursor, "h2", style),
    "heading3": lambda cursor, style: set_kind(cursor, "h3", style),
    "bullets": lambda cursor, style: toggle_list(cursor, ordered=False, paragraph_style=style),
    "numbers": lambda cursor, style: toggle_list(cursor, ordered=True, paragraph_style=style),
    "deeper": lambda cursor, style: move_items(cursor, 1, style),
    "higher": lambda cursor, style: move_items(cursor, -1, style),
    "left": lambda cursor, _style: set_align(cursor, "left"),
    "center": lambda cursor, _style: set_align(cursor, "center"),
    "right": lambda cursor, _style: set_align(cursor, "right"),
    "justify": lambda cursor, _style: set_align(cursor, "justify"),
}

_CTRL_ALT: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_CTRL_SHIFT: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
#: Commands by key, as other editors have them.
KEYS: Final[dict[int, str]] = {
    (_CTRL_ALT | Qt.Key.Key_0).toCombined(): "paragraph",
    (_CTRL_ALT | Qt.Key.Key_1).toCombined(): "heading1",
    (_CTRL_ALT | Qt.Key.Key_2).toCombined(): "heading2",
    (_CTRL_ALT | Qt.Key.Key_3).toCombined(): "heading3",
    (_CTRL_SHIFT | Qt.Key.Key_7).toCombined(): "numbers",
    (_CTRL_SHIFT | Qt.Key.Key_Ampersand).toCombined(): "numbers",
    (_CTRL_SHIFT | Qt.Key.Key_8).toCombined(): "bullets",
    (_CTRL_SHIFT | Qt.Key.Key_Asterisk).toCombined(): "bullets",
    (_CTRL_SHIFT | Qt.Key.Key_L).toCombined(): "left",
    (_CTRL_SHIFT | Qt.Key.Key_E).toCombined(): "center",
    (_CTRL_SHIFT | Qt.Key.Key_R).toCombined(): "right",
    (_CTRL_SHIFT | Qt.Key.Key_J).toCombined(): "justify",
}


# Keys ---------------------------------------------------------------------------------------------------


def key_in_block(cursor: QTextCursor, event: QKeyEvent, paragraph_style: str) -> bool:
    """What Tab, Enter and Backspace do in lists; false: what they do everywhere."""
    shape = shape_of(cursor.block())
    if not shape.list or cursor.hasSelection():
        if shape.list and event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            move_items(cursor, 1 if event.key() == Qt.Key.Key_Tab else -1, paragraph_style)
            return True
        return False
    empty = cursor.block().length() == 1
    match event.key():
        case Qt.Key.Key_Tab:
            move_items(cursor, 1, paragraph_style)
        case Qt.Key.Key_Backtab:
            move_items(cursor, -1, paragraph_style)
        case Qt.Key.Key_Return | Qt.Key.Key_Enter if empty and not event.modifiers():
            move_items(cursor, -1, paragraph_style)
        case Qt.Key.Key_Backspace if cursor.atBlockStart():
            move_items(cursor, -1, paragraph_style)
        case _:
            return False
    return True


def after_enter(cursor: QTextCursor, paragraph_style: str) -> None:
    """The paragraph after a heading is an ordinary one."""
    block = cursor.block()
    if shape_of(block).kind[0] == "h" and block.length() == 1 and block.previous().length() > 1:
        cursor.joinPreviousEditBlock()
        set_kind(cursor, "p", paragraph_style)
        cursor.setBlockCharFormat(QTextCharFormat())
        cursor.endEditBlock()


# Inside -------------------------------------------------------------------------------------------------


def _selected(cursor: QTextCursor) -> Iterator[QTextBlock]:
    block = cursor.document().findBlock(cursor.selectionStart())
    last = cursor.selectionEnd()
    while block.isValid():
        yield block
        block = block.next()
        if block.isValid() and block.position() >= max(last, 1):
            # A selection that ends where a paragraph begins does not mean that paragraph.
            return


def _for_each(cursor: QTextCursor, change: Callable[[QTextBlock], None]) -> None:
    cursor.beginEditBlock()
    for number in [block.blockNumber() for block in _selected(cursor)]:
        change(cursor.document().findBlockByNumber(number))
    cursor.endEditBlock()


def _reshape(block: QTextBlock, paragraph: Paragraph) -> None:
    """Give a block another format; it stays in its list."""
    wanted = block_format(paragraph)
    index = block.blockFormat().objectIndex()
    if index >= 0:
        wanted.setObjectIndex(index)
    QTextCursor(block).setBlockFormat(wanted)


def _leave_list(block: QTextBlock) -> None:
    in_list = block.textList()
    if in_list is not None:
        in_list.remove(block)
        plain = block.blockFormat()
        plain.clearProperty(QTextFormat.Property.BlockIndent.value)
        QTextCursor(block).setBlockFormat(plain)


def _make_paragraph(block: QTextBlock, paragraph_style: str) -> None:
    _leave_list(block)
    _reshape(block, replace(paragraph_of(block.blockFormat()), kind="p", kept=paragraph_style))


def _join_list(block: QTextBlock, item: Item) -> None:
    """Put a block into the list above it that has its depth and kind, else let it begin one."""
    before = block.previous()
    while before.isValid() and (above := before.textList()) is not None:
        depth = above.format().indent()
        if depth == item.depth and above.format().style() == list_format(item).style():
            above.add(block)
            return
        if depth <= item.depth:
            break
        before = before.previous()
    QTextCursor(block).createList(list_format(item))


def _depth_before(block: QTextBlock) -> int:
    return shape_of(block.previous()).depth if block.previous().isValid() else 0
