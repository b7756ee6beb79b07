"""Every request has an id and one line in the log, without its query: signatures and secrets stand there."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_QUERY = re.compile(r"\?\S*")
#: What is logged as the status of a request whose maker did not wait for the answer, as nginx does.
_CLIENT_GONE = 499

_log = structlog.get_logger("cloud_endpoints")


def request_id(request: Request) -> str:
    """The id under which this request is logged."""
    return str(request.scope.get("kkdesk.request_id", ""))


class RequestLog:
    """Gives every request an id (the caller's `X-Request-Id` when it is sane) and logs it."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` counts seconds."""
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        scope["kkdesk.request_id"] = identity = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        started = self._clock()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identity
            try:
                await send(message)
            except Exception as error:
                # The server's: what its client has sent meanwhile was no HTTP, and it has answered that itself.
                raise ClientDisconnect from error

        try:
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            status = _CLIENT_GONE
        finally:
            _log.info(
                "request",
                request_id=identity,
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=round((self._clock() - started) * 1000, 1),
            )


class WithoutQueries(logging.Filter):
    """Takes the queries out of the lines that a server writes of its own (uvicorn's access log)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its addresses cut at the question mark."""
        if isinstance(record.args, tuple):
            record.args = tuple(_QUERY.sub("?…", arg) if isinstance(arg, str) else arg for arg in record.args)
        if isinstance(record.msg, str):
            record.msg = _QUERY.sub("?…", record.msg)
        return True


def redact_server_logs() -> None:
    """See to the logs of the server that runs us, however it was started. May be called again."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutQueries) for known in logger.filters):
            logger.addFilter(WithoutQueries())
