"""A stand-in for the endpoints' token broker, as a desktop meets it: it says what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.http_stand_in import Answer, Fault, HttpStandIn


@dataclass
class TokenBroker(HttpStandIn):
    """`refusal`: what it answers to whoever asks with a good id_token, in place of a database token."""

    database_url: str = "libsql://kktires.example"
    good: set[str] = field(default_factory=lambda: {"id-1"})
    role: str = "member"
    seconds: int = 3600
    refusal: Answer | Fault | None = None
    desktop: Answer | Fault | None = None
    #: id_tokens that it was asked with, and how many tokens it gave.
    asked: list[str] = field(default_factory=list)
    given: int = 0

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        if path == "/api/auth/desktop":
            return self.desktop or Answer(200, DESKTOP)
        if path != "/api/auth/db-token":
            return error(404, "not_found")
        id_token = headers.get("authorization", "").removeprefix("Bearer ")
        self.asked.append(id_token)
        if id_token not in self.good:
            return error(401, "invalid_token", reason="expired")
        if self.refusal is not None:
            return self.refusal
        self.given += 1
        return Answer(200, self.grant())

    def grant(self) -> dict[str, Any]:
        """What is said with the token that was given last."""
        return {
            "url": self.database_url,
            "token": f"database-token-{self.given}",
            "expiresAt": 1_800_000_000,
            "expiresIn": self.seconds,
            "access": "full-access",
            "role": self.role,
            "user": {"id": "u1", "email": "maria@kktires.example", "name": "Μαρία"},
            "organization": {"id": "org_kktires", "name": "KK Tires"},
            "requestId": "r1",
            "somethingNew": [1, 2],
        }


DESKTOP = {
    "issuer": "https://accounts.google.com",
    "clientId": "desktop.apps.googleusercontent.com",
    "clientSecret": "GOCSPX-desktop",
    "hostedDomain": "",
    "name": "KK Tires",
}


def error(status: int, code: str, **more: Any) -> Answer:
    """A failure in the endpoints' own form."""
    return Answer(status, {"error": "as told", "code": code, "requestId": "r1", **more})
