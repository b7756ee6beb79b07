"""Writing in the editor: keys, chips, lists, links, pasting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kkdesk.model.merge_fields import MergeField
from kkdesk.ui.campaigns.editing import runs
from kkdesk.ui.campaigns.editing.editor import MailEditor
from kkdesk.ui.campaigns.editing.letter import Letter, Link, Picture, Text
from kkdesk.ui.campaigns.editing.reading import read
from kkdesk.ui.campaigns.editing.subject import SubjectEdit

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(qapp: QApplication) -> Iterator[MailEditor]:
    made = MailEditor()
    made.show_letter(Letter())
    yield made
    made.deleteLater()


def html(editor: MailEditor) -> str:
    return editor.html().replace("\n", "")


def select(editor: MailEditor, start: int, end: int) -> None:
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def type_text(editor: MailEditor | SubjectEdit, text: str) -> None:
    # QTest knows keys of a keyboard, and no Greek one.
    for letter in text:
        editor.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


def test_an_empty_mail_is_empty(editor: MailEditor) -> None:
    assert editor.html() == ""


def test_keys_for_looks(editor: MailEditor) -> None:
    for key, element in ((Key.Key_B, "strong"), (Key.Key_I, "em"), (Key.Key_U, "u")):
        editor.show_letter(read("<p>ένα δύο</p>"))
        select(editor, 0, 3)
        QTest.keyClick(editor, key, CTRL)
        assert html(editor) == f"<p><{element}>ένα</{element}> δύο</p>"
        QTest.keyClick(editor, key, CTRL)
        assert html(editor) == "<p>ένα δύο</p>"


def test_a_look_switched_on_holds_for_what_is_typed_next(editor: MailEditor) -> None:
    type_text(editor, "α ")
    QTest.keyClick(editor, Key.Key_B, CTRL)
    type_text(editor, "β")
    QTest.keyClick(editor, Key.Key_B, CTRL)
    type_text(editor, "γ")
    assert html(editor).endswith("α <strong>β</strong>γ</p>")


def test_the_editor_keeps_its_keys_from_the_window(editor: MailEditor) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_K, CTRL)
    event.ignore()
    assert editor.event(event) and event.isAccepted()
    send = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_Return, CTRL)
    send.ignore()
    editor.event(send)
    assert not send.isAccepted()


def test_colours_and_plain(editor: MailEditor) -> None:
    editor.show_letter(read("<p>ένα <b>δύο</b></p>"))
    select(editor, 0, 7)
    runs.set_colour(editor, "#b3261e")
    assert html(editor) == (
        '<p><span style="color:#b3261e">ένα </span><span style="color:#b3261e"><strong>δύο</strong></span></p>'
    )
    QTest.keyClick(editor, Key.Key_Backslash, CTRL)
    assert html(editor) == "<p>ένα δύο</p>"


def test_headings_end_with_the_line(editor: MailEditor) -> None:
    type_text(editor, "Τίτλος")
    editor.perform("heading2")
    QTest.keyClick(editor, Key.Key_Return)
    type_text(editor, "κείμενο")
    kinds = [(block.kind, block.runs) for block in editor.letter().blocks]
    assert kinds == [("h2", (Text("Τίτλος"),)), ("p", (Text("κείμενο"),))]


def test_lists_by_keyboard(editor: MailEditor) -> None:
    type_text(editor, "α")
    editor.perform("bullets")
    QTest.keyClick(editor, Key.Key_Return)
    type_text(editor, "β")
    QTest.keyClick(editor, Key.Key_Return)
    QTest.keyClick(editor, Key.Key_Tab)
    type_text(editor, "γ")
    items = [(block.item.depth, block.item.ordered) for block in editor.letter().blocks if block.item]
    assert items == [(1, False), (1, False), (2, False)]
    QTest.keyClick(editor, Key.Key_Return)
    QTest.keyClick(editor, Key.Key_Return)
    QTest.keyClick(editor, Key.Key_Return)
    type_text(editor, "τέλος")
    assert editor.letter().blocks[-1].item is None and editor.letter().blocks[-1].kind == "p"
    assert "<li>β<ul><li>γ</li></ul></li></ul><p" in html(editor)


def test_lists_are_taken_back(editor: MailEditor) -> None:
    editor.show_letter(read("<p>α</p><p>β</p>"))
    select(editor, 0, 3)
    editor.perform("numbers")
    assert html(editor).count("<li>") == 2 and "<ol" in html(editor)
    editor.perform("bullets")
    assert "<ul" in html(editor) and "<ol" not in html(editor)
    editor.perform("bullets")
    assert html(editor) == "<p>α</p><p>β</p>"
    editor.undo()
    assert "<ul" in html(editor)


def test_backspace_at_the_start_of_an_item_leaves_the_list(editor: MailEditor) -> None:
    editor.show_letter(read("<ul><li>α</li><li>β</li></ul>"))
    select(editor, 2, 2)
    QTest.keyClick(editor, Key.Key_Backspace)
    assert [block.item is None for block in editor.letter().blocks] == [False, True]


def test_alignment(editor: MailEditor) -> None:
    editor.show_letter(read("<p>α</p>"))
    editor.perform("center")
    assert html(editor) == '<p style="text-align:center">α</p>'
    editor.perform("left")
    assert html(editor) == "<p>α</p>"


def test_a_typed_field_becomes_a_chip_that_cannot_be_half_deleted(editor: MailEditor) -> None:
    editor.show_letter(read("<p>α</p>"))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    type_text(editor, "{{firstName|φίλε}}")
    assert editor.document().characterCount() == 3, "one character for the letter, one for the chip, one for the end"
    assert html(editor) == "<p>α{{firstName|φίλε}}</p>"
    QTest.keyClick(editor, Key.Key_Backspace)
    assert html(editor) == "<p>α</p>"
    editor.undo()
    assert html(editor) == "<p>α{{firstName|φίλε}}</p>"


def test_braces_that_are_no_field_stay_letters(editor: MailEditor) -> None:
    type_text(editor, "{{κάτι}}")
    assert "{{κάτι}}" in html(editor) and editor.field_near_cursor() == -1


def test_chips_are_inserted_looked_at_and_changed(editor: MailEditor) -> None:
    editor.show_letter(read("<p><b>Γεια</b></p>"))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insert_field(MergeField("vocative", "φίλε πελάτη"))
    place = editor.field_near_cursor()
    assert editor.field_at(place) == MergeField("vocative", "φίλε πελάτη")
    editor.replace_field(place, MergeField("company"))
    assert html(editor) == "<p><strong>Γεια</strong><strong>{{company}}</strong></p>"
    editor.replace_field(place, None)
    assert editor.field_near_cursor() == -1


def test_a_chip_is_painted(editor: MailEditor) -> None:
    editor.show_letter(read("<p>{{firstName|φίλε}}</p>"))
    editor.resize(400, 200)
    editor.show()
    picture = editor.grab().toImage()
    editor.hide()
    inks = {picture.pixelColor(x, 40).name() for x in range(28, 120)}
    assert len(inks) > 3, inks


def test_a_link_ends_where_its_text_ends(editor: MailEditor) -> None:
    editor.show_letter(read('<p>α <a href="https://a.gr">σύνδεσμος</a></p>'))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    type_text(editor, " και")
    assert html(editor) == '<p>α <a href="https://a.gr">σύνδεσμος</a> και</p>'
    select(editor, 5, 5)
    type_text(editor, "χ")
    assert html(editor) == '<p>α <a href="https://a.gr">σύνχδεσμος</a> και</p>'


def test_a_typed_address_becomes_a_link(editor: MailEditor) -> None:
    editor.show_letter(read("<p></p>"))
    type_text(editor, "δείτε www.kktires.gr. ")
    assert '<a href="https://www.kktires.gr">www.kktires.gr</a>' in html(editor)


def test_links_are_selected_whole_and_removed(editor: MailEditor) -> None:
    editor.show_letter(read('<p>α <a href="https://a.gr">β <b>γ</b></a> δ</p>'))
    select(editor, 4, 4)
    assert editor.link_at_cursor() == Link("https://a.gr")
    runs.remove_link(editor)
    assert html(editor) == "<p>α β <strong>γ</strong> δ</p>"


def test_pasting_html_text_pictures_and_our_own(editor: MailEditor) -> None:
    editor.show_letter(read("<p>α</p>"))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    data = QMimeData()
    data.setHtml('<b style="color:red">β</b>')
    editor.insertFromMimeData(data)
    assert html(editor) == "<p>α<strong>β</strong></p>"
    data = QMimeData()
    data.setText("γ\nδ {{firstName}}")
    editor.insertFromMimeData(data)
    assert html(editor).endswith("δ {{firstName}}</p>")
    wanted: list[object] = []
    editor.pictures_wanted.connect(wanted.append)
    data = QMimeData()
    data.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    editor.insertFromMimeData(data)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/λάστιχο.PNG")])
    editor.insertFromMimeData(data)
    assert len(wanted) == 2


def test_copying_within_the_editor_loses_nothing(editor: MailEditor) -> None:
    source = (
        '<h2 style="margin:0">Τίτλος</h2><p>α <a href="https://a.gr" style="background:#d9480f;color:#fff;padding:2px">β</a>'
        " {{firstName|φίλε}}</p><ul><li>γ</li></ul>"
    )
    editor.show_letter(read(source))
    wanted = editor.letter().blocks
    editor.selectAll()
    copied = editor.createMimeDataFromSelection()
    assert "{{firstName|φίλε}}" in copied.text()
    editor.show_letter(Letter())
    editor.insertFromMimeData(copied)
    assert editor.letter().blocks == wanted


def test_an_address_pasted_on_words_links_them(editor: MailEditor) -> None:
    editor.show_letter(read("<p>οι προσφορές μας</p>"))
    select(editor, 3, 12)
    data = QMimeData()
    data.setText("https://kktires.gr/prosfores")
    editor.insertFromMimeData(data)
    assert html(editor) == '<p>οι <a href="https://kktires.gr/prosfores">προσφορές</a> μας</p>'


def test_tab_leaves_the_editor_outside_lists(editor: MailEditor) -> None:
    editor.show_letter(read("<p>α</p>"))
    QTest.keyClick(editor, Key.Key_Tab)
    assert html(editor) == "<p>α</p>"


def test_what_is_far_away_is_shown_as_a_placeholder_and_kept(editor: MailEditor) -> None:
    source = '<p><img src="https://blob.example/x.png" alt="Λάστιχο" width="300"></p>'
    editor.show_letter(read(source))
    assert html(editor) == source
    (run,) = editor.letter().blocks[0].runs
    assert isinstance(run, Picture)


def test_the_subject_is_one_line_of_text_and_chips(qapp: QApplication) -> None:
    subject = SubjectEdit()
    subject.set_text("{{ first_name }}, έως\n-20%  & κάτι")
    assert subject.text() == "{{firstName}}, έως -20%  & κάτι"
    subject.moveCursor(QTextCursor.MoveOperation.End)
    data = QMimeData()
    data.setText(" για\r\n{{company|εσάς}}")
    subject.insertFromMimeData(data)
    assert subject.text() == "{{firstName}}, έως -20%  & κάτι για {{company|εσάς}}"
    QTest.keyClick(subject, Key.Key_Return)
    assert subject.document().blockCount() == 1
    type_text(subject, " {{city}}")
    assert subject.text().endswith("{{city}}") and subject.field_near_cursor() >= 0
    subject.deleteLater()
