"""A campaign on its way and afterwards, driven by a real worker into the mail folder."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import Reaction, RecipientState
from kkdesk.ui.campaigns.outcome.history_dialog import HistoryDialog
from kkdesk.ui.campaigns.outcome.view import LINKS
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.changes import ALL_KINDS
from kkdesk.ui.dialogs import Question
from kkdesk.ui.shell import ToastText
from kkdesk.ui.widgets.state import EmptyState
from tests.ui.campaigns.conftest import draft_of, opened_dialog, sample, write
from tests.ui.conftest import Run


async def queued(page: CampaignsPage) -> str:
    campaign_id = await draft_of(page.workspace)
    await page.workspace.send_queue.enqueue(campaign_id)
    await page.open_campaign(campaign_id)
    await page.settled()
    return campaign_id


async def moved(page: CampaignsPage) -> None:
    """Somebody wrote: the bus tells, as it does when `data_version` changes."""
    page.shell.bus.tell(ALL_KINDS)
    await page.settled()


def test_progress_pause_resume_and_the_end(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await queued(page)
        outcome = page.outcome
        assert page.views.currentWidget() is outcome
        assert outcome.sending.isVisible() and outcome.head.pause_button.isVisible()
        await page.workspace.new_worker().drain(budget=60, max_jobs=1, max_items=10)
        await moved(page)
        total = outcome.recipients.model.rowCount()
        assert outcome.figures.sent._figure.text() == "10" and total > 10
        assert outcome.sending.card._detail.text().startswith(f"10 of {total}")

        outcome.pause()
        await page.settled()
        assert outcome.summary is not None and outcome.summary.status is CampaignStatus.PAUSED
        assert outcome.head.resume_button.isVisible() and not outcome.head.pause_button.isVisible()
        assert (await page.workspace.new_worker().once()).sent == 0

        outcome.resume()
        await page.settled()
        assert outcome.summary.status is CampaignStatus.SENDING
        await page.workspace.new_worker().once()
        await moved(page)
        assert outcome.summary.status is CampaignStatus.SENT
        assert outcome.figures.sent._figure.text() == str(total) and not outcome.sending.isVisible()
        assert outcome.head.copy_button.isVisible() and not outcome.head.cancel_button.isVisible()
        assert await page.workspace.campaign_statistics.states(campaign_id) == {RecipientState.SENT: total}
        page.hide()

    run(go())


def test_cancelling_asks_first(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await queued(page)
        await page.workspace.new_worker().drain(budget=60, max_jobs=1, max_items=10)
        await moved(page)
        cancelling = page.start(page.outcome.cancel())
        question = await opened_dialog(Question)
        assert question.cancel_button.isDefault()
        question.confirm_button.click()
        assert cancelling is not None
        await cancelling
        await page.settled()
        states = await page.workspace.campaign_statistics.states(campaign_id)
        assert states[RecipientState.SENT] == 10 and states[RecipientState.CANCELLED] > 0
        page.hide()

    run(go())


def test_a_schedule_is_taken_back_into_the_composer(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace)
        await page.workspace.send_queue.enqueue(campaign_id, page.workspace.clock() + 86_400)
        await page.open_campaign(campaign_id)
        await page.settled()
        page.outcome.back_to_draft()
        await page.settled()
        assert page.views.currentWidget() is page.composer
        assert (await page.workspace.campaigns.get(campaign_id)).status is CampaignStatus.DRAFT

    run(go())


def test_reactions_come_in(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await sample(page.workspace, CampaignStatus.SENT)
        await page.open_campaign(campaign_id)
        await page.settled()
        outcome = page.outcome
        before = int(outcome.figures.opened._figure.text())
        sql = """INSERT INTO email_tracking (id, campaign_id, recipient_id, type, created_at)
            SELECT 'trk_x', campaign_id, id, 'open', 1 FROM campaign_recipients r WHERE campaign_id = ? AND NOT EXISTS (
            SELECT 1 FROM email_tracking t WHERE t.recipient_id = r.id) LIMIT 1"""
        await write(page.workspace, sql, campaign_id)
        await moved(page)
        assert int(outcome.figures.opened._figure.text()) == before + 1
        outcome.recipients.show_only(Reaction.OPENED)
        await page.settled()
        assert outcome.recipients.model.rowCount() == before + 1
        outcome.recipients.search.setText("δεν υπάρχει τέτοιος")
        outcome.recipients.search.commit()
        await page.settled()
        assert outcome.recipients.model.rowCount() == 0
        outcome.recipients.search.clear()
        outcome.recipients.show_only(None)
        await page.settled()
        assert outcome.recipients.model.rowCount() > before

    run(go())


async def unconfirmed(page: CampaignsPage) -> str:
    """A campaign two of whose mails nobody knows of, and one of whose failed."""
    campaign_id = await queued(page)
    await page.workspace.new_worker().once()
    doubt = """UPDATE kk_sends SET state = 'unconfirmed', reason = 'unconfirmed' WHERE recipient_id IN
        (SELECT recipient_id FROM kk_sends WHERE campaign_id = ? ORDER BY recipient_id LIMIT 2)"""
    fail = """UPDATE kk_sends SET state = 'failed', reason = 'hard_bounce' WHERE recipient_id IN
        (SELECT recipient_id FROM kk_sends WHERE campaign_id = ? AND state = 'sent' ORDER BY recipient_id LIMIT 1)"""
    await write(page.workspace, doubt, campaign_id)
    await write(page.workspace, fail, campaign_id)
    await write(
        page.workspace,
        "UPDATE campaign_recipients SET status = 'failed' WHERE id IN (SELECT recipient_id FROM kk_sends WHERE state <> 'sent')",
    )
    await moved(page)
    return campaign_id


def test_unconfirmed_mails_are_resent_or_left(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await unconfirmed(page)
        outcome = page.outcome
        assert outcome.sending.doubt.text.startswith("2 mails may or may not have arrived")
        outcome._show_unconfirmed()
        await page.settled()
        tab = outcome.recipients
        assert tab.model.rowCount() == 2 and tab.all_button.isVisible()
        tab.table.selectRow(0)
        assert tab.leave_button.isVisible() and tab.resend_button.isVisible() and not tab.retry_button.isVisible()
        tab.leave_selected()
        await page.settled()
        assert tab.model.rowCount() == 1

        tab.act_on_all()
        question = await opened_dialog(Question)
        assert question.confirm_button.text() == "Send 1 mail again"
        question.confirm_button.click()
        await page.settled()
        states = await page.workspace.campaign_statistics.states(campaign_id)
        assert RecipientState.UNCONFIRMED not in states and states[RecipientState.PENDING] == 1
        assert outcome.summary is not None and outcome.summary.status is CampaignStatus.SENDING
        page.hide()

    run(go())


def test_failed_mails_are_tried_again(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await unconfirmed(page)
        tab = page.outcome.recipients
        tab.show_only(RecipientState.FAILED)
        await page.settled()
        assert tab.model.rowCount() == 1
        assert tab.model.data(tab.model.index(0, 7)) == "The address takes no mail"
        tab.table.selectRow(0)
        tab.retry_selected()
        await page.settled()
        states = await page.workspace.campaign_statistics.states(campaign_id)
        assert states[RecipientState.PENDING] == 1 and RecipientState.FAILED not in states
        page.hide()

    run(go())


def test_the_reason_stands_beside_the_state_while_only_the_failed_are_listed(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.open_campaign(await sample(page.workspace, CampaignStatus.SENT))
        await page.settled()
        tab = page.outcome.recipients
        header = tab.table.horizontalHeader()
        keys = [column.key for column in tab.model.columns]
        reason, state = keys.index("reason"), keys.index("state")
        tab.show_only(RecipientState.FAILED)
        tab.show_only(RecipientState.UNCONFIRMED)
        assert header.visualIndex(reason) == header.visualIndex(state) + 1
        tab.show_only(RecipientState.SENT)
        assert [header.logicalIndex(place) for place in range(len(keys))] == list(range(len(keys)))
        header.moveSection(header.visualIndex(reason), 0)
        tab.show_only(RecipientState.FAILED)
        assert header.visualIndex(reason) == header.visualIndex(state) + 1
        tab.show_only(None)
        assert header.visualIndex(reason) == 0, "where the person had put it"
        await page.settled()

    run(go())


def test_what_may_be_too_long_for_its_column_is_told_in_full(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.open_campaign(await sample(page.workspace, CampaignStatus.SENT))
        await page.settled()
        model = page.outcome.recipients.model
        keys = [column.key for column in model.columns]
        shown = {key: model.index(0, at) for at, key in enumerate(keys)}
        tip = Qt.ItemDataRole.ToolTipRole
        assert model.data(shown["email"], tip) == model.data(shown["email"])
        assert model.data(shown["state"], tip) is None

    run(go())


def test_the_links_and_the_customers_behind_them(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.open_campaign(await sample(page.workspace, CampaignStatus.SENT))
        await page.settled()
        outcome = page.outcome
        found = await page.workspace.campaign_statistics.links(outcome.campaign_id)
        assert found and outcome.links.rowCount() == len(found)
        assert outcome.links.data(outcome.links.index(0, 0)) == found[0].url
        gone: list[object] = []
        page.shell.page_wanted.connect(lambda key, target: gone.append((key, target)))
        recipient = outcome.recipients.model.recipient_at(0)
        outcome.recipients.table.opened.emit(0)
        dialog = await opened_dialog(HistoryDialog)
        assert dialog.entries.hasFocus() or not dialog.entries.isVisible()
        dialog.customer_button.click()
        await page.settled()
        assert recipient is not None and gone == [("customers", recipient.customer_id)]
        assert not outcome.head.pause_button.isVisibleTo(outcome)

    run(go())


def figures(page: CampaignsPage) -> list[tuple[str, str]]:
    """What the tiles of opens and clicks say."""
    tiles = (page.outcome.figures.opened, page.outcome.figures.clicked)
    return [(tile._figure.text(), tile._remark.text()) for tile in tiles]


def test_a_campaign_that_is_not_tracked_says_so_instead_of_nought(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        tracked = await sample(page.workspace, CampaignStatus.SENT)
        campaign_id = await draft_of(page.workspace, tracked=False)
        await page.workspace.send_queue.enqueue(campaign_id)
        await page.workspace.new_worker().once()
        await page.open_campaign(campaign_id)
        await page.settled()
        outcome = page.outcome
        assert figures(page) == [("–", "not tracked")] * 2
        assert outcome.head._untracked.isVisible()
        assert outcome.head.track_action.isVisible() and not outcome.head.untrack_action.isVisible()
        outcome.tabs.setCurrentIndex(LINKS)
        empty = outcome._link_state.currentWidget()
        assert isinstance(empty, EmptyState)
        assert "Clicks are not tracked" in [text.text() for text in empty.findChildren(QLabel)]
        await page.open_campaign(tracked)
        await page.settled()
        assert not outcome.head._untracked.isVisible() and "%" in figures(page)[0][1]
        page.hide()

    run(go())


def test_tracking_is_switched_while_it_is_being_sent_and_undone(run: Run, page: CampaignsPage) -> None:
    toasts: list[ToastText] = []

    async def go() -> None:
        page.show()
        page.shell.toast_wanted.connect(toasts.append)
        campaign_id = await queued(page)
        switches, outcome = page.workspace.tracking_switches, page.outcome
        await page.workspace.new_worker().drain(budget=60, max_jobs=1, max_items=10)
        opened = """INSERT INTO email_tracking (id, campaign_id, recipient_id, type, created_at)
            SELECT 'trk_x', campaign_id, id, 'open', 1 FROM campaign_recipients WHERE campaign_id = ? LIMIT 1"""
        await write(page.workspace, opened, campaign_id)
        await moved(page)
        outcome.head.untrack_action.trigger()
        await page.settled()
        assert not await switches.tracks_campaign(campaign_id)
        assert figures(page) == [("1", "no longer tracked"), ("–", "not tracked")]
        assert toasts[-1].text == "Opens and clicks are not tracked any more" and toasts[-1].do is not None
        toasts[-1].do()
        await page.shell.tasks.settled()
        await page.settled()
        assert await switches.tracks_campaign(campaign_id) and figures(page)[0] == ("1", "10.0%")
        outcome.head.untrack_action.trigger()
        await page.settled()
        outcome.head.track_action.trigger()
        await page.settled()
        assert await switches.tracks_campaign(campaign_id)
        page.hide()

    run(go())
