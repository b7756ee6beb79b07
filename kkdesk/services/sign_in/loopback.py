"""The listener that the browser comes back to (RFC 8252, 7.3 and 8.3): for this computer alone, one answer, then gone.

Whoever else connects gets an error page and changes nothing: neither garbage, nor silence, nor many connections end or
delay a sign-in that is under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import SignInFailed
from kkdesk.services.sign_in.callback_pages import response_to
from kkdesk.services.sign_in.callback_request import LONGEST, Callback, Expected, Refusal

_log = structlog.get_logger(__name__)

#: Seconds in which a connection must have said what it wants.
_HEAD_SECONDS: Final = 10.0
#: Seconds that the last page gets to arrive.
_PAGE_SECONDS: Final = 2.0
#: Connections at a time; of more the oldest, which has been silent longest, is closed.
_MOST: Final = 32
_ADDRESSES: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


class Loopback:
    """One listener. `answer` is what the browser brought, once."""

    def __init__(self, state: str) -> None:
        """Use `listening`."""
        self._state = state
        self._path = f"/{secrets.token_urlsafe(12)}"
        self._expected = Expected("", self._path, state)
        self._answer: asyncio.Future[Callback] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        #: The connection that brought the answer: its page is let through.
        self._last: asyncio.StreamWriter | None = None
        self.redirect_uri = ""

    async def open(self) -> None:
        """Begin to listen on a free port. Raises `SignInFailed` when none can be had."""
        for family, address in _ADDRESSES:
            try:
                self._server = await asyncio.start_server(
                    self._serve, address, 0, family=family, limit=LONGEST, backlog=_MOST
                )
            except OSError as error:
                _log.info("loopback_refused", address=address, error=type(error).__name__)
                continue
            port = self._server.sockets[0].getsockname()[1]
            host = f"[{address}]:{port}" if family == socket.AF_INET6 else f"{address}:{port}"
            self._expected = Expected(host, self._path, self._state)
            self.redirect_uri = f"http://{host}{self._path}"
            return
        raise _no_port()

    async def answer(self) -> Callback:
        """What the provider answered. Waits for as long as it takes."""
        return await asyncio.shield(self._answer)

    async def close(self) -> None:
        """Listen no more. The page for whoever brought the answer still arrives."""
        if self._server is not None:
            self._server.close()
        self._answer.cancel()
        for writer in tuple(self._open):
            if writer is not self._last:
                writer.transport.abort()
        if self._last is not None:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_PAGE_SECONDS):
                    await self._last.wait_closed()
            self._last.transport.abort()
        serving = [task for task in self._open.values() if task is not None]
        if serving:
            await asyncio.wait(serving, timeout=_PAGE_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= _MOST:
            next(iter(self._open)).transport.abort()
        self._open[writer] = asyncio.current_task()
        try:
            with contextlib.suppress(OSError, TimeoutError):
                await self._reply(reader, writer)
        finally:
            self._open.pop(writer, None)
            writer.transport.abort()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            said = await self._read(reader)
            if isinstance(said, Callback):
                if self._answer.done():
                    said = Refusal(410)
                else:
                    self._last = writer
                    self._answer.set_result(said)
            writer.write(response_to(said))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> Callback | Refusal:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return Refusal(400)
        return self._expected.read(head)


@asynccontextmanager
async def listening(state: str) -> AsyncIterator[Loopback]:
    """A listener for the attempt with `state`, closed at the end whatever happens. Raises `SignInFailed`."""
    loopback = Loopback(state)
    try:
        await loopback.open()
        yield loopback
    finally:
        await loopback.close()


def _no_port() -> SignInFailed:
    return SignInFailed(
        Bilingual(
            "Δεν ανοίγει θύρα σε αυτόν τον υπολογιστή για την απάντηση της Google.",
            "No port can be opened on this computer for Google's answer.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Επιτρέψτε στο KK Desk να δέχεται συνδέσεις από τον ίδιο τον υπολογιστή (127.0.0.1) στο τείχος προστασίας.",
            "Let KK Desk accept connections from this very computer (127.0.0.1) in the firewall.",
        ),
    )
