"""A stand-in for Google's Geocoding API v3: every status, its rules about components and keys, its limits."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.http_stand_in import Answer, Fault, HttpStandIn, served

KEY = "AIzaSyTest-0123456789_key"
_PATH = "/maps/api/geocode/json"
_MISSING = "Invalid request. Missing the 'address', 'components', 'latlng' or 'place_id' parameter."
_REFUSALS = {
    "billing_off": ("OVER_DAILY_LIMIT", "You must enable Billing on the Google Cloud Project."),
    "not_enabled": ("REQUEST_DENIED", "This API project is not authorized to use this API."),
    "referer": ("REQUEST_DENIED", "API keys with referer restrictions cannot be used with this API."),
}


def result(
    lat: float = 37.9755,
    lng: float = 23.7348,
    *,
    location_type: str = "ROOFTOP",
    types: Sequence[str] = ("street_address",),
    country: str = "GR",
    postal_code: str = "105 63",
    partial: bool = False,
    place_id: str = "ChIJ-test",
    formatted: str = "Ερμού 1, Αθήνα 105 63, Ελλάδα",
) -> dict[str, Any]:
    """One result as the API writes it."""
    parts = [("Ερμού", "Ερμού", ["route"]), ("Ελλάδα", country, ["country", "political"])]
    if postal_code:
        parts.append((postal_code, postal_code, ["postal_code"]))
    corner = {"lat": lat, "lng": lng}
    return {
        "address_components": [
            {"long_name": long, "short_name": short, "types": kinds} for long, short, kinds in parts
        ],
        "formatted_address": formatted,
        "geometry": {
            "location": {"lat": lat, "lng": lng},
            "location_type": location_type,
            "viewport": {"northeast": corner, "southwest": corner},
        },
        "place_id": place_id,
        "types": list(types),
        **({"partial_match": True} if partial else {}),
    }


@dataclass(frozen=True)
class Question:
    """What was asked."""

    address: str
    components: str
    region: str
    language: str


@dataclass
class GoogleGeocoding(HttpStandIn):
    """One project. `places`: by address the results, a status, or a fault; what is not there is not found."""

    places: dict[str, list[dict[str, Any]] | str] = field(default_factory=dict)
    #: How the project stands: ok, billing_off, not_enabled, referer.
    account: str = "ok"
    #: Requests that are still allowed, and in a second.
    left: int = 1_000_000
    per_second: int = 50
    #: Results of other countries come in spite of `components`.
    leaky: bool = False
    #: A result for whatever is not in `places`.
    everywhere: dict[str, Any] | None = None
    questions: list[Question] = field(default_factory=list)
    _times: deque[float] = field(default_factory=deque)

    @property
    def asked(self) -> list[str]:
        """The addresses, in order."""
        return [question.address for question in self.questions]

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        """See `HttpStandIn.answer`."""
        if path != _PATH:
            return Answer(404, b"<html>404</html>", "text/html")
        one = {name: values[0] for name, values in query.items()}
        question = Question(*(one.get(name, "") for name in ("address", "components", "region", "language")))
        self.questions.append(question)
        if one.get("key") != KEY:
            return _said("REQUEST_DENIED", f"The provided API key is invalid. {one.get('key', '')}")
        if self.account in _REFUSALS:
            return _said(*_REFUSALS[self.account])
        if self._too_fast():
            return _said("OVER_QUERY_LIMIT", "You have exceeded your rate-limit for this API.")
        if not {"address", "components", "latlng", "place_id"} & one.keys() or _repeats(question.components):
            return _said("INVALID_REQUEST", _MISSING)
        return self._found(question)

    def _found(self, question: Question) -> Answer | Fault:
        found = self.places.get(question.address, [self.everywhere] if self.everywhere else [])
        if isinstance(found, str):
            return _said(found) if found.isupper() else found  # type: ignore[return-value]
        countries = [part.partition(":")[2] for part in question.components.split("|") if part.startswith("country:")]
        if countries and any(name in question.address for name in ("Ελλάδα", "Greece")):
            found = []  # The same fact twice.
        if countries and not self.leaky:
            found = [one for one in found if _country(one) == countries[0]]
        return Answer(content={"status": "OK", "results": found}) if found else _said("ZERO_RESULTS")

    def _too_fast(self) -> bool:
        now = time.monotonic()
        while self._times and self._times[0] <= now - 1:
            self._times.popleft()
        if self.left <= 0 or len(self._times) >= self.per_second:
            return True
        self.left -= 1
        self._times.append(now)
        return False


def _said(status: str, message: str = "") -> Answer:
    return Answer(content={"status": status, "results": [], **({"error_message": message} if message else {})})


def _repeats(components: str) -> bool:
    kinds = [part.partition(":")[0] for part in components.split("|") if part]
    return any(kinds.count(kind) > 1 for kind in ("country", "postal_code", "route"))


def _country(found: dict[str, Any]) -> str:
    return next(part["short_name"] for part in found["address_components"] if "country" in part["types"])


@asynccontextmanager
async def google_stand_in(project: GoogleGeocoding) -> AsyncIterator[GoogleGeocoding]:
    """The project on a port of its own, gone at the end."""
    async with served(project):
        yield project


async def until_hanging(project: HttpStandIn, number: int = 1) -> None:
    """Wait until so many requests hang."""
    while project.hanging < number:
        await asyncio.sleep(0.01)
