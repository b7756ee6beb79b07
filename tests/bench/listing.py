"""Milliseconds to a page of the customer list, first or deep, in any order and under any filter; and its memory.

A page is a hundred rows with their tags, through the event loop. A deep one is taken out of the middle of the list, to
which the order of everybody was read before (`order_…`: once for each query). Beside it: ORDER BY with LIMIT and OFFSET
on the same file.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

from kkdesk.services.customer_list import SORTS, CustomerQuery
from kkdesk.workspace import Workspace
from tests.bench import Context
from tests.bench.search import ROWS, p

_ROUNDS = 3
_PLAIN = """
SELECT * FROM customers WHERE org_id = ? ORDER BY coalesce(nullif(company, ''), last_name), first_name LIMIT ? OFFSET ?
"""
# Without a window: services imported and the index open, then a list of everybody, sixty pages and some words typed.
_MEMORY = """
import asyncio, resource, sys
from pathlib import Path
from kkdesk.services.customer_list import CustomerQuery
from kkdesk.workspace import Workspace
def peak():
    # Linux counts what the parent had before the program was loaded into getrusage's maximum.
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    marks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return (marks or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] / 1024
async def main():
    workspace = await Workspace.open(sys.argv[1], {})
    listed = workspace.customer_list
    await listed.refresh()
    before = peak()
    refs = await listed.ids(CustomerQuery())
    pages = [await listed.rows(refs[start:start + 100]) for start in range(0, min(len(refs), 6000), 100)]
    for text in ("π", "πα", "παπ", "6", "69", "a", "ath"):
        await listed.page(CustomerQuery(text=text), 100)
        await listed.ids(CustomerQuery(text=text))
    print(before, peak())
    await workspace.close()
asyncio.run(main())
"""


def measure(context: Context) -> dict[str, float | int]:
    """p95 and worst over all orders, directions and filters."""
    folder = context.scratch / "listing"
    shutil.copytree(context.profile, folder)
    figures = asyncio.run(_measure(folder))
    command = [sys.executable, "-c", _MEMORY, str(folder)]
    before, after = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return figures | {"memory_before_mb": round(float(before)), "memory_with_list_mb": round(float(after))}


async def _measure(folder: Path) -> dict[str, float | int]:
    workspace = await Workspace.open(folder, {})
    listed = workspace.customer_list
    first: list[float] = []
    order: list[float] = []
    deep: list[float] = []
    try:
        await listed.refresh()
        queries = list(await _queries(workspace))
        for query in queries[:20]:
            await listed.page(query, ROWS)
        for query in queries * _ROUNDS:
            began = time.perf_counter()
            await listed.page(query, ROWS)
            shown = time.perf_counter()
            refs = await listed.ids(query)
            known = time.perf_counter()
            middle = len(refs) // 2
            await listed.rows(refs[middle : middle + ROWS])
            deep.append(time.perf_counter() - known)
            order.append(known - shown)
            first.append(shown - began)
        everybody = await listed.count(CustomerQuery())
        plain_first = [_plain(workspace, 0) for _ in range(10)]
        plain_deep = [_plain(workspace, everybody // 2) for _ in range(10)]
    finally:
        await workspace.close()
    return {
        "lists": len(queries),
        "first_page_p95_ms": p(first, 95),
        "first_page_worst_ms": p(first, 100),
        "deep_page_p95_ms": p(deep, 95),
        "deep_page_worst_ms": p(deep, 100),
        "order_p50_ms": p(order, 50),
        "order_p95_ms": p(order, 95),
        "order_worst_ms": p(order, 100),
        "plain_first_page_ms": p(plain_first, 50),
        "plain_deep_page_ms": p(plain_deep, 50),
    }


async def _queries(workspace: Workspace) -> Iterator[CustomerQuery]:
    facets = await workspace.customer_list.facets()
    filters = [
        CustomerQuery(),
        CustomerQuery(category=facets.categories[0].key),
        CustomerQuery(city=facets.cities[0].key),
        CustomerQuery(city=facets.cities[-1].key),
        CustomerQuery(active=True, subscribed=True, has_email=True),
        CustomerQuery(vip=True, category=facets.categories[-1].key),
        CustomerQuery(text="παπ"),
        *[CustomerQuery(tag_id=tag.id) for tag in facets.tags[:1]],
        *[CustomerQuery(tag_id=tag.id, active=True) for tag in facets.tags[-1:]],
    ]
    return (
        replace(query, sort=sort, descending=descending)
        for query, sort, descending in product(filters, SORTS, (False, True))
    )


def _plain(workspace: Workspace, offset: int) -> float:
    with closing(sqlite3.connect(workspace.profile.database)) as connection:
        began = time.perf_counter()
        connection.execute(_PLAIN, (workspace.actor.org_id, ROWS, offset)).fetchall()
        return time.perf_counter() - began
