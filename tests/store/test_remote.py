"""`RemoteDatabase` where the network, the token or the server fail; changes in order, each once; migrations over there."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.model.errors import (
    Conflict,
    DatabaseNewer,
    KKDeskError,
    Offline,
    SignInNeeded,
    StatementRefused,
    StoreError,
)
from kkdesk.store import remote, remote_stream
from kkdesk.store.hrana_client import Timeouts
from kkdesk.store.local import LocalDatabase
from kkdesk.store.migrations import LATEST
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.remote_change import Conflicted, Delivered, NotTried, Outcome, Refused, Repeated
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy

LABEL = Bilingual("Δοκιμή", "Test")
SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"
HASTY = Timeouts(connect=0.5, answer=0.4, total=1.0)
LEDGER = (
    "CREATE TABLE kk_changes (id TEXT PRIMARY KEY NOT NULL, label TEXT NOT NULL, actor TEXT, "
    "applied_at INTEGER NOT NULL, undo_until INTEGER, undo_of TEXT, undone_by TEXT)"
)
UNDO = (
    "CREATE TABLE kk_undo (change_id TEXT NOT NULL, seq INTEGER NOT NULL, tbl TEXT NOT NULL, row_id TEXT NOT NULL, "
    "before TEXT, after TEXT, PRIMARY KEY (change_id, tbl, row_id)) WITHOUT ROWID"
)
NOTES = "CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, text TEXT CHECK (text <> 'forbidden'), n INTEGER DEFAULT 0)"

Body = Callable[[RemoteDatabase], Coroutine[Any, Any, None]]


@pytest.fixture
def shop(sqld: Sqld) -> Sqld:
    """A server with the ledger, and one table with one row."""
    for sql in (LEDGER, UNDO, NOTES, "INSERT INTO notes (id, text) VALUES ('n', 'old')"):
        sqld.execute(sql)
    return sqld


def with_remote(url: str, token: str | Callable[[], str], body: Body, timeouts: Timeouts | None = None) -> None:
    async def give() -> str:
        return token if isinstance(token, str) else token()

    async def run() -> None:
        db = RemoteDatabase(url, give, timeouts=timeouts)
        try:
            await body(db)
        finally:
            await db.close()

    asyncio.run(run())


def edit(text: str, *guards: Guard, **more: Any) -> Change:
    return Change(LABEL, (Statement("UPDATE notes SET text = ?, n = n + 1 WHERE id = 'n'", (text,)),), guards, **more)


def on_text(old: str, new: str = "") -> Guard:
    return Guard("notes", "n", "text", old, new)


def kinds(outcomes: Sequence[Outcome]) -> list[type[Outcome]]:
    return [type(outcome) for outcome in outcomes]


# --- in order, each once ---------------------------------------------------------------------------------------------


def test_changes_are_delivered_in_order_in_one_request(shop: Sqld, network: TcpProxy) -> None:
    async def body(db: RemoteDatabase) -> None:
        changes = [edit("a", on_text("old")), edit("b", on_text("a")), edit("c", on_text("b"))]
        outcomes = await db.deliver(changes)
        assert kinds(outcomes) == [Delivered] * 3
        assert kinds(await db.deliver(changes)) == [Repeated] * 3

    with_remote(network.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["c", 3]]
    assert network.accepted == 1


def test_what_follows_a_conflict_is_delivered_and_what_follows_a_refusal_is_not(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        changes = [
            edit("a"),
            edit("b", on_text("nobody wrote this", "b")),
            edit("c", on_text("a")),
            edit("forbidden"),
            edit("d"),
            edit("e"),
        ]
        outcomes = await db.deliver(changes)
        assert kinds(outcomes) == [Delivered, Conflicted, Delivered, Refused, NotTried, NotTried]
        match outcomes[1]:
            case Conflicted((failed,)):
                assert (failed.guard, failed.current, failed.missing) == (changes[1].guards[0], "a", False)
            case other:
                raise AssertionError(other)
        match outcomes[3]:
            case Refused(error):
                assert isinstance(error, StatementRefused)
            case other:
                raise AssertionError(other)
        again = await db.deliver([*changes[:3], *changes[4:]])
        assert kinds(again) == [Repeated, Conflicted, Repeated, Delivered, Delivered]

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["e", 4]]


def test_a_change_that_is_no_sql_is_named_among_others(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        broken = Change(LABEL, (Statement("UPDAT notes"),))
        assert kinds(await db.deliver([edit("a"), broken, edit("b")])) == [Delivered, Refused, NotTried]
        infinite = Change(LABEL, (Statement("UPDATE notes SET n = ?", (float("inf"),)),))
        assert kinds(await db.deliver([edit("c"), edit("d"), infinite])) == [Delivered, Delivered, Refused]

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT text FROM notes") == [["d"]]


def test_what_a_change_rests_on_may_fail_for_another_reason(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        wrong = edit("a", Guard("notes", "n", "no_such_column", "x"))
        outcomes = await db.deliver([wrong, edit("b")])
        assert kinds(outcomes) == [Refused, NotTried], "a guard that cannot be asked is no conflict"

    with_remote(shop.url, shop.token(), body)


def test_more_than_a_request_takes_goes_in_several(
    shop: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_TOGETHER", 4_000)

    async def body(db: RemoteDatabase) -> None:
        outcomes = await db.deliver([edit(f"{number}") for number in range(30)])
        assert kinds(outcomes) == [Delivered] * 30

    with_remote(network.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["29", 30]]


def test_the_time_of_a_change_is_the_servers(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        before = await db.now()
        (outcome,) = await db.deliver([edit("a", undo=(Touched("notes", ("n",)),))])
        after = await db.now()
        assert isinstance(outcome, Delivered)
        assert before <= outcome.applied_at <= after
        assert abs(before - time.time()) < 3600
        (row,) = await db.query("SELECT applied_at, undo_until - applied_at AS undo FROM kk_changes")
        assert (row["applied_at"], row["undo"]) == (outcome.applied_at, 30 * 24 * 3600)

    with_remote(shop.url, shop.token(), body)


def test_images_follow_columns_that_come_and_go(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        whole = (Touched("notes", ("n",)),)
        await db.apply(edit("a", undo=whole))
        shop.execute("ALTER TABLE notes ADD COLUMN colour TEXT")
        shop.execute("ALTER TABLE notes RENAME COLUMN n TO number")
        write = Statement("UPDATE notes SET text = 'b', number = 7")
        outcomes = await db.deliver([edit("x"), Change(LABEL, (write,), undo=whole)])
        assert kinds(outcomes) == [Refused, NotTried], "the column that is gone is the change's own"
        applied = await db.apply(Change(LABEL, (write,), undo=whole))
        (row,) = await db.query("SELECT before FROM kk_undo WHERE change_id = ?", (applied.change_id,))
        assert "number" in str(row["before"]) and "colour" in str(row["before"])

    with_remote(shop.url, shop.token(), body)


def test_a_table_that_is_not_there_is_named(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(StoreError, match="no such table: nowhere"):
            await db.apply(edit("a", undo=(Touched("nowhere", ("x",)),)))
        shop.execute("CREATE TABLE nowhere (id TEXT PRIMARY KEY, a)")
        shop.execute("INSERT INTO nowhere VALUES ('x', 'kept')")
        await db.apply(edit("a", undo=(Touched("nowhere", ("x",)),)))
        assert "kept" in str((await db.query("SELECT before FROM kk_undo"))[0]["before"])

    with_remote(shop.url, shop.token(), body)


def test_an_answer_longer_than_the_server_gives_is_named(shop: Sqld) -> None:
    long = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 30) SELECT hex(zeroblob(200000)) FROM n"
    )

    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(StoreError, match="more than fits into one answer"):
            await db.query(long)
        outcomes = await db.deliver([edit("a"), Change(LABEL, (Statement(long),)), edit("b")])
        assert kinds(outcomes) in ([Delivered, Refused, NotTried], [Repeated, Refused, NotTried])

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["a", 1]]


def test_of_very_many_guards_that_do_not_hold_the_first_are_told(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        rows = [(f"r{number}", "x" * 4_000) for number in range(4_000)]
        await db.apply(Change(LABEL, (Statement("INSERT INTO notes (id, text) VALUES (?, ?)", many=rows),)))
        guards = tuple(Guard("notes", row_id, "text", "y") for row_id, _ in rows)
        with pytest.raises(Conflict) as raised:
            await db.apply(edit("a", *guards))
        assert 400 <= len(raised.value.failed) < 4_000
        assert [failed.guard for failed in raised.value.failed] == list(guards[: len(raised.value.failed)])

    with_remote(shop.url, shop.token(), body)


# --- long ones -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_LONG", 5_000)
    monkeypatch.setattr(remote_stream, "PIECE", 3_000)


def long_change(*more: Statement, **rest: Any) -> Change:
    rows = [(f"r{number:03}", f"text {number}") for number in range(100)]
    insert = Statement("INSERT INTO notes (id, text) VALUES (?, ?)", many=rows)
    count = Statement("UPDATE notes SET n = 9 WHERE id < 'r002' AND id <> 'n' RETURNING id")
    return Change(LABEL, (insert, count, *more), **rest)


@pytest.mark.usefixtures("small_requests")
def test_a_long_change_is_one_transaction_over_several_requests(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        keys = tuple(f"r{number:03}" for number in range(100))
        change = long_change(guards=(on_text("old"),), undo=(Touched("notes", keys, columns=("text",)),))
        outcomes = await db.deliver([edit("old"), change, edit("after")])
        assert kinds(outcomes) == [Delivered] * 3
        match outcomes[1]:
            case Delivered(applied, applied_at):
                assert applied.counts == (100, 2)
                assert [row["id"] for row in applied.rows[1]] == ["r000", "r001"]
                assert abs(applied_at - await db.now()) < 60
        assert (await db.apply(change)).repeated
        assert (await db.query("SELECT count(*) FROM kk_undo"))[0][0] == 100

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT count(*) FROM notes") == [[101]]


@pytest.mark.usefixtures("small_requests")
def test_a_long_change_that_fails_leaves_nothing(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(StatementRefused):
            await db.apply(long_change(Statement("UPDATE notes SET text = 'forbidden'")))
        with pytest.raises(Conflict) as raised:
            await db.apply(long_change(guards=(on_text("something else"),)))
        assert raised.value.failed[0].current == "old"
        await db.apply(edit("free"))  # No transaction was left open.

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT id, text FROM notes") == [["n", "free"]]


@pytest.mark.usefixtures("small_requests")
@pytest.mark.parametrize("lost_at", ["middle", "commit"])
def test_a_long_change_whose_stream_is_lost_is_begun_anew(shop: Sqld, network: TcpProxy, lost_at: str) -> None:
    requests = 0
    cut_at = 0

    def token() -> str:
        nonlocal requests
        requests += 1
        if requests == cut_at:
            network.cut_answers(1)
        return shop.token()

    async def body(db: RemoteDatabase) -> None:
        nonlocal requests, cut_at
        await db.apply(long_change(Statement("DELETE FROM notes WHERE id <> 'n'")))
        assert requests > 5
        # The very same requests once more: the last is the one that commits.
        cut_at = {"middle": requests - 2, "commit": requests}[lost_at]
        requests = 0
        change = long_change()
        applied = await db.apply(change)
        assert applied.repeated == (lost_at == "commit")
        assert (await db.apply(change)).repeated

    with_remote(network.url, token, body)
    assert shop.execute("SELECT count(*), sum(n) FROM notes") == [[101, 18]]


# --- the network -----------------------------------------------------------------------------------------------------


def test_an_answer_that_is_lost_after_the_commit_does_not_write_twice(shop: Sqld, network: TcpProxy) -> None:
    async def body(db: RemoteDatabase) -> None:
        await db.query("SELECT 1")
        network.cut_answers(1)
        assert (await db.apply(edit("a"))).repeated, "the second try found the first one's row in the ledger"

    with_remote(network.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["a", 1]]


def test_a_connection_that_was_cut_meanwhile_is_not_noticed(shop: Sqld, network: TcpProxy) -> None:
    async def body(db: RemoteDatabase) -> None:
        await db.query("SELECT 1")
        network.cut()
        assert (await db.query("SELECT text FROM notes"))[0]["text"] == "old"
        network.cut()
        assert not (await db.apply(edit("a"))).repeated

    with_remote(network.url, shop.token(), body)


def test_a_server_that_is_not_there_is_offline(shop: Sqld, network: TcpProxy) -> None:
    async def body(db: RemoteDatabase) -> None:
        network.refuse()
        with pytest.raises(Offline) as raised:
            await db.query("SELECT 1")
        assert raised.value.message("el")
        with pytest.raises(Offline):
            await db.apply(edit("a"))
        network.passing()
        assert not (await db.apply(edit("b"))).repeated

    with_remote(network.url, shop.token(), body)
    assert shop.execute("SELECT text, n FROM notes") == [["b", 1]]


def test_a_server_that_stands_still_is_offline_within_the_deadline(shop: Sqld) -> None:
    change = edit("a")

    async def body(db: RemoteDatabase) -> None:
        shop.stop()
        try:
            for work in (db.query("SELECT 1"), db.apply(change), db.migrate()):
                async with asyncio.timeout(HASTY.total + 5):
                    with pytest.raises(Offline):
                        await work
        finally:
            shop.resume()
        # The server may have got what was sent meanwhile: it is written once all the same.
        async with asyncio.timeout(20):
            while True:
                try:
                    await db.apply(change)
                    break
                except Offline:
                    continue

    with_remote(shop.url, shop.token(), body, HASTY)
    assert shop.execute("SELECT text, n FROM notes") == [["a", 1]]


def test_a_black_hole_is_offline_within_the_deadline(shop: Sqld, network: TcpProxy) -> None:
    async def body(db: RemoteDatabase) -> None:
        network.black_hole()
        with pytest.raises(Offline):
            await db.query("SELECT 1")
        network.passing()
        assert (await db.query("SELECT text FROM notes"))[0]["text"] == "old"

    with_remote(network.url, shop.token(), body, HASTY)


@pytest.mark.logs("network_settings_unusable")
def test_certificates_that_are_not_there_are_no_crash(shop: Sqld, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(db: RemoteDatabase) -> None:
        with monkeypatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
            with pytest.raises(Offline):
                await db.query("SELECT 1")
        assert (await db.query("SELECT text FROM notes"))[0]["text"] == "old"

    with_remote(shop.url, shop.token(), body)


def test_what_is_known_is_told_when_the_network_goes_in_the_middle(
    shop: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_TOGETHER", 100)
    seen: list[str] = []

    def token() -> str:
        seen.append("asked")
        if len(seen) == 2:
            network.refuse()
        return shop.token()

    async def body(db: RemoteDatabase) -> None:
        changes = [edit("a"), edit("b"), edit("c")]
        assert kinds(await db.deliver(changes)) == [Delivered, NotTried, NotTried]
        with pytest.raises(Offline):
            await db.deliver(changes)
        network.passing()
        assert kinds(await db.deliver(changes)) == [Repeated, Delivered, Delivered]

    with_remote(network.url, token, body)
    assert shop.execute("SELECT text, n FROM notes") == [["c", 3]]


class Scripted:
    """An HTTP server that answers each request with the next of its answers, and the last one for ever."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        await reader.readexactly(int(head.lower().split("content-length: ")[1].split("\r\n")[0]))
        status, body = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        content = body.encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content
        )
        await writer.drain()
        writer.close()


ONE = (
    '{"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"batch","result":{"step_results":'
    '[{"cols":[],"rows":[],"affected_row_count":0},{"cols":[{"name":"one"}],"rows":[[{"type":"integer","value":"1"}]],'
    '"affected_row_count":0,"news":[]},{"cols":[],"rows":[],"affected_row_count":0}],"step_errors":[null,null,null],'
    '"replication_index":null}}},{"type":"ok","response":{"type":"close"}}]}'
)


def with_scripted(server: Scripted, body: Body) -> None:
    async def token() -> str:
        return "very-secret"

    async def run() -> None:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        db = RemoteDatabase(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", token)
        try:
            await body(db)
        finally:
            await db.close()
            listening.close()
            await listening.wait_closed()

    asyncio.run(run())


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_server_that_says_come_again_is_asked_again(status: int) -> None:
    server = Scripted((status, ""), (status, ""), (200, ONE))

    async def body(db: RemoteDatabase) -> None:
        assert (await db.query("SELECT 1"))[0]["one"] == 1

    with_scripted(server, body)
    assert server.asked == 3


@pytest.mark.parametrize(
    ("answer", "kind", "times"),
    [
        ((503, ""), Offline, 4),
        ((500, ""), Offline, 1),
        ((404, "no such database"), Offline, 1),
        ((200, "<html>Welcome to the hotel</html>"), Offline, 1),
        ((200, '{"results": 7}'), Offline, 1),
        ((302, ""), Offline, 1),
        ((401, ""), SignInNeeded, 1),
    ],
)
def test_answers_that_are_none(answer: tuple[int, str], kind: type[KKDeskError], times: int) -> None:
    server = Scripted(answer)

    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(kind):
            await db.query("SELECT 1")

    with_scripted(server, body)
    assert server.asked == times


def test_a_server_that_numbers_nothing_has_a_new_version_each_time() -> None:
    async def body(db: RemoteDatabase) -> None:
        assert await db.data_version() != await db.data_version()

    answer = ONE.replace('[{"cols":[],"rows":[],"affected_row_count":0},', "[", 1).replace('"one"', '"now"')
    with_scripted(Scripted((200, answer)), body)


# --- the token -------------------------------------------------------------------------------------------------------


def test_a_token_that_is_not_taken_asks_to_sign_in_and_a_new_one_goes_on(shop: Sqld) -> None:
    tokens = ["nonsense", "", shop.token(expires_in=-3600)]

    async def body(db: RemoteDatabase) -> None:
        while tokens[0] != "good":
            for work in (db.query("SELECT 1"), db.apply(edit("a")), db.migrate()):
                with pytest.raises(SignInNeeded):
                    await work
            tokens.pop(0)
            tokens.append("good")
        assert not (await db.apply(edit("b"))).repeated

    with_remote(shop.url, lambda: shop.token() if tokens[0] == "good" else tokens[0], body)
    assert shop.execute("SELECT text, n FROM notes") == [["b", 1]]


def test_a_token_that_only_reads_says_that_rights_are_lacking(shop: Sqld) -> None:
    async def body(db: RemoteDatabase) -> None:
        assert (await db.query("SELECT text FROM notes"))[0]["text"] == "old"
        with pytest.raises(SignInNeeded) as raised:
            await db.apply(edit("a"))
        assert "δικαίωμα εγγραφής" in raised.value.message("el")

    with_remote(shop.url, shop.token("ro"), body)


def test_secrets_are_in_no_log_and_in_no_error(shop: Sqld, network: TcpProxy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = shop.token().replace(".", ".x", 1)
    told: list[str] = []

    async def body(db: RemoteDatabase) -> None:
        for prepare in (lambda: None, network.refuse):
            prepare()
            with pytest.raises(KKDeskError) as raised:
                await db.query("SELECT 'Παπαδόπουλος'")
            told.extend(traceback.format_exception(raised.value))

    with_remote(f"{network.url}/?authToken={secret}", secret, body)
    logged = "".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "server_silent" in logged
    assert secret not in logged
    assert secret not in "".join(told)
    assert "Παπαδόπουλος" not in logged


# --- migrations ------------------------------------------------------------------------------------------------------


def schema_of(rows: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in rows}


COLUMNS = (
    "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' "
    "AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE 'libsql\\_%' ESCAPE '\\'"
)
OTHERS = "SELECT type, name FROM sqlite_master WHERE type <> 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def test_a_new_database_gets_what_a_file_gets(sqld: Sqld, tmp_path: Path) -> None:
    async def body(db: RemoteDatabase) -> None:
        assert len(await db.migrate()) == LATEST
        assert await db.migrate() == []
        file = await LocalDatabase.open(tmp_path / "crm.db")
        for sql in (
            COLUMNS,
            OTHERS,
            "SELECT number, name, sha256 FROM kk_migrations",
            "SELECT id FROM email_retry_config",
        ):
            assert schema_of([list(row) for row in await db.query(sql)]) == schema_of(
                [list(row) for row in await file.query(sql)]
            )
        await file.close()

    with_remote(sqld.url, sqld.token(), body)


def test_the_web_apps_database_is_upgraded_additively_by_several_computers_at_once(tmp_path: Path) -> None:
    old = tmp_path / "web.db"
    with closing(sqlite3.connect(SAMPLE)) as source, closing(sqlite3.connect(old)) as target:
        source.backup(target)
        # The web app's migrations do not always all run.
        target.execute("DROP INDEX IF EXISTS idx_customers_lead_source")
        for view in ("v_customer_engagement", "v_org_health"):
            target.execute(f"DROP VIEW IF EXISTS {view}")
        target.execute("ALTER TABLE customers DROP COLUMN lead_source")
        target.execute("DROP TABLE IF EXISTS geocode_cache")
        before = target.execute("SELECT type, name, sql FROM sqlite_master WHERE name <> 'customers'").fetchall()
        tables = [name for kind, name, _ in before if kind == "table"]
        counts = {name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in tables}

    with sqld_server(start=False) as server:
        server.load(old)

        async def body(first: RemoteDatabase) -> None:
            async def token() -> str:
                return server.token()

            others = [RemoteDatabase(server.url, token) for _ in range(3)]
            ran = await asyncio.gather(*(db.migrate() for db in (first, *others)))
            for db in others:
                await db.close()
            names = [name for part in ran for name in part]
            assert len(names) == len(set(names)) == LATEST, "each ran once, wherever"
            now = {tuple(row) for row in await first.query("SELECT type, name, sql FROM sqlite_master")}
            assert set(before) <= now, "nothing of the web app's is altered or dropped"
            for table, count in counts.items():
                assert (await first.query(f'SELECT count(*) FROM "{table}"'))[0][0] == count[0], table
            await first.query("SELECT lead_source FROM customers")
            await first.query("SELECT address FROM geocode_cache")

        with_remote(server.url, server.token(), body)
        assert server.execute("PRAGMA integrity_check") == [["ok"]]


def test_a_database_of_a_newer_program_is_left_alone(shop: Sqld) -> None:
    shop.execute("CREATE TABLE kk_migrations (number INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, applied_at INTEGER)")
    shop.execute("INSERT INTO kk_migrations VALUES (9999, 'future', '', 0)")

    async def token() -> str:
        return shop.token()

    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(DatabaseNewer):
            await RemoteDatabase.open(shop.url, token)
        with pytest.raises(DatabaseNewer):
            await db.migrate()

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT count(*) FROM kk_migrations") == [[1]]


def test_a_database_that_may_only_be_read_and_is_up_to_date_opens(sqld: Sqld) -> None:
    async def reading() -> str:
        return sqld.token("ro")

    async def body(db: RemoteDatabase) -> None:
        await db.migrate()
        reader = await RemoteDatabase.open(sqld.url, reading)
        assert await reader.migrate() == []
        assert await reader.size() > 100_000
        assert (await reader.pulse()).index > 0
        await reader.close()

    with_remote(sqld.url, sqld.token(), body)
