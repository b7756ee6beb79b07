"""The filters above the customer list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from kkdesk.model.customer_fields import CATEGORIES
from kkdesk.model.greek_fold import fold
from kkdesk.services.customer_list import CustomerQuery, Facets
from kkdesk.ui.formats import number
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.chips import FilterChip
from kkdesk.ui.widgets.flow import FlowLayout

#: Towns offered at once; the field above them finds the rest.
_TOWNS_SHOWN = 9

_YesNo = Literal["vip", "has_email", "subscribed", "active"]


class FilterBar(QWidget):
    """Category, town, tag, VIP, e-mail, subscription, activity. Emits `changed(query)`."""

    changed = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """Nothing is narrowed at first."""
        super().__init__(parent)
        self._language = language
        self.query = CustomerQuery()
        self.facets = Facets()
        self._row = FlowLayout(self)
        self.category = self._chip(self.tr("Category"), self._fill_categories, "category")
        self.city = self._chip(self.tr("Town"), self._fill_towns, "city")
        self.tag = self._chip(self.tr("Tag"), self._fill_tags, "tag_id")
        self.vip = self._yes_no(self.tr("VIP"), "vip", self.tr("VIP"), self.tr("Not VIP"))
        self.has_email = self._yes_no(self.tr("E-mail"), "has_email", self.tr("With e-mail"), self.tr("Without e-mail"))
        self.subscribed = self._yes_no(
            self.tr("Newsletters"), "subscribed", self.tr("Subscribed"), self.tr("Unsubscribed")
        )
        self.active = self._yes_no(self.tr("Active"), "active", self.tr("Active only"), self.tr("Inactive only"))
        self.clear_button = button(self.tr("Clear filters"), "link", clicked=self.clear)
        self._row.addWidget(self.clear_button)
        self._show()

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return replace(self.query, text="", sort=CustomerQuery().sort, descending=False) != CustomerQuery()

    def show_query(self, query: CustomerQuery) -> None:
        """Show a query that came from elsewhere; emits nothing."""
        self.query = query
        self._show()

    def show_facets(self, facets: Facets) -> None:
        """Take the choices to offer, with their counts."""
        self.facets = facets
        self._show()

    def clear(self) -> None:
        """Let everything through again; the search text stays."""
        kept = CustomerQuery(text=self.query.text, sort=self.query.sort, descending=self.query.descending)
        self.set_query(kept)

    def set_query(self, query: CustomerQuery) -> None:
        """Narrow the list to `query`, as a choice in one of the menus does."""
        self.query = query
        self._show()
        self.changed.emit(query)

    def _show(self) -> None:
        query = self.query
        category = CATEGORIES.get(query.category)
        self.category.set_choice(category.in_language(self._language) if category else query.category)
        towns = {town.key: town.label for town in self.facets.cities}
        self.city.set_choice(towns.get(query.city, query.city))
        tags = {tag.id: tag.name for tag in self.facets.tags}
        self.tag.set_choice(tags.get(query.tag_id, query.tag_id))
        self._say(self.vip, query.vip, self.tr("yes"), self.tr("no"))
        self._say(self.has_email, query.has_email, self.tr("yes"), self.tr("no"))
        self._say(self.subscribed, query.subscribed, self.tr("yes"), self.tr("no"))
        self._say(self.active, query.active, self.tr("yes"), self.tr("no"))
        self.clear_button.setVisible(self.narrowed)

    def _say(self, chip: FilterChip, value: bool | None, yes: str, no: str) -> None:  # noqa: FBT001 - a tri-state
        chip.set_choice("" if value is None else yes if value else no)

    def _chip(self, name: str, fill: Callable[[QMenu], None], field: str) -> FilterChip:
        chip = FilterChip(name, fill)
        chip.cleared.connect(lambda: self.set_query(replace(self.query, **{field: getattr(CustomerQuery(), field)})))
        self._row.addWidget(chip)
        return chip

    def _yes_no(self, name: str, field: _YesNo, yes: str, no: str) -> FilterChip:
        def fill(menu: QMenu) -> None:
            for text, value in ((yes, True), (no, False)):
                self._choice(menu, text, field, value, getattr(self.query, field) is value)

        return self._chip(name, fill, field)

    def _choice(self, menu: QMenu, text: str, field: str, value: object, chosen: bool) -> QAction:  # noqa: FBT001
        # An ampersand in a name would underline its next letter instead of being shown.
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self.set_query(replace(self.query, **{field: value})))  # type: ignore[arg-type]
        return action

    def _fill_categories(self, menu: QMenu) -> None:
        for facet in self.facets.categories:
            known = CATEGORIES.get(facet.key)
            name = known.in_language(self._language) if known else facet.label
            self._choice(
                menu, f"{name}  {number(facet.count)}", "category", facet.key, self.query.category == facet.key
            )

    def _fill_tags(self, menu: QMenu) -> None:
        for tag in self.facets.tags:
            self._choice(menu, f"{tag.name}  {number(tag.count)}", "tag_id", tag.id, self.query.tag_id == tag.id)
        if not self.facets.tags:
            menu.addAction(self.tr("No tags yet")).setEnabled(False)

    def _fill_towns(self, menu: QMenu) -> None:
        field = QLineEdit()
        field.setPlaceholderText(self.tr("Find a town…"))
        field.setClearButtonEnabled(True)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(field)
        menu.addAction(holder)
        shown: list[QAction] = []

        def show() -> None:
            for action in shown:
                menu.removeAction(action)
            shown.clear()
            wanted = fold(field.text())
            met = [town for town in self.facets.cities if wanted in fold(town.label)]
            found = met[:_TOWNS_SHOWN]
            shown.extend(
                self._choice(menu, f"{town.label}  {number(town.count)}", "city", town.key, self.query.city == town.key)
                for town in found
            )
            if len(met) > len(found):
                shown.append(menu.addAction(self.tr("%n more…", "", len(met) - len(found))))
                shown[-1].setEnabled(False)

        field.textChanged.connect(show)
        field.returnPressed.connect(lambda: (shown and shown[0].trigger()) or menu.close())
        show()
        # The menu is about to show: it takes the focus itself when it does.
        QTimer.singleShot(0, field, lambda: field.setFocus(Qt.FocusReason.PopupFocusReason))
