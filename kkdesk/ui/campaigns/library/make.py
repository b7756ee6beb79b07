"""The two libraries: templates and signatures."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication

from kkdesk.ui.campaigns.library.shelves import SignatureShelf, TemplateShelf
from kkdesk.ui.campaigns.library.view import LibraryView
from kkdesk.ui.page import Page

Kind = Literal["templates", "signatures"]


def make_library(page: Page, kind: Kind) -> LibraryView:
    """The view of one library."""
    translate = QCoreApplication.translate
    if kind == "templates":
        return LibraryView(
            page,
            TemplateShelf(page.workspace.templates),
            translate("Libraries", "Templates"),
            translate("Libraries", "A template is a subject and a message that campaigns can begin with."),
        )
    return LibraryView(
        page,
        SignatureShelf(page.workspace.signatures),
        translate("Libraries", "Signatures"),
        translate("Libraries", "A signature stands under the message: who you are and how you can be reached."),
    )
