"""A library: the list at the left, the chosen text at the right, saved with a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from kkdesk.ui.campaigns.composing.body import MessageBody
from kkdesk.ui.campaigns.editing.actions import FieldActions
from kkdesk.ui.campaigns.editing.subject import SubjectEdit
from kkdesk.ui.campaigns.library.shelves import Entry, Listed, Shelf
from kkdesk.ui.campaigns.words import readable_subject
from kkdesk.ui.dialogs import confirm
from kkdesk.ui.operation import run
from kkdesk.ui.page import Page
from kkdesk.ui.theme.tokens import ROW_HEIGHT
from kkdesk.ui.widgets.buttons import button, tool_button
from kkdesk.ui.widgets.form import FormRow
from kkdesk.ui.widgets.header import PAGE_MARGINS
from kkdesk.ui.widgets.labels import label
from kkdesk.ui.widgets.state import PageState

_ID = Qt.ItemDataRole.UserRole
_LIST_WIDTH = 260
_CAPTION_WIDTH = 56


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """What the texts of a library are called, in the language of the window."""

    title: str
    #: That there are none, and what they would be for.
    none: str
    purpose: str
    new: str


class LibraryView(QWidget):
    """Edits the texts of one shelf. `back_wanted`, and `used(id)` for "begin a campaign with this template"."""

    back_wanted = Signal()
    used = Signal(str)

    def __init__(self, page: Page, shelf: Shelf, words: LibraryWords) -> None:
        """`words` is what such texts are called."""
        super().__init__(page)
        self._page, self._shelf, self._words = page, shelf, words
        self._entry = Entry()
        self._loading = False
        self._edited = False
        self.list = QListWidget()
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setAccessibleName(words.title)
        self.name = QLineEdit()
        self.subject = SubjectEdit()
        self._subject_actions = FieldActions(page, self.subject)
        self.body = MessageBody(page)
        self.default = QCheckBox(self.tr("New campaigns begin with this signature"))
        self._form = QWidget()
        self.state = PageState(self._form)
        self._make_buttons()
        #: What changes the library.
        self.editing = (self.use_button, self.delete_button, self.save_button, self.add_button)
        self._arrange()
        self._connect()

    async def load(self, wanted: str = "") -> None:
        """Read the list and show `wanted`, else what was shown."""
        await self.show_entries(await self._shelf.all(), wanted or self._entry.id)

    async def show_entries(self, entries: Sequence[Listed], shown: str = "") -> None:
        """List these texts and show one of them; none: say what they are for."""
        self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            item = QListWidgetItem(f"{entry.name}  {entry.detail}" if self._shelf.has_default else entry.name)
            item.setData(_ID, entry.id)
            item.setToolTip(readable_subject(entry.detail) if self._shelf.has_subject else "")
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
            if entry.id == shown:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        known = {entry.id for entry in entries}
        if shown in known:
            await self._show(shown)
        elif entries:
            self.list.setCurrentRow(0)
        else:
            self._show_nothing()

    @property
    def is_edited(self) -> bool:
        """Whether something has been edited and not saved."""
        return self._edited

    async def may_leave(self) -> bool:
        """Ask before edits are lost."""
        if not self._edited:
            return True
        leave = await confirm(
            self,
            self.tr("Leave without saving?"),
            self.tr("What you edited here has not been saved."),
            confirm=self.tr("Discard the edits"),
            cancel=self.tr("Stay here"),
            danger=True,
        )
        if leave:
            self._set_edited(edited=False)
        return leave

    def add(self) -> None:
        """Begin a new text."""
        self._page.start(self._add())

    def save(self) -> None:
        """Save what is on the screen."""
        if not self._edited:
            return
        entry = Entry(
            self._entry.id,
            self.name.text(),
            self.subject.text() if self._shelf.has_subject else "",
            self.body.html(),
            self.default.isChecked(),
        )
        run(
            self._page,
            self._shelf.save(entry),
            control=self.save_button,
            changes=("campaigns",),
            initiator=self._page,
            done=self._saved,
            toast=self.tr("Saved"),
        )

    def delete(self) -> None:
        """Delete the text that is shown; it can be undone."""
        if not self._entry.id:
            self._set_edited(edited=False)
            self._page.start(self.load())
            return
        run(
            self._page,
            self._shelf.delete(self._entry.id),
            control=self.delete_button,
            changes=("campaigns",),
            done=lambda _applied: self._deleted(),
            toast=self.tr("Deleted: %1").replace("%1", self._entry.name),
            undo=True,
        )

    # Inside ---------------------------------------------------------------------------------------------

    def _saved(self, entry_id: str) -> None:
        self._set_edited(edited=False)
        self._page.start(self.load(entry_id))

    def _deleted(self) -> None:
        self._entry = Entry()
        self._set_edited(edited=False)
        self._page.start(self.load())

    async def _add(self) -> None:
        if await self.may_leave():
            self.list.clearSelection()
            await self._show_entry(Entry())
            self.name.setFocus()

    async def _show(self, entry_id: str) -> None:
        await self._show_entry(await self._shelf.get(entry_id))

    async def _show_entry(self, entry: Entry) -> None:
        self._loading = True
        self._entry = entry
        self.name.setText(entry.name)
        self.subject.set_text(entry.subject)
        self.default.setChecked(entry.default)
        await self.body.show_html(entry.content)
        self._loading = False
        self._set_edited(edited=False)
        self._offer(something=True)
        self.use_button.setVisible(self._shelf.has_subject and bool(entry.id))
        self.state.show_content()

    def _offer(self, *, something: bool) -> None:
        """Offer what can be done with a text, or nothing while there is none."""
        for part in (self.list, self.use_button, self.delete_button, self.save_button):
            part.setVisible(something)

    def _show_nothing(self) -> None:
        self._entry = Entry()
        self._set_edited(edited=False)
        words = self._words
        self._offer(something=False)
        self.state.show_empty("article", words.none, words.purpose, action=words.new, do=self.add)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._page.start(self._choose(str(item.data(_ID))))

    async def _choose(self, entry_id: str) -> None:
        if entry_id == self._entry.id:
            return
        if await self.may_leave():
            await self._show(entry_id)
        else:
            await self.load_selection()

    async def load_selection(self) -> None:
        """Select what is shown."""
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            if self.list.item(row).data(_ID) == self._entry.id:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _touch(self) -> None:
        if not self._loading:
            self._set_edited(edited=True)

    def _set_edited(self, *, edited: bool) -> None:
        self._edited = edited
        self.save_button.setEnabled(edited)

    def _make_buttons(self) -> None:
        self.use_button = button(
            self.tr("New campaign with this"), symbol="paper-plane-tilt", clicked=lambda: self.used.emit(self._entry.id)
        )
        self.delete_button = button(self.tr("Delete"), symbol="trash", clicked=self.delete)
        self.save_button = button(self.tr("Save"), "primary", symbol="check", clicked=self.save)
        self.add_button = button(self._words.new, symbol="plus", clicked=self.add)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(
            tool_button("arrow-left", self.tr("Back to the campaigns  (Alt+Left)"), clicked=self.back_wanted.emit)
        )
        head.addWidget(label(self._words.title, "page-title"), 1)
        for part in (self.use_button, self.delete_button, self.add_button, self.save_button):
            head.addWidget(part)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(10)
        name_row, subject_row = FormRow(self.tr("Name"), self.name), FormRow(self.tr("Subject"), self.subject)
        subject_row.setVisible(self._shelf.has_subject)
        for row in (name_row, subject_row):
            row.caption.setFixedWidth(_CAPTION_WIDTH)
            form.addWidget(row)
        form.addWidget(self.body, 1)
        form.addWidget(self.default)
        self.default.setVisible(self._shelf.has_default)
        panes = QHBoxLayout()
        panes.setSpacing(16)
        panes.addWidget(self.list)
        panes.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*PAGE_MARGINS)
        column.setSpacing(14)
        column.addLayout(head)
        column.addLayout(panes, 1)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self.name.textEdited.connect(lambda _text: self._touch())
        self.subject.textChanged.connect(self._touch)
        self.body.changed.connect(self._touch)
        self.default.toggled.connect(lambda _on: self._touch())
