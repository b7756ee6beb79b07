"""Chaos: desktops edit 500 customers, the network fails and processes are killed at random; nothing is lost or doubled.

Seeded: `KKDESK_CHAOS_SEED` and `KKDESK_CHAOS_ROUNDS` repeat a run or make it longer. What must hold at the end:

* all replicas and the server have the same rows;
* a change whose maker was told so stands in the ledger or in its owner's list of conflicts, with both values, and never
  in both; none stands anywhere that nobody made;
* each applied edit added one to a sum;
* the values of each field form one chain: nobody overwrote what they had not seen;
* `integrity_check` and `foreign_key_check` find nothing.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from kkdesk.model.ids import ulid
from kkdesk.store.outbox import Outbox
from kkdesk.store.replica_view import REPLICA_NUMBER
from tests.end2end.chaos_desktop import FIELDS
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy

SEED = int(os.environ.get("KKDESK_CHAOS_SEED", "20261123"))
ROUNDS = int(os.environ.get("KKDESK_CHAOS_ROUNDS", "200"))
DESKTOPS = 3
CUSTOMERS = 500


class Process:
    """One desktop's process, started anew after each kill."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.folder = folder
        self._url = url
        self._token = token
        self._process: subprocess.Popen[str] | None = None
        self.busy = False

    def start(self) -> None:
        """Start it, without waiting until it has opened."""
        command = [sys.executable, "-m", "tests.end2end.chaos_desktop", str(self.folder), self._url]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._write(self._token)
        self.busy = True

    def ask(self, order: dict[str, Any]) -> None:
        """Tell it to do something."""
        self._write(json.dumps(order))
        self.busy = True

    def answer(self) -> dict[str, Any]:
        """Wait for its answer to the last order, or until it has opened."""
        assert self._process is not None
        assert self._process.stdout is not None
        while True:
            line = self._process.stdout.readline()
            assert line, f"the desktop {self.folder.name} ended by itself"
            fact: dict[str, Any] = json.loads(line)
            if "offline" not in fact:
                self.busy = False
                return fact

    def kill(self) -> None:
        """As a power cut would; its sync process ends as its pipe does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _write(self, text: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()


def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with _shop(tmp_path) as (server, networks, desktops):
        for number in range(ROUNDS):
            _round(number, chance, server, networks, desktops)
        for network in networks:
            network.passing()
        conflicts = _settle(desktops)
        _look(server, desktops, conflicts)


def _round(number: int, chance: random.Random, server: Sqld, networks: list[TcpProxy], desktops: list[Process]) -> None:
    for network in networks:
        _weather(chance, network)
    for desktop in desktops:
        if desktop.busy:
            continue
        desktop.ask({"work": chance.randint(1, 4), "seed": chance.randrange(1 << 30)})
    for _ in range(chance.randint(0, 3)):
        _web_write(chance, server)
    victim = chance.choice(desktops)
    if chance.random() < 0.25:
        victim.kill()
        victim.start()
    if number % 50 == 49:
        server.kill()
        server.start()
    for network, desktop in zip(networks, desktops, strict=True):
        # Whoever opens for the first time, or again on nothing, needs the network.
        if desktop is victim or desktop.busy:
            if not (desktop.folder / "outbox.db").exists():
                network.passing()
            desktop.answer()


def _weather(chance: random.Random, network: TcpProxy) -> None:
    dice = chance.random()
    if dice < 0.45:
        network.passing()
    elif dice < 0.6:
        network.refuse()
    elif dice < 0.7:
        network.black_hole()
    elif dice < 0.8:
        network.cut()
    elif dice < 0.95:
        network.passing()
        network.cut_answers(chance.randint(1, 4))
    else:
        network.delay = chance.random() / 20


def _web_write(chance: random.Random, server: Sqld) -> None:
    """A writer that knows nothing of us: it overwrites, and notes what was there."""
    field = chance.choice(FIELDS)
    rows = server.execute("SELECT id FROM customers ORDER BY id LIMIT 1 OFFSET ?", (chance.randrange(CUSTOMERS - 50),))
    if rows:
        new = f"web {ulid()}"
        # A trigger of the test's notes the old value in the same transaction.
        server.execute(f"UPDATE customers SET {field} = ?, updated_at = 2 WHERE id = ?", (new, rows[0][0]))


def _settle(desktops: list[Process]) -> dict[str, list[str]]:
    """Everything is delivered that can be; the changes that stand in each desktop's list."""
    for desktop in desktops:
        if desktop.busy:
            desktop.answer()
        desktop.kill()
        desktop.start()
    for _ in range(2):
        for desktop in desktops:
            if desktop.busy:
                assert desktop.answer() == {"ready": True}
            desktop.ask({"settle": True})
            said = desktop.answer()
            assert said["waiting"] == 0, said
    for desktop in desktops:
        desktop.ask({"end": True})
        assert desktop.answer() == {"ended": True}
    stuck: dict[str, list[str]] = {}
    for desktop in desktops:
        with closing(Outbox(desktop.folder / "outbox.db")) as box:
            kept = box.stuck(100_000)
            stuck[desktop.folder.name] = [item.id for item in kept]
            for item in kept:
                assert item.reason is not None or all(f.guard.new != f.current for f in item.failed)
    return stuck


def _look(server: Sqld, desktops: list[Process], conflicts: dict[str, list[str]]) -> None:
    ledger = {str(row[0]) for row in server.execute("SELECT id FROM kk_changes")}
    tried: dict[str, dict[str, Any]] = {}
    told: set[str] = set()
    refused: set[str] = set()
    for desktop in desktops:
        facts = [json.loads(line) for line in _whole_lines(desktop.folder / "made.jsonl")]
        tried |= {fact["tried"]: fact for fact in facts if "tried" in fact}
        told |= {fact["made"] for fact in facts if "made" in fact}
        refused |= {fact["refused"] for fact in facts if "refused" in fact}
    stuck = {change for changes in conflicts.values() for change in changes}
    assert len(told) > ROUNDS
    assert told <= ledger | stuck
    assert not ledger & stuck
    assert not refused & (ledger | stuck)
    assert stuck <= tried.keys()
    applied = [tried[change] for change in tried if change in ledger]
    edits = [fact for fact in applied if "field" in fact]
    deleted = {fact["deleted"] for fact in applied if "deleted" in fact}
    created = {fact["created"] for fact in applied if "created" in fact}
    rows = {row[0]: row[1:] for row in server.execute(f"SELECT id, lead_score, {', '.join(FIELDS)} FROM customers")}
    assert len(rows) == CUSTOMERS + len(created) - len(deleted)
    added = Counter(fact["row"] for fact in edits)
    assert {row: values[0] or 0 for row, values in rows.items()} == {row: added[row] for row in rows}
    _check_chains(server, edits, rows)
    _check_replicas(server, desktops)


def _check_chains(server: Sqld, edits: list[dict[str, Any]], rows: dict[str, Any]) -> None:
    """From the first value to the last, each edit began where another ended."""
    steps: dict[tuple[str, str], dict[Any, Any]] = {}
    web = server.execute("SELECT row, field, old, new FROM web_writes")
    moves = [(fact["row"], fact["field"], fact["old"], fact["new"]) for fact in edits]
    for row, field, old, new in [*moves, *web]:
        chain = steps.setdefault((row, field), {})
        assert old not in chain, f"{field} of {row} was overwritten unseen"
        chain[old] = new
    for (row, field), chain in steps.items():
        value, length = None, 0
        while value in chain:
            value, length = chain[value], length + 1
        assert length == len(chain)
        if row in rows:
            assert rows[row][1 + FIELDS.index(field)] == value


def _check_replicas(server: Sqld, desktops: list[Process]) -> None:
    tables = [row[0] for row in server.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for desktop in desktops:
        with closing(Outbox(desktop.folder / "outbox.db")) as box:
            number = int(box.fact(REPLICA_NUMBER))
        with closing(sqlite3.connect(desktop.folder / "replica" / f"replica-{number}.db")) as replica:
            assert replica.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert replica.execute("PRAGMA foreign_key_check").fetchall() == []
            for table in tables:
                if not table.startswith("sqlite_"):
                    sql = f'SELECT * FROM "{table}" ORDER BY 1, 2'
                    assert [list(row) for row in replica.execute(sql)] == server.execute(sql), table


def _whole_lines(path: Path) -> list[str]:
    """What a killed process was writing has no end."""
    return [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]


@contextmanager
def _shop(folder: Path) -> Iterator[tuple[Sqld, list[TcpProxy], list[Process]]]:
    with ExitStack() as stack:
        server = stack.enter_context(sqld_server())
        networks = [stack.enter_context(tcp_proxy(server.port)) for _ in range(DESKTOPS)]
        token = server.token()
        desktops = [Process(folder / f"desktop-{n}", network.url, token) for n, network in enumerate(networks)]
        for desktop in desktops:
            stack.callback(desktop.kill)
        desktops[0].start()
        assert desktops[0].answer() == {"ready": True}
        _fill(server)
        for desktop in desktops[1:]:
            desktop.start()
            assert desktop.answer() == {"ready": True}
        desktops[0].ask({"settle": True})
        assert desktops[0].answer()["waiting"] == 0
        yield server, networks, desktops


def _fill(server: Sqld) -> None:
    server.execute(
        "INSERT INTO organizations (id, name, slug, subscription_tier, created_at, updated_at) "
        "VALUES ('org_chaos', 'Chaos', 'chaos', 'free', 1, 1)"
    )
    server.execute("CREATE TABLE web_writes (row TEXT, field TEXT, old TEXT, new TEXT)")
    for field in FIELDS:
        server.execute(
            f"CREATE TRIGGER web_{field} AFTER UPDATE OF {field} ON customers WHEN NEW.{field} LIKE 'web %' "
            f"BEGIN INSERT INTO web_writes VALUES (NEW.id, '{field}', OLD.{field}, NEW.{field}); END"
        )
    server.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) "
        "INSERT INTO customers (id, org_id, first_name, created_at, updated_at) "
        "SELECT printf('cust_%04d', n), 'org_chaos', 'Πελάτης ' || n, 1, 1 FROM n",
        (CUSTOMERS,),
    )
