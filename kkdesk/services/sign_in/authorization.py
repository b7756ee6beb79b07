"""One attempt to sign in: its secrets, and the address that the browser is sent to (RFC 6749 4.1.1, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

GMAIL_SEND: Final = "https://www.googleapis.com/auth/gmail.send"
_SCOPES: Final = ("openid", "email", "profile")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Random values of one attempt. None is used twice."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    #: 64 bytes make 86 characters; 43 to 128 are allowed.
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def authorization_url(
    endpoint: str, client_id: str, redirect_uri: str, attempt: Attempt, *, gmail: bool, login_hint: str
) -> str:
    """Where the person signs in. `login_hint`: the account that is expected, empty for any.

    With `gmail` the permission to send is asked for, and asked again if it was given before: only then does Google
    hand out a refresh token for it.
    """
    scopes = (*_SCOPES, GMAIL_SEND) if gmail else _SCOPES
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent" if gmail else "select_account",
    }
    if login_hint:
        query["login_hint"] = login_hint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"
