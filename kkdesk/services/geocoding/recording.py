"""Answers written down: to the cache that the web CRM shares, to what is known of the address, to the customers.

One change has all of it. A customer is written only while it has no place and its address is the one that was asked
about: what a person, the web CRM or another run has done meanwhile stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.change import Statement
from kkdesk.model.ids import new_id
from kkdesk.services.geocoding.due import PARTS, UNPLACED, DueCustomer
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound, Place
from kkdesk.store.row_image import portable

_DAY: Final = 86_400
#: Seconds for which an address is left alone that nobody knows, or that could not be asked about.
NOT_FOUND_RESTS: Final = 30 * _DAY
FAILED_RESTS: Final = 900

# The first write wins, as in the web CRM.
_CACHE: Final = """
INSERT INTO geocode_cache (id, address, latitude, longitude, formatted_address, created_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?2 FROM json_each(?1) WHERE true
ON CONFLICT (address) DO NOTHING
"""
_LOOKUP: Final = """
UPDATE kk_geocode_lookups SET claim_id = NULL, rests_until = j.value ->> 1, outcome = j.value ->> 2,
  reason = j.value ->> 3, source = j.value ->> 4, quality = j.value ->> 5, needs_review = j.value ->> 6,
  place_id = j.value ->> 7, latitude = j.value ->> 8, longitude = j.value ->> 9, answered_at = ?3
FROM json_each(?1) j WHERE kk_geocode_lookups.id = j.value ->> 0 AND claim_id = ?2
"""
_STILL: Final = f"c.id = j.value ->> 0 AND {UNPLACED} AND {PARTS} = j.value ->> 1"
_PLACE: Final = f"""
INSERT INTO kk_customer_places (id, org_id, turn, due_at, address, outcome, reason, source, quality, needs_review,
  place_id, latitude, longitude, fetched_at)
SELECT c.id, c.org_id, (SELECT coalesce(max(turn), 0) FROM kk_customer_places) + 1 + j.key, j.value ->> 2,
  j.value ->> 1, j.value ->> 3, j.value ->> 4, j.value ->> 5, j.value ->> 6, j.value ->> 7, j.value ->> 8,
  j.value ->> 9, j.value ->> 10, j.value ->> 11
FROM json_each(?1) j JOIN customers c ON {_STILL} WHERE true
ON CONFLICT (id) DO UPDATE SET turn = excluded.turn, due_at = excluded.due_at, address = excluded.address,
  outcome = excluded.outcome, reason = excluded.reason, source = excluded.source, quality = excluded.quality,
  needs_review = excluded.needs_review, place_id = excluded.place_id, latitude = excluded.latitude,
  longitude = excluded.longitude, fetched_at = excluded.fetched_at
"""
# A place that was looked up is nobody's edit: a new customer or an import can be undone as before.
_IMAGES: Final = f"""
UPDATE kk_undo SET after = json_set(after, '$.latitude', {portable("(j.value ->> 9)")},
  '$.longitude', {portable("(j.value ->> 10)")}, '$.geocoded_at', ?2, '$.updated_at', ?2)
FROM json_each(?1) j JOIN customers c ON {_STILL}
WHERE kk_undo.tbl = 'customers' AND kk_undo.row_id = c.id AND kk_undo.before IS NULL AND j.value ->> 3 = 'found'
  AND json_type(kk_undo.after, '$.latitude') IS NOT NULL
  AND json_extract(kk_undo.after, '$.updated_at') IS c.updated_at
  AND json_extract(kk_undo.after, '$.latitude') IS {portable("c.latitude")}
  AND json_extract(kk_undo.after, '$.longitude') IS {portable("c.longitude")}
  AND json_extract(kk_undo.after, '$.geocoded_at') IS c.geocoded_at
"""
_CUSTOMER: Final = f"""
UPDATE customers AS c SET latitude = j.value ->> 9, longitude = j.value ->> 10, geocoded_at = ?2, updated_at = ?2
FROM json_each(?1) j WHERE {_STILL} AND j.value ->> 3 = 'found' RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an address, for the customers who have it.

    `until` is when it may be looked up again (Unix seconds); None: by the kind of answer. `answer` is None where
    there was nobody to ask. `asked`: just now, by us, and not on record yet.
    """

    key: str
    customers: Sequence[DueCustomer]
    answer: Answer | None
    until: int | None = None
    asked: bool = False


def record(settled: Sequence[Settled], claim_id: str, now: int) -> list[Statement]:
    """Statements that write it all; the last one's rows have the ids of the customers who got a place."""
    asked = [one for one in settled if one.asked]
    found = [(one.key, one.answer) for one in asked if isinstance(one.answer, Place)]
    statements = []
    if found:
        rows = [[new_id("geo"), key, place.latitude, place.longitude, place.formatted_address] for key, place in found]
        statements.append(Statement(_CACHE, (_json(rows), now)))
    if asked:
        rows = [[one.key, _rests_until(one, now), *_facts(one.answer)] for one in asked]
        statements.append(Statement(_LOOKUP, (_json(rows), claim_id, now)))
    customers = _json(
        [customer.id, customer.parts, _rests_until(one, now), *_facts(one.answer), _fetched_at(one.answer, now)]
        for one in settled
        for customer in one.customers
    )
    return [
        *statements,
        Statement(_PLACE, (customers,)),
        Statement(_IMAGES, (customers, now)),
        Statement(_CUSTOMER, (customers, now)),
    ]


def _facts(answer: Answer | None) -> list[str | float | int | None]:
    """Outcome, reason, source, quality, needs_review, place_id, latitude, longitude."""
    match answer:
        case Place():
            place = answer
            return [
                *("found", None, place.source, place.quality, int(place.needs_review)),
                *(place.place_id, place.latitude, place.longitude),
            ]
        case NotFound(reason):
            return ["not_found", reason, None, None, 0, None, None, None]
        case Failed(reason):
            return ["failed", reason, None, None, 0, None, None, None]
    return ["waiting", None, None, None, 0, None, None, None]


def _rests_until(one: Settled, now: int) -> int:
    if one.until is not None:
        return one.until
    match one.answer:
        case NotFound() | Failed(lasting=True):
            return now + NOT_FOUND_RESTS
        case Failed():
            return now + FAILED_RESTS
    # A place that is taken away from the customer, or from the cache, is to be looked up anew.
    return 0


def _fetched_at(answer: Answer | None, now: int) -> int | None:
    if not isinstance(answer, Place):
        return None
    return now if answer.fetched_at is None else answer.fetched_at


def _json(rows: Iterable[list[str | float | int | None]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)
