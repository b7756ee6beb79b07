"""Scenes of the campaigns page for the tour, on sample data. What the sample cannot have (a campaign half sent, two
people at one draft) is shown with figures made up here, and nothing of it is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kkdesk.model.audience import Exclusion
from kkdesk.model.campaign import RecipientFilters
from kkdesk.ui.campaigns.composing.conflict import DraftConflict
from kkdesk.ui.campaigns.composing.merging import merge
from kkdesk.ui.campaigns.composing.tabs import AUDIENCE, PREVIEW
from kkdesk.ui.campaigns.editing.dialogs import FieldDialog, LinkDialog
from kkdesk.ui.campaigns.library.pick import pick_template
from kkdesk.ui.campaigns.outcome.scenes import outcome_scenes
from kkdesk.ui.campaigns.sending.scenes import sending_scenes
from kkdesk.ui.campaigns.staging import asked, open_draft, opened
from kkdesk.ui.campaigns.words import audience_names
from kkdesk.ui.scene import Scene

if TYPE_CHECKING:
    from kkdesk.ui.campaigns.page import CampaignsPage

_TABLE = (
    '<table width="600" style="border-collapse:collapse"><tr><td style="padding:16px;background:#0f3d6e;color:#fff">'
    "Γεια σας {{vocative|φίλε πελάτη}},</td></tr><tr><td>195/65 R15</td></tr></table>"
)


async def _composer(page: CampaignsPage) -> QWidget | None:
    page.list.search.clear()
    await open_draft(page)
    return None


async def _untracked(page: CampaignsPage) -> QWidget | None:
    if await open_draft(page):
        # Shown and not chosen: nothing is saved.
        side = page.composer.side
        side.show_tracking(tracked=False)
        await asyncio.sleep(0)
        side.ensureWidgetVisible(side.tracking, 0, 80)
    return None


async def _html(page: CampaignsPage) -> QWidget | None:
    if await open_draft(page):
        await page.composer.body.show_html(_TABLE)
        page.composer.body.focus_text()
    return None


async def _link(page: CampaignsPage) -> QWidget | None:
    await open_draft(page)
    return opened(LinkDialog(page, "", "https://www.kktires.example/rantevou", is_button=False, has_text=True))


async def _field(page: CampaignsPage) -> QWidget | None:
    await open_draft(page)
    editor = page.composer.body.editor
    found = (editor.field_at(place) for place in range(editor.document().characterCount()))
    field = next((one for one in found if one is not None), None)
    return opened(FieldDialog(page, field)) if field else None


async def _audience(page: CampaignsPage) -> QWidget | None:
    if await open_draft(page):
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


async def _recipients(page: CampaignsPage) -> QWidget | None:
    await _audience(page)
    await page.settled()
    return page.composer.audience.show_people(None)


async def _everyone(page: CampaignsPage) -> QWidget | None:
    page.begin()
    await page.settled()
    page.composer.show_tab(AUDIENCE)
    # Shown and not chosen: nothing is saved.
    page.composer.audience.show_filters(RecipientFilters(everyone=True))
    return None


async def _preview(page: CampaignsPage) -> QWidget | None:
    if await open_draft(page):
        await page.settled()
        page.composer.show_tab(PREVIEW)
    return None


async def _preview_as(page: CampaignsPage, view: str, step: int = 0) -> None:
    await _preview(page)
    await page.settled()
    pane = page.composer.preview
    if pane is None:
        return
    pane.show_as(view)
    pane.picker.step(step)
    await page.settled()


async def _other(page: CampaignsPage) -> QWidget | None:
    await _preview_as(page, "desktop", 2)
    return None


async def _phone(page: CampaignsPage) -> QWidget | None:
    # Chromium arranges it anew in its own time; of a mail that is loaded we know when it has.
    await _preview_as(page, "phone", -1)
    return None


async def _text(page: CampaignsPage) -> QWidget | None:
    await _preview_as(page, "text")
    return None


async def _other_text(page: CampaignsPage) -> QWidget | None:
    await _preview_as(page, "text", 2)
    return None


async def _conflict(page: CampaignsPage) -> QWidget | None:
    campaign = await open_draft(page)
    if campaign is None:
        return None
    base = campaign.draft
    mine = replace(
        base, subject=f"{base.subject}: έως -20%", content=base.content.replace("<li>", "<li>Μόνο τώρα: ", 1)
    )
    written = base.content.replace("</ul>", "<li>δωρεάν φύλαξη ελαστικών όλο τον χρόνο.</li></ul>", 1)
    theirs = replace(campaign, draft=replace(base, subject=f"Προσφορά: {base.subject}", content=written))
    names = await audience_names(page.workspace)
    return opened(DraftConflict(page, merge(base, mine, theirs.draft), theirs, {}, names, page.shell.language))


async def _templates(page: CampaignsPage) -> QWidget | None:
    page.show_templates()
    return None


async def _signatures(page: CampaignsPage) -> QWidget | None:
    page.show_signatures()
    return None


async def _no_templates(page: CampaignsPage) -> QWidget | None:
    page.show_templates()
    await page.settled()
    if page.views.editing is not None:
        await page.views.editing.show_entries([])
    return None


async def _pick(page: CampaignsPage) -> QWidget | None:
    return await asked(pick_template(page, replaces=False))


async def _nothing_found(page: CampaignsPage) -> QWidget | None:
    page.list.search.setText("ξυλοπόδαρα")
    page.list.search.commit()
    return None


async def _selected(page: CampaignsPage) -> QWidget | None:
    page.back()
    await page.settled()
    page.list.table.selectRow(1)
    page.list.table.setFocus()
    return None


def campaign_scenes() -> Sequence[Scene]:
    """Every view and dialog."""
    return (
        Scene("nothing-found", _nothing_found),
        Scene("composer", _composer),
        Scene("untracked-draft", _untracked),
        Scene("html", _html),
        Scene("link", _link),
        Scene("field", _field),
        Scene("pick-template", _pick),
        Scene("audience", _audience),
        Scene("nobody", _nobody),
        Scene("everyone", _everyone),
        Scene("recipients", _recipients),
        Scene("people", _people),
        Scene("preview", _preview),
        Scene("preview-other", _other),
        Scene("preview-phone", _phone),
        Scene("preview-text", _text),
        Scene("preview-text-other", _other_text),
        *sending_scenes(),
        Scene("conflict", _conflict),
        *outcome_scenes(),
        Scene("templates", _templates),
        Scene("no-templates", _no_templates),
        Scene("signatures", _signatures),
        Scene("selected", _selected),
    )
