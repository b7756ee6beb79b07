"""What the scenes of the campaigns page have in common: bringing a view or a dialog about on sample data."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QDialog

from kkdesk.model.campaign import CampaignStatus

if TYPE_CHECKING:
    from kkdesk.model.campaign import Campaign
    from kkdesk.ui.campaigns.page import CampaignsPage

#: Questions that wait for their answer: asyncio itself holds tasks weakly.
_asking: set[asyncio.Task[Any]] = set()


async def open_draft(page: CampaignsPage) -> Campaign | None:
    """The draft with an audience and the most in its message, opened."""
    found = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.DRAFT, limit=10)
    drafts = [await page.workspace.campaigns.get(one.id) for one in found]
    best = max(drafts, key=lambda one: (one.draft.filters.restricts, len(one.draft.content)), default=None)
    if best is not None:
        await page.open_campaign(best.id)
    return best


async def open_sent(page: CampaignsPage) -> bool:
    """The last campaign that was sent, opened and complete; false where there is none."""
    found = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.SENT, limit=1)
    if found:
        await page.open_campaign(found[0].id)
        await page.settled()
    return bool(found)


def opened(dialog: QDialog) -> QDialog:
    """A dialog, opened; it is deleted once it is closed."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


async def asked(work: Coroutine[Any, Any, Any]) -> QDialog | None:
    """The dialog that `work` asks with; closing it ends `work`. None when it asks nothing."""
    # Not a task of the page: that would be busy for as long as the question stands.
    task = asyncio.get_running_loop().create_task(work)
    _asking.add(task)
    task.add_done_callback(_asking.discard)
    while not task.done():
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                return widget
        await asyncio.sleep(0)
    task.result()
    return None
