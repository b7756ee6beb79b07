"""Pictures of the customers page for `kkdesk tour`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.customers.page import CustomersPage


def customer_scenes() -> Sequence[Scene]:
    """What the page can look like."""
    return (
        Scene("selected", _selected),
        Scene("timeline", _timeline),
        Scene("search", _search),
        Scene("many", _many),
        Scene("form", _form),
        Scene("new-duplicate", _duplicate),
        Scene("nobody", _nobody),
    )


async def _fresh(page: CustomersPage) -> None:
    page.listing.table.clearSelection()
    page.listing.clear()
    await page.settled()


async def _selected(page: CustomersPage) -> None:
    await _fresh(page)
    page.pane.tabs.setCurrentIndex(0)
    page.listing.table.selectRow(3)


async def _timeline(page: CustomersPage) -> None:
    await _fresh(page)
    page.pane.tabs.setCurrentIndex(2)
    page.listing.table.selectRow(5)


async def _search(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.search.setText("papadopoul")
    page.listing.search.commit()


async def _many(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.table.selectAll()


async def _form(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    listed = page.listing.model.customer_at(2)
    if listed is None:
        return None
    return page.actions_of_page.edit(await page.workspace.customers.get(listed.customer.id))


async def _duplicate(page: CustomersPage) -> QWidget | None:
    await _fresh(page)
    listed = page.listing.model.customer_at(4)
    editor = page.actions_of_page.create()
    if listed is not None:
        editor.fill({"first_name": listed.customer.first_name, "last_name": listed.customer.last_name,
                     "email": listed.customer.email, "mobile": listed.customer.mobile, "afm": "12345"})  # fmt: skip
        editor.save()
    return editor


async def _nobody(page: CustomersPage) -> None:
    await _fresh(page)
    page.listing.search.setText("ξζψ ξζψ")
    page.listing.search.commit()
