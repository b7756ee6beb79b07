"""Whole paths through the import page: files as shops have them, second thoughts, and what comes back."""

from __future__ import annotations

import asyncio
import multiprocessing
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import KKDeskError
from kkdesk.ui.importing import exports
from kkdesk.ui.importing import page as page_module
from kkdesk.ui.importing.export_dialog import ExportDialog
from kkdesk.ui.importing.page import ImportingPage
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.workspace import Workspace
from tests.services.importing.shop import VALID_AFMS, csv_file, xlsx_file
from tests.ui.conftest import Run
from tests.ui.importing.steps import brought_in, checked, looked_at, opened
from tests.ui.samples import count_customers

TITLES = ["ΕΠΩΝΥΜΙΑ", "Α.Φ.Μ.", "Πόλη", "Κινητό", "Παρατηρήσεις", "Ετικέτες"]
SHOPS = [
    ["Ελαστικά Άγρας ΑΕ", VALID_AFMS[0], "Έδεσσα", "697 555 1234", "Τιμές χονδρικής; ναι", "Χονδρική"],
    ["Βουλκανιζατέρ «Ο Ήλιος»", VALID_AFMS[1], "Φλώρινα", "", "=1+1", "Χονδρική, Στόλος"],
    ["Αφοί Ρούσσου ΟΕ", VALID_AFMS[2], "Κοζάνη", "6944000111", "", ""],
]


async def stored(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """All that an import may touch, as it is in the database."""
    tables = ("customers", "tags", "customer_tags")
    found = {name: await workspace.db.query(f"SELECT * FROM {name} ORDER BY id") for name in tables}
    return {name: [tuple(row) for row in rows] for name, rows in found.items()}


async def companies(workspace: Workspace) -> list[str]:
    rows = await workspace.db.query("SELECT company FROM customers ORDER BY company")
    return [str(row["company"]) for row in rows]


def test_a_greek_csv_becomes_customers(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    async def go() -> None:
        path = csv_file(tmp_path, [TITLES, *SHOPS], encoding="cp1253")
        async with opened(shell) as page:
            await looked_at(page, path)
            options = page.columns_step.options
            assert (options.encoding.currentText(), options.delimiter.currentData()) == ("Windows-1253", ";")
            assert [row.target for row in page.columns_step.rows] == [
                "company", "afm", "city", "mobile", "notes", "tags",
            ]  # fmt: skip
            await brought_in(page, path)
        sql = "SELECT company, afm, city, mobile, notes FROM customers ORDER BY afm"
        found = [tuple(row) for row in await workspace.db.query(sql)]
        assert found == [
            (SHOPS[1][0], VALID_AFMS[1], "Φλώρινα", None, "=1+1"),
            (SHOPS[0][0], VALID_AFMS[0], "Έδεσσα", "+306975551234", "Τιμές χονδρικής; ναι"),
            (SHOPS[2][0], VALID_AFMS[2], "Κοζάνη", "+306944000111", None),
        ]
        assert {tag.name for tag in await workspace.tags.all()} == {"Χονδρική", "Στόλος"}

    run(go())


def test_another_mapping_is_another_dry_run(run: Run, shell: Shell, tmp_path: Path) -> None:
    rows = [["Επωνυμία", "Α.Φ.Μ.", "Πόλη"], ["Άλφα", "123456789", "Βέροια"], ["Βήτα", VALID_AFMS[0], "Νάουσα"]]

    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, rows))
            findings = page.findings_step
            assert findings.run_button.text() == "Import 1 customer"
            assert [findings.model.index(0, at).data() for at in (0, 1, 3)] == ["Not imported", "2", "123456789"]
            page.trail.buttons[1].click()
            choice = page.columns_step.rows[1].choice
            choice.setCurrentIndex(choice.findData("notes"))
            page.columns_step.check_button.click()
            await page.settled()
            assert findings.run_button.text() == "Import 2 customers"
            assert findings.model.rowCount() == 0
            findings.back_button.click()
            choice = page.columns_step.rows[0].choice
            choice.setCurrentIndex(0)
            page.columns_step.check_button.click()
            await page.settled()
            assert not findings.run_button.isEnabled(), "without the company nobody has a name"

    run(go())


def test_refused_rows_are_corrected_and_come_in(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "προς διόρθωση.xlsx"

    async def choose(*_arguments: object) -> Path:
        return saved

    monkeypatch.setattr(page_module, "choose_new_file", choose)
    wrong = [[*SHOPS[0]], [SHOPS[1][0], "123456789", *SHOPS[1][2:]], ["", *SHOPS[2][1:]]]

    async def go() -> None:
        async with opened(shell) as page:
            await brought_in(page, csv_file(tmp_path, [TITLES, *wrong]))
            assert await companies(workspace) == [SHOPS[0][0]]
            page.outcome_step.save_button.click()
            await page.settled()
            book = openpyxl.load_workbook(saved)
            sheet = book.active
            assert sheet is not None
            assert [row[-2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["3", "4"]
            sheet["B2"], sheet["A3"] = SHOPS[1][1], SHOPS[2][0]
            book.save(saved)
            await brought_in(page, saved)
            assert not page.outcome_step.refused.isVisible()
            assert await companies(workspace) == sorted(str(shop[0]) for shop in SHOPS)

    run(go())


def test_an_import_under_way_is_cancelled_and_leaves_nothing(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path
) -> None:
    many = [[f"Εταιρεία {at}", "" if at % 3 else "123456789", "Άρτα", "", "", "Νέα"] for at in range(30_000)]

    async def changes() -> int:
        return len(await workspace.db.query("SELECT id FROM kk_changes"))

    def files() -> set[Path]:
        # The write-ahead log of the database comes and goes by itself.
        return {path for path in workspace.profile.folder.rglob("*") if not path.name.endswith(("-wal", "-shm"))}

    async def go() -> None:
        async with opened(shell) as page:
            await checked(page, csv_file(tmp_path, [TITLES, *many]))
            before, left, made = await stored(workspace), files(), await changes()
            page.findings_step.run_button.click()
            step = page.progress_step
            while page.stack.currentWidget() is not step or step.card.bar.value() <= 0:
                await asyncio.sleep(0)
            step.card.cancel_button.click()
            await page.settled()
            assert page.stack.currentWidget() is page.findings_step
            assert page.findings_step.run_button.isEnabled()
            assert await stored(workspace) == before
            assert files() == left
            assert await changes() == made
            assert multiprocessing.active_children() == []
            await brought_in(page, csv_file(tmp_path, [TITLES, *SHOPS]))
            assert await count_customers(workspace) == len(SHOPS)

    run(go())


def test_reading_a_file_can_be_cancelled(run: Run, shell: Shell, tmp_path: Path) -> None:
    toasts: list[ToastText] = []
    shell.toast_wanted.connect(toasts.append)

    async def go() -> None:
        path = csv_file(tmp_path, [TITLES, *SHOPS])
        async with opened(shell) as page:
            page.look_at(path)
            while page.stack.currentWidget() is not page.progress_step:
                await asyncio.sleep(0)
            page.progress_step.card.cancel_button.click()
            await page.settled()
            assert page.stack.currentWidget() is page.start_step
            assert [toast.text for toast in toasts] == ["Stopped. Nothing was written."]
            await looked_at(page, path)
            assert page.stack.currentWidget() is page.columns_step

    run(go())


def test_undo_from_the_outcome_brings_all_back(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    newer = [
        [SHOPS[0][0], VALID_AFMS[0], "Σκύδρα", "6900000001", "Άλλαξε πόλη", "Στόλος, Μεταφορείς"],
        [SHOPS[1][0], VALID_AFMS[1], "Αμύνταιο", "6900000002", "", "Στόλος"],
        ["Νέα Εταιρεία", "", "Πτολεμαΐδα", "6900000003", "", "Μεταφορείς"],
    ]

    async def go() -> None:
        async with opened(shell) as page:
            await brought_in(page, csv_file(tmp_path, [TITLES, *SHOPS]))
            before = await stored(workspace)
            await looked_at(page, xlsx_file(tmp_path, [TITLES, *newer]))
            page.columns_step.choices.choose("update")
            page.check()
            await page.settled()
            page.bring_in()
            await page.settled()
            cities = [str(row["city"]) for row in await workspace.db.query("SELECT city FROM customers ORDER BY city")]
            assert cities == ["Αμύνταιο", "Κοζάνη", "Πτολεμαΐδα", "Σκύδρα"]
            page.outcome_step.undo_button.click()
            await page.settled()
            assert await stored(workspace) == before

    run(go())


def _broken(folder: Path) -> Path:
    path = xlsx_file(folder, [TITLES, *SHOPS], name="broken.xlsx")
    path.write_bytes(path.read_bytes()[:3000])
    return path


def _nothing(folder: Path) -> Path:
    path = folder / "nothing.csv"
    path.touch()
    return path


BAD_FILES = {
    "broken": (_broken, "The workbook “broken.xlsx” is damaged"),
    "text": (lambda folder: csv_file(folder, [TITLES, *SHOPS], name="text.xlsx"), "“text.xlsx” is called .xlsx, but"),
    "titles": (lambda folder: csv_file(folder, [TITLES], name="titles.csv"), "“titles.csv” has column titles only"),
    "sheet": (lambda folder: xlsx_file(folder, [TITLES], name="sheet.xlsx"), "“sheet.xlsx” has column titles only"),
    "nothing": (_nothing, "The file “nothing.csv” is empty"),
    "gone": (lambda folder: folder / "gone.xlsx", "/gone.xlsx” was not found"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_leaves_the_page_usable(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    make, message = BAD_FILES[kind]

    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, make(tmp_path))
            assert page.stack.currentWidget() is page.start_step
            assert page.start_step.trouble.isVisible()
            assert message in page.start_step.trouble.text
            assert page.start_step.choose_button.isEnabled()
            await brought_in(page, csv_file(tmp_path, [TITLES, *SHOPS], name="good.csv"))
            assert await count_customers(workspace) == len(SHOPS)

    run(go())


def test_an_empty_sheet_is_explained_and_the_one_before_stays(
    run: Run, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[KKDeskError] = []
    monkeypatch.setattr(shell, "report", reported.append)

    async def go() -> None:
        async with opened(shell) as page:
            await looked_at(page, xlsx_file(tmp_path, [TITLES, *SHOPS], sheets={"Κενό": []}))
            sheet = page.columns_step.options.sheet
            sheet.setCurrentText("Κενό")
            await page.settled()
            assert [error.what.en for error in reported] == ["The sheet “Κενό” of “pelates.xlsx” is empty."]
            assert page.stack.currentWidget() is page.columns_step
            assert sheet.currentText() == "Πελάτες"
            page.check()
            await page.settled()
            assert page.findings_step.run_button.text() == "Import 3 customers"

    run(go())


async def _exported(page: ImportingPage, ending: str) -> None:
    """Answer the dialog as a person does."""
    page.start_step.export_button.click()
    dialogs: list[ExportDialog] = []
    while not dialogs:
        await asyncio.sleep(0)
        dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, ExportDialog) and one.isVisible()]
    dialogs[0].form.setCurrentIndex(dialogs[0].form.findData(ending))
    dialogs[0].confirm_button.click()
    await page.settled()


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_the_dialog_exports_comes_back(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    target = tmp_path / f"export{ending}"

    async def choose(*_arguments: object) -> Path:
        return target

    monkeypatch.setattr(exports, "choose_new_file", choose)
    sql = "SELECT id, company, afm, city, mobile, notes FROM customers ORDER BY id"

    async def go() -> None:
        async with opened(shell) as page:
            await brought_in(page, csv_file(tmp_path, [TITLES, *SHOPS], name="first.csv"))
            before = [tuple(row) for row in await workspace.db.query(sql)]
            page.outcome_step.another_button.click()
            await _exported(page, ending)
            wipe = Statement("UPDATE customers SET city = NULL, mobile = NULL, notes = NULL, company = 'Χ'")
            await workspace.db.apply(Change(Bilingual("Δείγμα", "Sample"), (wipe,)))
            await looked_at(page, target)
            assert [row.title.text() for row in page.columns_step.rows if row.target is None] == ["Ενημερώθηκε"]
            page.columns_step.choices.choose("update")
            page.check()
            await page.settled()
            page.bring_in()
            await page.settled()
            assert page.outcome_step.tiles.isVisible()
            assert [tuple(row) for row in await workspace.db.query(sql)] == before

    run(go())
