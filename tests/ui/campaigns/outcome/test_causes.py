"""What went wrong with a campaign: by cause, for one recipient, and why it stopped by itself."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import RecipientState
from kkdesk.services.queue.speed import HeldBy, SentBy, Speed
from kkdesk.ui.campaigns.outcome.history_dialog import HistoryDialog
from kkdesk.ui.campaigns.outcome.reasons import with_reason_words
from kkdesk.ui.campaigns.outcome.sending_card import SendingCard
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.changes import ALL_KINDS
from tests.ui.campaigns.conftest import draft_of, opened_dialog, write
from tests.ui.conftest import Run

FAILED, BOUNCED = RecipientState.FAILED, RecipientState.BOUNCED
GONE, RETURNED, FULL = (FAILED, "hard_bounce"), (BOUNCED, "hard_bounce"), (FAILED, "soft_bounce")


async def went(page: CampaignsPage, state: str, reason: str, count: int) -> None:
    """So many of those that were sent went otherwise."""
    chosen = "(SELECT recipient_id FROM kk_sends WHERE state = 'sent' ORDER BY recipient_id LIMIT ?)"
    sql = f"UPDATE campaign_recipients SET status = ? WHERE id IN {chosen}"
    await write(page.workspace, sql, state, count)
    sql = f"UPDATE kk_sends SET state = ?, reason = ? WHERE recipient_id IN {chosen}"
    await write(page.workspace, sql, state, reason, count)


async def in_trouble(page: CampaignsPage) -> str:
    """Three failures of two causes, two bounces."""
    campaign_id = await draft_of(page.workspace)
    await page.workspace.send_queue.enqueue(campaign_id)
    await page.workspace.new_worker().once()
    await went(page, "failed", "hard_bounce", 2)
    await went(page, "failed", "soft_bounce", 1)
    await went(page, "bounced", "hard_bounce", 2)
    await page.open_campaign(campaign_id)
    await page.settled()
    return campaign_id


def test_chips_of_causes_narrow_the_list_and_let_it_go(run: Run, page: CampaignsPage, qtbot: QtBot) -> None:
    async def go() -> None:
        page.show()
        await in_trouble(page)
        tab = page.outcome.recipients
        everybody, chips = tab.model.rowCount(), tab.causes.chips
        assert set(chips) == {GONE, RETURNED, FULL}
        assert chips[GONE].text() == "The address takes no mail (2)"
        assert chips[RETURNED].text() == "Bounced: The address takes no mail (2)"
        assert page.outcome.figures.failed._figure.text() == "3", "bounces are told apart"
        chips[RETURNED].setFocus()
        qtbot.keyClick(chips[RETURNED], Qt.Key.Key_Space)
        await page.settled()
        assert tab.model.rowCount() == 2 and chips[RETURNED].isChecked()
        chips[FULL].click()
        await page.settled()
        assert tab.model.rowCount() == 1 and not chips[RETURNED].isChecked()
        chips[FULL].click()
        await page.settled()
        assert tab.model.rowCount() == everybody
        page.hide()

    run(go())


def test_all_of_a_cause_are_tried_again_and_its_chip_goes(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await in_trouble(page)
        tab = page.outcome.recipients
        kept = tab.causes.chips[FULL]
        tab.causes.chips[GONE].click()
        await page.settled()
        assert tab.all_button.isVisible()
        tab.act_on_all()
        await page.settled()
        states = await page.workspace.campaign_statistics.states(campaign_id)
        assert (states[RecipientState.PENDING], states[FAILED], states[BOUNCED]) == (2, 1, 2)
        assert set(tab.causes.chips) == {RETURNED, FULL}
        assert tab.causes.chips[FULL] is kept, "what stays is not made anew: no flicker"
        page.hide()

    run(go())


def test_several_chosen_are_tried_again(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await in_trouble(page)
        tab = page.outcome.recipients
        tab.show_only(FAILED)
        await page.settled()
        tab.table.selectAll()
        assert tab.retry_button.isVisible() and not tab.history_button.isVisible()
        tab.retry_selected()
        await page.settled()
        assert FAILED not in await page.workspace.campaign_statistics.states(campaign_id)
        page.hide()

    run(go())


def test_a_history_is_told_by_the_keyboard(run: Run, page: CampaignsPage, qtbot: QtBot) -> None:
    async def go() -> None:
        page.show()
        await in_trouble(page)
        tab = page.outcome.recipients
        tab.table.setFocus()
        tab.table.selectRow(0)
        assert tab.history_button.isVisible()
        qtbot.keyClick(tab.table, Qt.Key.Key_Return)
        dialog = await opened_dialog(HistoryDialog)
        assert "Taken by the mail server" in dialog.entries.item(0).text()
        assert not dialog.suppression_button.isVisible()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        await page.settled()
        page.hide()

    run(go())


def test_the_way_from_a_recipient_to_the_suppression_list(run: Run, page: CampaignsPage, qtbot: QtBot) -> None:
    async def go() -> None:
        page.show()
        await in_trouble(page)
        gone: list[tuple[str, object]] = []
        page.shell.page_wanted.connect(lambda where, target: gone.append((where, target)))
        tab = page.outcome.recipients
        tab.table.selectRow(0)
        (row,) = tab._selected(*RecipientState)
        await page.workspace.suppression_edits.add([row.email.upper()])
        qtbot.keyClick(tab.table, Qt.Key.Key_Return)
        dialog = await opened_dialog(HistoryDialog)
        assert dialog.suppression_button.isVisible()
        dialog.suppression_button.click()
        await page.settled()
        assert gone == [("suppressions", row.email)]
        page.hide()

    run(go())


def test_what_stopped_by_itself_says_why_and_is_resumed(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        await page.workspace.send_queue.enqueue(campaign_id)
        said = "Πολλά λάθη (συχνότερη αιτία: hard_bounce). ‖ Too many errors (most often: hard_bounce)."
        await page.workspace.send_queue.pause(campaign_id)
        await write(page.workspace, "UPDATE email_jobs SET last_error = ?", said)
        await page.open_campaign(campaign_id)
        await page.settled()
        held = page.outcome.sending.held
        assert held.isVisible() and held.text.endswith("Too many errors (most often: The address takes no mail).")
        assert not page.outcome.sending.trouble.isVisible()
        page.outcome.sending.resume_wanted.emit()
        await page.settled()
        page.shell.bus.tell(ALL_KINDS)
        await page.settled()
        assert page.outcome.summary is not None and page.outcome.summary.status is CampaignStatus.SENDING
        assert not held.isVisible()
        page.hide()

    run(go())


def test_only_a_keyword_at_the_end_is_put_into_words() -> None:
    assert with_reason_words("Απέτυχαν 3 (αιτία: blocked).", "el") == "Απέτυχαν 3 (αιτία: Ο διακομιστής μάς αποκλείει)."
    assert (
        with_reason_words("x refuses: 550 5.7.1 (code: blocked) no", "en") == "x refuses: 550 5.7.1 (code: blocked) no"
    )


def test_the_card_says_speed_rest_and_what_holds(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace)
        await page.workspace.send_queue.enqueue(campaign_id)
        progress = await page.workspace.queue_progress.progress(campaign_id)
        progress = replace(progress, total=100, pending=60, sent=38, failed=2, last_error=NO_SERVER)
        card, now = SendingCard("en", page), 1_790_000_000

        def told(speed: Speed) -> str:
            card.show_progress(progress, CampaignStatus.SENDING, speed, now)
            return card.card._detail.text()

        counts = "40 of 100  ·  38 sent  ·  2 failed  ·  60 waiting\n"
        assert (
            told(Speed(84.4, 700, SentBy.HERE))
            == counts + "84 per minute  ·  about 12 minutes left  ·  sent by this computer"
        )
        assert told(Speed(None, None, SentBy.CLOUD)) == counts + "Sent by the cloud"
        assert "about 3 hours left" in told(Speed(1, 7300, SentBy.HERE))
        assert "A sending limit is reached; it goes on: " in told(
            Speed(None, None, SentBy.WAITING, HeldBy.LIMIT, now + 60)
        )
        told(Speed(None, None, SentBy.WAITING, HeldBy.TROUBLE, now + 60))
        assert card.trouble.text.startswith("No server. Next attempt: ")

    run(go())


NO_SERVER = Bilingual("Χωρίς διακομιστή.", "No server.")
