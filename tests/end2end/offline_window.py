"""Works in the customers' page of the program's window on a replica, while its network is taken away.

    python -m tests.end2end.offline_window PROFILE

Lines of standard input say what to do; each is answered with a line of JSON: how long the loop was held up at most, and
how long reads and writes took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import replace
from typing import Any

from kkdesk.model.customer_query import CustomerQuery
from kkdesk.ui.app import make_application
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.loop import make_loop
from kkdesk.ui.shell import Shell
from kkdesk.workspace import Workspace
from tests.end2end.watchdog import Watchdog

ROUNDS = 6


async def main(folder: str) -> None:
    """Serve until standard input ends."""
    workspace = await Workspace.open(folder, os.environ)
    shell = Shell(workspace, "en")
    page = CustomersPage(shell)
    page.resize(1366, 768)
    page.show()
    await page.come_forward(None)
    await page.settled()
    await workspace.search_index.refresh()
    say({"ready": True})
    while order := (await asyncio.to_thread(sys.stdin.readline)).strip():
        async with Watchdog() as watchdog:
            took = await _work(workspace, page, order)
        state = workspace.synchronisation.state if workspace.synchronisation else None
        say(
            {
                **took,
                "held_up": watchdog.longest,
                "connection": state and state.connection,
                "waiting": state and state.waiting,
            }
        )
    await page.close_down()
    await shell.tasks.close()
    page.close()
    await workspace.close()


async def _work(workspace: Workspace, page: CustomersPage, order: str) -> dict[str, Any]:
    reads: list[float] = []
    writes: list[float] = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        ids = [item.customer.id for item in await workspace.customer_list.page(CustomerQuery(), 20)]
        customer = await workspace.customers.get(ids[number])
        reads.append(time.perf_counter() - began)
        began = time.perf_counter()
        await workspace.customers.update(customer, replace(customer, notes=f"{order} {number}"))
        writes.append(time.perf_counter() - began)
        assert (await workspace.customers.get(customer.id)).notes == f"{order} {number}"
        await page.settled()
    return {"read": sorted(reads)[ROUNDS // 2], "write": sorted(writes)[ROUNDS // 2], "first_write": writes[0]}


def say(fact: dict[str, Any]) -> None:
    """Tell the test."""
    _OUT.write(json.dumps(fact) + "\n")
    _OUT.flush()


if __name__ == "__main__":
    _OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with asyncio.Runner(loop_factory=lambda: make_loop(make_application([]))) as runner:
        runner.run(main(sys.argv[1]))
