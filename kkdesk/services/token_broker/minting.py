"""Making database tokens: with a key of one's own for sqld, or by Turso's Platform API."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol
from urllib.parse import quote

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, Offline
from kkdesk.services.token_broker.refusals import not_configured, refused_by_turso

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings

Access = Literal["full-access", "read-only"]

#: Seconds that sqld takes a token for after its end (libsql-server, src/auth/user_auth_strategies/jwt.rs).
SQLD_LEEWAY: Final = 60
#: Seconds for Turso's answer, and for a connection.
_SECONDS: Final = 12.0
_CONNECT_SECONDS: Final = 5.0
_LONGEST: Final = 64_000


@dataclass(frozen=True, slots=True)
class DatabaseToken:
    """A token, and when it ends (Unix seconds)."""

    token: str = field(repr=False)
    expires_at: int


class Mint(Protocol):
    """Whoever makes tokens of a fixed life."""

    async def token(self, access: Access) -> DatabaseToken:
        """A new one. Raises `NotConfigured` and `Offline`."""
        ...


class SqldMint:
    """Signs tokens for a server that knows the public half of our key (Ed25519, RFC 8037)."""

    def __init__(self, private_key: str, seconds: int, clock: Clock) -> None:
        """`private_key` is PEM; its line ends may be written as ``\\n``.

        With the minute for which the server takes a token after its end, one lives for `seconds`. Raises
        `NotConfigured` for what is no such key.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(private_key.replace("\\n", "\n").strip().encode(), password=None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise _no_key()
        self._key = key
        self._life = seconds - SQLD_LEEWAY
        self._clock = clock

    async def token(self, access: Access) -> DatabaseToken:
        """See `Mint.token`; asks nobody."""
        now = self._clock()
        ends = now + self._life
        claims = {"a": "rw" if access == "full-access" else "ro", "iat": now, "exp": ends}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "typ": "JWT"}, claims))
        return DatabaseToken(f"{signed}.{_encoded(self._key.sign(signed.encode()))}", ends)


class TursoMint:
    """Asks Turso (docs.turso.tech/api-reference/databases/create-token)."""

    def __init__(self, api: str, organization: str, database: str, api_token: str, seconds: int, clock: Clock) -> None:
        """`api_token` may make tokens for this database, and best nothing else."""
        names = (quote(name, safe="") for name in (organization, database))
        self._url = f"{api.rstrip('/')}/v1/organizations/{next(names)}/databases/{next(names)}/auth/tokens"
        self._api_token = api_token
        self._seconds = seconds
        self._clock = clock

    async def token(self, access: Access) -> DatabaseToken:
        """See `Mint.token`."""
        asked_at = self._clock()
        status, content = await self._ask(access)
        token = content.get("jwt")
        if status == 200 and isinstance(token, str) and token:
            return DatabaseToken(token, asked_at + self._seconds)
        if status in {200, 408, 429} or status >= 500:
            raise _silent()
        raise refused_by_turso(status)

    async def _ask(self, access: Access) -> tuple[int, dict[str, Any]]:
        import httpx

        # Without an end of its own a token would hold for ever.
        query = {"expiration": f"{self._seconds // 60}m", "authorization": access}
        headers = {"Authorization": f"Bearer {self._api_token}", "Accept-Encoding": "identity"}
        timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
        try:
            async with (
                asyncio.timeout(_SECONDS),
                httpx.AsyncClient(timeout=timeout) as client,
                client.stream("POST", self._url, params=query, headers=headers) as response,
            ):
                content = b""
                async for part in response.aiter_raw():
                    content += part
                    if len(content) > _LONGEST:
                        raise _silent()
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            # Without its cause, which holds the request and with it our own token.
            raise _silent() from None
        return response.status_code, _object(content)


async def configured_mint(settings: Settings, secrets: Secrets, clock: Clock) -> Mint:
    """The one that is set up; a key of one's own goes before Turso. Raises `NotConfigured` when there is none."""
    seconds = settings.number("DATABASE_TOKEN_MINUTES", 2, 60) * 60
    private_key = await secrets.get("DATABASE_JWT_PRIVATE_KEY")
    if private_key:
        return SqldMint(private_key, seconds, clock)
    api_token = await secrets.get("TURSO_API_TOKEN")
    if not api_token:
        raise not_configured("DATABASE_JWT_PRIVATE_KEY / TURSO_API_TOKEN")
    names = ("TURSO_ORGANIZATION", "TURSO_DATABASE")
    missing = [name for name in names if not settings.text(name)]
    if missing:
        raise not_configured(missing[0])
    organization, database = (settings.text(name) for name in names)
    return TursoMint(settings.text("TURSO_API_URL"), organization, database, api_token, seconds, clock)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _silent() -> Offline:
    return Offline(
        Bilingual("Το Turso δεν απαντά.", "Turso does not answer."),
        next_step=Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself."),
    )


def _no_key() -> NotConfigured:
    return NotConfigured(
        Bilingual(
            "Το DATABASE_JWT_PRIVATE_KEY δεν είναι κλειδί Ed25519.", "DATABASE_JWT_PRIVATE_KEY is no Ed25519 key."
        ),
        next_step=Bilingual(
            "Φτιάξτε ένα: openssl genpkey -algorithm ed25519.", "Make one: openssl genpkey -algorithm ed25519."
        ),
    )
