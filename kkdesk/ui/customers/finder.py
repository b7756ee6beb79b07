"""Customers for the global search and the command palette."""

from __future__ import annotations

from kkdesk.ui.pages import Found
from kkdesk.workspace import Workspace


async def find(workspace: Workspace, text: str, limit: int) -> list[Found]:
    """Customers that match what was typed, the best first."""
    return [Found(match.title, match.subtitle, match.customer_id) for match in await workspace.search.find(text, limit)]
