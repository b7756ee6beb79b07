"""Asking the company's endpoints: for what a desktop needs to sign in, and for a database token.

Only what the endpoints themselves say over a connection that is encrypted and verified counts as their word: a page of
a hotel's network, a proxy's 403 or a server that is down never makes a desktop give up its data.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kkdesk.model.actor import Role, as_role
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import AccessRevoked, InvalidInput, KKDeskError, NotConfigured, Offline, SignInNeeded

if TYPE_CHECKING:
    import httpx

TOKEN_PATH: Final = "/api/auth/db-token"  # noqa: S105 - a path
DESKTOP_PATH: Final = "/api/auth/desktop"
#: Seconds for one answer. The token may have to come from Turso.
_SECONDS: Final = 20.0
_CONNECT_SECONDS: Final = 5.0
_LONGEST: Final = 100_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class DatabaseGrant:
    """A database token, for how many seconds, and for whom."""

    url: str
    token: str = field(repr=False)
    seconds: int
    role: Role
    user_id: str
    org_id: str


@dataclass(frozen=True, slots=True)
class DesktopClient:
    """What a desktop needs to sign in with the company: the provider, and the program as the provider knows it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    hosted_domain: str
    #: What the company is called.
    name: str


def broker_origin(address: str) -> str:
    """Scheme, host and port of the endpoints' address, as a person may type it: without a scheme it is https.

    Raises `InvalidInput` for what is none, or is not encrypted and not this very computer.
    """
    text = address.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_address() from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not safe or parts.username or parts.password or any(letter.isspace() for letter in host):
        raise _no_address()
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}"


class BrokerClient:
    """The endpoints at one address."""

    def __init__(self, address: str) -> None:
        """Raises `InvalidInput` as `broker_origin` does; connects at the first call."""
        self.origin = broker_origin(address)
        self._opening: asyncio.Future[httpx.AsyncClient] | None = None

    async def database_token(self, id_token: str) -> DatabaseGrant:
        """A token for whom `id_token` names.

        Raises `AccessRevoked` when they are let in no more, `SignInNeeded` when `id_token` is not taken or belongs to
        another account than the one known here, `NotConfigured` and `Offline`.
        """
        status, content = await self._ask("POST", TOKEN_PATH, {"Authorization": f"Bearer {id_token}"})
        if status != 200:
            raise _refusal(status, content)
        try:
            return DatabaseGrant(
                url=_text(content, "url"),
                token=_text(content, "token"),
                seconds=int(content["expiresIn"]),
                role=as_role(_text(content, "role")),
                user_id=_text(content["user"], "id"),
                org_id=_text(content["organization"], "id"),
            )
        except (KeyError, TypeError, ValueError):
            raise _no_endpoints() from None

    async def desktop_client(self) -> DesktopClient:
        """What is needed to sign in. Raises `NotConfigured` when the endpoints do not say, and `Offline`."""
        status, content = await self._ask("GET", DESKTOP_PATH, {})
        if status == 404 and "code" in content:
            raise NotConfigured(
                Bilingual(
                    "Σε αυτή τη διεύθυνση δεν έχει ρυθμιστεί σύνδεση για το KK Desk.",
                    "Signing in from KK Desk is not set up at this address.",
                ),
                kept=_KEPT,
                next_step=Bilingual(
                    "Ελέγξτε τη διεύθυνση με όποιον φροντίζει τις υπηρεσίες της εταιρείας.",
                    "Check the address with whoever looks after the company's endpoints.",
                ),
            )
        if status != 200:
            raise _refusal(status, content)
        try:
            return DesktopClient(
                issuer=_text(content, "issuer"),
                client_id=_text(content, "clientId"),
                client_secret=_text(content, "clientSecret"),
                hosted_domain=str(content.get("hostedDomain") or ""),
                name=str(content.get("name") or ""),
            )
        except (KeyError, TypeError, ValueError):
            raise _no_endpoints() from None

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        opening, self._opening = self._opening, None
        if opening is not None:
            with contextlib.suppress(OSError, ValueError):  # It never opened.
                await (await opening).aclose()

    async def _ask(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON of the answer; what is none of the endpoints' is `Offline`."""
        import httpx

        try:
            async with asyncio.timeout(_SECONDS):
                client = await self._client()
                async with client.stream(method, f"{self.origin}{path}", headers=headers) as response:
                    content = await _body(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            # Without its cause, which holds the request and with it the id_token.
            raise _silent() from None
        if content is None:
            raise _no_endpoints()
        return response.status_code, content

    async def _client(self) -> httpx.AsyncClient:
        if self._opening is None:
            # On a thread: reading the trusted certificates takes a tenth of a second, which a window would notice.
            self._opening = asyncio.ensure_future(asyncio.to_thread(_open))
        return await asyncio.shield(self._opening)


def _open() -> httpx.AsyncClient:
    import httpx

    # The deadline is kept by `asyncio.timeout`: httpx's are between two bytes.
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(timeout=timeout, headers=headers, follow_redirects=False)


async def _body(response: httpx.Response) -> Mapping[str, Any] | None:
    """The JSON object of an answer, None for anything else."""
    content = b""
    async for part in response.aiter_raw():
        content += part
        if len(content) > _LONGEST:
            return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _refusal(status: int, content: Mapping[str, Any]) -> KKDeskError:
    """What a person is told about an answer that is no token. Only the endpoints' own form is their word."""
    code = content.get("code")
    if status == 403 and code == "not_allowed" and content.get("requestId"):
        return AccessRevoked(
            Bilingual("Η εταιρεία δεν σας δίνει πια πρόσβαση.", "The company lets you in no more."),
            next_step=Bilingual(
                "Αν αυτό είναι λάθος, μιλήστε με έναν ιδιοκτήτη και συνδεθείτε ξανά.",
                "If this is a mistake, talk to an owner and sign in again.",
            ),
        )
    if status == 401 and code == "invalid_token":
        return SignInNeeded(
            Bilingual("Η σύνδεσή σας δεν ισχύει πια.", "Your sign-in no longer holds."),
            kept=_KEPT,
            next_step=Bilingual("Συνδεθείτε ξανά.", "Sign in again."),
        )
    if status == 409 and code == "other_account":
        return SignInNeeded(
            Bilingual(
                "Η διεύθυνσή σας είναι δεμένη με άλλον λογαριασμό Google.",
                "Your address is tied to another Google account.",
            ),
            kept=_KEPT,
            next_step=Bilingual(
                "Ζητήστε από έναν ιδιοκτήτη να σας αφαιρέσει και να σας προσκαλέσει ξανά.",
                "Ask an owner to remove you, and to invite you again.",
            ),
        )
    if code == "not_configured":
        return NotConfigured(
            Bilingual(
                "Οι υπηρεσίες της εταιρείας δεν έχουν ρυθμιστεί για να δίνουν πρόσβαση.",
                "The company's endpoints are not set up to let anybody in.",
            ),
            kept=_KEPT,
            next_step=Bilingual(
                "Ενημερώστε όποιον τις φροντίζει: «kkdesk doctor --cloud» λέει τι λείπει.",
                "Tell whoever looks after them: “kkdesk doctor --cloud” says what is missing.",
            ),
        )
    return _silent() if status == 429 or status >= 500 else _no_endpoints()


def _silent() -> Offline:
    return Offline(
        Bilingual(
            "Οι υπηρεσίες της εταιρείας που δίνουν πρόσβαση δεν απαντούν.",
            "The company's endpoints, which let you in, do not answer.",
        ),
        kept=_KEPT,
        next_step=Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself."),
    )


def _no_endpoints() -> Offline:
    return Offline(
        Bilingual(
            "Σε αυτή τη διεύθυνση δεν απαντούν οι υπηρεσίες του KK Desk.",
            "What answers at this address are not KK Desk's endpoints.",
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Ελέγξτε τη διεύθυνση, και αν το δίκτυο ζητά πρώτα σύνδεση σε σελίδα του.",
            "Check the address, and whether the network wants you to sign in on a page of its own first.",
        ),
    )


def _no_address() -> InvalidInput:
    return InvalidInput(
        Bilingual("Αυτή δεν είναι διεύθυνση των υπηρεσιών.", "This is no address of the endpoints."),
        next_step=Bilingual(
            "Γράψτε την όπως σας την έδωσαν, π.χ. https://crm.kktires.gr.",
            "Write it as you were given it, such as https://crm.kktires.gr.",
        ),
    )


_KEPT: Final = Bilingual("Οι αλλαγές σας είναι ασφαλείς.", "Your changes are safe.")
