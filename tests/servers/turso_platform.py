"""A stand-in for the part of Turso's Platform API that makes database tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.servers.http_stand_in import Answer, Fault, HttpStandIn

API_TOKEN = "platform-token"


@dataclass
class TursoPlatform(HttpStandIn):
    """Organisation `kk`, database `crm`. `asked` has the expiration and authorization of each request."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        if headers.get("authorization") != f"Bearer {API_TOKEN}":
            return Answer(401, {"error": "invalid authentication token"})
        if path != "/v1/organizations/kk/databases/crm/auth/tokens":
            return Answer(404, {"error": "could not find database with name [x]: record not found"})
        expiration, authorization = (
            query.get("expiration", ["never"])[0],
            query.get("authorization", ["full-access"])[0],
        )
        if not re.fullmatch(r"(\d+[smhdw])+|never", expiration):
            return Answer(400, {"error": "Invalid expiration format"})
        self.asked.append((expiration, authorization))
        if self.status != 200:
            return Answer(self.status, {"error": "as told"})
        return Answer(200, {"jwt": f"turso-token-{len(self.asked)}"})
