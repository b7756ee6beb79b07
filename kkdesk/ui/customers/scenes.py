"""Pictures of the customers page for `kkdesk tour`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QScrollArea, QWidget

from kkdesk.model.customer import Customer
from kkdesk.model.errors import Conflict
from kkdesk.ui.customers.conflict import CustomerConflict
from kkdesk.ui.operation import offer_undo
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.customers.editor import CustomerEditor
    from kkdesk.ui.customers.page import CustomersPage

_LONG = Customer(
    company="Ανώνυμη Εμπορική και Βιομηχανική Εταιρεία Ελαστικών Βορείου Ελλάδος «Οι Τρεις Αδελφοί Παπακωνσταντίνου»",
    first_name="Αλέξανδρος-Κωνσταντίνος",
    last_name="Παπακωνσταντίνου-Χατζηδημητρίου",
    title="Υπεύθυνος προμηθειών και στόλου οχημάτων",
    email="alexandros.konstantinos.papakonstantinou-chatzidimitriou@tris-adelfoi-papakonstantinou.example",
    mobile="6974112233",
    website="https://www.tris-adelfoi-papakonstantinou.example/epikoinonia/katastimata/thessaloniki?odos=26is-oktovriou",
    street="26ης Οκτωβρίου 118, 3ος όροφος, είσοδος από την πίσω πλευρά",
    city="Θεσσαλονίκη",
    postal_code="54627",
    afm="094429812",
    notes="Τηλεφωνήστε πριν από κάθε παράδοση: ο χώρος φορτώσεως κλείνει στις 14:30.\n"
    "Τιμολόγιο στο τέλος του μήνα, ένα για όλα τα οχήματα.",
)
_NOTE = (
    "Ρώτησε για τέσσερα χειμερινά 195/65 R15 στο φορτηγάκι και δύο 315/80 R22.5 στον πίσω άξονα. Θα αποφασίσει μόλις "
    "μιλήσει με τον αδελφό του· να τον πάρουμε τηλέφωνο την Τρίτη το πρωί, όχι μετά τις 11."
)
#: Selected for what is done with several.
_SOME = 3
#: Pixels around what a form is scrolled to.
_ROOM = 120
_BARE = Customer(last_name="Ιωαννίδης")


def customer_scenes() -> Sequence[Scene]:
    """What the page can look like."""
    return (
        Scene("selected", _selected),
        Scene("untracked", _untracked),
        Scene("timeline", _timeline),
        Scene("long-names", _long_names),
        Scene("notes", _notes),
        Scene("no-data", _no_data),
        Scene("search", _search),
        Scene("filter-menu", _filter_menu),
        Scene("filtered", _filtered),
        Scene("many", _many),
        Scene("columns", _columns),
        Scene("bulk-edit", _bulk_edit),
        Scene("delete", _delete),
        Scene("deleted", _deleted),
        Scene("undone", _undone),
        Scene("form", _form),
        Scene("form-untracked", _form_untracked),
        Scene("new-duplicate", _duplicate),
        Scene("form-errors", _form_errors),
        Scene("form-unsaved", _form_unsaved),
        Scene("conflict", _conflict),
        Scene("nobody", _nobody),
        Scene("list", _fresh),
    )


async def _fresh(page: CustomersPage) -> None:
    page.listing.table.clearSelection()
    page.listing.clear()
    await page.settled()


async def _selected(page: CustomersPage) -> None:
    await _fresh(page)
    page.pane.tabs.setCurrentIndex(0)
    page.listing.table.selectRow(3)
    page.listing.table.setFocus()


async def _untracked(page: CustomersPage) -> None:
    await _selected(page)
    await page.settled()
    pane = page.pane
    # Shown and not switched: nothing is written.
    pane.show_customer(pane.customer, await page.workspace.tags.of(pane.customer.id), (), tracked=False)
    # Qt arranges the new pills in the turns that follow.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def _timeline(page: CustomersPage) -> None:
    await _fresh(page)
    page.pane.tabs.setCurrentIndex(2)
    page.listing.table.selectRow(5)


async def _there(page: CustomersPage, wanted: Customer, note: str = "") -> None:
    """Select the customer; the tour's profile gets it the first time."""
    await _fresh(page)
    workspace = page.workspace
    rows = await workspace.db.query(
        "SELECT id FROM customers WHERE last_name = ? AND coalesce(first_name, '') = ? AND email IS ?",
        (wanted.last_name, wanted.first_name, wanted.email or None),
    )
    if rows:
        found = str(rows[0]["id"])
    else:
        found = (await workspace.customers.create(wanted)).ids[0]
        if note:
            await workspace.notes.add(found, note)
        page.listing.reload()
        await page.settled()
    await page.listing.select_customer(found)


async def _long_names(page: CustomersPage) -> None:
    await _there(page, _LONG, _NOTE)
    page.pane.tabs.setCurrentIndex(0)


async def _notes(page: CustomersPage) -> None:
    await _there(page, _LONG, _NOTE)
    page.pane.tabs.setCurrentIndex(1)


async def _no_data(page: CustomersPage) -> None:
    await _there(page, _BARE)
    page.pane.tabs.setCurrentIndex(0)


async def _search(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.search.setText("papadopoul")
    page.listing.search.setFocus()
    page.listing.search.commit()


async def _filter_menu(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.filters.city.showMenu()


async def _filtered(page: CustomersPage) -> None:
    await _fresh(page)
    filters = page.listing.filters
    filters.set_query(
        replace(filters.query, category="wholesale", city=filters.facets.cities[0].key, has_email=True, subscribed=True)
    )


async def _many(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.table.selectAll()


async def _columns(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    return page.listing.table.choose_columns()


async def _bulk_edit(page: CustomersPage) -> QWidget | None:
    await _some(page)
    dialog = page.actions_of_page.bulk_edit(_SOME)
    choice = dialog.findChild(QComboBox)
    if isinstance(choice, QComboBox):
        choice.setCurrentIndex(3)
    dialog.open()
    return dialog


async def _some(page: CustomersPage) -> None:
    await _fresh(page)
    table = page.listing.table
    table.setSelectionMode(table.SelectionMode.MultiSelection)
    for row in (2, 4, 5):
        table.selectRow(row)
    table.setSelectionMode(table.SelectionMode.ExtendedSelection)


async def _delete(page: CustomersPage) -> QWidget | None:
    await _some(page)
    question = page.actions_of_page.delete_question(_SOME)
    question.open()
    return question


async def _deleted(page: CustomersPage) -> None:
    await _some(page)
    workspace = page.workspace
    ids = await workspace.customer_list.customer_ids(page.listing.selected_refs)
    written = await workspace.customers.delete(ids)
    page.shell.bus.tell(("customers", "tags", "history"))
    if written.change_id is not None:
        offer_undo(page.shell, page.actions_of_page.deleted(written.count), written.change_id, ("customers", "tags"))


async def _undone(page: CustomersPage) -> None:
    newest = (await page.workspace.history.recent(1))[0]
    await page.workspace.history.undo(newest.id)
    page.shell.bus.tell(("customers", "tags", "history"))
    await _fresh(page)


async def _form(page: CustomersPage) -> CustomerEditor | None:
    await _fresh(page)
    listed = page.listing.model.customer_at(2)
    if listed is None:
        return None
    return page.actions_of_page.edit(await page.workspace.customers.get(listed.customer.id))


async def _form_untracked(page: CustomersPage) -> QWidget | None:
    editor = await _form(page)
    if editor is None:
        return None
    editor.untracked.setChecked(True)
    await asyncio.sleep(0)
    editor.findChild(QScrollArea).ensureWidgetVisible(editor.untracked, 0, _ROOM)
    return editor


async def _duplicate(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    listed = page.listing.model.customer_at(4)
    editor = page.actions_of_page.create()
    if listed is not None:
        editor.fill({"company": listed.customer.company, "email": listed.customer.email, "mobile": "6984470"})
    return editor


async def _form_errors(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    editor = _with_errors(page)
    editor.save()
    return editor


def _with_errors(page: CustomersPage) -> CustomerEditor:
    editor = page.actions_of_page.create()
    editor.fill({"email": "nikos@gmial.com", "mobile": "123", "website": "kati", "afm": "12345", "postal_code": "12"})
    return editor


async def _form_unsaved(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    editor = page.actions_of_page.create()
    editor.fill({"company": "Ελαστικά Βορρά Ε.Π.Ε."})
    editor.reject()
    return editor


async def _conflict(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    workspace = page.workspace
    listed = page.listing.model.customer_at(2)
    if listed is None:
        return None
    seen = await workspace.customers.get(listed.customer.id)
    # Guards rest on what was seen: with another town and street there, the write meets a conflict and changes nothing.
    other = {"city": "Λάρισα", "street": "Κύπρου 10", "mobile": "6900000000"}
    stale = replace(seen, **other, stored={**seen.stored, **other})  # type: ignore[arg-type]
    mine = replace(stale, city="Βόλος", street="Ιάσονος 112, 2ος όροφος", mobile="6944112233")
    try:
        await workspace.customers.update(stale, mine)
    except Conflict as conflict:
        dialog = CustomerConflict(page, mine, seen, conflict, page.shell.language)
        dialog.open()
        return dialog
    return None


async def _nobody(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.search.setText("ξζψ ξζψ")
    page.listing.search.commit()
