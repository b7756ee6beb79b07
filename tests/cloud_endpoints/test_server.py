"""The server under clients that take their time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from cloud_endpoints import server as server_module
from cloud_endpoints.server import EndpointServer, PatientProtocol

Application = Callable[[Any, Any, Any], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(app: Application) -> AsyncIterator[int]:
    """A server of `app` in this loop; its port."""
    config = uvicorn.Config(app, http=PatientProtocol, ws="none", lifespan="off", log_config=None)
    listening = socket.create_server(("127.0.0.1", 0))
    told: list[str] = []
    server = EndpointServer(config, told.append)
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not told:
        await asyncio.sleep(0)
    assert told == [f"http://127.0.0.1:{listening.getsockname()[1]}"]
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def hello(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"GET / HTTP/1.1\r\nHost: kk\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return await reader.readexactly(5)


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: kk\r\nX: a\r\n"])
def test_a_request_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(server_module, "HEAD_SECONDS", 0.05)

    async def run() -> None:
        async with serving(hello) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(beginning)
            assert await reader.read() == b""
            writer.close()

    asyncio.run(run())


def test_one_that_trickles_is_not_waited_for_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "HEAD_SECONDS", 0.2)

    async def trickle(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"X: a\r\n")
            await asyncio.sleep(0.01)

    async def run() -> None:
        async with serving(hello) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: kk\r\n")
            sending = asyncio.create_task(trickle(writer))
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            sending.cancel()
            writer.close()

    asyncio.run(run())


def test_a_slow_answer_is_finished_and_the_connection_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "HEAD_SECONDS", 0.05)

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.2)
        await hello(scope, receive, send)

    async def run() -> None:
        async with serving(slow) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await ask(reader, writer) == b"hello"
            assert await ask(reader, writer) == b"hello"
            # Idle now: nobody is waited for.
            assert await reader.read() == b""
            writer.close()

    asyncio.run(run())
