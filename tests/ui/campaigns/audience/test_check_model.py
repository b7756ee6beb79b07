"""One check list: ticks, search, what is lost and what cannot be chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput
from kkdesk.services.audience_choices import Choice
from kkdesk.ui.campaigns.audience.check_list import CheckList
from kkdesk.ui.campaigns.audience.check_model import COUNT_ROLE, CheckModel

BROKEN = InvalidInput(Bilingual("Μη κατανοητό", "Not understood"))


def choice(name: str, count: int | None = 1, problem: InvalidInput | None = None) -> Choice:
    return Choice(name, Bilingual(name, name), count, problem=problem)


TOWNS = [choice("Αθήνα", 12_345), choice("Άργος"), choice("Βόλος"), choice("Χαλασμένο", None, BROKEN)]


def model() -> CheckModel:
    made = CheckModel("el", "Διαγραμμένο")
    made.show_choices(TOWNS)
    return made


def names(checked: CheckModel) -> list[object]:
    return [checked.data(checked.index(row)) for row in range(checked.rowCount())]


def test_it_is_a_sound_model(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model())


def test_search_ignores_case_and_accents_and_keeps_ticks(qapp: QApplication) -> None:
    checked = model()
    checked.toggle(2)
    checked.search("ΑΡΓ")
    assert names(checked) == ["Άργος"]
    checked.toggle(0)
    checked.search("")
    assert checked.ticked == ("Βόλος", "Άργος") and len(names(checked)) == 4


def test_what_is_chosen_and_gone_is_shown_and_can_be_unticked(qapp: QApplication) -> None:
    checked = model()
    checked.tick_only(["tag_gone", "Αθήνα"])
    assert names(checked)[0] == "Διαγραμμένο"
    checked.toggle(0)
    assert checked.ticked == ("Αθήνα",)


def test_a_segment_that_is_not_understood_cannot_be_ticked(qapp: QApplication) -> None:
    checked = model()
    index = checked.index(3)
    assert not checked.flags(index) & Qt.ItemFlag.ItemIsEnabled
    checked.toggle(3)
    assert checked.ticked == ()
    assert checked.data(index, Qt.ItemDataRole.ToolTipRole) == "Μη κατανοητό."
    checked.tick_only(["Χαλασμένο"])
    checked.toggle(3)
    assert checked.ticked == ()


def test_ticks_by_mouse_and_keyboard(qapp: QApplication) -> None:
    box = CheckList("Towns", "Search", "None", "el")
    box.model.show_choices(TOWNS)
    box.resize(300, 300)
    box.show()
    changes: list[None] = []
    box.changed.connect(lambda: changes.append(None))
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 14))
    assert box.model.ticked == ("Αθήνα",)
    QTest.keyClick(box.list, Qt.Key.Key_Down)
    QTest.keyClick(box.list, Qt.Key.Key_Space)
    assert box.model.ticked == ("Αθήνα", "Άργος") and len(changes) == 2
    box.clear()
    assert box.model.ticked == () and len(changes) == 3
    assert box.model.data(box.model.index(0), COUNT_ROLE) == "12,345"
    box.close()
    box.deleteLater()
