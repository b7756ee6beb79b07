"""Unsubscribing: GET asks and changes nothing (scanners fetch it), POST acts (RFC 8058).

Whoever has a mail's link can leave the list with it. The page's two other buttons post to the same link: why, and back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import Response

from cloud_endpoints.errors import RETRY_SECONDS, error_response, request_id, too_many
from cloud_endpoints.languages import first_language
from cloud_endpoints.pages import broken_link_page
from cloud_endpoints.rates import FORGED, REQUESTS
from cloud_endpoints.state import mail_of, parameter, state_of, visitor_of
from cloud_endpoints.unsubscribe_form import Action, Asked, asked_in
from cloud_endpoints.unsubscribe_pages import Place, ask_page, done_page, not_done_page, undone_page
from kkdesk.model.errors import KKDeskError, NotConfigured, NotFound, Offline, SignInNeeded, StoreError
from kkdesk.model.opt_out_reason import told_reason
from kkdesk.services.mail.tracking import form_encoded
from kkdesk.services.unsubscribing import Standing

#: Seconds that somebody waits for the database, and then for what the page might offer besides.
PATIENCE: Final = 10.0
_MORE_PATIENCE: Final = 2.0

_T = TypeVar("_T")
_log = structlog.get_logger("cloud_endpoints")


async def ask(request: Request) -> Response:
    """`GET /api/unsubscribe`: a page in Greek and English that asks, or tells how it stands."""
    return _refusal(request) or await _answered(request, None, _shown(request))


async def act(request: Request) -> Response:
    """`POST /api/unsubscribe`: from the page's buttons or a one-click client; idempotent, never a redirect."""
    if refusal := _refusal(request):
        return refusal
    asked = await asked_in(request)
    match asked.action:
        case Action.LEAVE:
            return await _answered(request, asked, _leave(request, asked))
        case Action.REASON:
            return await _answered(request, asked, _tell(request, asked))
        case Action.UNDO:
            return await _answered(request, asked, _undo(request, asked))


async def _shown(request: Request, *, thanks: bool = False, refused: bool = False) -> Response:
    standing = await _in_time(state_of(request).unsubscribing.standing(mail_of(request)))
    if standing.optout_id:
        return done_page(_place(request), standing, thanks=thanks, refused=refused)
    return ask_page(_place(request), standing)


async def _leave(request: Request, asked: Asked) -> Response:
    # The web CRM's links may carry a reason; it counts with the first request alone.
    reason = asked.reason or told_reason("", parameter(request, "reason"))
    left = await _in_time(state_of(request).unsubscribing.leave(mail_of(request), reason, visitor_of(request)))
    return done_page(_place(request), await _offers(request, asked) or left, thanks=bool(asked.reason))


async def _offers(request: Request, asked: Asked) -> Standing | None:
    """How it stands once the address is out; None in trouble, since that it is out is said in any case."""
    unsubscribing, mail = state_of(request).unsubscribing, mail_of(request)
    try:
        async with asyncio.timeout(_MORE_PATIENCE):
            standing = await unsubscribing.standing(mail)
            if asked.reason and not standing.reason_given:
                # It was out already, by a one-click request.
                await unsubscribing.reason(mail, asked.reason)
                standing = await unsubscribing.standing(mail)
            return standing
    except (KKDeskError, TimeoutError) as error:
        _log.warning("unsubscribed_without_offers", request_id=request_id(request), code=_code(error))
        return None


async def _tell(request: Request, asked: Asked) -> Response:
    if asked.reason:
        await _in_time(state_of(request).unsubscribing.reason(mail_of(request), asked.reason))
    return await _shown(request, thanks=bool(asked.reason))


async def _undo(request: Request, asked: Asked) -> Response:
    unsubscribing, mail = state_of(request).unsubscribing, mail_of(request)
    undone = await _in_time(unsubscribing.undo(mail, asked.optout_id))
    standing = await _in_time(unsubscribing.standing(mail))
    if undone and not standing.optout_id:
        return undone_page(_place(request), standing)
    return await _shown(request, refused=not undone)


async def _in_time(work: Awaitable[_T]) -> _T:
    async with asyncio.timeout(PATIENCE):
        return await work


async def _answered(request: Request, asked: Asked | None, work: Awaitable[Response]) -> Response:
    """The answer of `work`; without the database an honest one: nothing is claimed to be done that may not be."""
    try:
        return await work
    except NotFound:
        return _broken(request)
    except (Offline, StoreError, SignInNeeded, NotConfigured, TimeoutError) as error:
        _log.error("unsubscribe_failed", request_id=request_id(request), code=_code(error))
        if _wants_page(request):
            return not_done_page(_place(request), 503, RETRY_SECONDS, asked)
        return error_response(
            request, 503, "Not done, try again in a few minutes", _code(error), retry_after=RETRY_SECONDS
        )


def _refusal(request: Request) -> Response | None:
    """What a request gets whose link is not ours, and a network that asks for too much."""
    state, mail = state_of(request), mail_of(request)
    verifier, signature = state.verifier, parameter(request, "sig")
    signed = verifier is not None and verifier.verify_unsubscribe(mail.campaign_id, mail.recipient_id, signature)
    if seconds := state.rates.wait(request, REQUESTS if signed else FORGED):
        if _wants_page(request):
            return not_done_page(_place(request), 429, seconds, None)
        return too_many(request, seconds)
    return None if signed else _broken(request)


def _broken(request: Request) -> Response:
    if _wants_page(request):
        return broken_link_page(first_language(request))
    return error_response(request, 400, "Invalid unsubscribe link", "invalid_signature")


def _wants_page(request: Request) -> bool:
    return request.method != "POST" or "text/html" in request.headers.get("accept", "")


def _place(request: Request) -> Place:
    mail = mail_of(request)
    values = {"cid": mail.campaign_id, "rid": mail.recipient_id, "sig": parameter(request, "sig")}
    link = f"{request.url.path}?" + "&".join(f"{name}={form_encoded(value)}" for name, value in values.items())
    language = first_language(request)
    return Place(language, link, f"{link}&lang={language}" if parameter(request, "lang") else link)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, KKDeskError) else "database_slow"
