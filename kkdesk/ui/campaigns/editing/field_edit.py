"""A text field in which merge fields are chips: what the subject line and the mail's editor share."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from kkdesk.model.merge_fields import MergeField, parse
from kkdesk.ui.campaigns.editing.chips import ChipPainter, chip_tip
from kkdesk.ui.campaigns.editing.formats import CHIP, field_format, field_of, look_of
from kkdesk.ui.campaigns.editing.letter import Field
from kkdesk.ui.campaigns.editing.opener import insert_run
from kkdesk.ui.campaigns.editing.pictures import PictureShelf

#: As many characters before a closing brace are looked at for a field typed by hand.
_LOOK_BACK = 220


class FieldEdit(QTextEdit):
    """Emits `field_wanted(position)` when the chip at a position of the document is to be edited."""

    field_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, on_paper: bool = False) -> None:
        """`on_paper`: it is white whatever the theme is."""
        super().__init__(parent)
        self.shelf = PictureShelf()
        self._chips = ChipPainter(self, on_paper=on_paper)
        self.document().documentLayout().registerHandler(CHIP, self._chips)

    def insert_field(self, field: MergeField) -> None:
        """Put a chip where the cursor is, looking as the text around it."""
        cursor = self.textCursor()
        look = look_of(cursor.charFormat())
        insert_run(cursor, Field(field, look), self.shelf)
        self.setTextCursor(cursor)
        self.setFocus()

    def field_at(self, position: int) -> MergeField | None:
        """The merge field whose chip is the character after `position`."""
        found = self.format_at(position)
        return None if found is None else field_of(found)

    def replace_field(self, position: int, field: MergeField | None) -> None:
        """Change the chip after `position`; None takes it out."""
        found = self.format_at(position)
        if found is None or field_of(found) is None:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        if field is None:
            cursor.removeSelectedText()
        else:
            cursor.setCharFormat(field_format(Field(field, look_of(found))))

    def field_near_cursor(self) -> int:
        """Where the chip before or after the cursor is; -1: there is none."""
        at = self.textCursor().position()
        return next((place for place in (at, at - 1) if place >= 0 and self.field_at(place) is not None), -1)

    # Qt -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """A chip tells what it stands for."""
        if isinstance(event, QHelpEvent):
            found = self.format_at(self.place_at(event.pos()))
            tip = "" if found is None else chip_tip(found)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a chip edits it."""
        place = self.place_at(event.position().toPoint())
        if self.field_at(place) is not None:
            self.field_wanted.emit(place)
            return
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits the chip at the cursor; a field typed by hand becomes one at its closing braces."""
        if event.key() == Qt.Key.Key_F2 and (place := self.field_near_cursor()) >= 0:
            self.field_wanted.emit(place)
            return
        super().keyPressEvent(event)
        if event.text() == "}":
            self._chip_typed_field()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's menu with an entry for the chip under the mouse."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.place_at(event.pos())
        if self.field_at(place) is None:
            place = self.field_near_cursor()
        if place >= 0:
            first = menu.actions()[0] if menu.actions() else None
            action = menu.addAction(self.tr("Edit this field…"), lambda: self.field_wanted.emit(place))
            if first is not None:
                menu.insertAction(first, action)
                menu.insertSeparator(first)
        menu.popup(event.globalPos())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text with its fields written out."""
        copied = QMimeData()
        copied.setText(self.written(self.textCursor().selection().toPlainText(), self.textCursor()))
        return copied

    # For subclasses -------------------------------------------------------------------------------------

    def written(self, text: str, cursor: QTextCursor) -> str:
        """`text`, which is the selection of `cursor`, with each chip written as its field."""
        start = cursor.selectionStart()
        letters = (self._letter(letter, start + at) for at, letter in enumerate(text))
        return "".join(letters).replace("\u2029", "\n").replace("\u2028", "\n")

    def _letter(self, letter: str, place: int) -> str:
        field = self.field_at(place) if letter == "\ufffc" else None
        return letter if field is None else field.source

    def format_at(self, position: int) -> QTextCharFormat | None:
        """The format of the character after `position`."""
        if not 0 <= position < self.document().characterCount() - 1:
            return None
        cursor = QTextCursor(self.document())
        cursor.setPosition(position + 1)
        found = cursor.charFormat()
        return found if cursor.block().contains(position) else None

    def place_at(self, point: QPoint) -> int:
        """Position of the character under a point of the viewport."""
        place = self.cursorForPosition(point).position()
        before = QTextCursor(self.document())
        before.setPosition(place)
        # The nearest gap between letters may be at either side of the letter that is pointed at.
        return place - 1 if self.cursorRect(before).left() > point.x() and place else place

    def _chip_typed_field(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        start = before.rfind("{{", max(0, len(before) - _LOOK_BACK))
        fields = parse(before[start:]).fields if start >= 0 else ()
        if len(fields) != 1 or not before.endswith("}}"):
            return
        cursor.setPosition(cursor.block().position() + start)
        cursor.setPosition(self.textCursor().position(), QTextCursor.MoveMode.KeepAnchor)
        insert_run(cursor, Field(fields[0], look_of(cursor.charFormat())), self.shelf)
        self.setTextCursor(cursor)
