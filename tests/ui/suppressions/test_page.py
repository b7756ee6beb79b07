"""The page of addresses that are never mailed: the list, the details, adding and taking off."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, Offline
from kkdesk.model.suppression import Reason
from kkdesk.model.sync_state import SyncState
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.shell import Shell
from kkdesk.ui.suppressions.dialogs import AddDialog, RemoveDialog
from kkdesk.ui.suppressions.page import SuppressionsPage
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.workspace import Workspace
from tests.services.suppressions import customer, suppressed, unsubscribed
from tests.ui.conftest import Run
from tests.ui.suppressions.pages import closed, opened, rows, texts, toasts_of, until
from tests.ui.test_dialogs import when_open


def test_the_list_its_reasons_and_the_details(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        await suppressed(workspace, "dead@x.gr", "hard_bounce", 100, suppression_reason="550 5.1.1", bounce_count=1)
        await unsubscribed(workspace, "Left@x.gr", 300)
        left = await customer(workspace, "left@x.gr", left=True, name="Μαρία")
        page = await opened(shell)
        assert rows(page) == [
            ["left@x.gr", "Unsubscribed", "Unsubscribe link or web CRM", "Μαρία"],
            ["dead@x.gr", "Undeliverable", "Recipient's mail server", ""],
        ]
        counts = [chip.text() for chip in page.listing.chips.values()]
        assert counts == ["Spam complaint  0", "Unsubscribed  1", "Undeliverable  1", "Added by staff  0"]
        page.listing.chips[Reason.HARD_BOUNCE].click()
        await page.settled()
        assert [row[0] for row in rows(page)] == ["dead@x.gr"]
        assert "1 of 2 addresses" in texts(page.header)
        page.listing.table.selectRow(0)
        await page.settled()
        assert page.pane.isVisible() and {"550 5.1.1", "None", "1"} <= set(texts(page.pane))
        page.listing.chips[Reason.HARD_BOUNCE].click()
        await page.settled()
        assert len(rows(page)) == 2 and not page.pane.isVisible()
        wanted: list[tuple[str, object]] = []
        shell.page_wanted.connect(lambda key, target: wanted.append((key, target)))
        page.listing.table.selectRow(0)
        await page.settled()
        next(made for made in page.pane.findChildren(QPushButton) if made.text() == "Μαρία").click()
        assert wanted == [("customers", left)]
        page.listing.table.sort_by("address")
        await page.settled()
        assert [row[0] for row in rows(page)] == ["dead@x.gr", "left@x.gr"]
        await closed(page)

    run(go())


def test_an_address_is_looked_for_and_one_that_is_not_there_says_so(
    run: Run, shell: Shell, workspace: Workspace
) -> None:
    async def go() -> None:
        await suppressed(workspace, "a@x.gr", "manual")
        await suppressed(workspace, "b@x.gr", "manual")
        page = await opened(shell, "B@x.gr")
        await page.settled()
        assert [row[0] for row in rows(page)] == ["b@x.gr"] and page.pane.address == "b@x.gr"
        await page.come_forward("new@x.gr")
        assert "No such address is on the list" in texts(page.listing.state)
        when_open(lambda dialog: dialog.accept())
        page.add()
        await page.settled()
        await page.come_forward()
        assert [row[0] for row in rows(page)] == ["new@x.gr"], "what was looked for is there to be added"
        page.listing.clear()
        await page.settled()
        assert len(rows(page)) == 3 and page.listing.search.text() == ""
        await closed(page)

    run(go())


@pytest.mark.parametrize("listed", [True, False])
def test_from_a_customer_one_sees_why_no_mail_is_sent(
    run: Run, shell: Shell, workspace: Workspace, *, listed: bool
) -> None:
    async def go() -> None:
        key = await customer(workspace, "Info@Ελαστικά.gr")
        if listed:
            await suppressed(workspace, "info@xn--hxajlrfd1di.gr", "hard_bounce")
        customers = CustomersPage(shell)
        customers.resize(1100, 640)
        await customers.come_forward(key)
        await customers.settled()
        wanted: list[tuple[str, object]] = []
        shell.page_wanted.connect(lambda page, target: wanted.append((page, target)))
        links = [made for made in customers.pane.findChildren(QPushButton) if made.text() == "Why no mail is sent"]
        assert len(links) == int(listed)
        if listed:
            links[0].click()
            assert wanted == [("suppressions", "Info@Ελαστικά.gr")]
            page = await opened(shell, wanted[0][1])
            assert [row[0] for row in rows(page)] == ["info@ελαστικά.gr"] and page.pane.isVisible()
            await closed(page)
        await customers.close_down()

    run(go())


def test_addresses_are_added_and_that_is_undone(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        toasts = toasts_of(shell)
        await suppressed(workspace, "old@x.gr", "complaint")
        page = await opened(shell)

        def fill(dialog: QDialog) -> None:
            assert isinstance(dialog, AddDialog)
            assert not dialog.confirm_button.isEnabled()
            QTest.keyClicks(dialog.field, "nobody")
            assert not dialog.confirm_button.isEnabled() and texts(dialog)[-1] != ""
            dialog.field.setPlainText("Νίκος <NEW@x.gr>, two@x.gr\nold@x.gr\nόχι")
            assert dialog.confirm_button.text() == "Never mail 3 addresses"
            assert any("Line 3" in text for text in texts(dialog))
            dialog.note.setText("τηλεφώνησε")
            QTest.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

        when_open(fill)
        page.add()
        await page.settled()
        await until(lambda: page.listing.model.rowCount() == 3)
        assert toasts[0].text == "2 addresses will not be mailed any more. 1 had been on the list before."
        assert toasts[0].do is not None
        toasts[0].do()
        await shell.tasks.settled()
        await page.settled()
        assert [row[0] for row in rows(page)] == ["old@x.gr"]

        def once_more(dialog: QDialog) -> None:
            assert isinstance(dialog, AddDialog)
            dialog.field.setPlainText("old@x.gr")
            dialog.accept()

        when_open(once_more)
        page.add()
        await page.settled()
        assert toasts[-1].text == "old@x.gr had been on the list before." and toasts[-1].do is None
        await closed(page)

    run(go())


def test_who_opted_out_is_mailed_again_only_on_his_word_and_with_a_reason(
    run: Run, shell: Shell, workspace: Workspace
) -> None:
    async def go() -> None:
        toasts = toasts_of(shell)
        await customer(workspace, "left@x.gr", left=True)
        page = await opened(shell)
        page.listing.table.selectRow(0)
        await page.settled()

        def confirm(dialog: QDialog) -> None:
            assert isinstance(dialog, RemoveDialog) and dialog.warning.text
            assert dialog.cancel_button.isDefault() and not dialog.confirm_button.isEnabled()
            dialog.note.setText("έστειλε e-mail")
            assert not dialog.confirm_button.isEnabled()
            dialog.asked.click()
            assert dialog.confirm_button.isEnabled()
            dialog.note.setText("  ")
            assert not dialog.confirm_button.isEnabled()
            dialog.note.setText("έστειλε e-mail")
            dialog.confirm_button.click()

        when_open(confirm)
        page.remove_selected()
        await page.settled()
        assert page.listing.model.rowCount() == 0 and not page.pane.isVisible()
        assert "Every address may be mailed" in texts(page.listing.state)
        assert toasts[0].text == "1 address may be mailed again" and toasts[0].do is not None
        toasts[0].do()
        await shell.tasks.settled()
        await page.settled()
        assert [row[0] for row in rows(page)] == ["left@x.gr"]
        await closed(page)

    run(go())


def test_a_bounce_is_taken_off_without_a_warning(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        await suppressed(workspace, "dead@x.gr", "hard_bounce")
        page = await opened(shell)
        page.remove_selected()
        await page.settled()
        page.listing.table.selectRow(0)

        def confirm(dialog: QDialog) -> None:
            assert isinstance(dialog, RemoveDialog) and not dialog.warning.text and not dialog.asked.isVisible()
            dialog.note.setText("νέο γραμματοκιβώτιο")
            dialog.confirm_button.click()

        when_open(confirm)
        page.remove_selected()
        await page.settled()
        assert page.listing.model.rowCount() == 0
        assert [note.text for note in await workspace.suppression_list.history("dead@x.gr")] == ["νέο γραμματοκιβώτιο"]
        await closed(page)

    run(go())


def test_a_list_that_cannot_be_read_says_why_and_tries_again(
    run: Run, shell: Shell, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        await suppressed(workspace, "a@x.gr", "manual")
        listing = workspace.suppression_list
        find = listing.find

        async def busy(*_args: object) -> Any:
            raise DatabaseBusy(Bilingual("Απασχολημένη.", "Busy."))

        monkeypatch.setattr(listing, "find", busy)
        page = await opened(shell)
        assert "Busy." in texts(page.listing.state)
        monkeypatch.setattr(listing, "find", find)
        next(made for made in page.listing.state.findChildren(QPushButton) if made.text() == "Try again").click()
        await page.settled()
        assert [row[0] for row in rows(page)] == ["a@x.gr"]
        await closed(page)

    run(go())


def test_without_a_connection_it_says_what_can_be_done(run: Run, shell: Shell, workspace: Workspace) -> None:
    async def go() -> None:
        page = await opened(shell)
        assert page.offline.isHidden()
        shell.exchange.follow(StagedExchange(SyncState("offline", last_success=1), [], [], []))
        assert "no connection" in page.offline.text
        shell.exchange.follow_workspace(workspace)
        assert page.offline.isHidden()
        await closed(page)

    run(go())


def test_offline_the_refusal_is_told(
    run: Run, shell: Shell, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        await customer(workspace, "left@x.gr", left=True)
        page = await opened(shell)
        page.listing.table.selectRow(0)

        async def offline(*_args: object, **_more: object) -> Any:
            raise Offline(Bilingual("Χωρίς σύνδεση.", "No connection."))

        monkeypatch.setattr(workspace.suppression_edits, "remove", offline)
        errors: list[BaseException] = []
        monkeypatch.setattr(page.tasks, "_report", errors.append)

        def confirm(dialog: QDialog) -> None:
            assert isinstance(dialog, RemoveDialog)
            dialog.asked.click()
            dialog.note.setText("το ζήτησε")
            dialog.confirm_button.click()

        when_open(confirm)
        page.remove_selected()
        await page.settled()
        assert [type(error) for error in errors] == [Offline] and page.listing.model.rowCount() == 1
        await closed(page)

    run(go())


def test_what_others_change_keeps_selection_and_reads_only_when_due(
    run: Run, shell: Shell, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        for at in range(40):
            await suppressed(workspace, f"a{at:02}@x.gr", "manual", 1_000 + at)
        page = await opened(shell)
        page.listing.table.selectRow(3)
        await page.settled()
        reads: list[int] = []
        find = workspace.suppression_list.find

        async def counted(query: Any) -> Any:
            reads.append(1)
            return await find(query)

        monkeypatch.setattr(workspace.suppression_list, "find", counted)
        shell.bus.tell({"mail"})
        await page.settled()
        assert not reads, "nothing of this list has changed"
        await suppressed(workspace, "new@x.gr", "complaint", 9_000)
        shell.bus.tell({"mail"})
        await page.settled()
        assert len(reads) == 1 and page.listing.model.rowCount() == 41
        assert page.listing.selected_addresses == ["a36@x.gr"] and page.pane.address == "a36@x.gr"
        await closed(page)

    run(go())


def test_an_answer_that_comes_late_does_not_replace_what_was_asked_for_since(
    run: Run, shell: Shell, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        await suppressed(workspace, "a@x.gr", "manual")
        await suppressed(workspace, "b@x.gr", "complaint")
        page = await opened(shell)
        await suppressed(workspace, "c@x.gr", "manual")
        find = workspace.suppression_list.find
        asked, held = asyncio.Event(), asyncio.Event()

        async def slow(query: Any) -> Any:
            found = await find(query)
            if query.reason is None:
                asked.set()
                await held.wait()
            return found

        monkeypatch.setattr(workspace.suppression_list, "find", slow)
        shell.bus.tell({"mail"})
        await asked.wait()
        page.listing.show_reason(Reason.COMPLAINT)
        await until(lambda: page.listing.model.rowCount() == 1)
        held.set()
        await page.settled()
        page.grab()
        await page.settled()
        assert [row[0] for row in rows(page)] == ["b@x.gr"]
        await closed(page)

    run(go())


def test_the_palette_opens_the_question_at_once(run: Run, shell: Shell) -> None:
    async def go() -> None:
        seen: list[QDialog] = []

        def look(dialog: QDialog) -> None:
            seen.append(dialog)
            assert isinstance(dialog, AddDialog) and dialog.field.hasFocus()
            dialog.reject()

        page = SuppressionsPage(shell)
        page.show()
        when_open(look)
        await page.come_forward("add")
        await page.settled()
        assert seen
        await closed(page)

    run(go())
