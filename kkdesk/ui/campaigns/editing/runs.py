"""What can be done to the letters that are selected: weight, colour, links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextEdit

from kkdesk.ui.campaigns.editing.formats import RUN_KEPT, clear_link, set_link
from kkdesk.ui.campaigns.editing.letter import Link, Look

Change = Callable[[QTextCharFormat], None]

_FOREGROUND: Final = QTextFormat.Property.ForegroundBrush.value
_UNDERLINES: Final = (QTextFormat.Property.FontUnderline.value, QTextFormat.Property.TextUnderlineStyle.value)


def change_looks(editor: QTextEdit, change: Change) -> None:
    """Change the formats of the selection, or of what is typed next. Chips and pictures stay what they are."""
    cursor = editor.textCursor()
    if not cursor.hasSelection():
        found = QTextCharFormat(editor.currentCharFormat())
        change(found)
        editor.setCurrentCharFormat(found)
        return
    change_selection(cursor, change)


def change_selection(cursor: QTextCursor, change: Change) -> None:
    """Change the formats within the selection of `cursor`, as one step to undo."""
    cursor.beginEditBlock()
    for start, end, found in list(_pieces(cursor)):
        change(found)
        part = QTextCursor(cursor.document())
        part.setPosition(start)
        part.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        part.setCharFormat(found)
    cursor.endEditBlock()


def _pieces(cursor: QTextCursor) -> Iterator[tuple[int, int, QTextCharFormat]]:
    """Start, end and format of each run within the selection."""
    first, last = cursor.selectionStart(), cursor.selectionEnd()
    block = cursor.document().findBlock(first)
    while block.isValid() and block.position() < last:
        walk = block.begin()
        while not walk.atEnd():
            fragment = walk.fragment()
            start, end = max(fragment.position(), first), min(fragment.position() + fragment.length(), last)
            if start < end:
                yield start, end, fragment.charFormat()
            walk += 1
        block = block.next()


def set_colour(editor: QTextEdit, colour: str) -> None:
    """Colour the selection "#rrggbb"; empty takes colours away."""

    def change(found: QTextCharFormat) -> None:
        if colour:
            found.setForeground(QColor(colour))
        else:
            found.clearProperty(_FOREGROUND)

    change_looks(editor, change)


def link_selection(cursor: QTextCursor, link: Link) -> None:
    """Let the selection lead somewhere."""
    change_selection(cursor, lambda found: set_link(found, link))


def select_link(cursor: QTextCursor) -> bool:
    """Select all of the link that the cursor is in; false when it is in none."""
    found = cursor.charFormat()
    if not found.isAnchor():
        return False
    block, at, href = cursor.block(), cursor.position(), found.anchorHref()
    spans: list[tuple[int, int]] = []
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        same = fragment.charFormat().isAnchor() and fragment.charFormat().anchorHref() == href
        start, end = fragment.position(), fragment.position() + fragment.length()
        if same and spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif same:
            spans.append((start, end))
        walk += 1
    span = next((span for span in spans if span[0] <= at <= span[1]), None)
    if span is None:
        return False
    cursor.setPosition(span[0])
    cursor.setPosition(span[1], QTextCursor.MoveMode.KeepAnchor)
    return True


def remove_link(editor: QTextEdit) -> None:
    """Take away the link at the cursor, or the links of the selection."""
    cursor = editor.textCursor()
    if not cursor.hasSelection():
        select_link(cursor)
    change_selection(cursor, clear_link)


def _toggle_bold(editor: QTextEdit, look: Look) -> None:
    def change(found: QTextCharFormat) -> None:
        if look.bold:
            found.clearProperty(QTextFormat.Property.FontWeight.value)
        else:
            found.setFontWeight(QFont.Weight.Bold)

    change_looks(editor, change)


def _toggle_italic(editor: QTextEdit, look: Look) -> None:
    change_looks(editor, lambda found: found.setFontItalic(not look.italic))


def _toggle_underline(editor: QTextEdit, look: Look) -> None:
    def change(found: QTextCharFormat) -> None:
        if look.underline:
            for key in _UNDERLINES:
                found.clearProperty(key)
        else:
            found.setFontUnderline(True)

    change_looks(editor, change)


def _plain(editor: QTextEdit, _look: Look) -> None:
    def change(found: QTextCharFormat) -> None:
        found.clearProperty(QTextFormat.Property.FontWeight.value)
        found.setFontItalic(False)
        found.setFontStrikeOut(False)
        for key in (*_UNDERLINES, _FOREGROUND, RUN_KEPT):
            found.clearProperty(key)

    change_looks(editor, change)


COMMANDS: Final[dict[str, Callable[[QTextEdit, Look], None]]] = {
    "bold": _toggle_bold,
    "italic": _toggle_italic,
    "underline": _toggle_underline,
    "plain": _plain,
}
