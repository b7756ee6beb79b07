"""Milliseconds from a keystroke to the first hundred rows, beside LIKE '%…%' on the same file; and building the index.

Queries are typed letter by letter, as the window asks for them: through the event loop, with rows, tags and all. LIKE
answers every tenth keystroke, in turn. The index is built before, and some questions that are not counted warm the
caches of both.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kkdesk.model.customer import Customer
from kkdesk.services.customer_list import CustomerQuery
from kkdesk.workspace import Workspace
from tests.bench import Context

#: Rows that the window asks for at once.
ROWS = 100
_LIKE_EVERY = 10
_TYPED = (
    "παπαδοπουλος", "ΓΕΩΡΓΙΟΥ", "γιώργος παπ", "papadopoulos", "xristos", "hristos", "8essaloniki", "αθηνα", "θεσσαλονικη",
    "athina", "ελαστικα αφοι", "elastika", "συνεργειο", "vulkanizater", "info@", "gmail.com", "6944", "697 12", "2310 5",
    "210 12", "094", "80012", "54621", "10563", "νικος λαρ", "κων/νος", "ΑΛΕΞΑΝΔΡΟΣ", "dimitris", "μαρια", "χ", "z", "5",
)  # fmt: skip
_COLUMNS = (
    "first_name last_name company email email_secondary city phone phone_secondary mobile postal_code afm"
).split()
_PLAIN = f"""
SELECT * FROM customers WHERE org_id = ? AND ({" OR ".join(f"{column} LIKE ?" for column in _COLUMNS)})
ORDER BY coalesce(nullif(company, ''), last_name) LIMIT {ROWS}
"""


def measure(context: Context) -> dict[str, float | int]:
    """p50 and p95 over every keystroke."""
    folder = context.scratch / "search"
    shutil.copytree(context.profile, folder)
    for index in folder.glob("search.db*"):
        index.unlink()
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> dict[str, float | int]:
    workspace = await Workspace.open(folder, {})
    try:
        began = time.perf_counter()
        await workspace.customer_list.refresh()
        built = time.perf_counter() - began
        typed = await _typed(workspace)
        ours, plain, counts = await _keystrokes(workspace, typed)
        duplicates = await _each(workspace.duplicates.candidates, await _customers(workspace, 100))
        palette = await _each(workspace.search.find, typed)
        return {
            "keystrokes": len(typed),
            "rows_p50_ms": p(ours, 50),
            "rows_p95_ms": p(ours, 95),
            "rows_worst_ms": p(ours, 100),
            "like_p50_ms": p(plain, 50),
            "like_p95_ms": p(plain, 95),
            "like_of_ours_p95": round(p(plain, 95) / p(ours, 95), 1),
            "count_p95_ms": p(counts, 95),
            "palette_p95_ms": p(palette, 95),
            "duplicates_p95_ms": p(duplicates, 95),
            "build_seconds": round(built, 1),
            "index_mb": round(workspace.profile.search_index.stat().st_size / 1e6),
            "database_mb": round(workspace.profile.database.stat().st_size / 1e6),
        }
    finally:
        await workspace.close()


def p(seconds: Sequence[float], percent: int) -> float:
    """A percentile in milliseconds; 100 is the worst."""
    if percent == 100:
        return round(max(seconds) * 1000, 2)
    return round(statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000, 2)


async def _typed(workspace: Workspace) -> list[str]:
    """Every state of the search field while the queries are typed: the fixed ones and some of the data's own."""
    whole = list(_TYPED)
    for customer in await _customers(workspace, 15):
        whole += [value for value in (customer.listing_name, customer.mobile, customer.afm, customer.email) if value]
    return [text[:end] for text in whole for end in range(1, len(text) + 1)]


async def _customers(workspace: Workspace, number: int) -> list[Customer]:
    refs = await workspace.customer_list.ids(CustomerQuery())
    chosen = random.Random(1).sample(list(refs), number)
    return [row.customer for row in await workspace.customer_list.rows(chosen) if row is not None]


async def _keystrokes(workspace: Workspace, typed: Sequence[str]) -> tuple[list[float], list[float], list[float]]:
    ours, plain, counts = [], [], []
    listed, org_id = workspace.customer_list, workspace.actor.org_id
    with closing(sqlite3.connect(workspace.profile.database)) as connection:
        connection.execute("PRAGMA cache_size = -32768")

        def like(text: str) -> list[tuple[object, ...]]:
            return connection.execute(_PLAIN, (org_id, *[f"%{text}%"] * len(_COLUMNS))).fetchall()

        for text in typed[:: 2 * _LIKE_EVERY]:
            await listed.page(CustomerQuery(text=text), ROWS)
            like(text)
        for number, text in enumerate(typed):
            query = CustomerQuery(text=text)
            began = time.perf_counter()
            await listed.page(query, ROWS)
            first = time.perf_counter()
            await listed.count(query)
            counted = time.perf_counter()
            if number % _LIKE_EVERY == 0:
                like(text)
                plain.append(time.perf_counter() - counted)
            ours.append(first - began)
            counts.append(counted - first)
    return ours, plain, counts


async def _each(ask: Callable[[Any], Awaitable[object]], questions: Sequence[object]) -> list[float]:
    seconds = []
    for question in questions:
        began = time.perf_counter()
        await ask(question)
        seconds.append(time.perf_counter() - began)
    return seconds
