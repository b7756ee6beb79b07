"""Widgets that pages share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy
from kkdesk.ui.widgets.banner import Banner
from kkdesk.ui.widgets.buttons import button, menu_button
from kkdesk.ui.widgets.chips import FilterChip, TagChip, tag_colours
from kkdesk.ui.widgets.column import Column
from kkdesk.ui.widgets.column_chooser import ColumnChooser
from kkdesk.ui.widgets.form import FormRow, FormSection
from kkdesk.ui.widgets.labels import ElidedLabel, label
from kkdesk.ui.widgets.progress import ProgressCard
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.split import SplitPane
from kkdesk.ui.widgets.state import PageState
from kkdesk.ui.widgets.table import DataTable

COLUMNS = (
    Column("name", "Name", 200, fixed=True),
    Column("town", "Town", 120),
    Column("phone", "Phone", 110, sortable=False),
    Column("notes", "Notes", 90, shown=False),
)


def state_in(folder: Path) -> QSettings:
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def table_in(folder: Path, qtbot: QtBot, columns: Sequence[Column] = COLUMNS) -> DataTable:
    table = DataTable(columns, state_in(folder), "test")
    qtbot.addWidget(table)
    model = QStandardItemModel(3, len(columns), table)
    for row in range(3):
        model.setItem(row, 0, QStandardItem(f"row {row}"))
    table.setModel(model)
    return table


def test_columns_start_as_they_are_declared(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    assert [table.isColumnHidden(at) for at in range(4)] == [False, False, False, True]
    assert [table.columnWidth(at) for at in range(2)] == [200, 120]


def test_columns_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    table.show_column(3, shown=True)
    table.show_column(1, shown=False)
    table.horizontalHeader().moveSection(2, 0)
    table.setColumnWidth(0, 321)
    table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    table.close()

    again = table_in(tmp_path, qtbot)
    assert [again.isColumnHidden(at) for at in range(4)] == [False, True, False, False]
    assert again.horizontalHeader().visualIndex(2) == 0
    assert again.columnWidth(0) == 321
    assert again.sorting == ("name", True)


def test_a_version_with_other_columns_starts_afresh(qtbot: QtBot, tmp_path: Path) -> None:
    table_in(tmp_path, qtbot).show_column(1, shown=False)
    again = table_in(tmp_path, qtbot, (Column("new", "New", 77), *COLUMNS))
    assert not again.isColumnHidden(2)
    assert again.columnWidth(0) == 77


def test_columns_can_be_restored(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    table.show_column(3, shown=True)
    table.horizontalHeader().moveSection(3, 0)
    table.reset_columns()
    assert table.isColumnHidden(3)
    assert [table.horizontalHeader().visualIndex(at) for at in range(4)] == [0, 1, 2, 3]


def chooser_of(table: DataTable) -> ColumnChooser:
    chooser = table.choose_columns()
    assert isinstance(chooser, ColumnChooser)
    return chooser


def test_columns_are_chosen_and_moved_with_the_keyboard(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    chooser = chooser_of(table)
    assert chooser.list.item(0).text() == "Name"
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)
    assert "name" in chooser.chosen()[1], "what names a row cannot be hidden"
    QTest.keyClick(chooser.list, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)  # Town goes
    QTest.keyClick(chooser.list, Qt.Key.Key_End)
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)  # Notes come
    for _ in range(4):
        QTest.keyClick(chooser.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(chooser.list, Qt.Key.Key_Return)
    assert not chooser.isVisible()
    header = table.horizontalHeader()
    assert [table.isColumnHidden(at) for at in range(4)] == [False, True, False, False]
    assert header.visualIndex(3) == 0
    table.close()

    again = table_in(tmp_path, qtbot)
    assert [again.isColumnHidden(at) for at in range(4)] == [False, True, False, False]
    assert again.horizontalHeader().visualIndex(3) == 0


def test_a_chooser_that_is_left_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    chooser = chooser_of(table)
    chooser.list.setCurrentRow(1)
    chooser.move_current(-1)
    chooser.reject()
    assert [table.horizontalHeader().visualIndex(at) for at in range(4)] == [0, 1, 2, 3]


def test_the_chooser_knows_the_original_columns(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    table.arrange_columns(["notes", "phone", "town", "name"], {"notes", "name"})
    chooser = chooser_of(table)
    assert chooser.chosen() == (["notes", "name", "phone", "town"], frozenset({"notes", "name"}))
    chooser.restore()
    chooser.accept()
    assert [table.isColumnHidden(at) for at in range(4)] == [False, False, False, True]
    assert [table.horizontalHeader().visualIndex(at) for at in range(4)] == [0, 1, 2, 3]


def test_the_keyboard_sorts_through_a_menu(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    asked: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))
    for _ in range(2):
        titles = {action.text(): action for action in table.sort_menu(table).actions()}
        assert list(titles) == ["Name", "Town"], "what is hidden or cannot be sorted by is not offered"
        titles["Town"].trigger()
    assert asked == [("town", False), ("town", True)]


def test_sorting_is_asked_for_and_not_done(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    asked: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))
    header = table.horizontalHeader()
    header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    header.setSortIndicator(2, Qt.SortOrder.AscendingOrder)
    assert asked == [("town", False), ("town", True)]
    assert table.sorting == ("town", True)


def test_enter_opens_the_current_row(qtbot: QtBot, tmp_path: Path) -> None:
    table = table_in(tmp_path, qtbot)
    opened: list[int] = []
    table.opened.connect(opened.append)
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [2]
    assert table.selected_rows() == [2]


def test_the_search_field_waits_for_a_pause(qtbot: QtBot) -> None:
    field = SearchField("Find")
    qtbot.addWidget(field)
    found: list[str] = []
    field.searched.connect(found.append)
    with qtbot.waitSignal(field.searched):
        QTest.keyClicks(field, "pap")
    QTest.keyClicks(field, "adop")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert found == ["pap", "papadop", ""]
    assert field.text() == ""


def test_escape_in_an_empty_search_field_is_left_to_the_page(qtbot: QtBot) -> None:
    field = SearchField("Find")
    qtbot.addWidget(field)
    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    field.keyPressEvent(press)
    assert not press.isAccepted()


def test_states_take_turns(qtbot: QtBot) -> None:
    content = QWidget()
    state = PageState(content)
    qtbot.addWidget(state)
    done: list[str] = []
    state.show_empty("users", "No customers", action="Import", do=lambda: done.append("import"))
    empty = state.currentWidget()
    assert empty is not content
    state.findChild(type(button("x"))).click()  # type: ignore[union-attr]
    state.show_content()
    assert state.currentWidget() is content
    assert state.count() == 1
    assert done == ["import"]


def test_loading_shows_only_what_takes_longer(qtbot: QtBot) -> None:
    content = QWidget()
    state = PageState(content)
    qtbot.addWidget(state)
    state.show_loading("Reading")
    assert state.currentWidget() is content
    qtbot.waitUntil(lambda: state.currentWidget() is not content)
    state.show_loading()
    state.show_content()
    assert state.currentWidget() is content


def test_an_error_says_all_it_knows_and_offers_to_retry(qtbot: QtBot) -> None:
    state = PageState(QWidget())
    qtbot.addWidget(state)
    error = DatabaseBusy(Bilingual("απασχολημένη", "busy"), next_step=Bilingual("ξανά", "Wait a little."))
    tried: list[int] = []
    state.show_error(error, lambda: tried.append(1))
    texts = [found.text() for found in state.findChildren(type(label("x")))]
    assert texts == ["busy", "Wait a little."]
    state.findChild(type(button("x"))).click()  # type: ignore[union-attr]
    assert tried == [1]


def test_a_banner_is_there_while_it_has_something_to_say(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.say("No mail server is set", "warning")
    assert not banner.isHidden()
    assert banner.text == "No mail server is set"
    assert banner.property("tone") == "warning"


def test_a_filter_chip_shows_its_choice_and_can_be_cleared(qtbot: QtBot) -> None:
    filled: list[QMenu] = []
    chip = FilterChip("Town", filled.append)
    qtbot.addWidget(chip)
    chip.set_choice("Λάρισα")
    assert chip.text() == "Town: Λάρισα"
    assert chip.property("active") == "true"
    chip.menu().aboutToShow.emit()
    assert filled == [chip.menu()]
    with qtbot.waitSignal(chip.cleared):
        chip.menu().actions()[-1].trigger()
    chip.set_choice("")
    assert chip.text() == "Town"


@pytest.mark.parametrize("colour", ["", "red", "#zzz", "#808080"])
def test_a_tag_without_a_hue_is_neutral(colour: str) -> None:
    assert tag_colours(colour) == tag_colours("")


def test_a_tag_can_be_removed(qtbot: QtBot) -> None:
    chip = TagChip("VIP & <b>φίλοι</b>", "#ff0000", removable=True)
    qtbot.addWidget(chip)
    assert chip.caption.textFormat() == Qt.TextFormat.PlainText
    cross = chip.layout().itemAt(1).widget()  # type: ignore[union-attr]
    assert cross is not None
    with qtbot.waitSignal(chip.removed):
        QTest.mouseClick(cross, Qt.MouseButton.LeftButton)


def test_a_field_row_marks_what_is_wrong(qtbot: QtBot) -> None:
    field = QLineEdit()
    row = FormRow("E-mail", field, "Needed for campaigns")
    qtbot.addWidget(row)
    assert row.caption.buddy() is field
    assert field.accessibleName() == "E-mail"
    row.show_error("This is not an e-mail address.")
    assert field.property("invalid") == "true"
    row.show_error("")
    assert field.property("invalid") == "false"
    assert any(found.text() == "Needed for campaigns" for found in row.findChildren(type(label("x"))))


def test_form_sections_fill_their_columns(qtbot: QtBot) -> None:
    section = FormSection("Address", columns=2)
    qtbot.addWidget(section)
    rows = [
        section.row("Street", QLineEdit(), wide=True),
        section.row("Town", QLineEdit()),
        section.row("No", QSpinBox()),
    ]
    rows.append(section.row("Notes", QLineEdit(), wide=True))
    section.resize(600, 400)
    section.grab()
    tops = [row.y() for row in rows]
    assert tops[0] < tops[1] == tops[2] < tops[3]
    assert rows[0].width() == rows[3].width() > 2 * rows[1].width()


def test_progress_counts_beyond_32_bits(qtbot: QtBot) -> None:
    card = ProgressCard("Import", cancel="Stop")
    qtbot.addWidget(card)
    card.show_progress(3_000_000_000, 6_000_000_000, "half")
    assert card.bar.value() * 2 == card.bar.maximum()
    with qtbot.waitSignal(card.cancelled):
        card.cancel_button.click()


def test_the_divider_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    def pane() -> SplitPane:
        made = SplitPane(QWidget(), QWidget(), state_in(tmp_path), "customers", right_width=300)
        qtbot.addWidget(made)
        made.resize(1000, 400)
        made.grab()
        return made

    first = pane()
    assert abs(first.sizes()[1] - 300) <= 2
    first.setSizes([600, 400])
    first.splitterMoved.emit(600, 1)
    assert abs(pane().sizes()[1] - 400) <= 2


def test_an_elided_label_tells_the_rest_in_its_tool_tip(qtbot: QtBot) -> None:
    short = ElidedLabel("Παπαδόπουλος Α.Ε. Εμπορία Ελαστικών")
    qtbot.addWidget(short)
    short.resize(60, 20)
    short.grab()
    assert short.toolTip() == short.text()
    short.resize(600, 20)
    short.grab()
    assert short.toolTip() == ""


def test_a_menu_button_owns_its_menu(qtbot: QtBot) -> None:
    menu = QMenu()
    menu.addAction("One")
    made = menu_button("More", menu)
    qtbot.addWidget(made)
    assert made.menu() is menu
    assert made.property("has-menu") is True
