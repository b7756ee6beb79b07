"""What becomes of the import page where room is short: a small screen, large type."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, QSize
from PySide6.QtWidgets import QApplication

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.importing.problems import Problem
from kkdesk.ui.importing.problem_model import ProblemModel
from kkdesk.ui.importing.problem_table import ProblemTable
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.tokens import ROW_HEIGHT
from tests.services.importing.shop import csv_file
from tests.ui.conftest import Run
from tests.ui.importing.steps import looked_at, opened

#: The page on a screen of 1366 x 768 pixels at 150 %, beside the narrow navigation.
SMALL = QSize(851, 430)
WIDE = QSize(1154, 690)


def test_signs_take_the_place_of_words(run: Run, shell: Shell, tmp_path: Path) -> None:
    rows = [["Επωνυμία", "Τυχαίο"], ["Άλφα", "α"]]

    async def go() -> None:
        async with opened(shell) as page:
            page.resize(SMALL)
            await looked_at(page, csv_file(tmp_path, rows))
            known, unknown = page.columns_step.rows
            assert not known.pill.isVisible()
            assert known.sign.isVisible()
            assert [row.sign.toolTip() for row in (known, unknown)] == ["Recognised", "Left out"]
            assert page.columns_step.choices.width() >= page.columns_step.choices.minimumWidth()
            page.resize(WIDE)
            assert known.pill.isVisible()
            assert not known.sign.isVisible()

    run(go())


def test_a_row_is_as_high_as_its_text(qapp: QApplication, tmp_path: Path) -> None:
    short, long = Bilingual("Λίγα", "Little"), Bilingual("Πολλά λόγια. " * 12, "Many words. " * 12)
    model = ProblemModel("en")
    table = ProblemTable(model, QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat))
    table.resize(1100, 300)
    table.show()
    model.show([Problem(2, "ΑΦΜ", "1", "refused", short), Problem(3, "ΑΦΜ", "2", "warning", long)])
    wide = [table.rowHeight(row) for row in range(2)]
    table.resize(800, 300)
    qapp.processEvents()
    narrow = [table.rowHeight(row) for row in range(2)]
    assert wide[0] == narrow[0] == ROW_HEIGHT
    assert ROW_HEIGHT < wide[1] < narrow[1]
    model.narrow("warning")
    assert table.rowHeight(0) == narrow[1]
    table.close()


def test_the_buttons_of_the_export_stay_in_sight(run: Run, shell: Shell) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            page.resize(911, 512)
            dialog = await page.exports.dialog()
            dialog.open()
            assert dialog.height() <= page.height()
            bottom = dialog.confirm_button.mapTo(dialog, dialog.confirm_button.rect().bottomRight())
            assert dialog.rect().contains(bottom)
            dialog.reject()
            dialog.deleteLater()

    run(go())
