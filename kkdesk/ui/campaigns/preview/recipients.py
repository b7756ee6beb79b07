"""Choosing whose mail is shown: by typing a name, or one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QStringListModel, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget

from kkdesk.model.audience import AudiencePreview, Excluded, Recipient
from kkdesk.ui.formats import number
from kkdesk.ui.page import Page
from kkdesk.ui.widgets.buttons import tool_button
from kkdesk.ui.widgets.labels import ElidedLabel, label
from kkdesk.ui.widgets.search_field import SearchField

_OFFERED: Final = 20


class RecipientPicker(QWidget):
    """Emits `chosen` when another recipient is to be shown; `customer_id` is whose, None: a sample customer."""

    chosen = Signal()

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self._preview: AudiencePreview | None = None
        self._order: Sequence[str] = ()
        self._at = -1
        self._offered: Sequence[Recipient | Excluded] = ()
        self._searching: asyncio.Task[None] | None = None
        self.field = SearchField(self.tr("Another recipient"))
        self.field.setMaximumWidth(260)
        self.field.setMinimumWidth(170)
        self.field.searched.connect(self._search)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self.field)
        self._completer.activated[QModelIndex].connect(self._pick)
        self.back = tool_button("caret-left", self.tr("Previous recipient"), clicked=lambda: self.step(-1))
        self.forward = tool_button("caret-right", self.tr("Next recipient"), clicked=lambda: self.step(1))
        self._who = ElidedLabel("", "strong")
        self._place = label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addWidget(self._who, 4)
        row.addWidget(self._place)
        row.addSpacing(6)
        row.addWidget(self.field, 1)
        self._show()

    @property
    def customer_id(self) -> str | None:
        """Whose mail is to be shown."""
        return self._order[self._at] if 0 <= self._at < len(self._order) else None

    async def show_audience(self, preview: AudiencePreview | None) -> None:
        """Offer the recipients of another audience, keeping the one shown where possible."""
        if preview is self._preview:
            return
        kept = self.customer_id
        self._preview = preview
        self._order = await asyncio.to_thread(_ids, preview) if preview is not None else ()
        self._at = self._order.index(kept) if kept in self._order else (0 if self._order else -1)
        await self._tell()

    def step(self, by: int) -> None:
        """The next recipient (1) or the one before (-1), round and round."""
        if self._order:
            self._at = (self._at + by) % len(self._order)
            self._page.start(self._moved())

    async def show_customer(self, customer_id: str) -> None:
        """Show the mail of one recipient; one who gets none is not there."""
        if customer_id in self._order:
            self._at = self._order.index(customer_id)
            await self._moved()

    async def _moved(self) -> None:
        await self._tell()
        self.chosen.emit()

    async def _tell(self) -> None:
        if self._preview is None or self._at < 0:
            self._who.setText(self.tr("A sample customer"))
            self._place.setText(self.tr("(nobody has been chosen)"))
        else:
            page = await self._page.workspace.audience.page(self._preview, None, self._at, 1)
            person = page.rows[0] if page.rows else None
            self._who.setText(person.name or person.email if person else "")
            self._place.setText(f"{number(self._at + 1)} / {number(len(self._order))}")
        self._show()

    def _show(self) -> None:
        for part in (self.back, self.forward, self.field):
            part.setEnabled(len(self._order) > 1)

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text and self._preview is not None:
            self._searching = self._page.start(self._offer(text))
        else:
            self._completer.popup().hide()

    async def _offer(self, text: str) -> None:
        if self._preview is None:
            return
        found = await self._page.workspace.audience.page(self._preview, None, 0, _OFFERED, text)
        self._offered = found.rows
        self._names.setStringList([f"{person.name} · {person.email}".strip(" ·") for person in found.rows])
        if found.rows and self.field.hasFocus():
            self._completer.complete()

    def _pick(self, index: QModelIndex) -> None:
        person = self._offered[index.row()] if index.row() < len(self._offered) else None
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        if person is not None:
            self._page.start(self.show_customer(person.customer_id))


def _ids(preview: AudiencePreview) -> list[str]:
    return [person.customer_id for person in preview.page(None, 0, preview.count).rows]
