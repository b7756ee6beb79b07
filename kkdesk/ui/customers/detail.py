"""The pane beside the list: who the customer is, tags, notes and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from kkdesk.model.customer import Customer
from kkdesk.model.customer_category import label as category_label
from kkdesk.model.customer_fields import FIELDS, GROUPS
from kkdesk.model.phone import normalize_phone
from kkdesk.ui.customers.columns import cell_text
from kkdesk.ui.customers.notes import NotesView
from kkdesk.ui.customers.timeline import TimelineView
from kkdesk.ui.widgets.buttons import button, menu_button, tool_button
from kkdesk.ui.widgets.chips import Pill, TagChip
from kkdesk.ui.widgets.flow import FlowLayout
from kkdesk.ui.widgets.labels import LongWord, label

if TYPE_CHECKING:
    from kkdesk.model.tag import Tag

#: Said in the head already.
_IN_HEAD = frozenset(
    {"company", "first_name", "last_name", "category", "is_vip", "is_active", "unsubscribed", "currency"}
)

_CAPTION_WIDTH = 124
_TABS_HEIGHT = 110
#: Letters of a word that have room beside a caption.
_LONGEST_WORD = 20


class CustomerPane(QWidget):
    """One customer. What one does here is emitted; the page does it."""

    edit_wanted = Signal()
    tag_chosen = Signal(str)
    tag_removed = Signal(str)
    new_tag_wanted = Signal()
    why_wanted = Signal(str)
    closed = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """Empty until `show_customer`."""
        super().__init__(parent)
        self._language = language
        self._customer = Customer()
        self._tracked = True
        self._tags: Sequence[Tag] = ()
        self._all_tags: Sequence[Tag] = ()
        self.notes = NotesView()
        self.timeline = TimelineView(language)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 2, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._head())
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        # On a small screen a long name keeps its lines: what is in the tabs can be scrolled.
        self.tabs.setMinimumHeight(_TABS_HEIGHT)
        self._facts = QScrollArea()
        self._facts.setWidgetResizable(True)
        self.tabs.addTab(self._facts, self.tr("Details"))
        self.tabs.addTab(self.notes, self.tr("Notes"))
        self.tabs.addTab(self.timeline, self.tr("Timeline"))
        column.addWidget(self.tabs, 1)

    @property
    def customer(self) -> Customer:
        """Whom it shows."""
        return self._customer

    def show_customer(
        self, customer: Customer, tags: Sequence[Tag], all_tags: Sequence[Tag], *, tracked: bool = True
    ) -> None:
        """Show somebody, or the same one anew; `tracked`: whether their opens and clicks are recorded."""
        self._customer, self._tags, self._all_tags = customer, tags, all_tags
        self._tracked = tracked
        self._name.setText(customer.display_name)
        self._contact.setText(customer.contact_name)
        self._contact.setVisible(bool(customer.contact_name))
        self._show_pills()
        self._show_tags()
        self._show_facts()
        self._mail_button.setEnabled(bool(customer.email))
        self._call_button.setEnabled(bool(customer.mobile or customer.phone))

    def show_suppressed(self) -> None:
        """Show that the address is never mailed, with the way to the reason."""
        why = self.tr("Why no mail is sent")
        self._pills.addWidget(button(why, "link", symbol="prohibit", clicked=self._ask_why))

    def write_mail(self) -> None:
        """Open the computer's own mail program with the address filled in."""
        QDesktopServices.openUrl(QUrl(f"mailto:{QUrl.toPercentEncoding(self._customer.email.strip()).data().decode()}"))

    def call(self) -> None:
        """Hand the number to whatever dials on this computer."""
        number = normalize_phone(self._customer.mobile or self._customer.phone)
        QDesktopServices.openUrl(QUrl(f"tel:{number}"))

    def _head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        first = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = label("", "section-title", wrap=True, selectable=True)
        self._contact = label("", "muted", wrap=True)
        names.addWidget(self._name)
        names.addWidget(self._contact)
        first.addLayout(names, 1)
        first.addWidget(
            tool_button("x", self.tr("Close the details"), clicked=self.closed.emit), 0, Qt.AlignmentFlag.AlignTop
        )
        column.addLayout(first)
        pills = QWidget()
        self._pills = FlowLayout(pills)
        column.addWidget(pills)
        column.addSpacing(2)
        actions = QHBoxLayout()
        actions.setSpacing(6)
        edit = button(self.tr("Edit"), symbol="pencil-simple", clicked=self.edit_wanted.emit)
        actions.addWidget(edit)
        self._mail_button = button(self.tr("E-mail"), symbol="envelope-simple", clicked=self.write_mail)
        self._call_button = button(self.tr("Call"), symbol="phone", clicked=self.call)
        actions.addWidget(self._mail_button)
        actions.addWidget(self._call_button)
        actions.addStretch(1)
        column.addLayout(actions)
        tags = QWidget()
        self._tag_row = FlowLayout(tags)
        #: What changes the customer.
        self.editing = (edit, tags, self.notes)
        column.addWidget(tags)
        return head

    def _show_pills(self) -> None:
        self._pills.clear()
        customer = self._customer
        self._pills.addWidget(Pill(category_label(customer.category).in_language(self._language)))
        if customer.is_vip:
            self._pills.addWidget(Pill(self.tr("VIP"), "info"))
        if not customer.is_active:
            self._pills.addWidget(Pill(self.tr("Inactive"), "warning"))
        if customer.unsubscribed:
            self._pills.addWidget(Pill(self.tr("Unsubscribed"), "danger"))
        if not self._tracked:
            quiet = Pill(self.tr("Not tracked"))
            quiet.setToolTip(self.tr("Opens and clicks of this customer are not tracked"))
            self._pills.addWidget(quiet)

    def _show_tags(self) -> None:
        self._tag_row.clear()
        for tag in self._tags:
            chip = TagChip(tag.name, tag.colour, removable=True)
            chip.removed.connect(lambda tag_id=tag.id: self.tag_removed.emit(tag_id))
            self._tag_row.addWidget(chip)
        menu = QMenu()
        held = {tag.id for tag in self._tags}
        for tag in self._all_tags:
            if tag.id not in held:
                menu.addAction(tag.name.replace("&", "&&"), lambda tag_id=tag.id: self.tag_chosen.emit(tag_id))
        menu.addSeparator()
        menu.addAction(self.tr("New tag…"), self.new_tag_wanted.emit)
        self._tag_row.addWidget(menu_button(self.tr("Add tag"), menu, "link", symbol="plus"))

    def _ask_why(self) -> None:
        self.why_wanted.emit(self._customer.email)

    def _show_facts(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(2, 10, 6, 10)
        column.setSpacing(10)
        for group, title in GROUPS.items():
            facts = [
                (field.label.in_language(self._language), cell_text(self._customer, field, self._language))
                for field in FIELDS
                if field.group == group and field.name not in _IN_HEAD
            ]
            facts = [(name, text) for name, text in facts if text]
            if facts:
                column.addWidget(label(title.in_language(self._language), "strong"))
                column.addLayout(_fact_grid(facts))
        column.addStretch(1)
        self._facts.setWidget(body)


def _fact_grid(facts: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(5)
    grid.setColumnMinimumWidth(0, _CAPTION_WIDTH)
    grid.setColumnStretch(1, 1)
    for line, (name, text) in enumerate(facts):
        caption = label(name, "muted", wrap=True)
        caption.setMaximumWidth(_CAPTION_WIDTH)
        grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_value(text), line, 1)
    return grid


def _value(text: str) -> QWidget:
    """Selectable text; what has a long word is broken anywhere: an address must not widen the pane."""
    if max(map(len, text.split()), default=0) > _LONGEST_WORD:
        return LongWord(text)
    return label(text, wrap=True, selectable=True)
