"""`RemoteDatabase` where the network, the server or the token fail."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest

from kkdesk.model.errors import (
    KKDeskError,
    Offline,
    SignInNeeded,
)
from kkdesk.store import remote
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.remote_change import Delivered, NotTried, Repeated
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.notes_server import HASTY, Body, edit, kinds, with_remote


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
