"""What a person does with customers: create, edit, tag, delete; each through `operation.run`, most with undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from kkdesk.model.customer import Customer, changed_fields
from kkdesk.model.errors import Conflict, InvalidInput, KKDeskError
from kkdesk.services.customers import RESUBSCRIBE_WARNING
from kkdesk.ui.customers.bulk import BulkEdit
from kkdesk.ui.customers.conflict import CustomerConflict
from kkdesk.ui.customers.editor import CustomerEditor
from kkdesk.ui.dialogs import Question, answer, ask_text
from kkdesk.ui.operation import offer_undo, run

if TYPE_CHECKING:
    from kkdesk.services.written import Written
    from kkdesk.ui.page import Page

_CHANGES = ("customers", "tags")


class CustomerActions(QObject):
    """The actions of one page."""

    def __init__(self, page: Page) -> None:
        """`page` runs them, and is the parent of their dialogs."""
        super().__init__(page)
        self._page = page
        self._customers = page.workspace.customers
        #: A form that waits while one looks at a customer who may be the same.
        self._aside: CustomerEditor | None = None

    def create(self) -> CustomerEditor:
        """Open the form for a new customer."""
        return self._open(Customer())

    def edit(self, customer: Customer, *, tracked: bool = True) -> CustomerEditor:
        """Open the form of a customer, whose opens and clicks are `tracked` or not."""
        return self._open(customer, tracked=tracked)

    def delete(self, refs: Sequence[int]) -> None:
        """Delete customers, after asking when there are several."""
        self._page.start(self._delete(refs))

    def edit_many(self, refs: Sequence[int]) -> None:
        """Set one field of many customers."""
        self._page.start(self._edit_many(refs))

    def delete_question(self, count: int) -> Question:
        """What is asked before several are deleted."""
        return Question(
            self._page,
            self.tr("Delete %n customer(s)?", "", count),
            self.tr("Their tags, notes and history go with them. It can be undone for 30 days."),
            confirm=self.tr("Delete %n customer(s)", "", count),
            danger=True,
        )

    def deleted(self, count: int) -> str:
        """What is said afterwards."""
        return self.tr("%n customer(s) deleted", "", count)

    def bulk_edit(self, count: int) -> BulkEdit:
        """The dialog in which one field of many is set."""
        title = self.tr("Edit %n customer(s)", "", count)
        return BulkEdit(self._page, title, self.tr("Change %n customer(s)", "", count), self._page.shell.language)

    def tag(self, refs: Sequence[int], tag_id: str) -> None:
        """Put a tag on customers."""

        async def work() -> Written:
            return await self._customers.tag(await self._ids(refs), [tag_id])

        self._run(work, QCoreApplication.translate("CustomerActions", "Tagging…"), self._tagged)

    def untag(self, refs: Sequence[int], tag_id: str) -> None:
        """Take a tag off customers."""

        async def work() -> Written:
            return await self._customers.untag(await self._ids(refs), [tag_id])

        self._run(work, QCoreApplication.translate("CustomerActions", "Removing the tag…"), self._untagged)

    def unsubscribe(self, refs: Sequence[int]) -> None:
        """Mail customers no more: they said so on the telephone, say."""

        async def work() -> Written:
            return await self._customers.unsubscribe(await self._ids(refs))

        self._run(
            work, self.tr("Unsubscribing…"), lambda number: self.tr("%n customer(s) get no more mails", "", number)
        )

    def resubscribe(self, refs: Sequence[int]) -> None:
        """Mail customers again, after asking."""
        self._page.start(self._resubscribe(refs))

    async def _resubscribe(self, refs: Sequence[int]) -> None:
        count, language = len(refs), self._page.shell.language
        question = Question(
            self._page,
            self.tr("Mail %n customer(s) again?", "", count),
            RESUBSCRIBE_WARNING.in_language(language),
            confirm=self.tr("Mail %n customer(s) again", "", count),
            danger=True,
        )
        if not await answer(question):
            return

        async def work() -> Written:
            return await self._customers.resubscribe(await self._ids(refs))

        self._run(
            work, self.tr("Subscribing again…"), lambda number: self.tr("%n customer(s) get mails again", "", number)
        )

    def track(self, refs: Sequence[int], *, tracked: bool) -> None:
        """Record opens and clicks of customers from now on, or do not."""
        switches = self._page.workspace.tracking_switches

        async def work() -> Written:
            return await switches.switch_customers(await self._ids(refs), tracked=tracked)

        self._run(work, self.tr("Changing…"), self._tracked if tracked else self._untracked)

    def tag_anew(self, refs: Sequence[int]) -> None:
        """Ask for a new tag's name and put it on customers."""
        self._page.start(self._tag_anew(refs))

    async def _ids(self, refs: Sequence[int]) -> list[str]:
        return await self._page.workspace.customer_list.customer_ids(refs)

    def _run(self, work: object, what: str, said: object) -> None:
        def finished(written: Written) -> None:
            if written.change_id is not None:
                offer_undo(self._page.shell, said(written.count), written.change_id, _CHANGES)  # type: ignore[operator]

        run(self._page, work(), what=what, changes=_CHANGES, done=finished)  # type: ignore[operator]

    async def _delete(self, refs: Sequence[int]) -> None:
        if len(refs) > 1 and not await answer(self.delete_question(len(refs))):
            return

        async def work() -> Written:
            return await self._customers.delete(await self._ids(refs))

        self._run(work, self.tr("Deleting…"), self.deleted)

    async def _edit_many(self, refs: Sequence[int]) -> None:
        dialog = self.bulk_edit(len(refs))
        if not await answer(dialog):
            return
        column, value = dialog.chosen()

        async def work() -> Written:
            return await self._customers.edit(await self._ids(refs), {column: value})

        self._run(work, self.tr("Changing…"), lambda number: self.tr("%n customer(s) changed", "", number))

    async def _tag_anew(self, refs: Sequence[int]) -> None:
        name = await ask_text(self._page, self.tr("New tag"), self.tr("Name"), confirm=self.tr("Create and add"))
        if name is None:
            return
        tag = await self._page.workspace.tags.create(name)
        self.tag(refs, tag.id)

    def _tagged(self, number: int) -> str:
        return self.tr("Tag added to %n customer(s)", "", number)

    def _untagged(self, number: int) -> str:
        return self.tr("Tag removed from %n customer(s)", "", number)

    def _tracked(self, number: int) -> str:
        return self.tr("Opens and clicks of %n customer(s) are tracked", "", number)

    def _untracked(self, number: int) -> str:
        return self.tr("Opens and clicks of %n customer(s) are not tracked any more", "", number)

    def _open(self, customer: Customer, *, tracked: bool = True) -> CustomerEditor:
        editor = CustomerEditor(customer, self._page.shell.language, self._page.window(), tracked=tracked)
        editor.save_wanted.connect(lambda edited: self._save(editor, customer, edited))
        editor.duplicates_wanted.connect(lambda draft: self._page.start(self._look_for_duplicates(editor, draft)))
        editor.duplicates_wanted.connect(lambda draft: self._page.start(self._check_addresses(editor, draft)))
        editor.duplicate_opened.connect(lambda found: self._put_aside(editor, found))
        editor.finished.connect(editor.deleteLater)
        editor.open()
        return editor

    def _put_aside(self, editor: CustomerEditor, found: str) -> None:
        # What was typed is not lost: the existing customer may turn out to be somebody else.
        if self._aside is not None:
            self._aside.deleteLater()
        self._aside = editor
        editor.hide()
        self._page.shell.go("customers", found)
        back = self.tr("Back to the form")
        self._page.shell.toast(self.tr("The form has been put aside"), action=back, do=self._take_back, tone="info")

    def _take_back(self) -> None:
        if self._aside is not None:
            self._aside.open()
            self._aside = None

    def _save(self, editor: CustomerEditor, seen: Customer, edited: Customer) -> None:
        def failed(error: KKDeskError) -> bool:
            editor.not_saved()
            if isinstance(error, Conflict) and error.failed and not all(item.missing for item in error.failed):
                self._page.start(self._settle(editor, seen, edited, error))
            else:
                editor.not_saved(error.message(self._page.shell.language))
            return True

        def done(written: Written) -> None:
            editor.saved()
            if written.ids:
                self._page.shell.go("customers", written.ids[0])

        switched = editor.switched
        if seen.id:
            work = self._customers.update(seen, edited, tracked=switched)
        else:
            work = self._customers.create(edited, tracked=switched is not False)
        saved = self.tr("Saved: %1").replace("%1", edited.display_name)
        run(self._page, work, changes=_CHANGES, done=done, failed=failed, toast=saved)

    async def _settle(self, editor: CustomerEditor, seen: Customer, edited: Customer, conflict: Conflict) -> None:
        theirs = await self._customers.get(seen.id)
        dialog = CustomerConflict(editor, edited, theirs, conflict, self._page.shell.language)
        if not await answer(dialog):
            return
        try:
            mine = dialog.settled(changed_fields(seen, edited))
            await self._customers.update(theirs, mine, tracked=editor.switched)
        except KKDeskError as error:
            editor.not_saved(error.message(self._page.shell.language))
            return
        self._page.shell.bus.tell(_CHANGES)
        editor.saved()

    async def _look_for_duplicates(self, editor: CustomerEditor, draft: Customer) -> None:
        try:
            found = await self._page.workspace.duplicates.candidates(draft)
        except InvalidInput:
            return  # A value that cannot be compared is marked in the form itself.
        if not editor.is_open:
            return
        language = self._page.shell.language
        lines = []
        for candidate in found:
            reasons = ", ".join(reason.label.in_language(language) for reason in candidate.reasons)
            town = f", {candidate.customer.city}" if candidate.customer.city else ""
            lines.append((candidate.customer.id, f"{candidate.customer.display_name}{town} ({reasons})"))
        editor.show_duplicates(lines)

    async def _check_addresses(self, editor: CustomerEditor, draft: Customer) -> None:
        for name in ("email", "email_secondary"):
            address = getattr(draft, name)
            if not address:
                continue
            found = await self._page.workspace.address_check.check(address)
            if not editor.is_open:
                return
            if found.domain.is_dead and found.reason is not None:
                editor.show_dead_address(name, address, found.reason.in_language(self._page.shell.language))
