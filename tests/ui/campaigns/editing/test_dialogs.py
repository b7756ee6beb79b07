"""Addresses as people type them, and dialogs that do not close on nonsense."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from kkdesk.model.merge_fields import MergeField
from kkdesk.ui.campaigns.editing.dialogs import FieldDialog, LinkDialog, PictureDialog, completed_address
from kkdesk.ui.campaigns.editing.letter import Link, Look, Picture


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("kktires.gr", "https://kktires.gr"),
        ("www.kktires.gr/προσφορές", "https://www.kktires.gr/προσφορές"),
        (" http://a.gr ", "http://a.gr"),
        ("info@kktires.gr", "mailto:info@kktires.gr"),
        ("210 555 0100", "tel:2105550100"),
        ("+30 (210) 5550100", "tel:+302105550100"),
        ("tel:+302105550100", "tel:+302105550100"),
        ("https://kktires.gr/{{city}}", "https://kktires.gr/{{city}}"),
        ("localhost", ""),
        ("javascript:alert(1)", ""),
        ("κάτι", ""),
        ("mailto:", ""),
        ("", ""),
    ],
)
def test_addresses(typed: str, address: str) -> None:
    assert completed_address(typed) == address


def test_a_link_leads_somewhere_and_has_words(qapp: QApplication) -> None:
    parent = QWidget()
    dialog = LinkDialog(parent, "", "", is_button=False, has_text=False)
    dialog.address.setText("πουθενά")
    dialog.accept()
    assert dialog.result() == 0
    dialog.address.setText("kktires.gr")
    dialog.accept()
    assert dialog.result() == 1 and dialog.words.text() == "kktires.gr"
    parent.deleteLater()


def test_a_fields_default_cannot_end_the_field(qapp: QApplication) -> None:
    parent = QWidget()
    dialog = FieldDialog(parent, MergeField("company", "εσάς"))
    dialog.default.setText("ε}ς")
    dialog.accept()
    assert dialog.result() == 0
    dialog.default.setText("  την εταιρεία σας ")
    dialog.accept()
    assert dialog.result() == 1 and dialog.field == MergeField("company", "την εταιρεία σας")
    parent.deleteLater()


def test_a_picture_gets_words_a_width_and_a_link(qapp: QApplication) -> None:
    parent = QWidget()
    dialog = PictureDialog(parent, Picture("data:x", look=Look(link=Link("https://a.gr"))), 500)
    assert dialog.address.text() == "https://a.gr"
    dialog.alt.setText("Ελαστικό")
    dialog.width_slider.setValue(300)
    dialog.address.setText("")
    dialog.accept()
    assert dialog.picture.alt == "Ελαστικό" and dialog.picture.width == 300 and dialog.href == ""
    parent.deleteLater()
