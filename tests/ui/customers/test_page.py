"""The customers page on a real profile: list, search, filters, form, bulk edits, undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kkdesk.model.customer import Customer
from kkdesk.ui.customers.conflict import CustomerConflict
from kkdesk.ui.customers.editor import CustomerEditor
from kkdesk.ui.customers.item_model import PAGE_ROWS
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.ui.widgets.chips import Pill
from kkdesk.workspace import Workspace

Run = Callable[[Coroutine[Any, Any, Any]], Any]
NAMES = ("Γιώργος Παπαδόπουλος", "Μαρία Ιωάννου", "Νίκος Γεωργίου")


async def fill(workspace: Workspace, count: int) -> None:
    for number in range(count):
        first, last = NAMES[number % 3].split()
        await workspace.customers.create(
            Customer(
                first_name=first,
                last_name=f"{last}{'αβγδε'[number // 3 % 5]}",
                mobile=f"69{number:08}",
                city="Βόλος" if number % 2 else "Χανιά",
                email=f"c{number}@x.example",
            )
        )


async def opened(shell: Shell, count: int = 12) -> CustomersPage:
    await fill(shell.workspace, count)
    page = CustomersPage(shell)
    page.resize(1200, 700)
    await page.come_forward()
    await page.settled()
    return page


async def put_away(page: CustomersPage) -> None:
    await page.close_down()
    page.close()
    page.deleteLater()


async def names(page: CustomersPage) -> list[str]:
    """What the rows say, once all that was looked at has come."""
    model = page.listing.model
    for row in range(model.rowCount()):
        model.index(row, 0).data()
    await page.settled()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_list_searches_filters_and_counts(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell)
        assert len(await names(page)) == 12
        assert (await names(page)) == sorted(await names(page)), "in the order of the alphabet"
        page.listing.search.setText("papadop")
        page.listing.search.commit()
        await page.settled()
        assert {name.split()[1] for name in await names(page)} == {"Γιώργος"}
        page.listing.clear()
        page.listing.filters.set_query(replace(page.listing.query, city=page.listing.filters.facets.cities[0].key))
        await page.settled()
        assert len(await names(page)) == 6
        assert page.listing.filters.narrowed
        await put_away(page)

    run(body())


def test_rows_far_down_come_when_they_are_looked_at(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, PAGE_ROWS + 5)
        model = page.listing.model
        last = model.rowCount() - 1
        assert model.customer_at(last) is None
        assert model.index(last, 0).data() == "…"
        await page.settled()
        assert model.customer_at(last) is not None
        await put_away(page)

    run(body())


def test_deleting_is_undone_from_the_toast(run: Run, shell: Shell) -> None:
    toasts: list[ToastText] = []

    async def body() -> None:
        page = await opened(shell, 4)
        shell.toast_wanted.connect(toasts.append)
        page.listing.table.selectRow(0)
        gone = (await names(page))[0]
        page.delete_selected()
        await page.settled()
        page.listing.reload()
        await page.settled()
        assert gone not in await names(page)
        (toast,) = toasts
        assert "1 customer deleted" in toast.text
        assert toast.do is not None
        toast.do()
        await shell.tasks.settled()
        await page.settled()
        assert gone in await names(page)
        await put_away(page)

    run(body())


def test_the_form_saves_and_the_page_shows_the_new_customer(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 2)
        editor = page.actions_of_page.create()
        editor.fill({"company": "Ελαστικά Βορρά ΕΠΕ", "afm": "EL094429812"})
        editor.save()
        await page.settled()
        assert not editor.is_open
        page.listing.reload()
        await page.settled()
        assert "Ελαστικά Βορρά ΕΠΕ" in await names(page)
        await put_away(page)

    run(body())


def test_what_is_wrong_keeps_the_form_open_and_nothing_is_written(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 1)
        editor = page.actions_of_page.create()
        editor.fill({"company": "Χ", "afm": "12", "credit_limit": None})
        editor.save()
        await page.settled()
        assert editor.is_open
        marked = {name for name, field in editor._inputs.items() if field.input.property("invalid") == "true"}
        assert "afm" in marked, "the mark is where the cursor will be, not on what holds it"
        assert len(await shell.workspace.db.query("SELECT 1 FROM customers")) == 1
        editor.reject()
        assert editor.is_open, "unsaved work is asked about"
        editor.reject()
        assert not editor.is_open
        await put_away(page)

    run(body())


def test_a_customer_that_may_exist_already_is_named(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 3)
        editor = page.actions_of_page.create()
        editor.fill({"mobile": "6900000001"})
        await page.settled()
        assert "Μαρία" in editor._duplicates.text
        editor._closing = True
        editor.reject()
        await put_away(page)

    run(body())


def test_a_conflict_keeps_theirs_until_one_decides_otherwise(qapp: QApplication, run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 1)
        listed = page.listing.model.customer_at(0)
        assert listed is not None
        seen = await shell.workspace.customers.get(listed.customer.id)
        editor = page.actions_of_page.edit(seen)
        await shell.workspace.customers.update(seen, replace(seen, city="Πάτρα"))
        editor.fill({"city": "Ρόδος", "notes": "δικό μου"})
        editor.save()
        dialog = await until(lambda: editor.findChild(CustomerConflict) or find_conflict(qapp))
        dialog.accept()
        await page.settled()
        now = await shell.workspace.customers.get(seen.id)
        assert (now.city, now.notes) == ("Πάτρα", "δικό μου")
        await put_away(page)

    run(body())


def pills(page: CustomersPage) -> set[str]:
    """What stands under the name of whoever is selected."""
    return {pill.text() for pill in page.pane.findChildren(Pill) if pill.parent() is not None}


def test_the_form_switches_tracking_off_and_the_pane_says_so(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 1)
        switches, listed = shell.workspace.tracking_switches, page.listing.model.customer_at(0)
        assert listed is not None
        who = listed.customer.id
        page.listing.table.selectRow(0)
        await page.settled()
        assert "Not tracked" not in pills(page)
        page.edit_selected()
        editor = await until(lambda: page.window().findChild(CustomerEditor))
        assert not editor.untracked.isChecked() and not editor.is_changed
        editor.untracked.click()
        assert editor.is_changed
        editor.save()
        await page.settled()
        assert not await switches.tracks_customer(who)
        page.listing.table.selectRow(0)
        await page.settled()
        assert "Not tracked" in pills(page)
        editor = page.actions_of_page.edit(await shell.workspace.customers.get(who), tracked=False)
        assert editor.untracked.isChecked() and not editor.is_changed
        editor.fill({"city": "Ρόδος"})
        editor.save()
        await page.settled()
        assert not await switches.tracks_customer(who), "an ordinary edit leaves it"
        await put_away(page)

    run(body())


def test_a_new_customer_may_be_one_who_is_not_tracked(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 0)
        for company, off in (("Α ΑΕ", True), ("Β ΑΕ", False)):
            editor = page.actions_of_page.create()
            editor.fill({"company": company})
            editor.untracked.setChecked(off)
            editor.save()
            await page.settled()
            rows = await shell.workspace.db.query("SELECT id FROM customers WHERE company = ?", (company,))
            assert await shell.workspace.tracking_switches.tracks_customer(str(rows[0]["id"])) is not off
        await put_away(page)

    run(body())


def test_the_switch_goes_with_what_a_conflict_settles(qapp: QApplication, run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 1)
        listed = page.listing.model.customer_at(0)
        assert listed is not None
        seen = await shell.workspace.customers.get(listed.customer.id)
        editor = page.actions_of_page.edit(seen)
        await shell.workspace.customers.update(seen, replace(seen, city="Πάτρα"))
        editor.fill({"city": "Ρόδος"})
        editor.untracked.click()
        editor.save()
        dialog = await until(lambda: editor.findChild(CustomerConflict) or find_conflict(qapp))
        assert await shell.workspace.tracking_switches.tracks_customer(seen.id), "nothing is written by halves"
        dialog.accept()
        await page.settled()
        assert not await shell.workspace.tracking_switches.tracks_customer(seen.id)
        assert (await shell.workspace.customers.get(seen.id)).city == "Πάτρα"
        await put_away(page)

    run(body())


def test_tracking_of_all_that_are_selected(run: Run, shell: Shell) -> None:
    toasts: list[ToastText] = []

    async def body() -> None:
        page = await opened(shell, 5)
        shell.toast_wanted.connect(toasts.append)

        async def off() -> int:
            return len(await shell.workspace.db.query("SELECT 1 FROM kk_untracked_customers"))

        page.listing.table.selectAll()
        page.actions_of_page.track(page.listing.selected_refs, tracked=False)
        await page.settled()
        assert await off() == 5
        assert toasts[-1].text == "Opens and clicks of 5 customers are not tracked any more"
        assert toasts[-1].do is not None
        toasts[-1].do()
        await shell.tasks.settled()
        assert await off() == 0
        page.listing.table.selectAll()
        page.actions_of_page.track(page.listing.selected_refs[:2], tracked=False)
        await page.settled()
        page.listing.table.selectAll()
        page.actions_of_page.track(page.listing.selected_refs, tracked=True)
        await page.settled()
        assert await off() == 0 and toasts[-1].text == "Opens and clicks of 2 customers are tracked"
        await put_away(page)

    run(body())


def find_conflict(qapp: QApplication) -> CustomerConflict | None:
    found = [widget for widget in qapp.topLevelWidgets() if isinstance(widget, CustomerConflict)]
    return found[0] if found else None


async def until(look: Callable[[], Any]) -> Any:
    """Turn the loop until `look` finds something; the test's own time limit ends a search in vain."""
    while (found := look()) is None:
        await asyncio.sleep(0)
    return found


@pytest.mark.parametrize("untag", [False, True])
def test_tagging_all_that_are_selected(run: Run, shell: Shell, untag: bool) -> None:
    async def body() -> None:
        page = await opened(shell, 5)
        tag = await shell.workspace.tags.create("Χειμερινά")
        page.listing.table.selectAll()
        page.actions_of_page.tag(page.listing.selected_refs, tag.id)
        await page.settled()
        if untag:
            page.listing.table.selectAll()
            page.actions_of_page.untag(page.listing.selected_refs, tag.id)
            await page.settled()
        (counted,) = await shell.workspace.tags.counted()
        assert counted.count == (0 if untag else 5)
        await put_away(page)

    run(body())


def test_an_empty_profile_says_what_to_do(run: Run, shell: Shell) -> None:
    async def body() -> None:
        page = await opened(shell, 0)
        assert page.listing.state.currentWidget() is not page.listing.table
        await put_away(page)

    run(body())


def test_the_form_of_an_old_record_can_be_saved_although_something_else_is_wrong(run: Run, shell: Shell) -> None:
    async def body() -> None:
        await shell.workspace.customers.create(Customer(company="Παλιά ΑΕ", afm="094429812"))
        page = await opened(shell, 0)
        listed = page.listing.model.customer_at(0)
        assert listed is not None
        editor: CustomerEditor = page.actions_of_page.edit(listed.customer)
        editor.fill({"phone": "123"})
        editor.save()
        await page.settled()
        assert (await shell.workspace.customers.get(listed.customer.id)).phone == "123", "a warning is no error"
        await put_away(page)

    run(body())
