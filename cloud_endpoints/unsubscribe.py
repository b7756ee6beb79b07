"""Unsubscribing: GET asks and changes nothing (scanners fetch it), POST acts (RFC 8058)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.datastructures import FormData

from cloud_endpoints.errors import error_response
from cloud_endpoints.pages import ask_page, broken_link_page, done_page
from cloud_endpoints.state import EndpointState, mail_of, state_of, visitor_of
from kkdesk.model.errors import NotFound
from kkdesk.services.tracking_events import MailRef

_MAX_REASON = 500
_MAX_BODY = 16_384


async def ask(request: Request) -> Response:
    """`GET /api/unsubscribe`: a page in Greek and English that asks."""
    state, mail = state_of(request), mail_of(request)
    address = await state.events.address_of(mail) if _verified(state, mail, request) else None
    if address is None:
        return broken_link_page()
    return ask_page(f"{request.url.path}?{request.url.query}", _masked(address))


async def act(request: Request) -> Response:
    """`POST /api/unsubscribe`: from the page's button or a one-click client; idempotent, never a redirect."""
    state, mail = state_of(request), mail_of(request)
    if not _verified(state, mail, request):
        return _refused(request)
    if int(request.headers.get("content-length") or 0) > _MAX_BODY:
        return error_response(request, 413, "The form is too large", "too_large")
    async with request.form(max_files=0, max_fields=10, max_part_size=_MAX_BODY) as form:
        reason = _reason(form) or _text(request.query_params.get("reason"))
    try:
        await state.events.unsubscribed(mail, reason, visitor_of(request))
    except NotFound:
        return _refused(request)
    return done_page()


def _verified(state: EndpointState, mail: MailRef, request: Request) -> bool:
    signature = request.query_params.get("sig", "")
    return bool(
        state.verifier and state.verifier.verify_unsubscribe(mail.campaign_id, mail.recipient_id, signature)
    )


def _refused(request: Request) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return broken_link_page()
    return error_response(request, 400, "Invalid unsubscribe link", "invalid_signature")


def _reason(form: FormData) -> str | None:
    value = form.get("reason")
    return _text(value) if isinstance(value, str) else None


def _text(value: str | None) -> str | None:
    return (value or "").strip()[:_MAX_REASON] or None


def _masked(address: str) -> str:
    """Enough of an address for its owner to know it, in a page that anyone who has the link may see."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local[:1]}{'•' * max(len(local) - 2, 1)}{local[-1:] if len(local) > 1 else ''}@{domain}"
