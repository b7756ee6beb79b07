"""Scenes of the campaigns page for the tour, on sample data. What the sample cannot have (a campaign half sent, two
people at one draft) is shown with figures made up here, and nothing of it is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from kkdesk.model.audience import Exclusion
from kkdesk.model.campaign import CampaignStatus
from kkdesk.services.queue.records import Progress
from kkdesk.ui.campaigns.composing.conflict import DraftConflict
from kkdesk.ui.campaigns.composing.merging import merge
from kkdesk.ui.campaigns.composing.tabs import AUDIENCE, PREVIEW
from kkdesk.ui.campaigns.editing.dialogs import FieldDialog, LinkDialog
from kkdesk.ui.campaigns.sending.flow import send_dialog
from kkdesk.ui.campaigns.words import audience_names
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.model.campaign import Campaign
    from kkdesk.ui.campaigns.page import CampaignsPage

_TABLE = (
    '<table width="600" style="border-collapse:collapse"><tr><td style="padding:16px;background:#0f3d6e;color:#fff">'
    "Γεια σας {{vocative|φίλε πελάτη}},</td></tr><tr><td>195/65 R15</td></tr></table>"
)


async def _draft(page: CampaignsPage) -> Campaign | None:
    """The draft with an audience and the most in its message, opened."""
    found = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.DRAFT, limit=10)
    drafts = [await page.workspace.campaigns.get(one.id) for one in found]
    best = max(drafts, key=lambda one: (one.draft.filters.restricts, len(one.draft.content)), default=None)
    if best is not None:
        await page.open_campaign(best.id)
    return best


async def _composer(page: CampaignsPage) -> QWidget | None:
    await _draft(page)
    return None


async def _html(page: CampaignsPage) -> QWidget | None:
    if await _draft(page):
        await page.composer.body.show_html(_TABLE)
    return None


async def _link(page: CampaignsPage) -> QWidget | None:
    await _draft(page)
    return _opened(LinkDialog(page, "", "https://www.kktires.example/rantevou", is_button=False, has_text=True))


async def _field(page: CampaignsPage) -> QWidget | None:
    await _draft(page)
    editor = page.composer.body.editor
    found = (editor.field_at(place) for place in range(editor.document().characterCount()))
    field = next((one for one in found if one is not None), None)
    return _opened(FieldDialog(page, field)) if field else None


async def _audience(page: CampaignsPage) -> QWidget | None:
    if await _draft(page):
        page.composer.show_tab(AUDIENCE)
    return None


async def _nobody(page: CampaignsPage) -> QWidget | None:
    page.begin()
    await page.settled()
    page.composer.show_tab(AUDIENCE)
    return None


async def _people(page: CampaignsPage) -> QWidget | None:
    await _audience(page)
    await page.settled()
    return page.composer.audience.show_people(Exclusion.NO_ADDRESS)


async def _preview(page: CampaignsPage) -> QWidget | None:
    if await _draft(page):
        await page.settled()
        page.composer.show_tab(PREVIEW)
    return None


async def _phone(page: CampaignsPage) -> QWidget | None:
    await _preview(page)
    await page.settled()
    if page.composer.preview is not None:
        page.composer.preview.show_as("phone")
        # Chromium arranges it anew in its own time; of a mail that is loaded we know when it has.
        page.composer.preview.show_mail()
    return None


async def _text(page: CampaignsPage) -> QWidget | None:
    await _preview(page)
    await page.settled()
    if page.composer.preview is not None:
        page.composer.preview.show_as("text")
    return None


async def _send(page: CampaignsPage) -> QWidget | None:
    campaign = await _draft(page)
    if campaign is None:
        return None
    report = await page.workspace.campaign_sending.prepare_send(campaign.id)
    return _opened(send_dialog(page, replace(report, obstacles=())))


async def _send_blocked(page: CampaignsPage) -> QWidget | None:
    campaign = await _draft(page)
    if campaign is None:
        return None
    return _opened(send_dialog(page, await page.workspace.campaign_sending.prepare_send(campaign.id)))


async def _conflict(page: CampaignsPage) -> QWidget | None:
    campaign = await _draft(page)
    if campaign is None:
        return None
    base = campaign.draft
    mine = replace(base, subject=f"{base.subject}!", content=base.content.replace("<li>", "<li>– ", 1))
    theirs = replace(campaign, draft=replace(base, subject=base.subject.upper(), content="<p>…</p>"))
    names = await audience_names(page.workspace)
    return _opened(DraftConflict(page, merge(base, mine, theirs.draft), theirs, {}, names, page.shell.language))


async def _sending(page: CampaignsPage, status: CampaignStatus, unconfirmed: int) -> None:
    await _results(page)
    await page.settled()
    summary = page.outcome.summary
    if summary is None:
        return
    total = 1_036
    done = 412
    figures = replace(summary.figures, total=total, sent=done - unconfirmed, opened=57, clicked=11, unsubscribed=1)
    progress = Progress(
        summary.id, status.value, total, total - done - 4, 0, 4, done - unconfirmed - 3, 3, 0, unconfirmed, 0,
        summary.sent_at, None, None, None,
    )  # fmt: skip
    page.outcome.head.show_campaign(replace(summary, status=status, figures=figures), "", page.workspace.clock())
    page.outcome.sending.show_progress(progress, status)
    page.outcome.figures.show_figures(figures, progress)
    # Buttons have come and gone: let Qt arrange the others.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def _progress(page: CampaignsPage) -> QWidget | None:
    await _sending(page, CampaignStatus.SENDING, 0)
    return None


async def _paused(page: CampaignsPage) -> QWidget | None:
    await _sending(page, CampaignStatus.PAUSED, 2)
    return None


async def _results(page: CampaignsPage) -> QWidget | None:
    found = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.SENT, limit=1)
    if found:
        await page.open_campaign(found[0].id)
    return None


async def _templates(page: CampaignsPage) -> QWidget | None:
    page.show_templates()
    return None


async def _signatures(page: CampaignsPage) -> QWidget | None:
    page.show_signatures()
    return None


async def _nothing_found(page: CampaignsPage) -> QWidget | None:
    page.back()
    await page.settled()
    page.list.search.setText("ξυλοπόδαρα")
    page.list.search.commit()
    return None


async def _back(page: CampaignsPage) -> QWidget | None:
    page.list.search.clear()
    page.back()
    return None


def _opened(dialog: QDialog) -> QDialog:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def campaign_scenes() -> Sequence[Scene]:
    """Every view and dialog."""
    return (
        Scene("composer", _composer),
        Scene("html", _html),
        Scene("link", _link),
        Scene("field", _field),
        Scene("audience", _audience),
        Scene("nobody", _nobody),
        Scene("people", _people),
        Scene("preview", _preview),
        Scene("preview-phone", _phone),
        Scene("preview-text", _text),
        Scene("send", _send),
        Scene("send-blocked", _send_blocked),
        Scene("conflict", _conflict),
        Scene("progress", _progress),
        Scene("paused", _paused),
        Scene("results", _results),
        Scene("templates", _templates),
        Scene("signatures", _signatures),
        Scene("nothing-found", _nothing_found),
        Scene("list", _back),
    )
