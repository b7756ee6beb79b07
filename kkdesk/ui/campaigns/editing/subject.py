"""The subject: one line of text with merge fields in it."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from kkdesk.model.merge_fields import modernised
from kkdesk.ui.campaigns.editing.exporter import export_letter
from kkdesk.ui.campaigns.editing.field_edit import FieldEdit
from kkdesk.ui.campaigns.editing.letter import Letter, Paragraph, Text, tidy
from kkdesk.ui.campaigns.editing.opener import insert_letter, open_letter
from kkdesk.ui.theme.tokens import CONTROL_HEIGHT

_LINE_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")


class SubjectEdit(FieldEdit):
    """Looks and behaves as a line of input; `textChanged` is Qt's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLineWrapMode(FieldEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(1)
        self.setFixedHeight(CONTROL_HEIGHT)

    def text(self) -> str:
        """The subject with its fields as they are written in templates."""
        line = export_letter(self.document(), self.shelf).plain_text()
        return line.replace("\u00a0", " ").replace("\n", " ").strip()

    def set_text(self, text: str) -> None:
        """Show another subject, misspelt fields put right; there is nothing to undo afterwards."""
        open_letter(self.document(), _line(modernised(text)), self.shelf)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(320, CONTROL_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """There is no second line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.focusNextChild()
            else:
                event.ignore()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text alone."""
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as one line."""
        cursor = self.textCursor()
        insert_letter(cursor, _line(modernised(_LINE_BREAKS.sub(" ", source.text()))), self.shelf)
        self.setTextCursor(cursor)


def _line(text: str) -> Letter:
    return Letter(tidy((Paragraph((Text(_LINE_BREAKS.sub(" ", text)),), "div"),)))
