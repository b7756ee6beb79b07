"""The window goes on without its network: held up by nothing, reading as fast, writing at once, delivering later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kkdesk.store.local import connect, prepare
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy

#: Seconds for which nothing may hold up the window.
HELD_UP = 0.05
#: A machine under load may do so too, where the watchdog cannot see it: what holds up every time is ours.
TRIES = 5
CUSTOMERS = 3000


class Window:
    """The program's process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def work(self, order: str) -> dict[str, Any]:
        """Let it work; what it measured."""
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self.said()

    def said(self) -> dict[str, Any]:
        """Its next line."""
        assert self._process.stdout is not None
        fact: dict[str, Any] = json.loads(self._process.stdout.readline())
        return fact


def _stall(server: Sqld, _network: TcpProxy) -> None:
    server.stop()


def _black_hole(_server: Sqld, network: TcpProxy) -> None:
    network.black_hole()


def _refuse(_server: Sqld, network: TcpProxy) -> None:
    network.refuse()


@pytest.mark.parametrize("trouble", [_stall, _black_hole, _refuse])
def test_the_window_goes_on_without_its_network(tmp_path: Path, trouble: Callable[[Sqld, TcpProxy], None]) -> None:
    with sqld_server(start=False) as server:
        server.load(_database(tmp_path / "crm.db"))
        with tcp_proxy(server.port) as network, _window(tmp_path / "profile", network, server.token()) as window:
            online = window.work("online")
            assert online["connection"] == "online"
            assert online["waiting"] == 0
            trouble(server, network)
            offline = [window.work(f"offline {number}") for number in range(TRIES)]
            assert offline[-1]["connection"] == "offline"
            assert offline[-1]["waiting"] == 6 * TRIES
            assert min(work["held_up"] for work in offline) <= HELD_UP
            # As fast as online, and a write does not wait for anybody.
            assert min(work["read"] for work in offline) <= 2 * online["read"] + 0.01
            assert min(work["write"] for work in offline) <= online["write"] + 0.05
            server.resume()
            network.passing()
            while window.work("online again")["waiting"]:
                continue
            notes = server.execute("SELECT count(*) FROM customers WHERE notes LIKE 'online again%'")
            assert notes[0][0] == 6


def _database(path: Path) -> Path:
    prepare(path)
    connection = connect(path)
    connection.execute(
        "INSERT INTO organizations (id, name, slug, subscription_tier, created_at, updated_at) "
        "VALUES ('org_kktires', 'KK', 'kk', 'free', 1, 1)"
    )
    connection.execute(
        "INSERT INTO users (id, name, email, created_at, updated_at) VALUES ('u', 'Νίκος', 'n@kk.example', 1, 1)"
    )
    connection.execute(
        "INSERT INTO organization_members (id, user_id, org_id, role, joined_at) "
        "VALUES ('m', 'u', 'org_kktires', 'owner', 1)"
    )
    connection.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) "
        "INSERT INTO customers (id, org_id, first_name, last_name, city, created_at, updated_at) "
        "SELECT printf('cust_%05d', n), 'org_kktires', 'Γιώργος', 'Παπαδόπουλος ' || n, 'Βόλος', 1, 1 FROM n",
        (CUSTOMERS,),
    )
    connection.close()
    return path


@contextmanager
def _window(profile: Path, network: TcpProxy, token: str) -> Iterator[Window]:
    environment = {**os.environ, "DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": token}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.end2end.offline_window", str(profile)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        window = Window(process)
        assert window.said() == {"ready": True}
        yield window
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
