"""What is written, and the same by a client that knows nothing of ledgers, guards and outboxes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import httpx

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.store.delivery import TOGETHER
from kkdesk.store.hrana import to_json
from kkdesk.store.replica import ReplicaDatabase
from tests.servers.sqld import Sqld

_LABEL = Bilingual("Επεξεργασία", "Edit")


async def edit_of(db: ReplicaDatabase, customer: str, notes: str) -> Change:
    """An edit as the customer's form makes it: guarded, undoable, with a line in the customer's history."""
    row = (await db.query("SELECT notes FROM customers WHERE id = ?", (customer,)))[0]
    return Change(
        _LABEL,
        (
            Statement(
                "UPDATE customers SET notes = ?, updated_at = ? WHERE id = ?", (notes, int(time.time()), customer)
            ),
            Statement(
                "INSERT INTO customer_activities (id, org_id, customer_id, type, title, created_at) "
                "SELECT 'act_' || lower(hex(randomblob(10))), org_id, id, 'customer_updated', ?, ? "
                "FROM customers WHERE id = ?",
                ("notes", int(time.time()), customer),
            ),
        ),
        guards=(Guard("customers", customer, "notes", row["notes"], notes),),
        undo=(Touched("customers", (customer,), columns=("notes", "updated_at")),),
    )


class BareClient:
    """Sends the statements of changes, each change as a transaction, in one request of Hrana."""

    def __init__(self, server: Sqld) -> None:
        self._http = httpx.Client(
            base_url=server.url, headers={"Authorization": f"Bearer {server.token()}"}, timeout=60
        )

    def __enter__(self) -> BareClient:
        self._http.get("/health")
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, changes: Sequence[Change]) -> float:
        """The seconds that it takes."""
        requests: list[dict[str, Any]] = []
        for change in changes:
            steps = [{"stmt": {"sql": "BEGIN IMMEDIATE"}}]
            for statement in change.statements:
                stmt = {"sql": statement.sql, "args": [to_json(value) for value in statement.args]}
                steps.append(_after(steps, stmt))
            steps.append(_after(steps, {"sql": "COMMIT"}))
            requests.append({"type": "batch", "batch": {"steps": steps}})
        body = json.dumps({"baton": None, "requests": [*requests, {"type": "close"}]})
        began = time.perf_counter()
        answer = self._http.post("/v3/pipeline", content=body)
        took = time.perf_counter() - began
        for result in answer.json()["results"]:
            if result["type"] == "error" or any(result["response"].get("result", {}).get("step_errors", ())):
                raise AssertionError(str(result)[:300])
        return took

    def send_all(self, changes: Sequence[Change]) -> float:
        """The seconds for all, as many in one request as the program sends."""
        return sum(self.send(changes[at : at + TOGETHER]) for at in range(0, len(changes), TOGETHER))


def _after(steps: Sequence[object], stmt: dict[str, Any]) -> dict[str, Any]:
    return {"stmt": stmt, "condition": {"type": "ok", "step": len(steps) - 1}}
