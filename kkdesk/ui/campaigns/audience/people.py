"""A dialog that lists who exactly: everybody who gets a campaign, or who does not for one reason."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kkdesk.model.audience import AudiencePreview, Exclusion
from kkdesk.ui.campaigns.audience.people_model import PAGE_ROWS, PeopleModel
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.buttons import button
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.search_field import SearchField
from kkdesk.ui.widgets.table import DataTable

_SIZE: Final = (620, 520)


class PeopleDialog(QDialog):
    """Lists one side of an audience; a double click shows the customer."""

    def __init__(
        self, page: Page, preview: AudiencePreview, reason: Exclusion | None, parent: QWidget | None = None
    ) -> None:
        """`reason` None: those who get it. Call `load` once it is open."""
        super().__init__(parent or page.window())
        self._page, self._preview, self._reason = page, preview, reason
        self.setWindowTitle("KK Desk")
        window = page.window()
        self.resize(min(_SIZE[0], window.width() - 40), min(_SIZE[1], window.height() - 48))
        title = reason.label.in_language(page.shell.language) if reason else self.tr("Who gets it")
        heading = label(title, "dialog-title")
        self._count = label("", "muted")
        self.search = SearchField(self.tr("Name or e-mail"))
        self.search.searched.connect(lambda _text: self.load())
        self.model = PeopleModel(self)
        self.model.page_wanted.connect(lambda number: page.start(self._fetch(number)))
        self.table = DataTable(self.model.columns, page.shell.state, "audience-people")
        self.table.setModel(self.model)
        self.table.opened.connect(self._open_customer)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(heading)
        column.addWidget(self._count)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(label(self.tr("Double-click a customer to see or correct the details."), "caption"), 1)
        close = button(self.tr("Close"), clicked=self.accept)
        close.setDefault(True)
        foot.addWidget(close)
        column.addLayout(foot)

    def load(self) -> None:
        """Read the first page of what is searched for."""
        self._page.start(self._load())

    async def _load(self) -> None:
        text = self.search.text().strip()
        found = await self._page.workspace.audience.page(self._preview, self._reason, 0, PAGE_ROWS, text)
        if text == self.search.text().strip():
            self.model.show(found.total, found.rows)
            self._count.setText(self.tr("%n customer(s)", None, found.total))

    async def _fetch(self, number: int) -> None:
        text = self.search.text().strip()
        audience = self._page.workspace.audience
        found = await audience.page(self._preview, self._reason, number * PAGE_ROWS, PAGE_ROWS, text)
        if text == self.search.text().strip():
            self.model.fill(number, found.rows)

    def _open_customer(self, row: int) -> None:
        person = self.model.person_at(row)
        if person is not None:
            self.accept()
            self._page.shell.go("customers", person.customer_id)
