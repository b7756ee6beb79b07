"""What Google's Geocoding API answers, read: a place with its quality, nothing found, or what went wrong.

Source: developers.google.com/maps/documentation/geocoding/requests-geocoding. Every status comes with HTTP 200.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, Offline, QuotaReached
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
from kkdesk.services.geocoding.quiet_http import Reply

SOURCE: Final = "google"
#: Types of results that say no more than the region: a guess, and a silent one at that.
_COARSE: Final = frozenset(
    {
        *("continent", "country", "archipelago", "colloquial_area"),
        *("administrative_area_level_1", "administrative_area_level_2", "administrative_area_level_3"),
    }
)
_STREET: Final = frozenset({"route", "intersection", "street_address", "premise", "subpremise", "street_number"})
#: A shop or an office; an island is an "establishment" as well.
_POINT: Final = frozenset({"establishment", "point_of_interest", "plus_code"})
_LANDSCAPE: Final = "natural_feature"
_MOST_TEXT: Final = 300
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Again:
    """It may go well in a moment. `limit`: we were too fast; `at_last` is the answer when there is no more time."""

    at_last: Answer
    limit: bool = False


def read_reply(reply: Reply, address: Address, key: str) -> Answer | Again:
    """What `reply` says about `address`. `key` is taken out of texts that people are to read."""
    body = reply.content if isinstance(reply.content, dict) else {}
    match body.get("status"):
        case "OK":
            return _place(body.get("results"), address)
        case "ZERO_RESULTS":
            return NotFound("zero_results")
        case "OVER_QUERY_LIMIT":
            return too_fast()
        case "OVER_DAILY_LIMIT" | "REQUEST_DENIED" as status:
            return Stop("denied", _denied(status, _said(body, key)))
        case "INVALID_REQUEST":
            return Failed("invalid_request", lasting=True)
        case "UNKNOWN_ERROR":
            return Again(Failed("unknown_error"))
    if reply.status == 429:
        return too_fast()
    if reply.status >= 500:
        return Again(Failed(f"http_{reply.status}"))
    return Failed("unreadable")


def too_fast() -> Again:
    """The quota of a minute is used up, or of the account."""
    error = QuotaReached(
        Bilingual(
            "Η Google δεν δέχεται άλλα ερωτήματα διευθύνσεων προς το παρόν.",
            "Google takes no more questions about addresses for now.",
        ),
        kept=Bilingual("Οι θέσεις που βρέθηκαν έχουν γραφτεί.", "The places that were found are written."),
        next_step=Bilingual("Η επόμενη εκτέλεση συνεχίζει από εκεί.", "The next run goes on from there."),
    )
    return Again(Stop("quota", error), limit=True)


def unreachable() -> Again:
    """No connection stands."""
    error = Offline(
        Bilingual("Η υπηρεσία χαρτών της Google δεν απαντά.", "Google's map service does not answer."),
        kept=Bilingual("Οι θέσεις που βρέθηκαν έχουν γραφτεί.", "The places that were found are written."),
        next_step=Bilingual("Η επόμενη εκτέλεση συνεχίζει από εκεί.", "The next run goes on from there."),
    )
    return Again(Stop("unreachable", error))


def _place(results: object, address: Address) -> Answer:
    first = results[0] if isinstance(results, list) and results else None
    found = _mapping(first)
    geometry = _mapping(found.get("geometry"))
    location = _mapping(geometry.get("location"))
    degrees = coordinates(location.get("lat"), location.get("lng"))
    if degrees is None:
        return Failed("unreadable")
    parts = [_mapping(part) for part in _list(found.get("address_components"))]
    country = _component(parts, "country")
    if address.is_greek and not (country == "GR" if country else in_greece(*degrees)):
        return NotFound("wrong_country")
    types = frozenset(kind for kind in _list(found.get("types")) if isinstance(kind, str))
    quality = _quality(geometry.get("location_type"), types)
    if quality is None:
        return NotFound("too_coarse")
    return Place(
        *degrees,
        source=SOURCE,
        quality=quality,
        needs_review=found.get("partial_match") is True or other_postal_code(address, _component(parts, "postal_code")),
        place_id=_text(found.get("place_id")),
        formatted_address=_text(found.get("formatted_address")),
    )


def _quality(location_type: object, types: Collection[str]) -> Quality | None:
    """How near the place is; None when it is no nearer than a region."""
    if location_type == "ROOFTOP":
        return "rooftop"
    if location_type == "RANGE_INTERPOLATED" or not _STREET.isdisjoint(types):
        return "street"
    if "postal_code" in types:
        return "postal_code"
    # A region is "political", too.
    if not _COARSE.isdisjoint(types):
        return None
    return "street" if _LANDSCAPE not in types and not _POINT.isdisjoint(types) else "town"


def _component(parts: list[Mapping[str, Any]], kind: str) -> str:
    """The short name of the first component of a kind; empty where there is none."""
    names = (part.get("short_name") for part in parts if kind in _list(part.get("types")))
    return _text(next(names, None)) or ""


def _denied(status: str, said: str) -> NotConfigured:
    more = f": {said}" if said else ""
    return NotConfigured(
        Bilingual(
            f"Η Google αρνείται τα ερωτήματα διευθύνσεων ({status}{more})",
            f"Google refuses questions about addresses ({status}{more})",
        ),
        kept=Bilingual("Οι θέσεις που βρέθηκαν έχουν γραφτεί.", "The places that were found are written."),
        next_step=Bilingual(
            "Ελέγξτε το GOOGLE_GEOCODING_API_KEY: τον περιορισμό του, το Geocoding API και τη χρέωση του έργου.",
            "Check GOOGLE_GEOCODING_API_KEY: its restrictions, the project's Geocoding API and its billing.",
        ),
    )


def _said(body: Mapping[str, Any], key: str) -> str:
    """Google's own words, for a person: short, in one line, without the key."""
    text = body.get("error_message")
    if not isinstance(text, str):
        return ""
    return _CONTROLS.sub(" ", text.replace(key, "…") if key else text)[:_MOST_TEXT].strip()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """Text of a sane length that a database takes; else None."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    return value[:_MOST_TEXT].encode("utf-8", "replace").decode("utf-8")
