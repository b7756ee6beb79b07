"""A stand-in for Nominatim's `/search`, with the public server's policy: a name of one's own, one request a second."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.http_stand_in import Answer, Fault, HttpStandIn, served

_STRUCTURED = frozenset({"street", "city", "county", "state", "country", "postalcode"})
_STOCK_AGENTS = ("python", "httpx", "curl", "wget", "java", "go-http")
_PAGE = b"<!DOCTYPE html><html><title>Nominatim</title></html>"


def result(
    lat: str = "37.9755",
    lon: str = "23.7348",
    *,
    place_rank: int = 30,
    addresstype: str = "building",
    house_number: str = "1",
    country_code: str = "gr",
    postcode: str = "105 63",
    **more: Any,
) -> dict[str, Any]:
    """One result as the server writes it: numbers are text."""
    address = {"road": "Ερμού", "city": "Αθήνα", "postcode": postcode, "country": "Ελλάς", "country_code": country_code}
    return {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "way",
        "osm_id": 2,
        "lat": lat,
        "lon": lon,
        "category": "building",
        "type": "yes",
        "place_rank": place_rank,
        "importance": 0.1,
        "addresstype": addresstype,
        "name": "",
        "display_name": "1, Ερμού, Αθήνα, 105 63, Ελλάς",
        "address": {**({"house_number": house_number} if house_number else {}), **address},
        "boundingbox": ["37.96", "37.98", "23.72", "23.74"],
        **more,
    }


@dataclass
class Nominatim(HttpStandIn):
    """A server. `places`: by question the result, or a fault; what is not there is not found."""

    places: dict[str, dict[str, Any] | Answer | str] = field(default_factory=dict)
    seconds_apart: float = 0.0
    blocked: bool = False
    queries: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    _last: float = -1e9

    @property
    def asked(self) -> list[str]:
        """The questions, in order."""
        return [query["q"] for query in self.queries]

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        """See `HttpStandIn.answer`."""
        if path == "/status":
            return Answer(content=b"OK", content_type="text/plain")
        one = {name: values[0] for name, values in query.items()}
        agent = headers.get("user-agent", "")
        self.queries.append(one)
        self.agents.append(agent)
        now, last = time.monotonic(), self._last
        self._last = now
        if self.blocked or not agent or agent.lower().startswith(_STOCK_AGENTS):
            return Answer(403, b"<html>Access blocked</html>", "text/html")
        if now - last < self.seconds_apart:
            return Answer(429, b"<html>Bandwidth limit exceeded</html>", "text/html")
        if path != "/search" or "format" not in one:
            return Answer(200, _PAGE, "text/html")
        if ("q" in one) == bool(_STRUCTURED & one.keys()):
            return Answer(400, {"error": {"code": 400, "message": "Nothing to search for."}})
        return self._found(one)

    def _found(self, one: dict[str, str]) -> Answer | Fault:
        found = self.places.get(one["q"])
        if isinstance(found, Answer):
            return found
        if isinstance(found, str):
            return found  # type: ignore[return-value]
        if (
            found is None
            or one.get("countrycodes", found["address"]["country_code"]) != found["address"]["country_code"]
        ):
            return Answer(content=[])
        return Answer(content=[found])


#: What the server says when a question is too hard for it.
TOO_SLOW = Answer(503, b"Query took too long to process.", "text/plain")


@asynccontextmanager
async def nominatim_stand_in(server: Nominatim) -> AsyncIterator[Nominatim]:
    """The server on a port of its own, gone at the end."""
    async with served(server):
        yield server
