"""`RemoteDatabase`: changes in order, each once; long ones; what the server answers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.model.errors import (
    Conflict,
    StatementRefused,
    StoreError,
)
from kkdesk.store import remote, remote_stream
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.remote_change import Conflicted, Delivered, NotTried, Refused, Repeated
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.notes_server import LABEL, edit, kinds, on_text, with_remote


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
