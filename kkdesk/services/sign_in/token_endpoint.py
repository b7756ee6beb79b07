"""The provider's token endpoint (RFC 6749, sections 4.1.3 and 5) and its revocation (RFC 7009)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from kkdesk.services.sign_in.provider import Provider, offline
from kkdesk.services.sign_in.provider_http import NoAnswer
from kkdesk.services.sign_in.refusals import code_refused, no_refresh_token, not_understood, settings_refused

if TYPE_CHECKING:
    from kkdesk.services.google_token import OAuthClient

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CodeTokens:
    """What a code was exchanged for."""

    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    #: What was granted, which may be less than was asked for.
    scopes: frozenset[str]


async def exchange_code(
    provider: Provider, client: OAuthClient, code: str, verifier: str, redirect_uri: str
) -> CodeTokens:
    """Exchange an authorization code. It is sent once: a second time it could only be refused.

    Raises `SignInFailed` when the code is not taken, `NotConfigured` when the client is not, and `Offline`.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": redirect_uri,
        "client_id": client.id,
        "client_secret": client.secret,
    }
    try:
        reply = await provider.http.post((await provider.metadata()).token, form)
    except NoAnswer:
        raise offline() from None
    if reply.status != 200 or not reply.content:
        _refuse(reply.status, reply.content)
    id_token, refresh_token = reply.content.get("id_token"), reply.content.get("refresh_token")
    if not isinstance(id_token, str) or not id_token:
        raise not_understood()
    if not isinstance(refresh_token, str) or not refresh_token:
        raise no_refresh_token()
    return CodeTokens(id_token, refresh_token, frozenset(str(reply.content.get("scope") or "").split()))


async def revoke(provider: Provider, token: str) -> bool:
    """End what `token` stands for, at the provider; whether it is certain that it has ended. Never raises `Offline`."""
    from kkdesk.model.errors import NotConfigured, Offline

    try:
        endpoint = (await provider.metadata()).revocation
        # 400: it had ended before.
        return bool(endpoint) and (await provider.http.post(endpoint, {"token": token})).status in {200, 400}
    except (NoAnswer, Offline, NotConfigured):
        return False


def _refuse(status: int, content: Mapping[str, Any]) -> NoReturn:
    error = str(content.get("error", ""))[:100]
    _log.info("code_refused", status=status, error=error)
    if error == "invalid_grant":
        raise code_refused()
    if status >= 500 or status in {200, 408, 429}:
        raise offline()
    raise settings_refused(error)
