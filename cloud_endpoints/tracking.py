"""Opens and clicks: the open pixel, and the redirect to a signed destination.

The reader always gets the picture, or where the mail promised to lead. Whether the visit is on record is said beside:
by 503 with `Retry-After` for a picture, by `X-Recorded: no` for a redirect.
"""

from __future__ import annotations

import base64
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from cloud_endpoints.errors import RETRY_SECONDS, error_response, too_many
from cloud_endpoints.languages import first_language
from cloud_endpoints.pages import broken_link_page
from cloud_endpoints.rates import FORGED
from cloud_endpoints.state import EndpointState, mail_of, parameter, state_of, visitor_of
from kkdesk.services.mail.tracking import MAX_DESTINATION, normalize_destination, utf16_units
from kkdesk.services.tracking.classification import says_prefetch
from kkdesk.services.tracking.visits import Kind, MailRef, Visit

#: A transparent GIF of one pixel.
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_NEVER_CACHED: Final = "no-store, no-cache, must-revalidate, proxy-revalidate"


async def open_pixel(request: Request) -> Response:
    """`GET /api/email/tracking`: always the image, never an error page; a valid signature records the open."""
    state, mail = state_of(request), mail_of(request)
    if not (state.verifier and state.verifier.verify_open(mail.campaign_id, mail.recipient_id, _signature(request))):
        return _picture()
    if seconds := state.rates.wait(request, state.rates.visits):
        return _picture(429, seconds)
    recorded = await state.recorder.record(_visit(state, request, mail, "open"))
    return _picture() if recorded else _picture(503, RETRY_SECONDS)


async def click(request: Request) -> Response:
    """`GET /api/email/click`: to exactly the signed destination, or a 400 that leads nowhere."""
    state, mail = state_of(request), mail_of(request)
    given, signature = parameter(request, "u"), _signature(request)
    if not (given and signature and mail.campaign_id and mail.recipient_id):
        return _refused(request, "Missing required params", "missing_params")
    if utf16_units(given) > MAX_DESTINATION:
        return _refused(request, "URL too long", "url_too_long")
    destination = normalize_destination(given)
    if destination is None:
        return _refused(request, "Invalid destination URL", "invalid_destination")
    if not (
        state.verifier and state.verifier.verify_click(mail.campaign_id, mail.recipient_id, destination, signature)
    ):
        return _refused(request, "Invalid signature", "invalid_signature")
    recorded = not state.rates.wait(request, state.rates.visits) and await state.recorder.record(
        _visit(state, request, mail, "click", destination)
    )
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-recorded": "yes" if recorded else "no"}
    return RedirectResponse(destination, 302, headers=headers)


async def bare_pixel(scope: Scope, receive: Receive, send: Send) -> None:
    """The picture alone, for requests that are not worth a look."""
    await _picture()(scope, receive, send)


def _picture(status: int = 200, retry_after: int = 0) -> Response:
    headers = {"cache-control": _NEVER_CACHED, **({"retry-after": str(retry_after)} if retry_after else {})}
    return Response(PIXEL, status, media_type="image/gif", headers=headers)


def _visit(state: EndpointState, request: Request, mail: MailRef, kind: Kind, link: str = "") -> Visit:
    return Visit(
        mail,
        kind,
        state.now_ms(),
        link,
        visitor_of(request),
        head=request.method == "HEAD",
        prefetch=says_prefetch(request.headers),
    )


def _signature(request: Request) -> str:
    return parameter(request, "sig")


def _refused(request: Request, error: str, code: str) -> Response:
    if seconds := state_of(request).rates.wait(request, FORGED):
        return too_many(request, seconds)
    if "text/html" in request.headers.get("accept", ""):
        return broken_link_page(first_language(request))
    return error_response(request, 400, error, code)
