"""What is known of addresses, and who is asking about which just now.

A run claims an address for some minutes before it asks, in the same change in which it looks whether somebody has the
answer by then. So no two runs ask about one address, and a run that was killed holds nobody up for long.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from kkdesk.model.change import Statement
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound, Place, Quality, coordinates
from kkdesk.services.geocoding.google_answers import SOURCE as GOOGLE

#: Seconds that a run has an address for itself, and in which it must begin to ask about it.
LEASE: Final = 180
BEGIN_WITHIN: Final = 60

_CLAIM: Final = """
INSERT INTO kk_geocode_lookups (id, claim_id, rests_until)
SELECT value, ?2, ?3 FROM json_each(?1) WHERE value NOT IN (SELECT address FROM geocode_cache)
ON CONFLICT (id) DO UPDATE SET claim_id = excluded.claim_id, rests_until = excluded.rests_until
WHERE kk_geocode_lookups.rests_until <= ?4
"""
_READ: Final = """
SELECT k.value AS key, l.claim_id, l.rests_until, l.outcome, l.reason, l.source, l.quality, l.needs_review, l.place_id,
  l.latitude, l.longitude, l.answered_at, g.id AS cached, g.latitude AS cached_latitude,
  g.longitude AS cached_longitude, g.formatted_address, g.created_at AS cached_at
FROM json_each(?1) k LEFT JOIN kk_geocode_lookups l ON l.id = k.value LEFT JOIN geocode_cache g ON g.address = k.value
"""
_RELEASE: Final = "UPDATE kk_geocode_lookups SET claim_id = NULL, rests_until = 0 WHERE claim_id = ?1"


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about an address: at most one of these.

    `answer`: no need to ask (`until` is when that ends, Unix seconds). `ours`: we have claimed it. `busy`: another
    run is asking.
    """

    answer: Answer | None = None
    until: int = 0
    ours: bool = False
    busy: bool = False


def claim(claim_id: str, keys: Collection[str], now: int) -> tuple[Statement, Statement]:
    """Claim those of `keys` that nobody has an answer to or is asking about, and read what there is of all of them."""
    listed = json.dumps(list(keys), ensure_ascii=False)
    return Statement(_CLAIM, (listed, claim_id, now + LEASE, now)), read(keys)


def read(keys: Collection[str]) -> Statement:
    """Read what there is of `keys`."""
    return Statement(_READ, (json.dumps(list(keys), ensure_ascii=False),))


def release(claim_id: str) -> Statement:
    """Let others ask about what we have claimed and not asked about."""
    return Statement(_RELEASE, (claim_id,))


def known(rows: Sequence[Row], claim_id: str, now: int) -> Mapping[str, Known]:
    """By key, what the rows of `read` say."""
    return {as_text(row["key"]): _known(row, claim_id, now) for row in rows}


def _known(row: Row, claim_id: str, now: int) -> Known:
    if row["cached"] is not None:
        return Known(_cached(row))
    if row["claim_id"] == claim_id:
        return Known(ours=True)
    until = as_int(row["rests_until"])
    if until <= now:
        return Known()
    if row["claim_id"] is not None:
        return Known(busy=True)
    reason = as_text(row["reason"])
    return Known(NotFound(reason) if row["outcome"] == "not_found" else Failed(reason), until)


def _cached(row: Row) -> Answer:
    degrees = coordinates(row["cached_latitude"], row["cached_longitude"])
    if degrees is None:
        return NotFound("bad_cache")
    formatted = None if row["formatted_address"] is None else as_text(row["formatted_address"])
    if row["outcome"] == "found" and degrees == (row["latitude"], row["longitude"]):
        return Place(
            *degrees,
            source=as_text(row["source"]),
            quality=cast("Quality | None", row["quality"]),
            needs_review=bool(row["needs_review"]),
            place_id=None if row["place_id"] is None else as_text(row["place_id"]),
            formatted_address=formatted,
            fetched_at=as_int(row["answered_at"]),
        )
    # Nobody's answer but the web CRM's, which asks Google and keeps no quality.
    return Place(
        *degrees, source=GOOGLE, quality=None, formatted_address=formatted, fetched_at=as_int(row["cached_at"])
    )
