"""Data that tests of the window share."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement, Touched
from kkdesk.workspace import Workspace


async def add_customers(workspace: Workspace, count: int) -> list[str]:
    """Insert `count` customers with a first name each; their ids."""
    ids = [f"cust_{at:021}" for at in range(count)]
    now = workspace.clock()
    rows = [(key, workspace.actor.org_id, f"Πελάτης {at}", now, now) for at, key in enumerate(ids)]
    sql = "INSERT INTO customers (id, org_id, first_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
    await workspace.db.apply(Change(Bilingual("Δείγμα", "Sample"), (Statement(sql, many=rows),)))
    return ids


async def delete_customers(workspace: Workspace, ids: list[str]) -> str:
    """Delete customers, undoably; the id of the change."""
    statements = tuple(Statement("DELETE FROM customers WHERE id = ?", (key,)) for key in ids)
    change = Change(
        Bilingual(f"Διαγραφή {len(ids)} πελατών", f"Delete {len(ids)} customers"),
        statements,
        undo=(Touched("customers", tuple(ids)),),
        actor=workspace.actor.user_id,
    )
    return (await workspace.db.apply(change)).change_id


async def count_customers(workspace: Workspace) -> int:
    """How many there are."""
    rows = await workspace.db.query("SELECT count(*) AS n FROM customers")
    return int(str(rows[0]["n"]))
