"""The files of a replica: fetched in parts, damaged, replaced, and made anew without a question."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.change import Change, Statement
from kkdesk.services.company_database import open_replica
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.profile import Profile
from kkdesk.store.replica_file import frames_in, size_of
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import LABEL, Token, desktop, edit, make_table, quiet, until, value


def test_a_first_fetch_that_was_left_goes_on_where_it_was(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    sqld.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text BLOB)")
    for _ in range(12):
        sqld.execute(
            "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 250) "
            "INSERT INTO note (text) SELECT randomblob(4000) FROM n"
        )
    network.rate = 4_000_000
    file = tmp_path / "a" / "replica" / "replica-1.db"

    async def work() -> None:
        token = Token(sqld.token())
        opening = asyncio.ensure_future(open_replica(Profile(tmp_path / "a"), network.url, token, PrimaryClock()))
        await until(lambda: size_of(file) > 4_000_000)
        opening.cancel()
        await asyncio.wait({opening})
        assert opening.cancelled()
        first = network.answered
        network.passing()
        async with desktop(tmp_path / "a", network.url, token) as a:
            assert a.view.replica == file
            assert (await a.query("SELECT count(*), sum(length(text)) FROM note"))[0][:] == (3000, 12_000_000)
        assert first > 4_000_000
        assert network.answered - first < 12_000_000

    asyncio.run(work())


def test_what_an_earlier_first_fetch_has_left_may_be_of_no_use(tmp_path: Path, sqld: Sqld) -> None:
    file = tmp_path / "a" / "replica" / "replica-1.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(os.urandom(100_000))

    async def work() -> None:
        async with desktop(tmp_path / "a", sqld.url, Token(sqld.token())) as a:
            await make_table(a)
            assert await value(a, "a") == "first"

    asyncio.run(work())


def _random(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _another(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE other (x); INSERT INTO other VALUES (1)")


@pytest.mark.parametrize("damage", [_random, _truncated, _another])
def test_a_damaged_replica_is_rebuilt_without_a_question(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, damage: object
) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", network.url, token) as a:
            await make_table(a)
            network.refuse()
            await a.apply(edit("a", "text", "first", "waits"))
            path = a.view.replica
        for fork in path.parent.glob("fork-*"):
            fork.unlink()
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        assert callable(damage)
        damage(path)
        network.passing()
        async with desktop(tmp_path / "a", network.url, token) as a:
            await quiet(a)
            await a.sync.fetch()
            assert await value(a, "a") == "waits"
            assert a.status.state.connection == "online"

    asyncio.run(work())
    assert sqld.execute("SELECT text, count FROM note WHERE id = 'a'") == [["waits", 1]]


def test_an_older_copy_put_in_the_replicas_place_is_found_out(
    tmp_path: Path, sqld: Sqld, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            await make_table(a)
        path = a.view.replica
        old = tmp_path / "old.db"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(old)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            for number in range(3):
                await a.apply(Change(LABEL, (Statement("INSERT INTO note (id) VALUES (?)", (f"n{number}",)),)))
            await a.sync.fetch()
        frames = frames_in(path)
        path.write_bytes(old.read_bytes())
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        assert frames_in(path) == frames
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            await a.sync.fetch()
            assert len(await a.query("SELECT id FROM note")) == 5

    asyncio.run(work())
    # Whether the driver finds it out first is a matter of what it wrote last.
    assert {record.getMessage() for record in caplog.records} & {"replica_differs", "replica_rejected"}


@pytest.mark.logs("replica_rejected")
def test_a_replica_that_is_damaged_while_it_is_read_is_rebuilt(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        async with desktop(tmp_path / "a", sqld.url, Token(sqld.token())) as a:
            await make_table(a)
            rows = [(f"n{number}", "x" * 1000) for number in range(400)]
            await a.apply(Change(LABEL, (Statement("INSERT INTO note (id, text) VALUES (?, ?)", many=rows),)))
            await a.sync.fetch()
            bad = a.view.replica
            # What it has in memory is of no help to whoever reads anew.
            a.sync.kill()
            for path in (bad, bad.with_name(f"{bad.name}-wal")):
                _random(path)
            sqld.execute("UPDATE note SET text = 'new' WHERE id = 'n7'")
            await a.sync.fetch()
            assert await value(a, "n7") == "new"
            assert len(await a.query("SELECT id, text FROM note")) == 402
            assert a.view.replica != bad
            assert not bad.exists()

    asyncio.run(work())


def test_a_sync_process_that_is_killed_is_started_again(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        async with desktop(tmp_path / "a", sqld.url, Token(sqld.token())) as a:
            await make_table(a)
            for number in range(5):
                pid = a.sync.pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
                sqld.execute("UPDATE note SET text = ? WHERE id = 'a'", (f"text {number}",))
                await a.sync.fetch()
                assert await value(a, "a") == f"text {number}"

    asyncio.run(work())
