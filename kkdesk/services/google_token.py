"""Access tokens of a Google account, from its refresh token (RFC 6749, section 6).

Endpoint and errors: developers.google.com/identity/protocols/oauth2/native-app. Tokens never reach a log or a repr.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol

import httpx
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotConfigured, Offline, SignInNeeded

_log = structlog.get_logger(__name__)

TOKEN_ENDPOINT: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
#: Seconds before its end at which a token is renewed, as Google's own library does.
EARLY: Final = 225
_SECONDS: Final = 30.0
_AGAIN: Final = (0.5, 1.5)
_PASSING: Final = frozenset({"internal_failure", "server_error", "temporarily_unavailable"})
_PASSING_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})


class AccessTokens(Protocol):
    """Whoever has tokens for one account."""

    async def token(self) -> str:
        """A token that is good now. Raises `SignInNeeded`, `NotConfigured` or `Offline`."""
        ...

    def forget(self, token: str) -> None:
        """The server no longer takes this one."""
        ...


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The program as Google knows it."""

    id: str
    secret: str = field(repr=False)


class RefreshedTokens:
    """Implements `AccessTokens` with a refresh token. One renewal at a time, whoever asks."""

    def __init__(
        self,
        client: OAuthClient,
        refresh_token: str,
        clock: Clock,
        *,
        endpoint: str = TOKEN_ENDPOINT,
        on_new_refresh_token: Callable[[str], None] | None = None,
    ) -> None:
        """`on_new_refresh_token` is called when Google replaces the refresh token, which it rarely does."""
        self._client = client
        self._refresh_token = refresh_token
        self._clock = clock
        self._endpoint = endpoint
        self._on_new = on_new_refresh_token
        self._renewing = asyncio.Lock()
        self._token = ""
        self._good_until = 0

    async def token(self) -> str:
        """See `AccessTokens.token`."""
        async with self._renewing:
            if not self._token or self._clock() >= self._good_until - EARLY:
                self._keep(await self._ask())
            return self._token

    def forget(self, token: str) -> None:
        """See `AccessTokens.forget`."""
        if token == self._token:
            self._token = ""

    def _keep(self, answer: dict[str, Any]) -> None:
        token, seconds = answer.get("access_token"), answer.get("expires_in", 3599)
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            _refused("the answer holds no token")
        self._token, self._good_until = token, self._clock() + int(seconds)
        new = answer.get("refresh_token")
        if isinstance(new, str) and new and new != self._refresh_token:
            self._refresh_token = new
            if self._on_new is not None:
                self._on_new(new)

    async def _ask(self) -> dict[str, Any]:
        """The endpoint's answer; what may pass is asked again."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._client.id,
            "client_secret": self._client.secret,
        }
        async with httpx.AsyncClient(timeout=_SECONDS) as http:
            for pause in (*_AGAIN, None):
                try:
                    response = await http.post(self._endpoint, data=form)
                except httpx.RequestError as error:
                    if pause is None:
                        raise _offline() from error
                else:
                    body = _object(response.content)
                    if response.status_code == httpx.codes.OK:
                        return body
                    error_code = str(body.get("error", ""))
                    if response.status_code not in _PASSING_STATUSES and error_code not in _PASSING:
                        _refused(error_code)
                    if pause is None:
                        raise _offline()
                _log.info("google_token_again")
                # Spread, so that many computers do not come back in the same moment.
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret hangs on it
        raise AssertionError("unreachable")


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _refused(error: str) -> NoReturn:
    if error == "invalid_grant":
        raise SignInNeeded(
            Bilingual(
                "Η σύνδεση με τον λογαριασμό Google έληξε ή ανακλήθηκε.",
                "The sign-in to the Google account has expired or was revoked.",
            ),
            kept=_KEPT,
            next_step=Bilingual("Συνδεθείτε ξανά με τον λογαριασμό Google.", "Sign in to the Google account again."),
        )
    raise NotConfigured(
        Bilingual(
            f"Η Google δεν δέχεται τις ρυθμίσεις σύνδεσης ({error or 'άγνωστο σφάλμα'}).",
            f"Google does not accept the sign-in settings ({error or 'unknown error'}).",
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Ελέγξτε τα GOOGLE_CLIENT_ID και GOOGLE_CLIENT_SECRET.", "Check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET."
        ),
    )


def _offline() -> Offline:
    return Offline(
        Bilingual("Η Google δεν απαντά.", "Google does not answer."),
        kept=_KEPT,
        next_step=Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself."),
    )


_KEPT: Final = Bilingual("Κανένα μήνυμα δεν χάθηκε.", "No mail was lost.")
