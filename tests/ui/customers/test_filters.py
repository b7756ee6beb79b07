"""Every filter above the list, steered with the keyboard, through the whole window."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from kkdesk.model.customer import Customer
from kkdesk.ui.desk import Desk
from kkdesk.ui.dialogs import Question
from tests.ui.customers.program import (
    choose,
    customers_of,
    dialog_in_front,
    everybody,
    fill,
    names,
    open_menu,
    press,
    program,
    settled,
)

Run = Callable[[Coroutine[Any, Any, Any]], Any]
ANNA, VASO, GIANNIS = "Άννα", "Βάσω", "Γιάννης"
PEOPLE = [
    Customer(first_name=ANNA, category="retail", city="Βόλος", email="a@x.example", is_vip=True),
    Customer(first_name=VASO, category="fleet", city="Χανιά", email="b@x.example", is_active=False),
    Customer(first_name=GIANNIS, category="fleet", city="Βόλος"),
]


async def prepared(desk: Desk) -> None:
    """One has a tag, another has unsubscribed."""
    workspace = desk.workspace
    by_name = {row["first_name"]: str(row["id"]) for row in await workspace.db.query("SELECT * FROM customers")}
    tag = await workspace.tags.create("Χειμερινά")
    await workspace.customers.tag([by_name[GIANNIS]], [tag.id])
    await workspace.customers.unsubscribe([by_name[VASO]])
    desk.window.refresh_page()
    await settled(desk)


@pytest.mark.parametrize(
    ("chip", "line", "found"),
    [
        ("category", "Fleet", [VASO, GIANNIS]),
        ("city", "Βόλος", [ANNA, GIANNIS]),
        ("tag", "Χειμερινά", [GIANNIS]),
        ("vip", "VIP", [ANNA]),
        ("vip", "Not VIP", [VASO, GIANNIS]),
        ("has_email", "With e-mail", [ANNA, VASO]),
        ("has_email", "Without e-mail", [GIANNIS]),
        ("subscribed", "Subscribed", [ANNA, GIANNIS]),
        ("subscribed", "Unsubscribed", [VASO]),
        ("active", "Active only", [ANNA, GIANNIS]),
        ("active", "Inactive only", [VASO]),
    ],
)
def test_each_filter_narrows_the_list_and_is_cleared(
    run: Run, qapp: QApplication, tmp_path: Path, chip: str, line: str, found: list[str]
) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            await prepared(desk)
            button = getattr(customers_of(desk).listing.filters, chip)
            choose(await open_menu(desk, button), line)
            await settled(desk)
            assert sorted(await names(desk)) == sorted(found)
            assert button.text() != button.accessibleName()
            choose(await open_menu(desk, button), "Clear this filter")
            await settled(desk)
            assert len(await names(desk)) == len(PEOPLE)

    run(body())


def test_filters_and_search_narrow_together(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE)
        async with program(tmp_path / "profile") as desk:
            await prepared(desk)
            listing = customers_of(desk).listing
            choose(await open_menu(desk, listing.filters.city), "Βόλος")
            await settled(desk)
            QTest.keyClicks(listing.search, "giann")
            listing.search.commit()
            await settled(desk)
            assert await names(desk) == [GIANNIS]

    run(body())


def test_a_town_is_found_by_typing_in_the_menu(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def body() -> None:
        towns = [f"Πόλη {letter}" for letter in "αβγδεζηθικλμνξ"]
        await fill(tmp_path / "profile", [Customer(first_name="Νίκος", city=town) for town in (*towns, "Χανιά")])
        async with program(tmp_path / "profile") as desk:
            menu = await open_menu(desk, customers_of(desk).listing.filters.city)
            assert menu.actions()[-1].text() == "6 more…"
            field = menu.findChild(QLineEdit)
            assert isinstance(field, QLineEdit)
            press("Down", field)  # from the field, which is a line of the menu itself
            press("Down", field)
            first = menu.activeAction()
            assert first is not None and first.isCheckable(), "the arrows lead from the field into the list"
            field.setText("χανια")
            press("Return", field)
            await settled(desk)
            assert customers_of(desk).listing.query.city != ""
            assert len(await names(desk)) == 1

    run(body())


def menu_of(desk: Desk) -> QMenu:
    """The menu of the selected rows, as the menu key opens it."""
    table = customers_of(desk).listing.table
    table.customContextMenuRequested.emit(table.visualRect(table.currentIndex()).center())
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    return popup


def test_somebody_is_unsubscribed_and_comes_back_only_after_a_warning(
    run: Run, qapp: QApplication, tmp_path: Path
) -> None:
    async def body() -> None:
        await fill(tmp_path / "profile", PEOPLE[:1])
        async with program(tmp_path / "profile") as desk:
            table = customers_of(desk).listing.table
            table.setFocus()
            press("Space", table)
            await settled(desk)
            choose(menu_of(desk), "Unsubscribe from newsletters")
            await settled(desk)
            assert (await everybody(desk))[0].unsubscribed
            choose(menu_of(desk), "Subscribe again…")
            question = await dialog_in_front()
            assert isinstance(question, Question)
            question.reject()
            await settled(desk)
            assert (await everybody(desk))[0].unsubscribed
            choose(menu_of(desk), "Subscribe again…")
            question = await dialog_in_front()
            assert isinstance(question, Question)
            question.accept()
            await settled(desk)
            assert not (await everybody(desk))[0].unsubscribed

    run(body())
