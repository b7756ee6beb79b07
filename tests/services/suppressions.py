"""Records that keep addresses from being mailed, as each of the programs writes them."""

from __future__ import annotations

from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import new_id
from kkdesk.workspace import Workspace


async def record(workspace: Workspace, table: str, **columns: Any) -> str:
    """Insert a row of the workspace's organisation; its id."""
    key = new_id("row")
    values = {"id": key, "org_id": workspace.actor.org_id, **columns}
    marks = ", ".join("?" * len(values))
    statement = Statement(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    await workspace.db.apply(Change(Bilingual("", ""), (statement,)))
    return key


async def suppressed(workspace: Workspace, email: str, kind: str, at: int = 1_000, **columns: Any) -> str:
    """A row of `email_suppressions`."""
    return await record(
        workspace, "email_suppressions", email=email, suppression_type=kind, suppressed_at=at, **columns
    )


async def unsubscribed(workspace: Workspace, email: str, at: int = 2_000, **columns: Any) -> str:
    """A row of `unsubscribes`."""
    return await record(workspace, "unsubscribes", email=email, created_at=at, **columns)


async def customer(workspace: Workspace, email: str, *, left: bool = False, name: str = "Νίκος") -> str:
    """A customer, who has opted out on his own record when `left`."""
    return await record(
        workspace, "customers", email=email, first_name=name, unsubscribed=int(left), created_at=1, updated_at=1
    )
