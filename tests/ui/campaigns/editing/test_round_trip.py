"""What is opened and written again says the same, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from kkdesk.services.demo import texts
from kkdesk.ui.campaigns.editing.exporter import export_html, export_letter
from kkdesk.ui.campaigns.editing.letter import Letter
from kkdesk.ui.campaigns.editing.opener import open_letter
from kkdesk.ui.campaigns.editing.pictures import PictureShelf
from kkdesk.ui.campaigns.editing.reading import read
from kkdesk.ui.campaigns.editing.writing import write
from tests.ui.campaigns.editing.letters import LETTERS_TO_KEEP

SAMPLES = [
    *(template.content for template in texts.TEMPLATES),
    texts.WINTER.content,
    texts.FLEET.content,
    texts.SIGNATURE,
    "<ul><li>α<ul><li>β</li><li>γ<ol><li>δ</li></ol></li></ul></li><li>ε</li></ul><ul><li>ζ</li></ul>",
    "Γεια σας<br>σκέτο κείμενο<div>γραμμή</div><div><br></div>τέλος",
    '<html><body style="font-family:Arial"><p>Αγαπητέ/ή {{firstName}},</p></body></html>',
]


def opened(letter: Letter) -> tuple[QTextDocument, PictureShelf]:
    document, shelf = QTextDocument(), PictureShelf()
    open_letter(document, letter, shelf)
    return document, shelf


@settings(max_examples=120, deadline=None)
@given(LETTERS_TO_KEEP)
def test_html_says_what_the_letter_says(letter: Letter) -> None:
    assert read(write(letter)) == letter


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letter=LETTERS_TO_KEEP)
def test_a_document_says_what_the_letter_says(qapp: QApplication, letter: Letter) -> None:
    document, shelf = opened(letter)
    assert export_letter(document, shelf).blocks == letter.blocks


@pytest.mark.parametrize("html", SAMPLES)
def test_opening_and_saving_changes_nothing_that_is_read(qapp: QApplication, html: str) -> None:
    letter = read(html)
    document, shelf = opened(letter)
    saved = export_html(document, shelf, head=letter.head, tail=letter.tail)
    assert saved == write(letter)
    assert read(saved) == letter
