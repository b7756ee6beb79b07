"""The message: the editor, or the HTML itself where the editor could not keep it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.merge_fields import MergeField, modernised
from kkdesk.ui.campaigns.editing.actions import EditorActions
from kkdesk.ui.campaigns.editing.chips import usual_default
from kkdesk.ui.campaigns.editing.editor import MailEditor
from kkdesk.ui.campaigns.editing.letter import Letter, new_letter
from kkdesk.ui.campaigns.editing.opener import PAPER_WIDTH
from kkdesk.ui.campaigns.editing.pasting import clean_html
from kkdesk.ui.campaigns.editing.reading import read
from kkdesk.ui.campaigns.editing.refusals import CannotKeep
from kkdesk.ui.campaigns.editing.toolbar import EditorToolbar, field_button
from kkdesk.ui.dialogs import confirm
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.labels import label

_PAPER = PAPER_WIDTH + 72


class MessageBody(QWidget):
    """Edits a mail's HTML. What is merely opened is never written differently."""

    changed = Signal()

    def __init__(self, page: Page) -> None:
        """`page` runs dialogs."""
        super().__init__(page)
        self._page = page
        self._stored = ""
        self._loading = False
        self.editor = MailEditor()
        self.actions_of_editor = EditorActions(page, self.editor)
        self.toolbar = EditorToolbar(self.actions_of_editor)
        self.source = QPlainTextEdit()
        self.source.setFont(_fixed_font())
        self.source.setTabChangesFocus(True)
        self.source.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.source.setAccessibleName(self.tr("HTML of the message"))
        self._reasons = Banner()
        self._reasons.offer(self.tr("Simplify…"), lambda: page.start(self._ask_to_simplify()))
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._arrange_rich()
        self._arrange_source()
        self.editor.changed.connect(self._edited)
        self.source.textChanged.connect(self._edited)

    async def show_html(self, html: str) -> bool:
        """Edit another mail; whether misspelt merge fields were put right in it."""
        try:
            # Decoding its pictures takes a while.
            letter = await asyncio.to_thread(self._read, html)
        except CannotKeep as error:
            self._loading = True
            self._show_source(modernised(html), error.reasons)
        else:
            self._loading = True
            self.editor.show_letter(letter)
            self._stack.setCurrentIndex(0)
        self._stored = html
        self._loading = False
        return modernised(html) != html

    def _read(self, html: str) -> Letter:
        letter = read(html) if html.strip() else new_letter()
        self.editor.shelf.prepare(letter)
        return letter

    def html(self) -> str:
        """What to save."""
        if self.is_source:
            return self.source.toPlainText()
        if not self.editor.document().isModified():
            # Only opened: written by the editor it would say the same in other words.
            return modernised(self._stored)
        return self.editor.html()

    @property
    def is_source(self) -> bool:
        """Whether the HTML itself is edited."""
        return self._stack.currentIndex() == 1

    def focus_text(self) -> None:
        """Put the cursor into the text."""
        (self.source if self.is_source else self.editor).setFocus()

    def simplify(self) -> None:
        """Go on in the editor with what it can keep."""
        letter = clean_html(self.source.toPlainText())
        framed = new_letter()
        self._loading = True
        self.editor.show_letter(Letter(letter.blocks or framed.blocks, framed.head, framed.tail))
        self.editor.document().setModified(True)
        self._stack.setCurrentIndex(0)
        self._loading = False
        self._edited()

    # Inside ---------------------------------------------------------------------------------------------

    def _show_source(self, html: str, reasons: Sequence[Bilingual]) -> None:
        language = self._page.shell.language
        named = ", ".join(reason.in_language(language) for reason in reasons[:4])
        text = self.tr("This message has parts that the editor cannot keep (%1), so it is edited as HTML.")
        self._reasons.say(text.replace("%1", named), "info")
        self.source.setPlainText(html)
        self._stack.setCurrentIndex(1)

    async def _ask_to_simplify(self) -> None:
        if await confirm(
            self,
            self.tr("Simplify this message?"),
            self.tr(
                "The words, links and lists stay. Tables, layout and pictures are taken out, and it looks different."
            ),
            confirm=self.tr("Simplify the message"),
            danger=True,
        ):
            self.simplify()

    def _edited(self) -> None:
        if not self._loading:
            self.changed.emit()

    def _arrange_rich(self) -> None:
        desk = QFrame()
        desk.setProperty("role", "card")
        self._stack.addWidget(desk)
        column = QVBoxLayout(desk)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.toolbar)
        paper = QHBoxLayout()
        paper.setContentsMargins(0, 0, 0, 0)
        self.editor.setMaximumWidth(_PAPER)
        paper.addStretch(1)
        paper.addWidget(self.editor, 1000)
        paper.addStretch(1)
        column.addLayout(paper, 1)

    def _arrange_source(self) -> None:
        page = QWidget()
        self._stack.addWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._reasons)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("See the result in the preview."), "muted"), 1)
        row.addWidget(field_button(self._insert_field))
        column.addLayout(row)
        column.addWidget(self.source, 1)

    def _insert_field(self, name: str) -> None:
        self.source.insertPlainText(MergeField(name, usual_default(name) or None).source)
        self.source.setFocus()


def _fixed_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(13)
    return font
