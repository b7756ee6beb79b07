"""A bad network: a proxy in front of a port that passes, delays, throttles, swallows, refuses and cuts.

It runs on a thread with a loop of its own, and is told what to do from any thread.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Mode = Literal["pass", "black_hole", "refuse"]


class TcpProxy:
    """Listens on `port` and speaks with `target`, both of the loopback interface."""

    def __init__(self, target: int) -> None:
        """Use `tcp_proxy`."""
        self.target = target
        self.port = 0
        #: Seconds that everything is held up, and bytes a second that come through (0: all).
        self.delay = 0.0
        self.rate = 0
        #: Seconds that everything is under way, in each direction; unlike `delay` it holds up nothing behind it.
        self.latency = 0.0
        #: Connections that were accepted.
        self.accepted = 0
        #: Bytes that the target has answered.
        self.answered = 0
        self._mode: Mode = "pass"
        self._cut_answers = 0
        self._loop = asyncio.new_event_loop()
        self._listening: socket.socket | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy", daemon=True)

    @property
    def url(self) -> str:
        """Its address, for HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self.passing()

    def passing(self) -> None:
        """Let all through, at once."""
        self.delay, self.rate, self._cut_answers = 0.0, 0, 0
        self._set("pass")

    def black_hole(self) -> None:
        """Accept connections and bytes, and let none out, in either direction."""
        self._set("black_hole")

    def refuse(self) -> None:
        """Close the port, and what is open."""
        self._set("refuse")

    def cut(self) -> None:
        """Reset what is open; new connections pass."""
        self._run(self._cut())

    def cut_answers(self, number: int = 1) -> None:
        """Let the next requests through, but cut the connection as the answer comes: nobody knows what was done."""
        self._cut_answers = number

    def close(self) -> None:
        """End it."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _set(self, mode: Mode) -> None:
        async def change() -> None:
            self._mode = mode
            if mode == "black_hole":
                self._open.clear()
            else:
                self._open.set()
            if mode == "refuse":
                self._stop_listening()
                await self._cut()
            elif self._listening is None:
                await self._listen()

        self._run(change())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        # Not asyncio's server: of 3.11, it loses a connection that comes as it is closed.
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._listening.setblocking(False)
        self.port = self._listening.getsockname()[1]
        self._loop.add_reader(self._listening, self._accept, self._listening)

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._loop.remove_reader(self._listening)
            self._listening.close()
            self._listening = None

    async def _cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _end(self) -> None:
        self._stop_listening()
        await self._cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # What was aborted is closed in the loop's next turn.
        await asyncio.sleep(0)

    def _accept(self, listening: socket.socket) -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return  # Whoever came has left.
        connection.setblocking(False)
        self.accepted += 1
        task = self._loop.create_task(self._serve(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Also when it was called off before it began.
        task.add_done_callback(lambda _: connection.close())

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            with suppress(OSError):
                back, there = await asyncio.open_connection("127.0.0.1", self.target)
                self._writers.add(there)
                pipes = [
                    asyncio.ensure_future(self._pipe(reader, there, lambda _: False)),
                    asyncio.ensure_future(self._pipe(back, writer, self._is_to_be_cut)),
                ]
                try:
                    await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for pipe in pipes:
                        pipe.cancel()
                    await asyncio.gather(*pipes, return_exceptions=True)
        finally:
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()
                    self._writers.discard(end)

    def _is_to_be_cut(self, answer: bytes) -> bool:
        self.answered += len(answer)
        if not self._cut_answers:
            return False
        self._cut_answers -= 1
        return True

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: Callable[[bytes], bool]
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.latency:
                    self._loop.call_later(self.latency, writer.write, data)
                    continue
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.rate:
                    await asyncio.sleep(len(data) / self.rate)
                await self._open.wait()
                if cut(data):
                    return
                writer.write(data)
                await writer.drain()


@contextmanager
def tcp_proxy(target: int) -> Iterator[TcpProxy]:
    """A proxy in front of a port of this computer, gone at the end of the test."""
    proxy = TcpProxy(target)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()
