"""Opens and clicks: the open pixel, and the redirect to a signed destination."""

from __future__ import annotations

import base64

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_endpoints.errors import error_response, request_id
from cloud_endpoints.pages import broken_link_page
from cloud_endpoints.state import mail_of, parameter, state_of, visitor_of
from kkdesk.model.errors import StoreError
from kkdesk.services.mail.tracking import MAX_DESTINATION, normalize_destination, utf16_units

#: A transparent GIF of one pixel.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_NEVER_CACHED = "no-store, no-cache, must-revalidate, proxy-revalidate"

_log = structlog.get_logger("cloud_endpoints")


async def open_pixel(request: Request) -> Response:
    """`GET /api/email/tracking`: always the image, never an error page; a valid signature records the open.

    HEAD records nothing: whoever asks for headers alone shows nobody a picture.
    """
    state, mail = state_of(request), mail_of(request)
    signature = parameter(request, "sig")
    verified = state.verifier and state.verifier.verify_open(mail.campaign_id, mail.recipient_id, signature)
    if verified and request.method == "GET":
        try:
            await state.events.opened(mail, visitor_of(request))
        except StoreError as error:
            _log.error("open not recorded", request_id=request_id(request), code=error.code)
    return Response(PIXEL, media_type="image/gif", headers={"cache-control": _NEVER_CACHED})


async def click(request: Request) -> Response:
    """`GET /api/email/click`: to exactly the signed destination, or a 400 that leads nowhere."""
    state, mail = state_of(request), mail_of(request)
    given, signature = parameter(request, "u"), parameter(request, "sig")
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
    if request.method == "GET":
        try:
            await state.events.clicked(mail, destination, visitor_of(request))
        except StoreError as error:
            # The reader gets where the mail promised, counted or not.
            _log.error("click not recorded", request_id=request_id(request), code=error.code)
    return RedirectResponse(destination, 302, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"})


def _refused(request: Request, error: str, code: str) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return broken_link_page()
    return error_response(request, 400, error, code)
