"""The page of addresses that are never mailed: the list, the details, and every way to change them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.modeltest import ModelTester

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy, Offline
from kkdesk.model.suppression import Reason, Suppressed, SuppressedAddresses
from kkdesk.model.sync_state import SyncState
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.shell import Shell, ToastText
from kkdesk.ui.suppressions.dialogs import AddDialog, RemoveDialog
from kkdesk.ui.suppressions.import_dialog import ImportDialog
from kkdesk.ui.suppressions.item_model import ENTRIES_KEPT, PAGE_ROWS, SuppressionModel
from kkdesk.ui.suppressions.page import SuppressionsPage
from kkdesk.ui.synchronisation.staging import StagedExchange
from kkdesk.workspace import Workspace
from tests.services.suppressions import customer, suppressed, unsubscribed
from tests.ui.conftest import Run
from tests.ui.test_dialogs import when_open


async def opened(shell: Shell, target: object = None) -> SuppressionsPage:
    page = SuppressionsPage(shell)
    page.resize(1100, 640)
    page.show()
    await page.come_forward(target)
    page.grab()
    await page.settled()
    return page


async def closed(page: SuppressionsPage) -> None:
    page.close()
    await page.close_down()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)


def rows(page: SuppressionsPage) -> list[list[Any]]:
    model = page.listing.model
    return [
        [model.data(model.index(row, column)) for column in (0, 1, 3, 4)] for row in range(model.rowCount())
    ]  # fmt: skip


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def toasts_of(shell: Shell) -> list[ToastText]:
    toasts: list[ToastText] = []
    shell.toast_wanted.connect(toasts.append)
    return toasts


def test_the_item_model_is_sound(qapp: object, qtmodeltester: ModelTester) -> None:
    model = SuppressionModel("en")
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    addresses = [f"a{at}@x.gr" for at in range(250)]
    model.show(SuppressedAddresses(addresses))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.data(model.index(120, 0)) == "a120@x.gr" and model.data(model.index(120, 1)) == "…"
    assert sorted(set(asked)) == asked or 1 in asked
    model.fill(1, addresses[100:200], [Suppressed(key, (Reason.COMPLAINT,)) for key in addresses[100:200]])
    assert model.data(model.index(120, 1)) == "Spam complaint"
    model.unanswered(2)
    asked.clear()
    model.data(model.index(220, 0))
    assert asked == [2]


def test_a_hundred_thousand_addresses_are_numbers_until_they_are_looked_at(qapp: object) -> None:
    model = SuppressionModel("en")
    addresses = [f"a{at}@x.gr" for at in range(100_000)]
    model.show(SuppressedAddresses(addresses))
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    for number in range(ENTRIES_KEPT // PAGE_ROWS + 5):
        model.data(model.index(number * PAGE_ROWS, 0))
        page = addresses[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        model.fill(number, page, [Suppressed(key, (Reason.MANUAL,)) for key in page])
    assert asked == list(range(ENTRIES_KEPT // PAGE_ROWS + 5))
    assert model.entry_at(0) is None, "what was looked at longest ago is let go"
    assert model.entry_at(ENTRIES_KEPT) is not None


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


def test_a_file_is_shown_before_it_is_listed(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    async def go() -> None:
        await suppressed(workspace, "old@x.gr", "manual")
        path = tmp_path / "λίστα.csv"
        path.write_text("Όνομα;E-mail\nΑ;a@x.gr\nΒ;old@x.gr\nΓ;\n", encoding="cp1253")
        page = await opened(shell)
        seen: list[list[str]] = []

        async def follow(dialog: ImportDialog) -> None:
            await until(lambda: dialog.stack.currentIndex() == 1)
            seen.append(texts(dialog))
            assert dialog.wrong_lines.toPlainText() == "Line 4: Γ"
            dialog.note.setText("λογιστήριο")
            dialog.run_button.click()
            await until(lambda: dialog.stack.currentIndex() == 3)
            seen.append([dialog.outcome.text])
            dialog.close_button.click()

        def found(dialog: QDialog) -> None:
            assert isinstance(dialog, ImportDialog)
            page.start(follow(dialog))

        when_open(found)
        await page.come_forward(path)
        await page.settled()
        assert "The addresses are those of the column “E-mail”." in seen[0]
        assert seen[1] == ["1 address will not be mailed any more. 1 had been on the list before."]
        assert {row[0] for row in rows(page)} == {"a@x.gr", "old@x.gr"}
        await closed(page)

    run(go())


@pytest.mark.parametrize("content", ["Όνομα;Πόλη\nΑ;Βόλος\n", ""])
def test_a_file_without_addresses_says_why(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, content: str
) -> None:
    async def go() -> None:
        path = tmp_path / "a.csv"
        path.write_text(content, encoding="utf-8")
        page = await opened(shell)
        said: list[str] = []

        async def follow(dialog: ImportDialog) -> None:
            await until(lambda: dialog.stack.currentIndex() == 2)
            said.append(dialog.trouble.text)
            dialog.close_button.click()

        when_open(lambda dialog: page.start(follow(dialog)))  # type: ignore[arg-type]
        await page.come_forward(path)
        await page.settled()
        assert said[0] and page.listing.model.rowCount() == 0
        await closed(page)

    run(go())


def test_reading_a_file_is_called_off(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        path = tmp_path / "a.csv"
        path.write_text("a@x.gr\n", encoding="utf-8")
        page = await opened(shell)
        when_open(lambda dialog: dialog.reject())
        await page.come_forward(path)
        await page.settled()
        assert page.listing.model.rowCount() == 0
        await closed(page)

    run(go())


def test_what_is_shown_is_written(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.csv"

    async def chosen(*_args: object) -> Path:
        return target

    monkeypatch.setattr("kkdesk.ui.suppressions.actions.choose_new_file", chosen)

    async def go() -> None:
        await suppressed(workspace, "a@x.gr", "manual")
        await suppressed(workspace, "b@y.gr", "complaint")
        toasts = toasts_of(shell)
        page = await opened(shell)
        page.listing.show_reason(Reason.COMPLAINT)
        await page.settled()
        page.export()
        await page.settled()
        assert "b@y.gr" in target.read_text("utf-8-sig") and "a@x.gr" not in target.read_text("utf-8-sig")
        assert toasts[0].text == "1 address written to out.csv"
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
