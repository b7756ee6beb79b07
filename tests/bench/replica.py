"""The replica: its first sync beside the driver's own, writing beside a bare round trip, and working offline.

All against a real server on this machine's loopback, where a round trip costs next to nothing: what is measured is what
the program adds to it.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kkdesk.services.company_database import open_replica
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.profile import Profile
from kkdesk.store.replica import ReplicaDatabase
from tests.bench import Context
from tests.bench.replica_writes import BareClient, edit_of
from tests.end2end.watchdog import Watchdog
from tests.servers.sqld import Sqld, sqld_server

ROUNDS = 3
WRITES = 200
WAITING = 10_000
_DRIVER = """
import os, sys, time
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
from pathlib import Path
from kkdesk.store.libsql_driver import connect
began = time.perf_counter()
connect(Path(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()).sync()
sys.stderr.write(str(time.perf_counter() - began))
"""


def measure(context: Context) -> dict[str, Any]:
    """See the module; times in milliseconds unless their names say otherwise."""
    with sqld_server(start=False) as server:
        server.load(context.profile / "crm.db")
        return asyncio.run(_measure(server, context.scratch))


async def _measure(server: Sqld, folder: Path) -> dict[str, Any]:
    figures = await _first_sync(server, folder)
    # As in the window, whose collector runs between two beats: the 10,000 changes that this keeps are looked at by nobody.
    gc.disable()
    a = await _open(server, folder / "a")
    b = await _open(server, folder / "b")
    try:
        await a.sync.fetch()
        await b.sync.fetch()
        ids = [str(row["id"]) for row in await a.query("SELECT id FROM customers ORDER BY id LIMIT ?", (WAITING,))]
        ids = (ids * (WAITING // len(ids) + 1))[:WAITING]
        figures |= await _online(server, a, b, ids)
        figures |= await _offline(server, a, ids)
    finally:
        gc.enable()
        server.resume()
        await a.close()
        await b.close()
    return figures


async def _first_sync(server: Sqld, folder: Path) -> dict[str, Any]:
    """Ours and the driver's own, turn about; the best of each."""
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS):
        bare.append(await asyncio.to_thread(_bare_sync, server, folder / f"bare-{number}.db"))
        home = folder / f"first-{number}"
        began = time.perf_counter()
        db = await _open(server, home)
        ours.append(time.perf_counter() - began)
        await db.close()
        await asyncio.to_thread(shutil.rmtree, home)
    return {
        "first_sync_seconds": round(min(ours), 2),
        "bare_first_sync_seconds": round(min(bare), 2),
        "first_sync_of_bare": round(min(ours) / min(bare), 2),
    }


async def _online(server: Sqld, a: ReplicaDatabase, b: ReplicaDatabase, ids: list[str]) -> dict[str, Any]:
    """Each write beside the same statements in one bare request; then until the other desktop shows it."""
    ours: list[float] = []
    bare: list[float] = []
    there: list[float] = []
    with BareClient(server) as client:
        for number, customer in enumerate(ids[:WRITES]):
            change = await edit_of(a, customer, f"online {number}")
            began = time.perf_counter()
            await a.apply(change)
            ours.append(time.perf_counter() - began)
            await b.sync.fetch()
            rows = await b.query("SELECT notes FROM customers WHERE id = ?", (customer,))
            there.append(time.perf_counter() - began)
            if rows[0][0] != f"online {number}":
                raise AssertionError("the other desktop does not see it")
            bare.append(await asyncio.to_thread(client.send, [change]))
    return {
        **_spread("write", ours),
        "bare_round_trip_p50": _ms(statistics.median(bare)),
        "write_of_bare": round(statistics.median(ours) / statistics.median(bare), 2),
        **_spread("visible_on_the_other", there),
    }


async def _offline(server: Sqld, a: ReplicaDatabase, ids: list[str]) -> dict[str, Any]:
    """10,000 changes while the server stands still, and how fast they leave when it goes on."""
    server.stop()
    took: list[float] = []
    changes = []
    async with Watchdog() as offline:
        for number, customer in enumerate(ids):
            change = await edit_of(a, customer, f"offline {number}")
            changes.append(change)
            began = time.perf_counter()
            await a.apply(change)
            took.append(time.perf_counter() - began)
    if a.status.state.waiting != len(ids):
        raise AssertionError("they do not wait")
    memory = _memory()
    server.resume()
    async with Watchdog() as draining:
        began = time.perf_counter()
        a.delivery.wake(at_once=True)
        a.sync.hurry()
        while a.status.state.waiting:
            await asyncio.sleep(0.01)
        drained = time.perf_counter() - began
    with BareClient(server) as client:
        bare = await asyncio.to_thread(client.send_all, changes)
    return {
        "first_offline_write": _ms(took[0]),
        **_spread("offline_write", took[1:]),
        "held_up_offline": _ms(offline.longest),
        "drained_per_second": round(len(ids) / drained),
        "bare_per_second": round(len(ids) / bare),
        "drained_of_bare": round(bare / drained, 2),
        "held_up_draining": _ms(draining.longest),
        "draining_megabytes": round(max(0, _memory() - memory), 1),
    }


async def _open(server: Sqld, folder: Path) -> ReplicaDatabase:
    async def token() -> str:
        return server.token()

    return await open_replica(Profile(folder), server.url, token, PrimaryClock())


def _bare_sync(server: Sqld, path: Path) -> float:
    command = [sys.executable, "-c", _DRIVER, str(path), server.url]
    done = subprocess.run(command, input=server.token(), capture_output=True, text=True, check=True)
    return float(done.stderr)


def _spread(name: str, seconds: Iterable[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {f"{name}_p50": _ms(statistics.median(ordered)), f"{name}_p95": _ms(ordered[int(len(ordered) * 0.95)])}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _memory() -> float:
    """Megabytes that this process has at most had so far."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(text.split("VmHWM:")[1].split()[0]) / 1024
