"""Many requests over many connections that stay open: a client that costs less than the server it measures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Load:
    """What came back, in the order of the answers: status of each request, and seconds that it took."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    #: From the first request to the last answer.
    elapsed: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds below which `share` (0 to 1) of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


async def load(port: int, targets: Iterable[str], connections: int) -> Load:
    """GET each of `targets` (paths with queries) once, over so many connections, each with one request at a time."""
    waiting = iter(targets)
    result = Load()

    async def lane() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for target in waiting:
                began = time.perf_counter()
                writer.write(f"GET {target} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Firefox/140.0\r\n\r\n".encode())
                status, _ = await read_answer(reader)
                result.seconds.append(time.perf_counter() - began)
                result.statuses.append(status)
        finally:
            writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(connections)))
    result.elapsed = time.perf_counter() - began
    return result


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer that has a content length. Raises `EOFError` or `OSError` when it is cut off."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    body = await reader.readexactly(int(length)) if length else b""
    return int(head[9:12]), body
