"""Notes on a customer: a field to write, the notes beneath, pinned ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from kkdesk.ui.formats import moment
from kkdesk.ui.widgets.buttons import button, tool_button
from kkdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from kkdesk.services.notes import Note

_FIELD_HEIGHT = 64


class NoteField(QPlainTextEdit):
    """A few lines; Ctrl+Enter emits `finished`."""

    finished = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.finished.emit()
            return
        super().keyPressEvent(event)


class NotesView(QWidget):
    """Emits what one does; the page does it and shows the notes anew."""

    added = Signal(str)
    edited = Signal(object, str)
    pinned = Signal(object, bool)
    deleted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing: Note | None = None
        #: Whose notes are shown.
        self.owner = ""
        #: What was begun and not saved, by customer: it must not end up with the next one.
        self._begun: dict[str, tuple[str, Note | None]] = {}
        # All of it scrolls: a small screen has no room for a field and notes at once.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        inner = QWidget()
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        column = self._column = QVBoxLayout(inner)
        column.setContentsMargins(2, 10, 8, 4)
        column.setSpacing(8)
        self.field = NoteField()
        self.field.setPlaceholderText(self.tr("Write a note…"))
        self.field.setAccessibleName(self.tr("New note"))
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(_FIELD_HEIGHT)
        self.field.finished.connect(self.commit)
        column.addWidget(self.field)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Ctrl+Enter saves"), "caption"))
        row.addStretch(1)
        self._cancel = button(self.tr("Cancel"), "quiet", clicked=self._stop_editing)
        self._cancel.setVisible(False)
        row.addWidget(self._cancel)
        self._save = button(self.tr("Save note"), clicked=self.commit)
        row.addWidget(self._save)
        column.addLayout(row)
        self._list = QWidget()
        column.addWidget(self._list)
        column.addStretch(1)

    def show_notes(self, owner: str, notes: Sequence[Note], now: int) -> None:
        """Show the notes of the customer `owner`, and what was begun there; `now` in Unix seconds."""
        if owner != self.owner:
            self._turn_to(owner)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for note in notes:
            column.addWidget(self._card(note, now))
        if not notes:
            column.addWidget(label(self.tr("No notes yet."), "muted"))
        self._column.replaceWidget(self._list, body)
        self._list.deleteLater()
        self._list = body

    def commit(self) -> None:
        """Save what is written."""
        text = self.field.toPlainText().strip()
        if not text:
            return
        if self._editing is not None:
            self.edited.emit(self._editing, text)
        else:
            self.added.emit(text)
        self._stop_editing()

    def _card(self, note: Note, now: int) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 6, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(
            label(" · ".join(part for part in (moment(note.created_at, now), note.author) if part), "caption"), 1
        )
        tip = self.tr("Unpin") if note.is_pinned else self.tr("Pin on top")
        symbol = "push-pin-slash" if note.is_pinned else "push-pin"
        head.addWidget(tool_button(symbol, tip, clicked=lambda: self.pinned.emit(note, not note.is_pinned)))
        head.addWidget(tool_button("pencil-simple", self.tr("Edit note"), clicked=lambda: self._edit(note)))
        head.addWidget(tool_button("trash", self.tr("Delete note"), clicked=lambda: self.deleted.emit(note)))
        column.addLayout(head)
        column.addWidget(label(note.content, wrap=True, selectable=True))
        return card

    def _turn_to(self, owner: str) -> None:
        if self.field.toPlainText().strip():
            self._begun[self.owner] = (self.field.toPlainText(), self._editing)
        self.owner = owner
        text, self._editing = self._begun.pop(owner, ("", None))
        self.field.setPlainText(text)
        self._cancel.setVisible(self._editing is not None)

    def _edit(self, note: Note) -> None:
        self._editing = note
        self.field.setPlainText(note.content)
        self.field.setFocus()
        self._cancel.setVisible(True)

    def _stop_editing(self) -> None:
        self._editing = None
        self.field.clear()
        self._cancel.setVisible(False)
