"""An SMTP server that swallows mail and misbehaves on demand.

In the test's own loop: `async with SmtpSink(Behaviour(...)) as sink`. As a process of its own, for kill tests and
benchmarks: `python -m tests.servers.smtp_sink --journal FILE`; it prints its port, and writes one line "recipient
message-id" for each mail *before* it answers the final dot, as a server that has taken responsibility would.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import re
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"<([^>]*)>")


@dataclass
class Behaviour:
    """What the server does otherwise than a good one.

    `refuse` maps an address to a reply of RCPT ("450 4.2.1 busy"); `answers` a command (EHLO, MAIL, DATA, ".", AUTH)
    to the reply given instead. `hang_at` is a command that is never answered, `drop_at` one at which the connection is
    cut ("data": in the middle of the message; ".": after it, before the answer). `greeting` replaces the 220.
    `users` switches AUTH on; `tls` offers STARTTLS. `after_mail` is called with (recipients, message) before the 250.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    hang_at: str = ""
    drop_at: str = ""
    greeting: str = "220 sink.example ESMTP"
    users: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    after_mail: Callable[[list[str], bytes], None] | None = None


@dataclass(frozen=True)
class Swallowed:
    """One accepted mail."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class SmtpSink:
    """The server; `mails` and `commands` are what it has seen, `connections` how many there have been."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.mails: list[Swallowed] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and cut every connection."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def __aenter__(self) -> SmtpSink:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await _Conversation(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.commands.append("(connection lost)")
        except asyncio.CancelledError:
            # Only `stop` cancels; asyncio 3.11 logs a connection's cancelled task as an error of its own.
            self.commands.append("(server stopped)")
        finally:
            self._tasks.discard(task)
            writer.close()


class _Conversation:
    def __init__(self, sink: SmtpSink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._how = sink.behaviour
        self._sender, self._recipients = "", list[str]()
        self._secure = self._signed_in = False

    async def run(self) -> None:
        await self._meet("greeting")
        await self._say(self._how.greeting)
        while line := await self._reader.readline():
            text = line.decode("utf-8", "replace").strip()
            verb = text.split(" ")[0].upper()
            self._sink.commands.append(text)
            await self._meet(verb)
            if verb == "QUIT":
                await self._say("221 2.0.0 bye")
                return
            await self._answer(verb, text)

    async def _answer(self, verb: str, text: str) -> None:
        if verb in self._how.answers:
            await self._say(self._how.answers[verb])
        elif verb in {"EHLO", "HELO"}:
            await self._say(*self._capabilities())
        elif verb == "STARTTLS" and self._how.tls is not None:
            await self._say("220 2.0.0 go ahead")
            await self._writer.start_tls(self._how.tls)
            self._secure = True
        elif verb == "AUTH":
            await self._sign_in(text)
        elif verb == "MAIL":
            await self._begin(text)
        elif verb == "RCPT":
            await self._take_recipient(text)
        elif verb == "DATA":
            await self._take_message()
        elif verb in {"RSET", "NOOP"}:
            self._recipients.clear()
            await self._say("250 2.0.0 ok")
        else:
            await self._say("502 5.5.1 unknown command")

    def _capabilities(self) -> list[str]:
        offered = ["250-sink.example", "250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250-ENHANCEDSTATUSCODES"]
        if self._how.tls is not None and not self._secure:
            offered.append("250-STARTTLS")
        if self._how.users and (self._secure or self._how.tls is None):
            offered.append("250-AUTH PLAIN LOGIN")
        return [*offered, "250 SIZE 50000000"]

    async def _sign_in(self, text: str) -> None:
        _, method, *initial = text.split(" ")
        if method.upper() == "LOGIN":
            user = initial[0] if initial else await self._ask("334 VXNlcm5hbWU6")
            pair = [base64.b64decode(text).decode() for text in (user, await self._ask("334 UGFzc3dvcmQ6"))]
        else:
            given = initial[0] if initial else await self._ask("334 ")
            pair = base64.b64decode(given).decode().split("\0")[1:]
        user, password = pair
        self._signed_in = self._how.users.get(user) == password
        await self._say("235 2.7.0 welcome" if self._signed_in else "535 5.7.8 Bad credentials")

    async def _ask(self, prompt: str) -> str:
        await self._say(prompt)
        return (await self._reader.readline()).decode().strip()

    async def _begin(self, text: str) -> None:
        if self._how.users and not self._signed_in:
            await self._say("530 5.7.0 Authentication required")
            return
        self._sender = _address(text)
        self._recipients.clear()
        await self._say("250 2.1.0 ok")

    async def _take_recipient(self, text: str) -> None:
        address = _address(text)
        refusal = self._how.refuse.get(address)
        if refusal is None:
            self._recipients.append(address)
        await self._say(refusal or "250 2.1.5 ok")

    async def _take_message(self) -> None:
        if not self._recipients:
            await self._say("503 5.5.1 no recipients")
            return
        await self._say("354 go ahead")
        if self._how.drop_at == "data":
            await self._reader.readexactly(100)
            raise ConnectionResetError
        content = await self._reader.readuntil(b"\r\n.\r\n")
        message = content[:-3].replace(b"\r\n..", b"\r\n.")
        await self._meet(".")
        if "." in self._how.answers:
            await self._say(self._how.answers["."])
            return
        self._sink.mails.append(Swallowed(self._sender, tuple(self._recipients), message))
        if self._how.after_mail is not None:
            self._how.after_mail(self._recipients, message)
        self._recipients.clear()
        await self._say("250 2.0.0 queued")

    async def _meet(self, point: str) -> None:
        if self._how.hang_at == point:
            await asyncio.Event().wait()
        if self._how.drop_at == point:
            raise ConnectionResetError

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()


def _address(text: str) -> str:
    match = _ADDRESS.search(text)
    return match[1] if match else ""


def journal_writer(path: Path) -> Callable[[list[str], bytes], None]:
    """Writes a line for each mail, on the disk before the function returns (a kill loses nothing of it)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(recipients: list[str], message: bytes) -> None:
        match = _MESSAGE_ID.search(message)
        identity = match[1].decode() if match else "-"
        os.write(descriptor, "".join(f"{recipient} {identity}\n" for recipient in recipients).encode())

    return write


async def _serve(journal: Path | None) -> None:
    behaviour = Behaviour(after_mail=journal_writer(journal) if journal else None)
    sink = SmtpSink(behaviour)
    # A benchmark's sink keeps nothing.
    sink.mails = _Forgetful()
    sink.commands = _ForgetfulText()
    await sink.start()
    print(sink.port, flush=True)
    await asyncio.Event().wait()


class _Forgetful(list[Swallowed]):
    def append(self, _item: Swallowed) -> None:
        return


class _ForgetfulText(list[str]):
    def append(self, _item: str) -> None:
        return


def main() -> int:
    """The process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--journal", type=Path)
    try:
        asyncio.run(_serve(parser.parse_args().journal))
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
