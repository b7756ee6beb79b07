"""What the editor asks a person about: links, fields, pictures. Runs for the page that the editor is in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QImage, QTextCursor

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.model.merge_fields import MergeField
from kkdesk.ui.campaigns.editing import runs
from kkdesk.ui.campaigns.editing.chips import usual_default
from kkdesk.ui.campaigns.editing.dialogs import FieldDialog, LinkDialog, PictureDialog
from kkdesk.ui.campaigns.editing.editor import MailEditor
from kkdesk.ui.campaigns.editing.field_edit import FieldEdit
from kkdesk.ui.campaigns.editing.formats import picture_format, picture_of
from kkdesk.ui.campaigns.editing.letter import (
    BUTTON_STYLE,
    PICTURE_STYLE,
    Letter,
    Link,
    Look,
    Paragraph,
    Picture,
    Run,
    Text,
    tidy,
)
from kkdesk.ui.campaigns.editing.opener import insert_run
from kkdesk.ui.campaigns.editing.pictures import PreparedPicture, prepare_image, prepare_picture
from kkdesk.ui.dialogs import answer, choose_file
from kkdesk.ui.page import Page

#: What the person picks pictures from.
_FILES = "*.png *.jpg *.jpeg *.gif *.webp *.bmp *.tif *.tiff *.heic"


class FieldActions(QObject):
    """Chips of any field edit: inserted and edited."""

    def __init__(self, page: Page, edit: FieldEdit) -> None:
        """`page` runs the dialogs."""
        super().__init__(edit)
        self.page = page
        self._edit = edit
        edit.field_wanted.connect(lambda place: page.start(self.edit_field(place)))

    def insert_field(self, name: str) -> None:
        """Put a field where the cursor is, with what usually stands for a missing value."""
        self._edit.insert_field(MergeField(name, usual_default(name) or None))

    async def edit_field(self, place: int) -> None:
        """Ask about the chip at a place."""
        field = self._edit.field_at(place)
        if field is None:
            return
        dialog = FieldDialog(self.page, field)
        if await answer(dialog):
            self._edit.replace_field(place, None if dialog.removed else dialog.field)
        self._edit.setFocus()


class EditorActions(FieldActions):
    """What the mail's editor asks about, beside its chips."""

    def __init__(self, page: Page, editor: MailEditor) -> None:
        """`page` runs the dialogs."""
        super().__init__(page, editor)
        self.editor = editor
        editor.link_wanted.connect(lambda: page.start(self.edit_link()))
        editor.pictures_wanted.connect(lambda found: page.start(self.insert_pictures(found)))
        editor.picture_opened.connect(lambda place: page.start(self.edit_picture(place)))

    async def edit_link(self) -> None:
        """Ask for the link at the cursor, or for one on the selection."""
        editor = self.editor
        cursor = editor.textCursor()
        link = editor.link_at_cursor()
        if not cursor.hasSelection() and link is not None:
            runs.select_link(cursor)
        has_text = cursor.hasSelection()
        dialog = LinkDialog(self.page, "", link.href if link else "", is_button=False, has_text=has_text)
        if not await answer(dialog):
            editor.setFocus()
            return
        if dialog.removed:
            editor.setTextCursor(cursor)
            runs.remove_link(editor)
        elif has_text:
            runs.link_selection(cursor, Link(dialog.href, link.kept if link else ""))
        else:
            self._insert_run(Text(dialog.words.text().strip(), replace(editor.state.look, link=Link(dialog.href))))
        editor.setFocus()

    async def insert_button(self) -> None:
        """Ask for the words and the address of a button, and give it a paragraph of its own."""
        dialog = LinkDialog(self.page, "", "", is_button=True, has_text=False)
        if not await answer(dialog):
            return
        look = Look(link=Link(dialog.href, BUTTON_STYLE))
        words = Text(f"\u00a0{dialog.words.text().strip()}\u00a0", look)
        self.editor.insert(
            Letter(
                tidy((Paragraph((words,), kept="margin:22px 0"), Paragraph((), kept=self.editor.paragraph_style))),
            )
        )
        self.editor.setFocus()

    async def choose_picture(self) -> None:
        """Let the person choose a file."""
        pictures = QCoreApplication.translate("EditorActions", "Pictures")
        path = await choose_file(
            self.page, QCoreApplication.translate("EditorActions", "Insert a picture"), [f"{pictures} ({_FILES})"]
        )
        if path is not None:
            await self.insert_pictures([path])

    async def insert_pictures(self, found: Sequence[Path | QImage]) -> None:
        """Make files and images small and put them where the cursor is. Raises `InvalidInput` for what is none."""
        for source in found:
            prepared = await asyncio.to_thread(_prepare, source)
            self.editor.shelf.keep(prepared)
            self._insert_run(Picture(prepared.source, None, prepared.width, (("style", PICTURE_STYLE),)))
        if len(found) == 1:
            await self.edit_picture(self.editor.textCursor().position() - 1)

    async def edit_picture(self, place: int) -> None:
        """Ask about the picture at a place."""
        cursor = QTextCursor(self.editor.document())
        cursor.setPosition(place)
        cursor.setPosition(place + 1, QTextCursor.MoveMode.KeepAnchor)
        found = cursor.charFormat().toImageFormat()
        if not found.isValid():
            return
        picture = picture_of(found, self.editor.shelf.source_of)
        dialog = PictureDialog(self.page, picture, round(found.width()))
        if await answer(dialog):
            changed = dialog.picture
            link = Link(dialog.href) if dialog.href else None
            shown = replace(changed, look=Look(link=link))
            cursor.setCharFormat(picture_format(shown, found.name(), shown.width or round(found.width())))
        self.editor.setFocus()

    def _insert_run(self, run: Run) -> None:
        cursor = self.editor.textCursor()
        insert_run(cursor, run, self.editor.shelf)
        self.editor.setTextCursor(cursor)


def _prepare(source: Path | QImage) -> PreparedPicture:
    if isinstance(source, QImage):
        return prepare_image(source)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InvalidInput(
            Bilingual(f"Το αρχείο {source.name} δεν διαβάζεται.", f"The file {source.name} cannot be read."),
            kept=Bilingual("Το μήνυμα έμεινε όπως ήταν.", "The mail was left as it was."),
        ) from error
    return prepare_picture(content)
