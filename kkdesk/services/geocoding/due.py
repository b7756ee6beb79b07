"""Whose turn it is: customers with an address and without a place, organisation by organisation.

Who was never looked up comes first, then whoever's turn was longest ago, so that addresses that nobody can find never
stand in the way of others. What was not found rests, unless the address has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kkdesk.model.row import as_int, as_text
from kkdesk.model.web_text import WHITE_SPACE
from kkdesk.services.geocoding.address import Address
from kkdesk.store.database import Database

#: A customer `c` without a place: a latitude alone is none. The index of migration 10 has the same words.
UNPLACED: Final = "(c.latitude IS NULL OR c.longitude IS NULL)"
#: The address of a customer `c` in one text, to tell whether it is still the same.
PARTS: Final = " || char(10) || ".join(
    f"coalesce(c.{column}, '')" for column in ("street", "postal_code", "city", "state", "country")
)
# A text column may hold bytes: as text they do not stop the others.
_COLUMNS: Final = ", ".join(
    f"CAST(c.{column} AS TEXT) AS {column}" for column in ("street", "postal_code", "city", "state", "country")
)
# SQLite's JSON ends a text at a NUL, so that such an address could not be written down as looked up.
_ACTIVE: Final = f"coalesce(c.is_active, 1) <> 0 AND (?1 IS NULL OR c.org_id = ?1) AND instr({PARTS}, char(0)) = 0"
_NAMED: Final = "trim(coalesce(c.street, '') || coalesce(c.postal_code, '') || coalesce(c.city, ''), ?2) <> ''"
_RESTS: Final = f"(p.id IS NOT NULL AND p.due_at > ?3 AND p.address = {PARTS})"
_DUE: Final = f"""
WITH due AS MATERIALIZED (
  SELECT c.id, c.org_id,
    row_number() OVER (PARTITION BY c.org_id ORDER BY p.turn NULLS FIRST, c.created_at, c.id) AS place
  FROM customers c LEFT JOIN kk_customer_places p ON p.id = c.id
  WHERE {UNPLACED} AND {_ACTIVE} AND {_NAMED} AND NOT {_RESTS}),
orgs AS MATERIALIZED (
  SELECT o.org_id, (SELECT max(turn) FROM kk_customer_places p WHERE p.org_id = o.org_id) AS turn
  FROM (SELECT DISTINCT org_id FROM due) o),
next AS (
  SELECT due.id, row_number() OVER (ORDER BY due.place, orgs.turn NULLS FIRST, due.org_id) AS number
  FROM due JOIN orgs ON orgs.org_id = due.org_id WHERE due.place <= ?4 ORDER BY number LIMIT ?4)
SELECT c.id, c.org_id, {_COLUMNS}, {PARTS} AS parts FROM next JOIN customers c ON c.id = next.id ORDER BY next.number
"""
_FIGURES: Final = f"""
SELECT count(*) FILTER (WHERE {_NAMED} AND NOT {_RESTS}) AS due, count(*) FILTER (WHERE NOT ({_NAMED})) AS nowhere
FROM customers c LEFT JOIN kk_customer_places p ON p.id = c.id WHERE {UNPLACED} AND {_ACTIVE}
"""


@dataclass(frozen=True, slots=True)
class DueCustomer:
    """A customer to look up; `parts` tells whether the address is still the one that was read."""

    id: str
    org_id: str
    parts: str
    address: Address


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many customers are still to be looked up, and how many cannot be: they have no address."""

    due: int
    without_address: int


async def due_customers(db: Database, org_id: str | None, limit: int, now: int) -> list[DueCustomer]:
    """The next `limit` customers, of all organisations in turn where `org_id` is None. `now` is Unix seconds."""
    rows = await db.query(_DUE, (org_id, WHITE_SPACE, now, limit))
    return [
        DueCustomer(as_text(row["id"]), as_text(row["org_id"]), as_text(row["parts"]), Address.of(row)) for row in rows
    ]


async def backlog(db: Database, org_id: str | None, now: int) -> Backlog:
    """How much there is left."""
    row = (await db.query(_FIGURES, (org_id, WHITE_SPACE, now)))[0]
    return Backlog(as_int(row["due"]), as_int(row["nowhere"]))
