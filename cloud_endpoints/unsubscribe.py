"""Unsubscribing: GET asks and changes nothing (scanners fetch it), POST acts (RFC 8058)."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from cloud_endpoints.errors import error_response
from cloud_endpoints.pages import ask_page, broken_link_page, done_page
from cloud_endpoints.state import EndpointState, mail_of, parameter, state_of, visitor_of
from kkdesk.model.errors import NotFound
from kkdesk.services.tracking.visits import MailRef

_MAX_REASON = 500
_MAX_BODY = 16_384


async def ask(request: Request) -> Response:
    """`GET /api/unsubscribe`: a page in Greek and English that asks."""
    state, mail = state_of(request), mail_of(request)
    address = await state.unsubscribing.address_of(mail) if _verified(state, mail, request) else None
    if address is None:
        return broken_link_page()
    return ask_page(f"{request.url.path}?{request.url.query}", _masked(address))


async def act(request: Request) -> Response:
    """`POST /api/unsubscribe`: from the page's button or a one-click client; idempotent, never a redirect."""
    state, mail = state_of(request), mail_of(request)
    if not _verified(state, mail, request):
        return _refused(request)
    form = await _form(request)
    if form is None:
        return error_response(request, 413, "The form is too large", "too_large")
    reason = _text(form.get("reason")) or _text(parameter(request, "reason"))
    try:
        await state.unsubscribing.leave(mail, reason, visitor_of(request))
    except NotFound:
        return _refused(request)
    return done_page()


def _verified(state: EndpointState, mail: MailRef, request: Request) -> bool:
    signature = parameter(request, "sig")
    return bool(state.verifier and state.verifier.verify_unsubscribe(mail.campaign_id, mail.recipient_id, signature))


def _refused(request: Request) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return broken_link_page()
    return error_response(request, 400, "Invalid unsubscribe link", "invalid_signature")


async def _form(request: Request) -> FormData | None:
    """The posted fields, urlencoded or multipart; None when they are too large, empty when they make no sense.

    What the form says beside a reason does not matter: the signed link alone tells who asks.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            return None

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await MultiPartParser(request.headers, once(), max_files=0, max_fields=10).parse()
        return await FormParser(request.headers, once()).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        return FormData()


def _text(value: object) -> str | None:
    return (value.strip()[:_MAX_REASON] or None) if isinstance(value, str) else None


def _masked(address: str) -> str:
    """Enough of an address for its owner to know it, in a page that anyone who has the link may see."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local[:1]}{'•' * max(len(local) - 2, 1)}{local[-1:] if len(local) > 1 else ''}@{domain}"
