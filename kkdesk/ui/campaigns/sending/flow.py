"""From "Send…" to the queue, and test mails: what is asked, in which order."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kkdesk.model.errors import Conflict, KKDeskError, NotConfigured
from kkdesk.services.queue.records import Enqueued
from kkdesk.services.send_report import SendReport
from kkdesk.ui.campaigns.actions import explain
from kkdesk.ui.campaigns.audience.people import PeopleDialog
from kkdesk.ui.campaigns.sending.dialog import SendDialog
from kkdesk.ui.dialogs import answer, ask_text
from kkdesk.ui.formats import moment
from kkdesk.ui.page import Page

_LAST_TEST: Final = "campaigns/test-address"


def send_dialog(page: Page, report: SendReport, remark: str = "") -> SendDialog:
    """The dialog for a report, ready to be opened."""
    dialog = SendDialog(page, report, page.workspace.clock(), page.shell.language, remark)

    def show_people(reason: object) -> None:
        people = PeopleDialog(page, report.preview, reason, dialog)  # type: ignore[arg-type] - a signal's object
        people.finished.connect(people.deleteLater)
        people.open()
        people.load()

    dialog.people_wanted.connect(show_people)
    dialog.settings_wanted.connect(lambda: page.shell.go("settings"))
    return dialog


def ask_network(page: Page, dialog: SendDialog) -> None:
    """Ask the network about the campaign while the dialog is open; nobody has to wait for the answers."""
    dialog.findings.wait()

    async def look() -> None:
        dialog.findings.show_network(await page.workspace.delivery_checks.look(dialog.report))

    task = page.start(look())
    if task is not None:
        dialog.finished.connect(lambda _result: task.cancel())


async def confirm_and_send(page: Page, campaign_id: str) -> Enqueued | None:
    """Show who gets it, ask, and queue it; None when nothing was sent.

    When the number has changed since it was confirmed, it is shown and asked again.
    """
    sending = page.workspace.campaign_sending
    remark = ""
    while True:
        report = await sending.prepare_send(campaign_id)
        dialog = send_dialog(page, report, remark)
        ask_network(page, dialog)
        if not await answer(dialog):
            return None
        at = dialog.at
        try:
            queued = await sending.send(campaign_id, confirmed_count=report.count, at=at)
        except Conflict as error:
            remark = page.shell.say(error.what)
            continue
        except NotConfigured as error:
            await explain(page, error)
            return None
        page.shell.bus.tell({"campaigns", "mail"}, page)
        _say_queued(page, queued, scheduled=at is not None)
        return queued


def _say_queued(page: Page, queued: Enqueued, *, scheduled: bool) -> None:
    translate = QCoreApplication.translate
    if scheduled:
        text = translate("SendFlow", "Scheduled: %1").replace("%1", moment(queued.run_at, page.workspace.clock()))
    else:
        text = translate("SendFlow", "On its way. You can pause or cancel it at any time.")
    page.shell.toast(text)


async def send_test(page: Page, campaign_id: str, customer_id: str | None, parent: QWidget) -> None:
    """Ask for an address and send the campaign there, with a customer's values, marked as a test."""
    translate = QCoreApplication.translate
    address = await ask_text(
        parent,
        translate("SendFlow", "Send a test"),
        translate("SendFlow", "To which address?"),
        str(page.shell.state.value(_LAST_TEST, "")),
        confirm=translate("SendFlow", "Send the test"),
    )
    if address is None:
        return
    page.shell.state.setValue(_LAST_TEST, address)
    try:
        transport = await page.workspace.open_transport()
        try:
            await page.workspace.campaign_previews.send_test(campaign_id, address, transport, customer_id)
        finally:
            await transport.close()
    except KKDeskError as error:
        await explain(page, error, parent)
        return
    if page.workspace.settings.text("SMTP_HOST"):
        page.shell.toast(translate("SendFlow", "The test is on its way to %1.").replace("%1", address))
    else:
        page.shell.toast(
            translate("SendFlow", "No mail server is set: the test lies in the mail folder."),
            action=translate("SendFlow", "Show"),
            do=lambda: _open_folder(page),
            tone="info",
        )


def _open_folder(page: Page) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(page.workspace.profile.mail)))
