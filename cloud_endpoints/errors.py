"""Failures as responses: one table from our errors to HTTP, JSON `{"error","code","requestId"}`, request ids, logs."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kkdesk.model.errors import (
    Conflict,
    DatabaseBusy,
    InvalidInput,
    KKDeskError,
    NotAllowed,
    NotConfigured,
    NotFound,
    Offline,
)

_STATUS: dict[type[KKDeskError], int] = {
    InvalidInput: 400,
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 409,
    NotConfigured: 503,
    Offline: 503,
    DatabaseBusy: 503,
    KKDeskError: 500,
}
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")

_log = structlog.get_logger("cloud_endpoints")


def error_response(request: Request, status: int, error: str, code: str) -> JSONResponse:
    """The one form in which these endpoints report a failure to programs."""
    body = {"error": error, "code": code, "requestId": request_id(request)}
    return JSONResponse(body, status, headers={"cache-control": "no-store"})


def request_id(request: Request) -> str:
    """The id under which this request is logged."""
    return str(request.scope.get("kkdesk.request_id", ""))


def known_failure(request: Request, error: Exception) -> Response:
    """Answer one of our errors."""
    if not isinstance(error, KKDeskError):
        raise error
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    if status >= 500:
        _log.error("failed", request_id=request_id(request), code=error.code, error=error.what.en)
    return error_response(request, status, error.what.en, error.code)


def http_failure(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: unknown paths and methods."""
    if not isinstance(error, HTTPException):
        raise error
    response = error_response(request, error.status_code, error.detail, _HTTP_CODES.get(error.status_code, "http"))
    response.headers.update(error.headers or {})
    return response


def unexpected_failure(request: Request, error: Exception) -> Response:
    """Answer a fault of ours; the details go to the log alone."""
    _log.error("unexpected", request_id=request_id(request), exc_info=error)
    return error_response(request, 500, "Internal error", "internal")


class RequestLog:
    """Gives every request an id (the caller's `X-Request-Id` when it is sane) and logs it without its query."""

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
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _log.info(
                "request",
                request_id=identity,
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=round((self._clock() - started) * 1000, 1),
            )
