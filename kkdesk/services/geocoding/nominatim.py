"""Nominatim, the geocoder of OpenStreetMap, on a server of one's own or, for single look-ups, on the public one.

Source: nominatim.org/release-docs/latest/api/Search; the public server's policy:
operations.osmfoundation.org/policies/nominatim (one request a second over all users of an application, no bulk).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotAllowed, Offline, QuotaReached
from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import (
    Answer,
    Failed,
    NotFound,
    Place,
    Quality,
    Stop,
    coordinates,
    in_greece,
    other_postal_code,
)
from kkdesk.services.geocoding.pace import Pace
from kkdesk.services.geocoding.quiet_http import NoAnswer, QuietHttp, Reply

_log = structlog.get_logger(__name__)

#: The public server, for single look-ups that a person asks for.
PUBLIC: Final = "https://nominatim.openstreetmap.org"
SOURCE: Final = "nominatim"
#: Its rate, kept to on every server: one a second, as they arrive there.
SECONDS_APART: Final = 1.2
_PUBLIC_DOMAIN: Final = "openstreetmap.org"
_REQUEST_SECONDS: Final = 10.0
_MOST_TEXT: Final = 300
#: Place ranks (nominatim.org/release-docs/latest/customize/Ranking): below are counties and countries.
_FIRST_TOWN: Final = 13
_FIRST_STREET: Final = 26


def is_public(url: str) -> bool:
    """Whether `url` is the public server, which is not for jobs."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    return host == _PUBLIC_DOMAIN or host.endswith(f".{_PUBLIC_DOMAIN}")


class NominatimGeocoder:
    """Implements `kkdesk.services.geocoding.geocoder.Geocoder`."""

    at_once = 1

    def __init__(self, url: str, pace: Pace) -> None:
        """`pace` is that of the server. Raises `InvalidInput` for an address that is none."""
        self._http = QuietHttp(url, setting="NOMINATIM_URL")
        self._pace = pace

    async def find(self, address: Address, seconds: float) -> Answer:
        """See `Geocoder.find`. Asks once: whoever is slow here is not to be asked more."""
        until = asyncio.get_running_loop().time() + seconds
        await self._http.ready()
        if not await self._pace.turn(seconds):
            return Stop("time")
        left = until - asyncio.get_running_loop().time()
        try:
            reply = await self._http.get("/search", _query(address), min(_REQUEST_SECONDS, max(left, SECONDS_APART)))
        except NoAnswer as failure:
            said: Answer = _stopped("unreachable") if failure.kind == "unreachable" else Failed(failure.kind)
        else:
            said = read_reply(reply, address)
        if isinstance(said, Failed):
            _log.info("geocoder_failed", source=SOURCE, reason=said.reason)
        return said

    async def close(self) -> None:
        """See `Geocoder.close`."""
        await self._http.close()


def read_reply(reply: Reply, address: Address) -> Answer:
    """What `reply` says about `address`."""
    match reply.status:
        case 200 if isinstance(reply.content, list):
            return _place(reply.content[0], address) if reply.content else NotFound("zero_results")
        case 200:
            return Failed("unreadable")
        case 403:
            return _stopped("denied")
        case 429:
            return _stopped("quota")
        case 400 | 414:
            return Failed("invalid_request", lasting=True)
    return Failed(f"http_{reply.status}")


def _query(address: Address) -> dict[str, str]:
    countries = {"countrycodes": "gr"} if address.is_greek else {}
    asked = {"q": address.question, "format": "jsonv2", "addressdetails": "1", "limit": "1", "accept-language": "el"}
    return asked | countries


def _place(first: object, address: Address) -> Answer:
    found: Mapping[str, Any] = first if isinstance(first, dict) else {}
    degrees = coordinates(_number(found.get("lat")), _number(found.get("lon")))
    if degrees is None:
        return Failed("unreadable")
    parts = found.get("address")
    details: Mapping[str, Any] = parts if isinstance(parts, dict) else {}
    country = details.get("country_code")
    if address.is_greek and not (country == "gr" if country else in_greece(*degrees)):
        return NotFound("wrong_country")
    quality = _quality(found, details)
    if quality is None:
        return NotFound("too_coarse")
    name = found.get("display_name")
    return Place(
        *degrees,
        source=SOURCE,
        quality=quality,
        needs_review=other_postal_code(address, str(details.get("postcode") or "")[:_MOST_TEXT]),
        formatted_address=name[:_MOST_TEXT].replace("\0", "") if isinstance(name, str) else None,
    )


def _quality(found: Mapping[str, Any], details: Mapping[str, Any]) -> Quality | None:
    """How near the place is; None when it is no nearer than a county."""
    rank = found.get("place_rank")
    if found.get("addresstype") == "postcode" or found.get("type") == "postcode":
        return "postal_code"
    if not isinstance(rank, int) or rank < _FIRST_TOWN:
        return None
    if rank < _FIRST_STREET:
        return "town"
    return "rooftop" if details.get("house_number") else "street"


def _number(value: object) -> float | None:
    """The server writes numbers as text."""
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def _stopped(why: str) -> Stop:
    kept = Bilingual("Οι θέσεις που βρέθηκαν έχουν γραφτεί.", "The places that were found are written.")
    goes_on = Bilingual("Η επόμενη εκτέλεση συνεχίζει από εκεί.", "The next run goes on from there.")
    if why == "denied":
        what = Bilingual("Ο διακομιστής Nominatim αρνείται τα ερωτήματα.", "The Nominatim server refuses to answer.")
        check = Bilingual("Ελέγξτε τη ρύθμιση NOMINATIM_URL.", "Check the setting NOMINATIM_URL.")
        return Stop("denied", NotAllowed(what, kept=kept, next_step=check))
    if why == "quota":
        what = Bilingual("Ο διακομιστής Nominatim ζητά πιο αργό ρυθμό.", "The Nominatim server wants us to be slower.")
        return Stop("quota", QuotaReached(what, kept=kept, next_step=goes_on))
    what = Bilingual("Ο διακομιστής Nominatim δεν απαντά.", "The Nominatim server does not answer.")
    return Stop("unreachable", Offline(what, kept=kept, next_step=goes_on))
