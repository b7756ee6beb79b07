"""What stand-ins for HTTP services share: a real server on a port of its own, and the ways in which one misbehaves."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

#: Instead of an answer: a page for people, silence, a connection that breaks at once or in the middle, bytes without
#: end, a packed answer, a redirect, JSON of a depth that no parser likes, a number where there should be text.
Fault = Literal["html", "hang", "cut", "half", "giant", "packed", "redirect", "deep", "number"]

_PAGE = b"<!doctype html><html><title>Sign in to the hotel's network</title></html>"


@dataclass
class Answer:
    """What a stand-in says. `content` is JSON unless it is bytes."""

    status: int = 200
    content: Any = None
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class HttpStandIn:
    """A server; the service it stands for says what it answers to a path and its parameters."""

    port: int = 0
    #: By the number of the request, counted from 0.
    faults: dict[int, Fault] = field(default_factory=dict)
    #: How many requests have come, and how many hang.
    count: int = 0
    hanging: int = 0
    #: What came with the request that is being answered.
    body: bytes = b""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        """What is said; to be overridden."""
        raise NotImplementedError

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        self._writers.add(writer)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._serve_one(reader, writer):
                    pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value for name, value in re.findall(r"(?m)^([\w-]+):[ ]*(.*?)\r$", head)}
        self.body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = urlsplit(head.split(" ")[1])
        number, self.count = self.count, self.count + 1
        said = self.answer(asked.path, parse_qs(asked.query, keep_blank_values=True), headers)
        said = self.faults.get(number, said)
        if said == "hang":
            self.hanging += 1
            await reader.read()  # until they give up
            return False
        if said == "cut":
            return False
        writer.write(_wire(said))
        await writer.drain()
        return said not in ("half", "giant")


def _wire(said: Answer | Fault) -> bytes:
    if isinstance(said, Answer):
        content = said.content if isinstance(said.content, bytes) else json.dumps(said.content).encode()
        headers = {"Content-Type": said.content_type, **said.headers}
        return _message(said.status, content, "".join(f"{name}: {value}\r\n" for name, value in headers.items()))
    match said:
        case "half":
            return b'HTTP/1.1 200 x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"status": "O'
        case "giant":
            return _message(200, b'{"status": "OK", "results": [' + b" " * 20_000_000 + b"]}")
        case "packed":
            return _message(200, gzip.compress(b'{"status": "ZERO_RESULTS"}'), "Content-Encoding: gzip\r\n")
        case "redirect":
            return _message(302, b"", "Location: https://elsewhere.example/\r\n")
        case "deep":
            return _message(200, b"[" * 100_000)
        case "number":
            return _message(200, b"9" * 10_000)
    return _message(200, _PAGE, "Content-Type: text/html\r\n")


def _message(status: int, content: bytes, headers: str = "") -> bytes:
    return b"HTTP/1.1 %d x\r\n%bContent-Length: %d\r\n\r\n%b" % (status, headers.encode(), len(content), content)


@asynccontextmanager
async def served(stand_in: HttpStandIn) -> AsyncIterator[None]:
    """`stand_in` on a port of its own, gone at the end."""
    server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    stand_in.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for writer in tuple(stand_in._writers):
            writer.transport.abort()
        await server.wait_closed()
        while stand_in._writers:
            await asyncio.sleep(0)
