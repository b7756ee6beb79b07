"""The table of problems."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from kkdesk.services.importing import problems
from kkdesk.services.importing.problems import Problem
from kkdesk.ui.importing.problem_model import PROBLEM_ROLE, ProblemModel

FOUND = (
    Problem(1203, "ΑΦΜ", "123456789", "refused", problems.NO_NAME),
    Problem(4, "", "#3", "warning", problems.SAME_AS_ROW),
    Problem(5, "Τηλ", "α\nβ", "mended", problems.PHONE_SPLIT),
)


def test_the_item_model_is_sound(qapp: object, qtmodeltester: ModelTester) -> None:
    model = ProblemModel("el")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show(FOUND)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.narrow("refused")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.rowCount() == 1


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_row_says_what_becomes_of_what(language: str) -> None:
    model = ProblemModel(language)
    model.show(FOUND)
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(3)]
    assert cells == [
        ["Not imported", "1,203", "ΑΦΜ", "123456789"],
        ["Please note", "4", "", "row 3"],
        ["Corrected", "5", "Τηλ", "α β"],
    ]
    what = model.index(1, 4)
    assert what.data() == what.data(Qt.ItemDataRole.ToolTipRole) == problems.SAME_AS_ROW.in_language(language)
    assert what.data(PROBLEM_ROLE) == FOUND[1]


def test_a_value_is_told_as_it_is(qapp: object) -> None:
    model = ProblemModel("en")
    model.show(
        [
            Problem(2, "Σημ", "<b>α</b>", "warning", problems.NOT_A_NUMBER),
            Problem(3, "", "", "refused", problems.NO_NAME),
        ]
    )
    tips = [model.index(row, 3).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert tips == ["<p>&lt;b&gt;α&lt;/b&gt;</p>", None]
