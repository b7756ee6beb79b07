"""All records that keep addresses from being mailed, and taking them away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Statement, Touched
from kkdesk.model.email_address import address_key
from kkdesk.model.row import as_text
from kkdesk.services.activities import activities_of

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.store.database import Database

# However they are spelled: what SQL cannot fold is compared by us.
_CANDIDATES: Final = """
SELECT id, email, {kind} AS kind FROM {table} WHERE +org_id = ?1{more} AND email IS NOT NULL
  AND lower(trim(email)) IN (SELECT value FROM json_each(?2))
UNION SELECT id, email, {kind} FROM {table} WHERE org_id = ?1{more} AND email GLOB '*[^!-;=?-~]*'"""
_TABLES: Final = (
    ("email_suppressions", "CASE WHEN complaint_count > 0 THEN 'complaint' ELSE suppression_type END", ""),
    ("unsubscribes", "'unsubscribe'", ""),
    ("customers", "'unsubscribe'", " AND unsubscribed = 1"),
)
_WISHES: Final = frozenset({"complaint", "unsubscribe"})
_IN_KEYS: Final = "id IN (SELECT value FROM json_each(?1))"


@dataclass(slots=True)
class OnRecord:
    """Ids of the records about some addresses, by table, and what they say. What has ended counts, too."""

    addresses: tuple[str, ...] = ()
    has_wishes: bool = False
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)


async def records_of(db: Database, org_id: str, keys: Sequence[str]) -> OnRecord:
    """All records about the folded addresses `keys`, whatever their spelling."""
    wanted = frozenset(keys)
    spellings = json.dumps([*keys, *(f"{key}." for key in keys)])
    found = OnRecord()
    seen: set[str] = set()
    for table, kind, more in _TABLES:
        sql = _CANDIDATES.format(table=table, kind=kind, more=more)
        rows = [row for row in await db.query(sql, (org_id, spellings)) if address_key(as_text(row["email"])) in wanted]
        found.ids[table] = tuple(as_text(row["id"]) for row in rows)
        found.has_wishes |= any(row["kind"] in _WISHES for row in rows)
        seen |= {address_key(as_text(row["email"])) for row in rows}
    found.addresses = tuple(key for key in keys if key in seen)
    return found


def release_statements(found: OnRecord, actor: Actor, now: int) -> tuple[Statement, ...]:
    """Take the records away. A wish that has come since `found` was read stays, unless wishes are taken back here."""
    suppressions = Statement(
        f"DELETE FROM email_suppressions WHERE {_IN_KEYS} "
        "AND (?2 OR suppression_type NOT IN ('complaint', 'unsubscribe') AND coalesce(complaint_count, 0) = 0)",
        (json.dumps(found.ids["email_suppressions"]), int(found.has_wishes)),
    )
    if not found.has_wishes:
        return (suppressions,)
    customers = found.ids["customers"]
    return (
        suppressions,
        Statement(f"DELETE FROM unsubscribes WHERE {_IN_KEYS}", (json.dumps(found.ids["unsubscribes"]),)),
        Statement(
            f"UPDATE customers SET unsubscribed = 0, updated_at = ?2 WHERE {_IN_KEYS} AND unsubscribed = 1",
            (json.dumps(customers), now),
        ),
        activities_of(actor, customers, "status_change", Bilingual("Επανεγγραφή", "Resubscribe"), now),
    )


def touched_records(found: OnRecord) -> tuple[Touched, ...]:
    """What undo brings back."""
    return (
        Touched("customers", found.ids["customers"], columns=("unsubscribed", "updated_at")),
        Touched("email_suppressions", found.ids["email_suppressions"]),
        Touched("unsubscribes", found.ids["unsubscribes"]),
    )
