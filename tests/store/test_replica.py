"""A replica of a real server: online, offline, in conflict, refused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kkdesk.model.change import Change, Statement
from kkdesk.model.errors import Conflict, NotAllowed, Offline, StatementRefused
from kkdesk.store.replica import ReplicaDatabase
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import LABEL, Token, desktop, edit, make_table, quiet, until, value


def test_a_change_is_at_once_here_and_soon_on_every_desktop(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", sqld.url, token) as a, desktop(tmp_path / "b", sqld.url, token) as b:
            await make_table(a)
            for number in range(5):
                await a.apply(edit("a", "text", await value(a, "a"), f"text {number}"))
                assert await value(a, "a") == f"text {number}"
            await b.sync.fetch()
            assert await value(b, "a") == "text 4"
            assert a.view.fork is None

    asyncio.run(work())
    assert sqld.execute("SELECT text, count FROM note WHERE id = 'a'") == [["text 4", 5]]


def test_different_fields_of_one_record_merge_and_the_same_field_is_a_conflict(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", sqld.url, token) as a, desktop(tmp_path / "b", sqld.url, token) as b:
            await make_table(a)
            await b.sync.fetch()
            await a.apply(edit("a", "text", "first", "mine"))
            await b.apply(edit("a", "colour", "red", "green"))
            with pytest.raises(Conflict) as met:
                await b.apply(edit("a", "text", "first", "theirs"))
            (failed,) = met.value.failed
            assert (failed.guard.new, failed.current) == ("theirs", "mine")
            assert (await b.box.do(lambda box: box.counts())).conflicts == 0

    asyncio.run(work())
    assert sqld.execute("SELECT text, colour, count FROM note WHERE id = 'a'") == [["mine", "green", 2]]


@pytest.mark.parametrize("trouble", ["refuse", "black_hole", "cut"])
def test_without_the_network_everything_goes_on_and_arrives_once(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, trouble: str
) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", network.url, token) as a:
            await make_table(a)
            if trouble == "cut":
                network.cut_answers(1_000_000)
            else:
                getattr(network, trouble)()
            for number in range(5):
                await a.apply(edit("a", "text", await value(a, "a"), f"text {number}"))
                assert await value(a, "a") == f"text {number}"
            assert a.status.state.connection == "offline"
        # The program is closed and opened again, still without the network.
        async with desktop(tmp_path / "a", network.url, token) as a:
            assert await value(a, "a") == "text 4"
            await a.apply(edit("b", "text", "second", "changed"))
            assert await value(a, "b") == "changed"
            network.passing()
            await a.sync.fetch()
            await quiet(a)
            assert await value(a, "a") == "text 4"

    asyncio.run(work())
    assert sqld.execute("SELECT text, count FROM note ORDER BY id") == [["text 4", 5], ["changed", 1]]


def test_a_change_made_offline_in_conflict_is_kept_with_both_values(
    tmp_path: Path, sqld: Sqld, network: TcpProxy
) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", network.url, token) as a:
            await make_table(a)
            network.refuse()
            await a.apply(edit("a", "text", "first", "mine"))
            await a.apply(edit("b", "text", "second", "merged"))
            sqld.execute("UPDATE note SET text = 'theirs' WHERE id = 'a'")
            network.passing()
            a.delivery.wake(at_once=True)
            await until(lambda: a.status.state.conflicts == 1)
            await quiet(a)
            assert await value(a, "a") == "theirs"
            assert await value(a, "b") == "merged"
            (stuck,) = await a.box.do(lambda box: box.stuck(10))
            (failed,) = stuck.failed
            assert (failed.guard.old, failed.guard.new, failed.current) == ("first", "mine", "theirs")

    asyncio.run(work())


@pytest.mark.logs("change_refused")
def test_what_the_database_refuses_later_is_kept_with_the_reason(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", network.url, token) as a:
            await make_table(a)
            network.refuse()
            await a.apply(Change(LABEL, (Statement("INSERT INTO note (id, text) VALUES ('c', 'x')"),)))
            with pytest.raises(StatementRefused):
                await a.apply(Change(LABEL, (Statement("INSERT INTO note (id) VALUES ('c')"),)))
            assert a.status.state.waiting == 1
            sqld.execute("INSERT INTO note (id, text) VALUES ('c', 'theirs')")
            network.passing()
            a.delivery.wake(at_once=True)
            await until(lambda: a.status.state.conflicts == 1)
            (stuck,) = await a.box.do(lambda box: box.stuck(10))
            assert stuck.reason is not None
            assert "note.id" in stuck.reason.en
            await quiet(a)
            assert await value(a, "c") == "theirs"

    asyncio.run(work())


def test_a_writer_that_knows_nothing_of_us_shows_up(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        async with desktop(tmp_path / "a", sqld.url, Token(sqld.token())) as a:
            await make_table(a)
            before = await a.data_version()
            sqld.execute("UPDATE note SET text = 'from the web' WHERE id = 'b'")
            await a.sync.fetch(certain=False)
            assert await value(a, "b") == "from the web"
            assert await a.data_version() != before
            after = await a.data_version()
            await a.sync.fetch()
            assert await a.data_version() == after

    asyncio.run(work())


def test_what_needs_the_servers_word_says_so_at_once(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def work() -> None:
        async with desktop(tmp_path / "a", network.url, Token(sqld.token())) as a:
            await make_table(a)
            sql = "UPDATE note SET count = 100 WHERE id = 'a' RETURNING count"
            applied = await a.apply(Change(LABEL, (Statement(sql),), at_primary=True))
            assert applied.rows[0][0]["count"] == 100
            assert await value(a, "a", "count") == 100
            network.refuse()
            with pytest.raises(Offline):
                await a.apply(Change(LABEL, (Statement("UPDATE note SET count = 7"),), at_primary=True))
            assert a.status.state.waiting == 0
            assert await value(a, "a", "count") == 100

    asyncio.run(work())


def test_an_expired_token_asks_to_sign_in_and_keeps_the_outbox(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            await make_table(a)
            token.text = sqld.token(expires_in=-120)
            await a.apply(edit("a", "text", "first", "waits"))
            assert a.status.state.connection == "sign_in"
            assert await value(a, "a") == "waits"
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            assert await value(a, "a") == "waits"
            await until(lambda: a.status.state.connection == "sign_in")
            token.text = sqld.token()
            await a.sync.fetch()
            await quiet(a)
            assert a.status.state.connection == "online"

    asyncio.run(work())
    assert sqld.execute("SELECT text FROM note WHERE id = 'a'") == [["waits"]]


def test_a_token_that_may_only_read_keeps_the_outbox_too(tmp_path: Path, sqld: Sqld) -> None:
    async def work() -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", sqld.url, token) as a:
            await make_table(a)
            token.text = sqld.token("ro")
            await a.apply(edit("a", "text", "first", "waits"))
            assert a.status.state.waiting == 1
            token.text = sqld.token()
            a.delivery.wake(at_once=True)
            await quiet(a)

    asyncio.run(work())
    assert sqld.execute("SELECT text FROM note WHERE id = 'a'") == [["waits"]]


def test_whoever_else_empties_the_outbox_does_not_hide_that_it_is_being_emptied(
    tmp_path: Path, sqld: Sqld, network: TcpProxy
) -> None:
    """Else the fork would be made anew, at the cost of a copy of the file, while what it is for is leaving."""

    async def work() -> None:
        async with desktop(tmp_path / "a", network.url, Token(sqld.token())) as a:
            await make_table(a)
            network.refuse()
            await a.apply(edit("a", "text", "first", "waits"))
            await until(lambda: a.delivery.leaving_since is None)
            network.black_hole()
            before = network.accepted
            other = asyncio.ensure_future(a.delivery.drain())
            await until(lambda: network.accepted > before)
            a.delivery.wake(at_once=True)
            await until(lambda: a.delivery.leaving_since is not None)
            since = a.delivery.leaving_since
            other.cancel()
            await asyncio.wait({other})
            assert a.delivery.leaving_since == since
            network.passing()
            a.delivery.wake(at_once=True)
            await quiet(a)
            await until(lambda: a.delivery.leaving_since is None)

    asyncio.run(work())


def test_changes_for_another_database_are_not_delivered_to_this_one(
    tmp_path: Path, sqld: Sqld, network: TcpProxy
) -> None:
    async def work(other: Sqld) -> None:
        token = Token(sqld.token())
        async with desktop(tmp_path / "a", network.url, token) as a:
            await make_table(a)
            network.refuse()
            await a.apply(edit("a", "text", "first", "waits"))
        async with desktop(tmp_path / "a", other.url, Token(other.token())) as a:
            with pytest.raises(NotAllowed):
                await a.sync.fetch()
            assert a.status.state.waiting == 1
            assert await value(a, "a") == "waits"

    with sqld_server() as other:
        asyncio.run(work(other))
        assert other.execute("SELECT count(*) FROM sqlite_master WHERE name = 'note'") == [[0]]


def test_two_desktops_upgrade_the_web_crms_database_at_once(tmp_path: Path) -> None:
    async def customers(db: ReplicaDatabase) -> object:
        return (await db.query("SELECT count(*) FROM customers"))[0][0]

    async def work(server: Sqld) -> None:
        token = Token(server.token())

        async def open_one(name: str) -> None:
            async with desktop(tmp_path / name, server.url, token) as db:
                assert await customers(db) == 2150
                server.execute("UPDATE customers SET city = 'Βόλος' WHERE id = (SELECT min(id) FROM customers)")
                await db.sync.fetch()
                assert await db.query("SELECT 1 FROM customers WHERE city = 'Βόλος'")

        await asyncio.gather(open_one("a"), open_one("b"))

    with sqld_server(start=False) as server:
        server.load(Path(__file__).parent.parent / "data" / "webapp-sample.db")
        before = server.execute("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'kk_%'")
        asyncio.run(work(server))
        numbers = server.execute("SELECT number FROM kk_migrations ORDER BY number")
        assert numbers == [[number] for number in range(1, len(numbers) + 1)]
        assert server.execute("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'kk_%'")[0][0] >= before[0][0]
