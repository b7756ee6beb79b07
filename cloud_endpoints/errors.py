"""Failures as responses: one table from our errors to HTTP, and JSON `{"error","code","requestId"}`."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.request_log import request_id
from cloud_endpoints.security_headers import DEFAULTS
from kkdesk.model.errors import (
    Conflict,
    InvalidInput,
    KKDeskError,
    NotAllowed,
    NotConfigured,
    NotFound,
    Offline,
    SignInNeeded,
    StoreError,
)

__all__ = [
    "RETRY_SECONDS",
    "error_response",
    "http_failure",
    "known_failure",
    "request_id",
    "too_many",
    "unexpected_failure",
]

_STATUS: dict[type[KKDeskError], int] = {
    InvalidInput: 400,
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 409,
    # The server's own trouble, which passes: a setting, its token, its database.
    NotConfigured: 503,
    SignInNeeded: 503,
    Offline: 503,
    StoreError: 503,
    KKDeskError: 500,
}
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
#: What 503 says of when to come again.
RETRY_SECONDS = 30

_log = structlog.get_logger("cloud_endpoints")


def error_response(
    request: Request, status: int, error: str, code: str, *, retry_after: int | None = None, reason: str = ""
) -> JSONResponse:
    """The one form in which these endpoints report a failure to programs. `retry_after` in seconds."""
    body = {"error": error, "code": code, "requestId": request_id(request), **({"reason": reason} if reason else {})}
    headers = {"cache-control": "no-store"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return JSONResponse(body, status, headers=headers)


def too_many(request: Request, seconds: int) -> JSONResponse:
    """429: the visitor's network has asked for enough, and may come again after `seconds`."""
    return error_response(request, 429, "Too many requests", "too_many", retry_after=seconds)


def known_failure(request: Request, error: Exception) -> Response:
    """Answer one of our errors."""
    if not isinstance(error, KKDeskError):
        raise error
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    if status >= 500:
        _log.error("failed", request_id=request_id(request), code=error.code, error=error.what.en)
    retry_after = RETRY_SECONDS if status == 503 else None
    return error_response(request, status, error.what.en, error.code, retry_after=retry_after)


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
    response = error_response(request, 500, "Internal error", "internal")
    # This answer is made outside of everything that adds headers.
    response.headers.update({**DEFAULTS, "x-request-id": request_id(request)})
    return response
