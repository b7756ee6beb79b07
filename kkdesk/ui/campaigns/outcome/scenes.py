"""Scenes of a campaign under way and of one that is over.

The sample has none that is half sent: its figures and recipients are made up here, and nothing of them is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QWidget

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignStatus
from kkdesk.model.campaign_figures import CampaignFigures, RecipientRow, RecipientsPage, RecipientState
from kkdesk.services.queue.causes import CauseCount, HistoryEntry
from kkdesk.services.queue.records import Progress
from kkdesk.services.queue.speed import HeldBy, SentBy, Speed
from kkdesk.ui.campaigns.outcome.history_dialog import HistoryDialog
from kkdesk.ui.campaigns.outcome.view import LINKS, MAIL
from kkdesk.ui.campaigns.staging import asked, open_sent, opened
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.campaigns.page import CampaignsPage

_TOTAL, _DONE = 1_036, 412
_NO_SERVER = Bilingual("Ο διακομιστής mail.kktires.gr δεν απαντά.", "The server mail.kktires.gr does not answer.")
_REASONS = ("hard_bounce", "refused_content", "dns_failure", "hard_bounce", "too_large", "soft_bounce", "blocked")
_HOUR = 3_600
_PILED_UP = Bilingual(
    "Από τα τελευταία 100 μηνύματα απέτυχαν τα 33 (συχνότερη αιτία: hard_bounce).",
    "Of the last 100 mails 33 failed (most often: hard_bounce).",
)
_CAUSES = (
    CauseCount(RecipientState.FAILED, "hard_bounce", 15),
    CauseCount(RecipientState.BOUNCED, "hard_bounce", 9),
    CauseCount(RecipientState.FAILED, "soft_bounce", 7),
    CauseCount(RecipientState.FAILED, "dns_failure", 2),
)


async def _under_way(
    page: CampaignsPage,
    status: CampaignStatus,
    *,
    done: int = _DONE,
    failed: int = 0,
    bounced: int = 0,
    unconfirmed: int = 0,
    deferred: int = 0,
    error: Bilingual | None = None,
    speed: Speed | None = None,
) -> None:
    """The sample's sent campaign as if it were in `status`, `done` mails of 1,036 dealt with."""
    if not await open_sent(page) or page.outcome.summary is None:
        return
    outcome, now = page.outcome, page.workspace.clock()
    sent = done - failed - unconfirmed
    figures = CampaignFigures(_TOTAL, sent, opened=sent // 7, clicked=sent // 37, unsubscribed=sent // 400)
    progress = Progress(
        page.outcome.campaign_id,
        status.value,
        total=_TOTAL,
        pending=_TOTAL - done - (4 if status is CampaignStatus.SENDING else 0),
        deferred=deferred,
        in_flight=4 if status is CampaignStatus.SENDING else 0,
        sent=sent,
        failed=failed,
        skipped=0,
        unconfirmed=unconfirmed,
        cancelled=0,
        started_at=now,
        finished_at=None,
        next_attempt_at=now + 240 if error else None,
        last_error=error,
        bounced=bounced,
    )
    outcome.summary = replace(
        page.outcome.summary, status=status, figures=figures, sent_at=now, scheduled_at=now + 15 * _HOUR
    )
    outcome.head.show_campaign(outcome.summary, "", now)
    outcome.sending.show_progress(progress, status, speed, now)
    outcome.figures.show_figures(figures, progress)
    found = await page.workspace.campaign_statistics.recipients(outcome.campaign_id, limit=100)
    next_ones = RecipientState.SENDING if status is CampaignStatus.SENDING else RecipientState.PENDING
    rows = tuple(_under_way_row(row, at, now, next_ones) for at, row in enumerate(found.rows))
    outcome.recipients.show_page(RecipientsPage(_TOTAL if rows else 0, rows), anew=True)
    # Buttons have come and gone: let Qt arrange the others.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _under_way_row(row: RecipientRow, at: int, now: int, next_ones: RecipientState) -> RecipientRow:
    state = next_ones if at < 4 else RecipientState.SENT
    return replace(
        row,
        state=state,
        sent_at=now - at if state is RecipientState.SENT else None,
        opened_at=now if at % 7 == 6 else None,
        clicked_at=None,
    )


async def _progress(page: CampaignsPage) -> QWidget | None:
    await _under_way(page, CampaignStatus.SENDING, failed=3, deferred=2, speed=Speed(84.0, 446, SentBy.HERE))
    two = CauseCount(RecipientState.FAILED, "hard_bounce", 2)
    page.outcome.recipients.causes.show_causes((two, CauseCount(RecipientState.FAILED, "soft_bounce", 1)))
    return None


async def _limit(page: CampaignsPage) -> QWidget | None:
    held = Speed(None, 7_900, SentBy.WAITING, HeldBy.LIMIT, page.workspace.clock() + 2_400)
    await _under_way(page, CampaignStatus.SENDING, failed=3, speed=held)
    return None


async def _trouble(page: CampaignsPage) -> QWidget | None:
    held = Speed(None, None, SentBy.WAITING, HeldBy.TROUBLE, page.workspace.clock() + 240)
    await _under_way(page, CampaignStatus.SENDING, failed=3, error=_NO_SERVER, speed=held)
    return None


async def _paused(page: CampaignsPage) -> QWidget | None:
    await _under_way(page, CampaignStatus.PAUSED, failed=3, unconfirmed=2)
    return None


async def _stopped(page: CampaignsPage) -> QWidget | None:
    await _under_way(page, CampaignStatus.PAUSED, failed=33, bounced=9, error=_PILED_UP)
    page.outcome.recipients.causes.show_causes(_CAUSES)
    return None


async def _history(page: CampaignsPage) -> QWidget | None:
    if not await open_sent(page):
        return None
    row, now = page.outcome.recipients.model.recipient_at(0), page.workspace.clock()
    if row is None:
        return None
    full = HistoryEntry(now - 7_000, "deferred", "soft_bounce", 452, "4.2.2", "Mailbox full", 1, now - 5_200, "")
    entries = (
        full,
        HistoryEntry(now - 5_200, "sent", "", 250, "2.0.0", "Ok: queued as 4F1B2", 2, None, ""),
        HistoryEntry(now - 5_198, "machine_click", "scanner", None, "", "", None, None, "https://kktires.gr/prosfores"),
        HistoryEntry(now - 3_000, "open", "", None, "", "", None, None, ""),
        HistoryEntry(now - 2_950, "click", "", None, "", "", None, None, "https://kktires.gr/prosfores"),
    )
    return opened(HistoryDialog(page, row, entries, page.shell.language, now, listed=True))


async def _cancel(page: CampaignsPage) -> QWidget | None:
    await _under_way(page, CampaignStatus.SENDING, failed=3)
    return await asked(page.outcome.cancel()) if page.outcome.summary else None


async def _scheduled(page: CampaignsPage) -> QWidget | None:
    await _under_way(page, CampaignStatus.SCHEDULED, done=0)
    page.outcome.recipients.show_page(RecipientsPage(0, ()), anew=True)
    return None


async def _only(page: CampaignsPage, state: RecipientState, reasons: Sequence[str]) -> None:
    """The recipients in one state, as if so many were; the first two are selected where something can be done."""
    failed = len(reasons) if state is RecipientState.FAILED else 0
    unconfirmed = len(reasons) if state is RecipientState.UNCONFIRMED else 0
    await _under_way(page, CampaignStatus.SENT, done=_TOTAL, failed=failed, unconfirmed=unconfirmed)
    recipients = page.outcome.recipients
    found = await page.workspace.campaign_statistics.recipients(page.outcome.campaign_id, limit=len(reasons))
    rows = tuple(
        replace(row, state=state, reason=reason, sent_at=None, opened_at=None, clicked_at=None)
        for row, reason in zip(found.rows, reasons, strict=False)
    )
    recipients.choose(state)
    recipients.show_page(RecipientsPage(len(rows), rows), anew=True)
    chosen = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in range(min(2, len(rows))):
        recipients.table.selectionModel().select(recipients.model.index(row, 0), chosen)
    await asyncio.sleep(0)


async def _failed(page: CampaignsPage) -> QWidget | None:
    await _only(page, RecipientState.FAILED, _REASONS)
    return None


async def _unconfirmed(page: CampaignsPage) -> QWidget | None:
    await _only(page, RecipientState.UNCONFIRMED, ("unconfirmed",) * 3)
    return None


async def _resend(page: CampaignsPage) -> QWidget | None:
    await _unconfirmed(page)
    return await asked(page.outcome.recipients.ask_to_resend(["a", "b", "c"]))


async def _results(page: CampaignsPage) -> QWidget | None:
    await open_sent(page)
    return None


async def _links(page: CampaignsPage) -> QWidget | None:
    if await open_sent(page):
        page.outcome.tabs.setCurrentIndex(LINKS)
    return None


async def _mail(page: CampaignsPage) -> QWidget | None:
    if await open_sent(page):
        page.outcome.tabs.setCurrentIndex(MAIL)
    return None


async def _untracked(page: CampaignsPage, tab: int = 0) -> QWidget | None:
    """The sample's sent campaign as if its opens and clicks had never been recorded."""
    if not await open_sent(page) or page.outcome.summary is None:
        return None
    outcome = page.outcome
    progress = await page.workspace.queue_progress.progress(outcome.campaign_id)
    figures = replace(page.outcome.summary.figures, opened=0, clicked=0)
    outcome.head.show_campaign(page.outcome.summary, "", page.workspace.clock(), tracked=False)
    outcome.figures.show_figures(figures, progress, tracked=False)
    outcome.links.show((), figures.reached)
    outcome.show_links(tracked=False)
    found = await page.workspace.campaign_statistics.recipients(outcome.campaign_id, limit=100)
    rows = tuple(replace(row, opened_at=None, clicked_at=None) for row in found.rows)
    outcome.recipients.show_page(RecipientsPage(found.total, rows), anew=True)
    outcome.tabs.setCurrentIndex(tab)
    await asyncio.sleep(0)
    return None


async def _untracked_links(page: CampaignsPage) -> QWidget | None:
    return await _untracked(page, LINKS)


async def _no_match(page: CampaignsPage) -> QWidget | None:
    if await open_sent(page):
        page.outcome.recipients.search.setText("ξυλοπόδαρα")
        page.outcome.recipients.search.commit()
    return None


def outcome_scenes() -> Sequence[Scene]:
    """Scheduled, being sent, in trouble, paused; who did not get it; the results."""
    return (
        Scene("scheduled", _scheduled),
        Scene("progress", _progress),
        Scene("limit", _limit),
        Scene("trouble", _trouble),
        Scene("paused", _paused),
        Scene("stopped", _stopped),
        Scene("cancel", _cancel),
        Scene("failed", _failed),
        Scene("unconfirmed", _unconfirmed),
        Scene("resend", _resend),
        Scene("history", _history),
        Scene("results", _results),
        Scene("links", _links),
        Scene("untracked", _untracked),
        Scene("untracked-links", _untracked_links),
        Scene("mail", _mail),
        Scene("no-match", _no_match),
    )
