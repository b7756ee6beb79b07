"""What a geocoder is, and what it may answer. Every failure is one of these answers; none is an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from kkdesk.model.errors import KKDeskError
from kkdesk.services.geocoding.address import Address

#: How near a place is to the address: its door, its street, the area of its postal code, its town or village.
Quality = Literal["rooftop", "street", "postal_code", "town"]
#: Why no further address is asked.
StopReason = Literal["time", "quota", "denied", "unreachable", "unreadable"]

#: Degrees that hold all of Greece: south, north, west, east.
_GREECE: Final = (34.5, 41.9, 19.2, 29.8)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, in WGS 84 degrees.

    `source` names who found it (`google`, `nominatim`, `gazetteer`). `quality` is None where nobody kept it. With
    `needs_review` not everything of the address matched. `place_id` is Google's. `fetched_at` is when the source was
    asked, Unix seconds; None: just now.
    """

    latitude: float
    longitude: float
    source: str
    quality: Quality | None
    needs_review: bool = False
    place_id: str | None = None
    formatted_address: str | None = None
    fetched_at: int | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no place for this text, or none that says more than the region: final for a while."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """This address could not be asked about; others may go well. `lasting`: the same text will fail again."""

    reason: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """No further address need be asked now, and this one was not answered. `error` is what a person is told of it."""

    why: StopReason
    error: KKDeskError | None = None


Answer = Place | NotFound | Failed | Stop


class Geocoder(Protocol):
    """Somebody who knows where addresses are."""

    #: How many addresses may be asked about at a time.
    at_once: int

    async def find(self, address: Address, seconds: float) -> Answer:
        """Where `address` is, said within about `seconds`."""
        ...

    async def close(self) -> None:
        """Let go of the connections. May be called twice."""
        ...


def coordinates(latitude: object, longitude: object) -> tuple[float, float] | None:
    """The two as degrees; None for what is no place on earth. (0, 0) is where programs put what they do not know."""
    north, east = _degrees(latitude, 90), _degrees(longitude, 180)
    return None if north is None or east is None or (north, east) == (0.0, 0.0) else (north, east)


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Compared first: a number may be too long for a float. NaN is never within.
    return float(value) if -most <= value <= most else None


def in_greece(latitude: float, longitude: float) -> bool:
    """Whether a place may be in Greece."""
    south, north, west, east = _GREECE
    return south <= latitude <= north and west <= longitude <= east


def other_postal_code(address: Address, found: str) -> bool:
    """Whether the place that was `found` has another postal code than the address."""
    digits = "".join(filter(str.isdigit, found))
    return bool(digits) and address.digits.isdigit() and address.digits != digits
