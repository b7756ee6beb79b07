"""Access tokens of a Google account, from its refresh token (RFC 6749, section 6).

Endpoint and errors: developers.google.com/identity/protocols/oauth2/native-app. Tokens never reach a log or a repr.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotConfigured, Offline, SignInNeeded
from kkdesk.services.sign_in.provider_http import NoAnswer, ProviderHttp, Reply

_log = structlog.get_logger(__name__)

TOKEN_ENDPOINT: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
#: Seconds before its end at which a token is renewed, as Google's own library does.
EARLY: Final = 225
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
    #: What the names of its two settings begin with.
    settings: str = "GOOGLE_CLIENT"


class RefreshedTokens:
    """Implements `AccessTokens` with a refresh token. One renewal at a time, whoever asks."""

    def __init__(
        self,
        client: OAuthClient,
        refresh_token: str,
        clock: Clock,
        *,
        endpoint: str = TOKEN_ENDPOINT,
        on_new_refresh_token: Callable[[str], Awaitable[None]] | None = None,
        kept: Bilingual | None = None,
    ) -> None:
        """`on_new_refresh_token` is called when Google replaces the refresh token, which it rarely does.

        `kept` is what people are told is safe when there is no token.
        """
        self._client = client
        self._refresh_token = refresh_token
        self._clock = clock
        self._endpoint = endpoint
        self._on_new = on_new_refresh_token
        self._kept = kept or _KEPT
        self._renewing = asyncio.Lock()
        self._token = ""
        self._id_token = ""
        self._good_until = 0

    async def token(self) -> str:
        """See `AccessTokens.token`."""
        async with self._renewing:
            await self._renew()
            return self._token

    async def id_token(self) -> str:
        """The id_token that came with the access token: as good for as long. Empty where the provider gives none."""
        async with self._renewing:
            await self._renew()
            return self._id_token

    def forget(self, token: str) -> None:
        """See `AccessTokens.forget`; also for an id_token."""
        if token in {self._token, self._id_token}:
            self._token = ""

    async def _renew(self) -> None:
        if self._token and self._clock() < self._good_until - EARLY:
            return
        answer = await self._ask()
        token, seconds = answer.get("access_token"), answer.get("expires_in", 3599)
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            _refused("the answer holds no token", self._client, self._kept)
        id_token = answer.get("id_token")
        self._id_token = id_token if isinstance(id_token, str) else ""
        self._token, self._good_until = token, self._clock() + int(seconds)
        new = answer.get("refresh_token")
        if isinstance(new, str) and new and new != self._refresh_token:
            self._refresh_token = new
            if self._on_new is not None:
                await self._on_new(new)

    async def _ask(self) -> Mapping[str, Any]:
        """The endpoint's answer; what may pass is asked again."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._client.id,
            "client_secret": self._client.secret,
        }
        http = ProviderHttp()
        try:
            for pause in (*_AGAIN, None):
                reply = await _post(http, self._endpoint, form)
                if reply is not None and reply.status == 200:
                    return reply.content
                error = str(reply.content.get("error", ""))[:100] if reply is not None else ""
                if reply is not None and reply.status not in _PASSING_STATUSES and error not in _PASSING:
                    _refused(error, self._client, self._kept)
                if pause is None:
                    break
                _log.info("google_token_again")
                # Spread, so that many computers do not come back in the same moment.
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret hangs on it
        finally:
            await http.close()
        raise _offline(self._kept)


async def _post(http: ProviderHttp, endpoint: str, form: Mapping[str, str]) -> Reply | None:
    try:
        reply = await http.post(endpoint, form)
    except NoAnswer:
        return None
    # A success without a word in it is somebody else's, such as the page of a hotel's network.
    return None if reply.status == 200 and not reply.content else reply


def _refused(error: str, client: OAuthClient, kept: Bilingual) -> NoReturn:
    if error == "invalid_grant":
        raise SignInNeeded(
            Bilingual(
                "Η σύνδεση με τον λογαριασμό Google έληξε ή ανακλήθηκε.",
                "The sign-in to the Google account has expired or was revoked.",
            ),
            kept=kept,
            next_step=Bilingual("Συνδεθείτε ξανά με τον λογαριασμό Google.", "Sign in to the Google account again."),
        )
    raise NotConfigured(
        Bilingual(
            f"Η Google δεν δέχεται τις ρυθμίσεις σύνδεσης ({error or 'άγνωστο σφάλμα'}).",
            f"Google does not accept the sign-in settings ({error or 'unknown error'}).",
        ),
        kept=kept,
        next_step=Bilingual(
            f"Ελέγξτε τα {client.settings}_ID και {client.settings}_SECRET.",
            f"Check {client.settings}_ID and {client.settings}_SECRET.",
        ),
    )


def _offline(kept: Bilingual) -> Offline:
    return Offline(
        Bilingual("Η Google δεν απαντά.", "Google does not answer."),
        kept=kept,
        next_step=Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself."),
    )


_KEPT: Final = Bilingual("Κανένα μήνυμα δεν χάθηκε.", "No mail was lost.")
