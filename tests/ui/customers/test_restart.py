"""What the customers page remembers, and what can be undone, after the program was closed and started again."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from kkdesk.model.customer import Customer
from kkdesk.ui.customers.bulk import BulkEdit
from kkdesk.ui.desk import Desk
from kkdesk.ui.dialogs import Question
from kkdesk.ui.widgets.column_chooser import ColumnChooser
from tests.ui.customers.program import (
    choose,
    customers_of,
    dialog_in_front,
    everybody,
    fill,
    history_of,
    names,
    open_menu,
    press,
    program,
    settled,
    shortcut,
)

Run = Callable[[Coroutine[Any, Any, Any]], Any]
PEOPLE = [
    Customer(first_name="Γιώργος", last_name="Αβραάμ", city="Βόλος", email="a@x.example"),
    Customer(first_name="Μαρία", last_name="Βλάχου", city="Χανιά", email="b@x.example"),
    Customer(first_name="Νίκος", last_name="Γεωργίου", city="Βόλος", email="c@x.example"),
]


def shown_columns(desk: Desk) -> list[str]:
    table = customers_of(desk).listing.table
    header = table.horizontalHeader()
    places = sorted(range(len(table.columns)), key=header.visualIndex)
    return [table.columns[at].key for at in places if not table.isColumnHidden(at)]


def test_columns_and_order_are_as_they_were_left(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            before = shown_columns(desk)
            assert before[:3] == ["name", "category", "is_vip"]
            next(one for one in customers_of(desk).commands() if one.title == "Choose the columns of the list").run()
            chooser = await dialog_in_front()
            assert isinstance(chooser, ColumnChooser)
            press("Down", chooser.list)
            press("Space", chooser.list)  # the category goes
            press("Down", chooser.list)
            press("Alt+Up", chooser.list)
            press("Alt+Up", chooser.list)  # VIP before the name
            press("Return", chooser.list)
            assert shown_columns(desk)[:3] == ["is_vip", "name", "email"]
        async with program(tmp_path / "profile") as desk:
            assert shown_columns(desk) == ["is_vip", "name", *before[3:]]

    run(body())


def test_the_order_of_rows_is_as_it_was_left(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            table = customers_of(desk).listing.table
            choose(table.sort_menu(table), "Town")
            await settled(desk)
            assert [name.split()[0] for name in await names(desk)] == ["Γιώργος", "Νίκος", "Μαρία"]
        async with program(tmp_path / "profile") as desk:
            assert [name.split()[0] for name in await names(desk)] == ["Γιώργος", "Νίκος", "Μαρία"]

    run(body())


async def select_all(desk: Desk) -> None:
    page = customers_of(desk)
    page.listing.table.setFocus()
    press("Ctrl+A", page.listing.table)
    await settled(desk)
    assert len(page.listing.selected_rows) == len(PEOPLE)


async def tag_all(desk: Desk) -> None:
    await desk.workspace.tags.create("Χειμερινά")
    desk.window.refresh_page()
    await settled(desk)
    await select_all(desk)
    button = next(one for one in customers_of(desk).bar.findChildren(QPushButton) if one.text() == "Tags")
    choose(await open_menu(desk, button), "Χειμερινά")
    await settled(desk)


async def move_all(desk: Desk) -> None:
    await select_all(desk)
    press("Ctrl+E", customers_of(desk).listing.table)
    dialog = await dialog_in_front()
    assert isinstance(dialog, BulkEdit)
    fields = dialog.findChild(QComboBox)
    assert fields is not None
    while fields.currentText() != "Town":
        press("Down", fields)
    shown = next(field for field in dialog.findChildren(QLineEdit) if field.isVisible())
    shown.setText("Ρόδος")
    press("Return", shown)
    await settled(desk)


async def delete_all(desk: Desk) -> None:
    await select_all(desk)
    press("Del", customers_of(desk).listing.table)
    question = await dialog_in_front()
    assert isinstance(question, Question)
    assert question.confirm_button.text() == "Delete 3 customers"
    press("Space", question.confirm_button)
    await settled(desk)
    assert not customers_of(desk).bar.isVisible(), "nobody is selected any more"


async def told(desk: Desk) -> list[tuple[str, str, int]]:
    """Name, town and number of tags of everybody."""
    tags = desk.workspace.tags
    return [(one.display_name, one.city, len(await tags.of(one.id))) for one in await everybody(desk)]


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        (tag_all, [("Γιώργος Αβραάμ", "Βόλος", 1), ("Μαρία Βλάχου", "Χανιά", 1), ("Νίκος Γεωργίου", "Βόλος", 1)]),
        (move_all, [("Γιώργος Αβραάμ", "Ρόδος", 0), ("Μαρία Βλάχου", "Ρόδος", 0), ("Νίκος Γεωργίου", "Ρόδος", 0)]),
        (delete_all, []),
    ],
)
def test_a_change_of_many_is_undone_after_a_restart(
    run: Run, qapp: QApplication, tmp_path: Path, act: Callable[[Desk], Coroutine[Any, Any, None]], changed: object
) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            before = await told(desk)
            await act(desk)
            assert await told(desk) == changed
        async with program(tmp_path / "profile") as desk:
            assert await told(desk) == changed
            await shortcut(desk, "Ctrl+5")
            history = history_of(desk)
            history.table.setFocus()
            press("Down", history.table)
            assert history.selected is not None
            await shortcut(desk, "Ctrl+Shift+Z")
            assert await told(desk) == before
            await shortcut(desk, "Ctrl+1")
            assert len(await names(desk)) == len(PEOPLE)

    run(body())
