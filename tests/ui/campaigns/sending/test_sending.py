"""From "Send…" to the queue: the number is named, confirmed, and checked once more."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes

from PySide6.QtCore import QDate, QDateTime, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kkdesk.model.campaign import CampaignStatus, RecipientFilters
from kkdesk.model.clock import ATHENS
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.campaigns.sending.dialog import SendDialog
from kkdesk.ui.campaigns.sending.flow import confirm_and_send, send_test
from kkdesk.ui.dialogs import Question
from kkdesk.ui.shell import ToastText
from kkdesk.workspace import Workspace
from tests.ui.campaigns.conftest import draft_of, opened_dialog, write
from tests.ui.conftest import Run

NOW = int(datetime(2026, 3, 20, 12, 0, tzinfo=ATHENS).timestamp())


async def dialog_for(page: CampaignsPage, campaign_id: str, now: int = NOW) -> SendDialog:
    report = await page.workspace.campaign_sending.prepare_send(campaign_id)
    return SendDialog(page, report, now, "en")


async def status(workspace: Workspace, campaign_id: str) -> CampaignStatus:
    return (await workspace.campaigns.get(campaign_id)).status


def test_the_button_names_the_number(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        dialog = await dialog_for(page, await draft_of(page.workspace))
        count = dialog.report.count
        assert count > 10 and dialog.send_button.text() == f"Send to {count} recipients"
        assert dialog.send_button.isEnabled() and dialog.cancel_button.isDefault()
        dialog.later_choice.setChecked(True)
        assert dialog.send_button.text() == f"Schedule for {count} recipients"
        dialog.deleteLater()

    run(go())


def test_the_time_is_that_of_greece_and_in_the_future(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        dialog = await dialog_for(page, await draft_of(page.workspace))
        assert dialog.at is None
        dialog.later_choice.setChecked(True)
        dialog.when.setDateTime(QDateTime(QDate(2026, 3, 30), QTime(9, 30)))
        assert dialog.at == int(datetime(2026, 3, 30, 9, 30, tzinfo=ATHENS).timestamp()), "summer time by then"
        dialog.when.setDateTime(QDateTime(QDate(2026, 3, 20), QTime(11, 59)))
        assert not dialog.send_button.isEnabled() and dialog._time_note.text() == "This time has passed."
        dialog.deleteLater()

    run(go())


def test_nobody_and_an_empty_mail_cannot_be_sent(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        for values in ({"filters": RecipientFilters()}, {"subject": ""}, {"content": "<p><br></p>"}):
            dialog = await dialog_for(page, await draft_of(page.workspace, **values))
            assert not dialog.send_button.isEnabled(), values
            dialog.deleteLater()

    run(go())


def test_without_a_public_address_the_way_leads_to_the_settings(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.workspace.settings.store({"NEXTAUTH_URL": ""})
        dialog = await dialog_for(page, await draft_of(page.workspace))
        assert not dialog.send_button.isEnabled()
        wanted: list[None] = []
        dialog.settings_wanted.connect(lambda: wanted.append(None))
        buttons = dialog.findings.findChildren(QPushButton)
        next(one for one in buttons if one.text() == "Open the settings").click()
        assert wanted == [None]
        dialog.deleteLater()

    run(go())


def test_confirming_queues_it(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        asking = page.start(confirm_and_send(page, campaign_id))
        dialog = await opened_dialog(SendDialog)
        QTest.mouseClick(dialog.send_button, Qt.MouseButton.LeftButton)
        assert asking is not None and await asking is not None
        assert await status(page.workspace, campaign_id) is CampaignStatus.SENDING
        page.hide()

    run(go())


def test_cancelling_sends_nothing(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        asking = page.start(confirm_and_send(page, campaign_id))
        (await opened_dialog(SendDialog)).reject()
        assert asking is not None and await asking is None
        assert await status(page.workspace, campaign_id) is CampaignStatus.DRAFT
        page.hide()

    run(go())


def test_another_number_is_shown_and_asked_again(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        asking = page.start(confirm_and_send(page, campaign_id))
        first = await opened_dialog(SendDialog)
        count = first.report.count
        gone = next(first.report.preview.recipients()).customer_id
        await write(page.workspace, "UPDATE customers SET unsubscribed = 1 WHERE id = ?", gone)
        first.accept()
        second = await other_dialog(first)
        assert second.report.count == count - 1 and f"{count}" in second._remark.text
        assert await status(page.workspace, campaign_id) is CampaignStatus.DRAFT
        second.accept()
        assert asking is not None and await asking is not None
        page.hide()

    run(go())


def test_scheduling_keeps_it_waiting(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        asking = page.start(confirm_and_send(page, campaign_id))
        dialog = await opened_dialog(SendDialog)
        dialog.later_choice.setChecked(True)
        wanted = dialog.at
        dialog.accept()
        assert asking is not None and await asking is not None
        campaign = await page.workspace.campaigns.get(campaign_id)
        assert (campaign.status, campaign.scheduled_at) == (CampaignStatus.SCHEDULED, wanted)
        page.hide()

    run(go())


def test_a_test_goes_to_one_address_and_is_marked(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        said: list[ToastText] = []
        page.shell.toast_wanted.connect(said.append)
        campaign_id = await draft_of(page.workspace)
        asking = page.start(send_test(page, campaign_id, None, page))
        dialog = await opened_dialog(Question)
        from PySide6.QtWidgets import QLineEdit

        field = dialog.findChild(QLineEdit)
        assert field is not None
        field.setText("me@kktires.gr")
        dialog.accept()
        assert asking is not None
        await asking
        (mail,) = page.workspace.profile.mail.rglob("*.eml")
        written = message_from_bytes(mail.read_bytes())
        assert "me@kktires.gr" in str(written["To"])
        assert "mail folder" in said[-1].text and said[-1].action
        assert await status(page.workspace, campaign_id) is CampaignStatus.DRAFT
        page.hide()

    run(go())


def test_a_test_without_settings_leads_to_them(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        page.workspace.settings.store({"NEXTAUTH_URL": ""})
        page.shell.state.setValue("campaigns/test-address", "me@kktires.gr")
        gone: list[str] = []
        page.shell.page_wanted.connect(lambda key, _target: gone.append(key))
        asking = page.start(send_test(page, await draft_of(page.workspace), None, page))
        first = await opened_dialog(Question)
        first.accept()
        second = await other_question(first)
        assert second.confirm_button.text() == "Open the settings"
        second.accept()
        assert asking is not None
        await asking
        assert gone == ["settings"]
        page.hide()

    run(go())


async def other_dialog(first: SendDialog) -> SendDialog:
    while (found := await opened_dialog(SendDialog)) is first:
        await page_turn()
    return found


async def other_question(first: Question) -> Question:
    while (found := await opened_dialog(Question)) is first:
        await page_turn()
    return found


async def page_turn() -> None:
    import asyncio

    await asyncio.sleep(0)
