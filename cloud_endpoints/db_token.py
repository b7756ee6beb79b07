"""The endpoints that let desktops in: what they need to sign in with Google, and database tokens for who has."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.errors import error_response, request_id, too_many
from cloud_endpoints.rates import REQUESTS, TOKENS, UNAUTHORISED
from cloud_endpoints.state import state_of
from kkdesk.services.sign_in.id_tokens import IdTokenRefused
from kkdesk.services.token_broker.refusals import NotLetIn, OtherAccount
from kkdesk.services.tracking.visitor import network_of

_HEADERS: Final = {"cache-control": "no-store"}


async def db_token(request: Request) -> Response:
    """`POST /api/auth/db-token`: a token of at most an hour for whom the id_token in `Authorization: Bearer` names.

    401 `invalid_token`: sign in again. 403 `not_allowed`: a definite no, for a verified account; failures of ours
    never are one. 409 `other_account`: the address belongs to another Google account.
    """
    state = state_of(request)
    if seconds := state.rates.wait(request, REQUESTS):
        return too_many(request, seconds)
    if state.rates.exhausted(request, UNAUTHORISED):
        return too_many(request, 60)
    try:
        identity = await state.token_broker.identify(_bearer(request))
        if seconds := state.rates.wait(request, TOKENS, identity.subject):
            return too_many(request, seconds)
        host = request.client.host if request.client else None
        grant = await state.token_broker.grant(identity, network_of(host) or "")
    except IdTokenRefused as error:
        state.rates.wait(request, UNAUTHORISED)
        return error_response(request, 401, error.what.en, "invalid_token", reason=error.reason)
    except NotLetIn as error:
        state.rates.wait(request, UNAUTHORISED)
        return error_response(request, 403, error.what.en, error.code, reason=error.reason)
    except OtherAccount as error:
        return error_response(request, 409, error.what.en, error.code)
    member = grant.member
    body = {
        "url": grant.url,
        "token": grant.token,
        "expiresAt": grant.expires_at,
        "expiresIn": grant.expires_in,
        "access": grant.access,
        "role": member.role,
        "user": {"id": member.user_id, "email": member.email, "name": member.name},
        "organization": {"id": member.org_id, "name": member.org_name},
        "requestId": request_id(request),
    }
    return JSONResponse(body, headers=_HEADERS)


async def desktop(request: Request) -> Response:
    """`GET /api/auth/desktop`: what a desktop needs to sign in, so that staff type one address and nothing else."""
    state = state_of(request)
    if seconds := state.rates.wait(request, REQUESTS):
        return too_many(request, seconds)
    settings = await state.token_broker.desktop()
    if settings is None:
        return error_response(request, 404, "Signing in from the desktop is not set up", "not_set_up")
    body = {
        "issuer": settings.issuer,
        "clientId": settings.client_id,
        "clientSecret": settings.client_secret,
        "hostedDomain": settings.hosted_domain,
        "name": await state.workspace.organisation.name(),
        "requestId": request_id(request),
    }
    return JSONResponse(body, headers=_HEADERS)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
