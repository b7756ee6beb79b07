"""What a person has begun is neither lost nor given to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit

from kkdesk.model.customer import Customer
from kkdesk.ui.customers.bulk import BulkEdit
from tests.ui.customers.program import customers_of, dialog_in_front, everybody, fill, names, press, program, settled

Run = Callable[[Coroutine[Any, Any, Any]], Any]
PEOPLE = [
    Customer(first_name="Άννα", last_name="Αβραάμ", mobile="6900000001"),
    Customer(first_name="Βάσω", last_name="Βλάχου", mobile="6900000002"),
]


def test_a_note_that_was_begun_stays_with_its_customer(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            page = customers_of(desk)
            page.listing.table.selectRow(0)
            await settled(desk)
            page.pane.tabs.setCurrentIndex(1)
            QTest.keyClicks(page.pane.notes.field, "call on Tuesday")
            page.listing.table.selectRow(1)
            await settled(desk)
            assert page.pane.notes.field.toPlainText() == ""
            QTest.keyClicks(page.pane.notes.field, "paid")
            press("Ctrl+Return", page.pane.notes.field)
            await settled(desk)
            first, second = await everybody(desk)
            assert await page.listing.select_customer(first.id)
            await settled(desk)
            assert page.listing.selected_rows == [0], "Ctrl of the last keys does not count"
            assert page.pane.notes.field.toPlainText() == "call on Tuesday"
            assert [note.content for note in await desk.workspace.notes.of(first.id)] == []
            assert [note.content for note in await desk.workspace.notes.of(second.id)] == ["paid"]

    run(body())


def test_a_form_is_put_aside_while_one_looks_at_a_possible_duplicate(
    run: Run, qapp: QApplication, tmp_path: Path
) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            page = customers_of(desk)
            editor = page.actions_of_page.create()
            editor.fill({"company": "Νέα Α.Ε.", "mobile": "6900000002"})
            await settled(desk)
            editor.duplicate_opened.emit((await everybody(desk))[1].id)
            await settled(desk)
            assert not editor.isVisible()
            only = page.listing.only_selected
            assert only is not None and only.customer.last_name == "Βλάχου"
            desk.window.undo_last()
            assert editor.isVisible()
            editor.fill({"mobile": "6900000003"})
            editor.save()
            await settled(desk)
            assert "Νέα Α.Ε." in await names(desk)

    run(body())


def test_a_value_that_no_customer_may_have_keeps_the_bulk_edit_open(
    run: Run, qapp: QApplication, tmp_path: Path
) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            page = customers_of(desk)
            page.listing.table.selectAll()
            page.edit_selected()
            dialog = await dialog_in_front()
            assert isinstance(dialog, BulkEdit)
            fields = dialog.findChild(QComboBox)
            assert isinstance(fields, QComboBox)
            fields.setCurrentText("Postal code")
            shown = next(field for field in dialog.findChildren(QLineEdit) if field.isVisible())
            said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
            assert "Left empty, it is emptied in all of them." in said
            QTest.keyClicks(shown, "12")
            press("Return", shown)
            assert dialog.isVisible()
            shown.setText("38221")
            press("Return", shown)
            await settled(desk)
            assert {customer.postal_code for customer in await everybody(desk)} == {"38221"}

    run(body())
