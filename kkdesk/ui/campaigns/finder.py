"""Campaigns in the global search."""

from __future__ import annotations

from kkdesk.ui.formats import moment
from kkdesk.ui.pages import Found
from kkdesk.workspace import Workspace


async def find_campaigns(workspace: Workspace, text: str, limit: int) -> list[Found]:
    """Campaigns with `text` in their name or subject, the last edited first."""
    found = await workspace.campaign_statistics.summaries(search=text, limit=limit)
    now = workspace.clock()
    return [Found(one.name, moment(one.sent_at or one.updated_at, now), one.id) for one in found]
