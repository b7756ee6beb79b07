"""The import page as a person goes through it, on the real services."""

from __future__ import annotations

import asyncio
import csv
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from kkdesk.model.row import as_int
from kkdesk.services.importing import problems
from kkdesk.services.importing.report import ImportReport, Progress
from kkdesk.ui.importing import page as page_module
from kkdesk.ui.importing.export_dialog import ExportDialog
from kkdesk.ui.importing.start import DropCard
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.workspace import Workspace
from tests.services.importing.shop import VALID_AFMS, csv_file, xlsx_file
from tests.ui.conftest import Run
from tests.ui.importing.steps import checked, looked_at, opened
from tests.ui.samples import add_customers, count_customers

ROWS = [
    ["Κωδ.", "Επωνυμία", "Α.Φ.Μ.", "E-mail", "Χρώμα"],
    ["1", "ΑΒΓ ΑΕ", VALID_AFMS[0], "a@b.gr", "μπλε"],
    ["2", "Δέλτα", "123456789", "", ""],
    ["3", "Ζήτα", "90000045", "z@gmial.com", ""],
]


def test_from_the_file_to_the_customers_and_back(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    told: list[Any] = []
    shell.bus.changed.connect(lambda kinds, _who: told.append(kinds))

    async def go() -> None:
        async with opened(shell) as page:
            assert page.stack.currentWidget() is page.start_step
            await looked_at(page, xlsx_file(tmp_path, ROWS))
            step = page.columns_step
            assert page.stack.currentWidget() is step
            assert [row.target for row in step.rows] == [None, "company", "afm", "email", None]
            assert step.rows[1].title.text() == "Επωνυμία"
            assert step.rows[1].samples.text() == "ΑΒΓ ΑΕ · Δέλτα · Ζήτα"
            assert [row.pill.text() for row in step.rows[:2]] == ["Left out", "Recognised"]
            assert step.options.summary.text() == "pelates.xlsx · 3 rows · 5 columns"

            page.check()
            await page.settled()
            findings = page.findings_step
            assert page.stack.currentWidget() is findings
            assert await count_customers(workspace) == 0
            assert findings.run_button.text() == "Import 2 customers"
            assert findings.model.rowCount() == 3
            assert findings.chips["refused"].text() == "Not imported: 1"

            page.bring_in()
            await page.settled()
            assert page.stack.currentWidget() is page.outcome_step
            assert "pelates.xlsx was imported." in page.outcome_step.banner.text
            assert await count_customers(workspace) == 2
            assert {"customers", "tags"} <= told[-1]
            assert page.outcome_step.undo_button.isVisible()

            page.outcome_step.undo_button.click()
            await page.settled()
            assert await count_customers(workspace) == 0
            assert page.outcome_step.banner.text == "The import was undone. The customers are as they were before it."
            assert not page.outcome_step.undo_button.isVisible()
            page.outcome_step.another_button.click()
            assert page.stack.currentWidget() is page.start_step

    run(go())


def test_problems_are_narrowed_by_what_becomes_of_them(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, ROWS))
            step = page.findings_step
            step.chips["mended"].click()
            assert [step.model.index(0, at).data() for at in range(4)] == ["Corrected", "4", "Α.Φ.Μ.", "90000045"]
            assert step.model.index(0, 4).data() == problems.ZERO_PUT_BACK.en
            step.chips["refused"].click()
            assert not step.chips["mended"].isChecked()
            assert [step.model.index(at, 1).data() for at in range(step.model.rowCount())] == ["3"]
            step.chips["refused"].click()
            assert step.model.rowCount() == 3
            step.back_button.click()
            assert page.stack.currentWidget() is page.columns_step
            page.trail.buttons[0].click()
            assert page.stack.currentWidget() is page.start_step

    run(go())


def test_a_field_goes_to_one_column_only(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, csv_file(tmp_path, ROWS))
            rows = page.columns_step.rows
            rows[4].choice.setCurrentIndex(rows[4].choice.findData("company"))
            assert page.columns_step.mapping == {2: "afm", 3: "email", 4: "company"}
            assert rows[1].pill.text() == "Left out"
            for row in rows:
                row.choice.setCurrentIndex(0)
            assert not page.columns_step.check_button.isEnabled()

    run(go())


def test_choices_reach_the_import(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, csv_file(tmp_path, ROWS))
            panel = page.columns_step.choices
            panel.choose("update")
            panel.keys["name"].setChecked(False)
            panel.tag.setText("Έκθεση 2026")
            plan = page.plan()
            assert plan is not None
            assert (plan.choices.on_match, plan.choices.match) == ("update", ("afm", "email", "phone"))
            assert plan.choices.tags == ("Έκθεση 2026",)
            panel.choose("create")
            assert not panel.keys["afm"].isEnabled()
            page.check()
            await page.settled()
            assert page.findings_step.note.text == "New tags will be made: Έκθεση 2026"

    run(go())


def test_a_file_that_was_guessed_wrong_is_read_otherwise(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, xlsx_file(tmp_path, ROWS, sheets={"Άλλο": [["x"], ["Όνομα"], ["Νίκος"]]}))
            options = page.columns_step.options
            options.sheet.setCurrentText("Άλλο")
            await page.settled()
            assert page.columns_step.looked is not None
            assert page.columns_step.looked.source.sheet == "Άλλο"
            assert options.header.value() == 2
            options.header.setValue(0)
            await page.settled()
            assert [row.title.text() for row in page.columns_step.rows] == ["A"]
            await looked_at(page, csv_file(tmp_path, ROWS))
            options.delimiter.setCurrentIndex(options.delimiter.findData(","))
            await page.settled()
            assert len(page.columns_step.rows) == 1

    run(go())


def test_a_bad_file_is_explained_where_another_can_be_chosen(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, csv_file(tmp_path, ROWS, name="text.xlsx"))
            assert page.stack.currentWidget() is page.start_step
            assert "plain text and not a workbook" in page.start_step.trouble.text
            await looked_at(page, csv_file(tmp_path, ROWS))
            assert page.start_step.trouble.text == ""

    run(go())


def test_nothing_to_import(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, [ROWS[0], ROWS[2]]))
            assert page.findings_step.note.text == "No row can be imported. Check what each column is."
            assert not page.findings_step.run_button.isEnabled()
            await checked(page, csv_file(tmp_path, [ROWS[0], ROWS[1]]))
            assert page.findings_step.state.currentWidget() is not page.findings_step.table
            page.bring_in()
            await page.settled()
            await checked(page, csv_file(tmp_path, [ROWS[0], ROWS[1]]))
            assert "there already" in page.findings_step.note.text

    run(go())


def test_cancelling_writes_nothing(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    toasts: list[ToastText] = []
    shell.toast_wanted.connect(toasts.append)
    rows = [ROWS[0], *([str(at), f"Ε {at}", "", f"a{at}@b.gr", ""] for at in range(3000))]

    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, rows))
            page.bring_in()
            while page.stack.currentWidget() is not page.progress_step:
                await asyncio.sleep(0)
            assert not page.trail.buttons[0].isEnabled()
            page.progress_step.card.cancel_button.click()
            assert not page.progress_step.card.cancel_button.isEnabled()
            await page.settled()
            assert page.stack.currentWidget() is page.findings_step
            assert toasts[-1].text == "Stopped. Nothing was written."
            assert await count_customers(workspace) == 0
            assert multiprocessing.active_children() == []

    run(go())


@pytest.mark.parametrize("stays", [True, False])
def test_closing_the_window_asks_while_a_file_is_imported(
    run: Run, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    asked: list[str] = []

    async def confirm(_parent: object, title: str, *_rest: str, **_more: object) -> bool:
        asked.append(title)
        return not stays

    monkeypatch.setattr(page_module, "confirm", confirm)

    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, ROWS))
            assert await page.may_leave()
            page.bring_in()
            while page.stack.currentWidget() is not page.progress_step:
                await asyncio.sleep(0)
            assert await page.may_leave(), "other pages may come to the front meanwhile"
            page.go_back()
            assert await page.may_leave() is not stays
            assert asked == ["Stop the import?"]
            await page.settled()

    run(go())


def test_refused_rows_are_saved(run: Run, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "refused.csv"
    suggested: list[str] = []

    async def choose(_parent: object, _title: str, _filters: object, name: str) -> Path:
        suggested.append(name)
        return target

    monkeypatch.setattr(page_module, "choose_new_file", choose)

    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, ROWS))
            page.findings_step.save_button.click()
            await page.settled()

    run(go())
    assert suggested == ["pelates - refused.xlsx"]
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert [row[1] for row in csv.reader(file, delimiter=";")] == ["Επωνυμία", "Δέλτα"]


def test_a_file_is_dropped(qapp: object, tmp_path: Path) -> None:
    card = DropCard()
    dropped: list[Path] = []
    card.dropped.connect(dropped.append)
    for paths in ([tmp_path / "a.xlsx"], [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        card.dropEvent(QDropEvent(QPointF(1, 1), Qt.DropAction.CopyAction, data, buttons, keys))
    assert dropped == [tmp_path / "a.xlsx"]


def test_progress_in_words(qapp: object) -> None:
    from kkdesk.ui.importing.outcome import ProgressStep

    step = ProgressStep()
    step.begin("Importing")
    step.show_progress(Progress("reading", 500, 1000, 1234.5))
    assert (step.card.bar.value(), step.card.bar.maximum()) == (500, 2000)
    step.show_progress(Progress("writing", 500, 1000))
    assert step.card.bar.value() == 1500


def test_selected_customers_are_exported(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kkdesk.ui.importing import exports

    toasts: list[ToastText] = []
    shell.toast_wanted.connect(toasts.append)
    target = tmp_path / "Customers.csv"

    async def choose(*_arguments: object) -> Path:
        return target

    async def answer(dialog: ExportDialog) -> bool:
        assert dialog.only_selected
        assert dialog.everybody.text() == "All 4 customers"
        dialog.form.setCurrentIndex(1)
        for key, box in dialog.boxes.items():
            box.setChecked(key == "first_name")
        assert dialog.columns == ["first_name"]
        dialog.deleteLater()
        return True

    monkeypatch.setattr(exports, "choose_new_file", choose)
    monkeypatch.setattr(exports, "answer", answer)

    async def go() -> None:
        ids = await add_customers(workspace, 4)
        async with opened(shell) as page:
            await page.come_forward(("export", ids[1:3]))
            await page.settled()

    run(go())
    assert target.read_text(encoding="utf-8-sig").split("\n") == ["Όνομα", "Πελάτης 1", "Πελάτης 2", ""]
    assert (toasts[-1].text, toasts[-1].action) == ("2 customers written to Customers.csv", "Open the folder")


def test_everybody_is_exported_in_the_order_of_the_list(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path
) -> None:
    async def go() -> int:
        await add_customers(workspace, 3)
        async with opened(shell) as page:
            everybody = await page.exports._everybody()
            report = await page.exports.write(tmp_path / "a.xlsx", everybody, None, "en")
            assert report is not None
            return as_int(report.rows)

    assert run(go()) == 3


def test_the_export_dialog_wants_a_column(qapp: object, run: Run, shell: Shell) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            dialog = await page.exports.dialog()
            assert dialog.columns is None
            assert dialog.selection.isHidden()
            dialog._check(on=False)
            assert not dialog.confirm_button.isEnabled()
            dialog._check(on=True)
            assert dialog.confirm_button.isEnabled()
            dialog.deleteLater()

    run(go())


def test_a_path_as_target_is_looked_at(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        async with opened(shell) as page:
            await page.come_forward(csv_file(tmp_path, ROWS))
            await page.settled()
            assert page.stack.currentWidget() is page.columns_step
            assert isinstance(page.report, ImportReport | None)

    run(go())
