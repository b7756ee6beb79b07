"""The two libraries: templates and signatures."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication

from kkdesk.ui.campaigns.library.shelves import SignatureShelf, TemplateShelf
from kkdesk.ui.campaigns.library.view import LibraryView, LibraryWords
from kkdesk.ui.page import Page

Kind = Literal["templates", "signatures"]


def make_library(page: Page, kind: Kind) -> LibraryView:
    """The view of one library."""
    translate = QCoreApplication.translate
    if kind == "templates":
        return LibraryView(
            page,
            TemplateShelf(page.workspace.templates),
            LibraryWords(
                title=translate("Libraries", "Templates"),
                none=translate("Libraries", "There are no templates yet"),
                purpose=translate("Libraries", "A template is a subject and a message that campaigns can begin with."),
                new=translate("Libraries", "New template"),
            ),
        )
    return LibraryView(
        page,
        SignatureShelf(page.workspace.signatures),
        LibraryWords(
            title=translate("Libraries", "Signatures"),
            none=translate("Libraries", "There are no signatures yet"),
            purpose=translate(
                "Libraries", "A signature stands under the message: who you are and how you can be reached."
            ),
            new=translate("Libraries", "New signature"),
        ),
    )
