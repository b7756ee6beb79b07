"""An SMTP peer that follows a script: raw bytes, silence or a reset at any stage, and capabilities that are lies.

It says afterwards what it really got, so that a client's opinion can be held against the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: What can be scripted, in the order of a mail.
STAGES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "content", "dot", "QUIT")
#: Instead of an answer.
HANG, RESET, CLOSE = b"\0hang", b"\0reset", b"\0close"

_GOOD: Mapping[str, bytes] = {
    "greeting": b"220 hostile.example ESMTP\r\n",
    "HELO": b"250 hostile.example\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 go ahead\r\n",
    "dot": b"250 2.0.0 taken\r\n",
    "RSET": b"250 2.0.0 ok\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
}


@dataclass
class Script:
    """What is said at which stage; where nothing is scripted, what a good server says. `content` is said in its middle.

    `once`: only the first connection follows the script, later ones meet a good server.
    """

    says: dict[str, bytes] = field(default_factory=dict)
    extensions: Sequence[bytes] = (b"PIPELINING", b"8BITMIME", b"ENHANCEDSTATUSCODES")
    once: bool = False


class HostilePeer:
    """Listens on `port`. `taken` are the contents that it took responsibility for, `dotted` all that came whole."""

    def __init__(self, script: Script) -> None:
        """Use `hostile_peer`."""
        self.script = script
        self.port = 0
        self.connections = 0
        self.begun = 0
        self.dotted: list[bytes] = []
        self.taken: list[bytes] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.connections += 1
        says = {} if self.script.once and self.connections > 1 else self.script.says
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._converse(_Mouth(reader, writer, says, self.script.extensions))
        writer.close()

    async def _converse(self, peer: _Mouth) -> None:
        await peer.say("greeting")
        while line := await peer.reader.readline():
            verb = line.split(b" ")[0].strip().decode("latin-1").upper()
            answer = await peer.say("EHLO" if verb == "EHLO" else verb)
            if verb == "QUIT":
                return
            # Whatever was said, a client that was told to go ahead sends its content.
            if verb == "DATA" and answer.startswith(b"354"):
                await self._take(peer)

    async def _take(self, peer: _Mouth) -> None:
        first = await peer.reader.readline()
        if first == b".\r\n":
            peer.writer.write(b"554 5.5.1 nobody to give it to\r\n")
            return
        self.begun += 1
        refused = False
        if "content" in peer.says:
            await peer.reader.readexactly(100)
            # Its first answer is the one that counts, for it as for the client: what it says after that is noise.
            refused = (await peer.say("content")).startswith((b"4", b"5"))
        content = first + await peer.reader.readuntil(b"\r\n.\r\n")
        self.dotted.append(content)
        # Decided before it is said: the answer may be lost on the way.
        if peer.answer("dot").startswith(b"2") and not refused:
            self.taken.append(content)
        await peer.say("dot")


@dataclass
class _Mouth:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    says: Mapping[str, bytes]
    extensions: Sequence[bytes]

    def answer(self, stage: str) -> bytes:
        if stage in self.says:
            return self.says[stage]
        if stage == "EHLO":
            lines = [b"hostile.example", *self.extensions]
            return b"".join(b"250-%b\r\n" % line for line in lines[:-1]) + b"250 %b\r\n" % lines[-1]
        return _GOOD.get(stage, b"" if stage == "content" else b"502 5.5.1 what\r\n")

    async def say(self, stage: str) -> bytes:
        answer = self.answer(stage)
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == CLOSE:
            raise ConnectionError
        if answer == RESET:
            # With a linger of nothing the kernel sends RST.
            raw = self.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
            raise ConnectionError
        self.writer.write(answer)
        await self.writer.drain()
        return answer


@asynccontextmanager
async def hostile_peer(script: Script) -> AsyncIterator[HostilePeer]:
    """A peer that is gone at the end."""
    peer = HostilePeer(script)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, limit=2**24)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in peer.tasks:
            task.cancel()
        await asyncio.gather(*peer.tasks, return_exceptions=True)
        await server.wait_closed()
