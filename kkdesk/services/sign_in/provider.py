"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0), and the keys that it signs with (RFC 7517).

Both are kept as long as its HTTP headers allow. Keys change without notice: one that is not known is looked for once
more, but no more often than every half minute, so that a flood of made-up key ids does not become one of requests.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import NotConfigured, Offline
from kkdesk.services.sign_in.provider_http import NoAnswer, ProviderHttp, Reply, is_safe

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

_log = structlog.get_logger(__name__)

#: Seconds that an answer is kept: at least, at most, and when nothing is said.
_KEPT_SECONDS: Final = (300, 86_400, 3600)
#: Seconds for which keys still count after they should have been asked for again, while the provider is away.
_STALE_SECONDS: Final = 6 * 3600
#: Seconds between two requests for keys because one is not known.
AGAIN_SECONDS: Final = 30
#: Seconds for which a provider that has not answered is not asked for its keys.
_SILENT_SECONDS: Final = 5
_MOST_KEYS: Final = 50


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """The endpoints. `revocation` is empty where there is none."""

    issuer: str
    authorization: str
    token: str
    keys: str
    revocation: str


class UnknownKey(Exception):
    """The provider has no key of this id."""


class Provider:
    """One provider, by its issuer. `http` is shared with whoever else talks to it."""

    def __init__(self, issuer: str, clock: Clock, *, steady: Callable[[], float] = time.monotonic) -> None:
        """Asks nothing yet. `steady` counts seconds whatever happens to the clock.

        Raises `NotConfigured` for an issuer that is no safe address.
        """
        self.issuer = issuer.rstrip("/") if issuer.endswith("/") else issuer
        if not is_safe(self.issuer):
            raise _no_issuer()
        self.http = ProviderHttp()
        #: Seconds by which this computer's clock is ahead of the provider's; None: not known.
        self.skew: int | None = None
        self._clock = clock
        self._steady = steady
        self._asking = asyncio.Lock()
        self._metadata: tuple[ProviderMetadata, float] | None = None
        self._keys: Mapping[str, RSAKey] = {}
        self._keys_until = -math.inf
        self._keys_at = -math.inf
        self._silent_until = -math.inf

    async def metadata(self) -> ProviderMetadata:
        """Where to sign in. Raises `Offline`, and `NotConfigured` when what answers is no such provider."""
        async with self._asking:
            return await self._current_metadata()

    async def key(self, key_id: str) -> RSAKey:
        """The key called `key_id`. Raises `UnknownKey`, and `Offline` when the keys cannot be asked for."""
        async with self._asking:
            now = self._steady()
            if now >= self._keys_until or (key_id not in self._keys and now - self._keys_at >= AGAIN_SECONDS):
                await self._fetch_keys()
            if key_id not in self._keys:
                raise UnknownKey
            return self._keys[key_id]

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        await self.http.close()

    async def _current_metadata(self) -> ProviderMetadata:
        now = self._steady()
        if self._metadata is not None and now < self._metadata[1]:
            return self._metadata[0]
        try:
            reply = await self._get(f"{self.issuer}/.well-known/openid-configuration")
        except Offline:
            if self._metadata is None:
                raise
            return self._metadata[0]  # Addresses do not change from one hour to the next.
        self._metadata = _metadata(reply.content, self.issuer), now + _kept(reply)
        return self._metadata[0]

    async def _fetch_keys(self) -> None:
        now = self._steady()
        try:
            if now < self._silent_until:
                raise offline()
            reply = await self._get((await self._current_metadata()).keys)
            keys = await asyncio.to_thread(_keys, reply.content)
        except Offline:
            # Whoever asks next need not wait for the same silence.
            if now >= self._silent_until:
                self._silent_until = now + _SILENT_SECONDS
            if not self._keys or now >= self._keys_until + _STALE_SECONDS:
                raise
            _log.info("provider_keys_kept", issuer=self.issuer)
            return
        self._keys, self._keys_at, self._keys_until = keys, now, now + _kept(reply)

    async def _get(self, url: str) -> Reply:
        try:
            reply = await self.http.get(url)
        except NoAnswer:
            raise offline() from None
        if reply.date is not None:
            self.skew = int(self._clock()) - reply.date
        if reply.status != 200 or not reply.content:
            raise offline()
        return reply


def _metadata(content: Mapping[str, Any], issuer: str) -> ProviderMetadata:
    """Raises `NotConfigured`: an issuer must be the one that was asked (Discovery 1.0, section 4.3)."""
    said = content.get("issuer")
    endpoints = [content.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if said not in (issuer, f"{issuer}/") or not all(is_safe(url) for url in endpoints):
        raise _no_issuer()
    revocation = content.get("revocation_endpoint")
    authorization, token, keys = map(str, endpoints)
    return ProviderMetadata(str(said), authorization, token, keys, str(revocation) if is_safe(revocation) else "")


def _keys(content: Mapping[str, Any]) -> dict[str, RSAKey]:
    """RSA keys for signatures, by id; what is of another kind is left out. Raises `Offline` for what are no keys."""
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    found = content.get("keys")
    if not isinstance(found, list):
        raise offline()
    keys: dict[str, RSAKey] = {}
    for key in found[:_MOST_KEYS]:
        if not isinstance(key, dict) or key.get("kty") != "RSA" or key.get("use", "sig") != "sig":
            continue
        if not isinstance(key.get("kid"), str) or key.get("alg", "RS256") != "RS256":
            continue
        try:
            # Its public half alone, whatever else is there.
            keys[key["kid"]] = RSAKey.import_key({name: key[name] for name in ("kty", "n", "e", "kid")})
        except (JoseError, KeyError, ValueError, TypeError):
            _log.warning("provider_key_unusable", kid=key["kid"][:64])
    return keys


def _kept(reply: Reply) -> int:
    least, most, usual = _KEPT_SECONDS
    return usual if reply.max_age is None else min(max(reply.max_age, least), most)


def offline() -> Offline:
    """The provider does not answer."""
    return Offline(
        Bilingual("Η Google δεν απαντά.", "Google does not answer."),
        kept=Bilingual("Τίποτα δεν χάθηκε.", "Nothing was lost."),
        next_step=Bilingual(
            "Ελέγξτε τη σύνδεση στο διαδίκτυο και δοκιμάστε ξανά.", "Check the internet connection and try again."
        ),
    )


def _no_issuer() -> NotConfigured:
    return NotConfigured(
        Bilingual(
            "Στη διεύθυνση της ρύθμισης GOOGLE_ISSUER δεν απαντά πάροχος ταυτότητας.",
            "What answers at the address in GOOGLE_ISSUER is no identity provider.",
        ),
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Σβήστε τη ρύθμιση για τη Google, ή ελέγξτε τη διεύθυνση.",
            "Clear the setting for Google itself, or check the address.",
        ),
    )
