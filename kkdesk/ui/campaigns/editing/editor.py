"""The mail's editor: a sheet of white paper, whatever the theme, on which the mail looks as it will be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QWidget

from kkdesk.ui.campaigns.editing import blocks, runs
from kkdesk.ui.campaigns.editing.blocks import ParagraphShape
from kkdesk.ui.campaigns.editing.buttons import paint_buttons
from kkdesk.ui.campaigns.editing.display import LetterDisplay
from kkdesk.ui.campaigns.editing.exporter import export_html, export_letter, export_selection
from kkdesk.ui.campaigns.editing.field_edit import FieldEdit
from kkdesk.ui.campaigns.editing.formats import clear_link, look_of
from kkdesk.ui.campaigns.editing.letter import PARAGRAPH_STYLE, Letter, Link, Look, new_letter
from kkdesk.ui.campaigns.editing.opener import insert_letter, open_letter
from kkdesk.ui.campaigns.editing.pasting import OWN_MIME, clean_html, clean_text, own_html
from kkdesk.ui.campaigns.editing.styles import colour_of, declarations, pixels_of
from kkdesk.ui.campaigns.editing.writing import write
from kkdesk.ui.theme.tokens import FONT_FAMILIES

_PAPER: Final = "#ffffff"
_INK: Final = "#1f2937"
_MARGIN: Final = 28
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic"})
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]{3,}\Z", re.IGNORECASE)
_STYLE: Final = re.compile(r"style\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_KEYS: Final = {
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_B): "bold",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_I): "italic",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_U): "underline",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_K): "link",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Backslash): "plain",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_BracketRight): "deeper",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_BracketLeft): "higher",
}


@dataclass(frozen=True, slots=True)
class EditorState:
    """What is true where the cursor is, for the toolbar."""

    look: Look
    shape: ParagraphShape
    can_undo: bool
    can_redo: bool


class MailEditor(FieldEdit):
    """Edits a letter. `changed` when what would be saved has changed; `state_changed` for the toolbar."""

    changed = Signal()
    state_changed = Signal()
    link_wanted = Signal()
    #: Files (paths) and images that were pasted or dropped: to be made small before they are put in.
    pictures_wanted = Signal(object)
    #: A picture was double-clicked: its position in the document.
    picture_opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, on_paper=True)
        self._head = self._tail = ""
        #: Style of the paragraphs that the person begins: as those that are there.
        self.paragraph_style = PARAGRAPH_STYLE
        self.display = LetterDisplay(self.document())
        self.setObjectName("mailEditor")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptRichText(True)
        self.document().setDocumentMargin(_MARGIN)
        self.document().setIndentWidth(26)
        self.setTabChangesFocus(True)
        self._colour_paper(_INK)
        self.cursorPositionChanged.connect(self.state_changed)
        self.currentCharFormatChanged.connect(self.state_changed)
        self.document().contentsChanged.connect(self.changed)
        self.document().contentsChanged.connect(self.state_changed)
        self.show_letter(new_letter())

    def show_letter(self, letter: Letter) -> None:
        """Edit another letter; there is nothing to undo afterwards."""
        self._head, self._tail = letter.head, letter.tail
        styles = [block.kept for block in letter.blocks if block.kind == "p" and block.item is None]
        self.paragraph_style = styles[0] if styles else PARAGRAPH_STYLE
        self._dress(letter.head)
        open_letter(self.document(), letter, self.shelf)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def letter(self) -> Letter:
        """What is on the paper."""
        return Letter(export_letter(self.document(), self.shelf).blocks, self._head, self._tail)

    def html(self) -> str:
        """The HTML to save; empty when there is nothing to see."""
        return export_html(self.document(), self.shelf, head=self._head, tail=self._tail)

    @property
    def state(self) -> EditorState:
        """For the toolbar."""
        cursor = self.textCursor()
        shape = blocks.shape_of(cursor.block())
        look = look_of(self.currentCharFormat(), in_heading=shape.kind[0] == "h")
        return EditorState(look, shape, self.document().isUndoAvailable(), self.document().isRedoAvailable())

    def link_at_cursor(self) -> Link | None:
        """The link that the cursor is in."""
        return self.state.look.link

    # What the toolbar and the keys do -------------------------------------------------------------------

    def perform(self, command: str) -> None:
        """Do what a key or a button asks for; see `runs.COMMANDS` and `blocks.COMMANDS`."""
        cursor = self.textCursor()
        if command == "link":
            self.link_wanted.emit()
            return
        if (change := runs.COMMANDS.get(command)) is not None:
            change(self, self.state.look)
        elif (shape := blocks.COMMANDS.get(command)) is not None:
            shape(cursor, self.paragraph_style)
            self.setTextCursor(cursor)
        self.setFocus()
        self.state_changed.emit()

    def insert(self, letter: Letter) -> None:
        """Put a letter in place of the selection."""
        cursor = self.textCursor()
        insert_letter(cursor, letter, self.shelf)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    # Qt -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Buttons lie beneath their words."""
        painter = QPainter(self.viewport())
        paint_buttons(self, painter)
        painter.end()
        super().paintEvent(event)

    def event(self, event: QEvent) -> bool:
        """Our keys are ours, also where the window has another meaning for them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _command(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commands, lists, links that end where their text ends."""
        if command := _command(event):
            self.perform(command)
            return
        cursor = self.textCursor()
        if blocks.key_in_block(cursor, event, self.paragraph_style):
            self.setTextCursor(cursor)
            self.state_changed.emit()
            return
        if event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            event.ignore()
            return
        ends_word = event.text() in {" ", "\r", "\n"} or event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if ends_word:
            self._link_typed_address()
        if event.text():
            self._leave_link()
        super().keyPressEvent(event)
        if ends_word:
            self._leave_link()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            blocks.after_enter(self.textCursor(), self.paragraph_style)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a picture opens it."""
        place = self.place_at(event.position().toPoint())
        found = self.format_at(place)
        if found is not None and found.isImageFormat():
            self.picture_opened.emit(place)
            return
        super().mouseDoubleClickEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's own signature
        """In a list Tab moves the item; elsewhere it leaves the editor, so that nobody is caught in it."""
        return False if blocks.shape_of(self.textCursor().block()).list else super().focusNextPrevChild(next)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Words and pictures."""
        return source.hasText() or source.hasHtml() or source.hasImage() or source.hasFormat(OWN_MIME)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop: clean words, pictures made small."""
        if source.hasFormat(OWN_MIME):
            self.insert(own_html(bytes(source.data(OWN_MIME).data()).decode("utf-8")))
            return
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        pictures = [path for path in files if path.suffix.lower() in _PICTURES]
        if pictures:
            self.pictures_wanted.emit(pictures)
            return
        letter = clean_html(source.html()) if source.hasHtml() else Letter()
        if letter.is_blank and source.hasImage():
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.pictures_wanted.emit([image])
            return
        text = source.text()
        address = text.strip()
        if self.textCursor().hasSelection() and _ADDRESS.match(address):
            runs.link_selection(self.textCursor(), Link(_with_scheme(address)))
            return
        self.insert(clean_text(text) if letter.is_blank else letter)

    def createMimeDataFromSelection(self) -> QMimeData:
        """For ourselves all of it, for other programs HTML and text."""
        copied = super().createMimeDataFromSelection()
        html = write(export_selection(self.textCursor(), self.shelf))
        copied.setHtml(html)
        copied.setData(OWN_MIME, html.encode("utf-8"))
        return copied

    # Inside ---------------------------------------------------------------------------------------------

    def _dress(self, head: str) -> None:
        """Show the text as the style around it says."""
        style: dict[str, str] = {}
        for match in _STYLE.finditer(head):
            style |= declarations(match[1] or match[2])
        pixels = pixels_of(style.get("font-size", ""), 16.0) or 16.0
        families = [part.strip(" '\"") for part in style.get("font-family", "Arial,Helvetica").split(",")]
        self.display.text_pixels = pixels
        self._colour_paper(colour_of(style.get("color", "")) or _INK, [*families, *FONT_FAMILIES], round(pixels))

    def _colour_paper(self, ink: str, families: Sequence[str] = ("Arial",), pixels: int = 16) -> None:
        # The program's style sheet would win over a font that is set any other way.
        names = ",".join(f"'{name}'" for name in families)
        self.setStyleSheet(
            f"#mailEditor {{ background: {_PAPER}; color: {ink}; border: none; border-radius: 0; padding: 0;"
            f" font-family: {names}; font-size: {pixels}px;"
            " selection-background-color: #bcdff0; selection-color: #10242b; }"
            "#mailEditor:focus { border: none; padding: 0; }"
        )
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, QColor(ink))
        palette.setColor(QPalette.ColorRole.PlaceholderText, QColor("#6b7280"))
        self.setPalette(palette)

    def _leave_link(self) -> None:
        """What is typed after a link is not part of it."""
        cursor = self.textCursor()
        current = self.currentCharFormat()
        if cursor.hasSelection() or not current.isAnchor():
            return
        after = QTextCursor(cursor)
        inside = after.movePosition(QTextCursor.MoveOperation.NextCharacter) and not cursor.atBlockEnd()
        if inside and after.charFormat().anchorHref() == current.anchorHref():
            return
        bare = QTextCharFormat(current)
        clear_link(bare)
        self.setCurrentCharFormat(bare)

    def _link_typed_address(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        word = re.split(r"[\s\ufffc]", before)[-1].rstrip(".,;:!?·)")
        if not _ADDRESS.match(word) or cursor.charFormat().isAnchor():
            return
        start = cursor.block().position() + before.rfind(word)
        chosen = QTextCursor(self.document())
        chosen.setPosition(start)
        chosen.setPosition(start + len(word), QTextCursor.MoveMode.KeepAnchor)
        runs.link_selection(chosen, Link(_with_scheme(word)))


def _command(event: QKeyEvent) -> str:
    return _KEYS.get(
        (event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())), ""
    ) or blocks.KEYS.get(event.keyCombination().toCombined(), "")


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"https://{address}"
