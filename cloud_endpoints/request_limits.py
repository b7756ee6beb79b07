"""How large a request may be, and how long its body may take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_endpoints.errors import error_response

#: Bytes. A destination of 4,096 Greek letters is 24,576 bytes in a query.
MAX_QUERY: Final = 32_768
MAX_HEADERS: Final = 16_384
MAX_PATH: Final = 1024
MAX_BODY: Final = 16_384
#: Seconds in which a body must have come.
BODY_SECONDS: Final = 10.0


class RequestLimits:
    """Refuses what is too large or too slow, before anything else looks at it."""

    def __init__(
        self, app: ASGIApp, *, instead: Mapping[str, ASGIApp] | None = None, body_seconds: float = BODY_SECONDS
    ) -> None:
        """`instead` answers for the paths that never show an error."""
        self._app = app
        self._instead = instead or {}
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := _too_large(scope):
            await self._refuse(refusal, scope, receive, send)
            return
        body = _Body(receive, self._body_seconds)
        answer = _Answer(send)
        try:
            await self._app(scope, body.receive, answer.send)
        except _Refused as refused:
            if not answer.begun:
                await self._refuse(refused.answer, scope, receive, send)

    async def _refuse(self, refusal: tuple[int, str, str], scope: Scope, receive: Receive, send: Send) -> None:
        app = self._instead.get(scope["path"]) or error_response(Request(scope), *refusal)
        await app(scope, receive, send)


class _Refused(Exception):
    """Raised through the application."""

    def __init__(self, status: int, error: str, code: str) -> None:
        super().__init__(error)
        self.answer = (status, error, code)


class _Body:
    """A request's body as it comes, watched."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until: float | None = None
        self._size = 0
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise _Refused(408, "The request took too long", "too_slow") from None
        self._size += len(message.get("body", b""))
        if self._size > MAX_BODY:
            raise _Refused(413, "The request is too large", "too_large")
        self._complete = not message.get("more_body", False)
        return message


class _Answer:
    """Whether an answer has been begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


def _too_large(scope: Scope) -> tuple[int, str, str] | None:
    if len(scope["query_string"]) > MAX_QUERY or len(scope["path"]) > MAX_PATH:
        return 414, "The address is too long", "too_long"
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        return 431, "The headers are too large", "headers_too_large"
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not length.isdigit() or int(length) > MAX_BODY:
        return 413, "The request is too large", "too_large"
    return None
