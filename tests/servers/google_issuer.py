"""A stand-in for Google's OpenID provider that also makes tokens which Google never would."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.servers.http_stand_in import Answer, Fault, HttpStandIn

CLIENT_ID, CLIENT_SECRET = "desktop.apps.googleusercontent.com", "GOCSPX-desktop"
#: One key for all tests: making one takes a tenth of a second.
KEY = RSAKey.generate_key(2048, {"kid": "key-1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "key-2"})
NOW = 1_800_000_000


@dataclass
class Grant:
    """What a code stands for, until it is used."""

    challenge: str
    redirect_uri: str
    nonce: str
    scope: str


@dataclass
class GoogleIssuer(HttpStandIn):
    """Signs with `key`, shows `shown` as its keys; `claims` go into every id_token, over what belongs there."""

    key: RSAKey = field(default_factory=lambda: KEY)
    shown: list[RSAKey] = field(default_factory=lambda: [KEY])
    claims: dict[str, Any] = field(default_factory=dict)
    #: Of whoever signs in next.
    subject: str = "1001"
    email: str = "maria@kktires.example"
    now: int = NOW
    date: int | None = None
    down: set[str] = field(default_factory=set)
    scope: str | None = None
    #: Replaces the answer to a code or a refresh token.
    refusal: Answer | None = None
    codes: dict[str, Grant] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    revoked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    #: Given in place of a new one each time.
    refresh_token: str = ""
    used: set[str] = field(default_factory=set)

    @property
    def environment(self) -> dict[str, str]:
        """Settings of a desktop that signs in here."""
        return {
            "GOOGLE_ISSUER": self.url,
            "GOOGLE_DESKTOP_CLIENT_ID": CLIENT_ID,
            "GOOGLE_DESKTOP_CLIENT_SECRET": CLIENT_SECRET,
        }

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        self.asked.append(path)
        form = dict(parse_qsl(self.body.decode()))
        if path in self.down:
            return Answer(503, b"down")
        match path:
            case "/.well-known/openid-configuration":
                said = self._said(self.discovery())
            case "/certs":
                said = self._said({"keys": [key.as_dict(private=False) for key in self.shown]})
            case "/token":
                said = self.refusal or self._token(form)
            case "/revoke":
                self.revoked.append(form["token"])
                self.live.discard(form["token"])
                said = Answer(200, {})
            case _:
                said = Answer(404, {})
        return said

    def discovery(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/certs",
            "revocation_endpoint": f"{self.url}/revoke",
        }

    def id_token(
        self, *, key: RSAKey | OctKey | None = None, header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """An id_token of the account, with `claims` in place of the usual ones; None leaves one out."""
        content = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "sub": self.subject,
            "email": self.email,
            "email_verified": True,
            "name": "Μαρία",
            "iat": self.now,
            "exp": self.now + 3600,
            **self.claims,
            **claims,
        }
        content = {name: value for name, value in content.items() if value is not None}
        signing = key or self.key
        head = {"alg": "RS256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(head, content, signing, algorithms=[head["alg"]])

    def authorize(self, url: str, code: str = "code-1") -> str:
        """What its pages do once the person has agreed: the address that the browser is sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        self.codes[code] = Grant(asked["code_challenge"], asked["redirect_uri"], asked["nonce"], asked["scope"])
        return f"{asked['redirect_uri']}?{httpx.QueryParams(state=asked['state'], code=code, iss=self.url)}"

    def _token(self, form: dict[str, str]) -> Answer:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Answer(401, {"error": "invalid_client"})
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.live:
                return Answer(400, {"error": "invalid_grant"})
            return self._said({"access_token": "access", "expires_in": 3599, "id_token": self.id_token()})
        code = form["code"]
        if code in self.used:
            self.live.clear()  # RFC 6749, 4.1.2: somebody has a code that is not theirs.
        grant = self.codes.pop(code, None)
        self.used.add(code)
        if grant is None or grant.redirect_uri != form["redirect_uri"]:
            return Answer(400, {"error": "invalid_grant"})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            return Answer(400, {"error": "invalid_grant"})
        refresh_token = self.refresh_token or f"refresh-{len(self.used)}"
        self.live.add(refresh_token)
        said = {
            "access_token": "access",
            "expires_in": 3599,
            "refresh_token": refresh_token,
            "scope": self.scope or grant.scope,
            "id_token": self.id_token(**{"nonce": grant.nonce, **self.claims}),
        }
        return self._said({name: value for name, value in said.items() if value is not None})

    def _said(self, content: dict[str, Any]) -> Answer:
        return Answer(200, content, headers={"Date": formatdate(self.date or self.now, usegmt=True)})


class Person:
    """At a browser: goes where the program says, agrees, and comes back."""

    def __init__(self, issuer: GoogleIssuer) -> None:
        self.issuer = issuer
        self.urls: list[str] = []
        self.pages: list[httpx.Response] = []
        #: What becomes of the address that the provider sends the browser to.
        self.on_the_way: Callable[[str], str] = lambda address: address
        self.stays_away = False
        self._browsing: list[asyncio.Task[None]] = []

    async def open_browser(self, url: str) -> bool:
        """As `SignIn.sign_in` wants it."""
        self.urls.append(url)
        if not self.stays_away:
            self._browsing.append(asyncio.create_task(self._browse(url)))
        return True

    async def done(self) -> None:
        """All pages have come."""
        await asyncio.gather(*self._browsing)

    async def _browse(self, url: str) -> None:
        address = self.on_the_way(self.issuer.authorize(url, f"code-{len(self.urls)}"))
        async with httpx.AsyncClient() as client:
            self.pages.append(await client.get(address))


def unsigned(token: str, header: dict[str, Any]) -> str:
    """The claims of `token` under another header and without a signature."""

    def encoded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    return f"{encoded(json.dumps(header).encode())}.{token.split('.')[1]}."
