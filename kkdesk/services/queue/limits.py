"""Limits per second, minute, hour and day that all workers of an organisation keep together.

A claim first reserves its slots: so many mails in such seconds. Every worker sees the slots of the others, and the
company's limits, in the database at that moment; slots ahead of time count as used. A window of a minute, an hour or a
day slides: at no time do the last 60 seconds hold more mails than a minute may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kkdesk.model.change import Statement
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.store.database import Database

#: Seconds ahead for which a claim may reserve.
HORIZON: Final = 10
#: Seconds to look again after, where no window says when it has room.
_SOON: Final = 2
#: Slots older than this say nothing any more.
_KEPT_SECONDS: Final = 2 * 86_400
_UNLIMITED: Final = 1_000_000_000

# What is no number, or below zero, is no limit, as for whoever reads the settings (`CompanySettings.number`).
_LIMIT = f"""coalesce((SELECT nullif(min(max(CAST(value AS INTEGER), 0), {_UNLIMITED}), 0) FROM kk_settings
  WHERE org_id = ?2 AND name = 'send.{{name}}'), {_UNLIMITED})"""
_LIMITS = f"""
  limits (second, minute, hour, day) AS (SELECT {_LIMIT.format(name="per_second")},
    min({_LIMIT.format(name="per_minute")}, coalesce(?5, {_UNLIMITED})), {_LIMIT.format(name="per_hour")},
    {_LIMIT.format(name="per_day")})"""
_USED = f"""CASE limits.{{window}} WHEN {_UNLIMITED} THEN 0 ELSE (SELECT coalesce(sum(number), 0) FROM kk_send_slots
  WHERE org_id = ?2 AND second > ?3 - {{seconds}}) END"""
_USED_HOUR, _USED_DAY = _USED.format(window="hour", seconds=3600), _USED.format(window="day", seconds=86_400)
# Room in one second: by the pace, and in every minute that holds it; slots ahead of it count in some of them.
_ROOM = f"""max(min({{rest}}, g.pace - (SELECT coalesce(sum(number), 0) FROM kk_send_slots
    WHERE org_id = ?2 AND second = {{second}}),
  CASE g.minute WHEN {_UNLIMITED} THEN {_UNLIMITED} ELSE g.minute - (g.number - {{rest}})
    - (SELECT coalesce(sum(number), 0) FROM kk_send_slots WHERE org_id = ?2 AND second > {{second}} - 60) END), 0)"""
# What a minute may hold is spread over its seconds: sixty mails in the first of them would be rude, if allowed.
_RESERVE = f"""
INSERT INTO kk_send_slots (claim_id, org_id, second, number)
WITH RECURSIVE {_LIMITS},
  granted (number, pace, minute) AS (
    SELECT max(min(?4, limits.hour - {_USED_HOUR}, limits.day - {_USED_DAY}), 0),
      min(limits.second, (limits.minute + 59) / 60), limits.minute FROM limits),
  spread (second, rest, room) AS (
    SELECT ?3, g.number, {_ROOM.format(rest="g.number", second="?3")} FROM granted g
    UNION ALL
    SELECT s.second + 1, s.rest - s.room, {_ROOM.format(rest="(s.rest - s.room)", second="(s.second + 1)")}
    FROM spread s, granted g WHERE s.rest > s.room AND s.second + 1 < ?3 + {HORIZON})
SELECT ?1, ?2, second, room FROM spread WHERE room > 0
"""
#: How many mails a claim may take.
RESERVED: Final = "(SELECT coalesce(sum(number), 0) FROM kk_send_slots WHERE claim_id = ?1)"
_KEEP = """
UPDATE kk_send_slots SET number = max(min(number, x.keep - (SELECT coalesce(sum(e.number), 0) FROM kk_send_slots e
    WHERE e.claim_id = kk_send_slots.claim_id AND e.second < kk_send_slots.second)), 0)
FROM ({keep}) AS x WHERE kk_send_slots.claim_id = x.claim_id
"""
_KEEP_CLAIMED = _KEEP.format(
    keep="SELECT ?1 AS claim_id, count(*) AS keep FROM kk_sends WHERE claim_id = ?1 AND state = 'claimed'"
)
_KEEP_UNRELEASED = _KEEP.format(
    keep="""
  SELECT r.claim_id, (SELECT sum(number) FROM kk_send_slots t WHERE t.claim_id = r.claim_id) - r.number AS keep
  FROM (SELECT claim_id, count(*) AS number FROM kk_sends
    WHERE recipient_id IN (SELECT value FROM json_each(?1)) AND worker = ?2 AND state = 'claimed' GROUP BY 1) AS r"""
)
_SLOTS = "SELECT second, number FROM kk_send_slots WHERE claim_id = ?1 ORDER BY second"
# A hundredth of the window later there is room for more than one mail.
_FREES = """coalesce(CASE WHEN {used} >= limits.{window} THEN (SELECT min(second) FROM kk_send_slots
  WHERE org_id = ?2 AND second > ?3 - {seconds} AND number > 0) + {seconds} + {seconds} / 100 END, 0)"""
_CAPACITY = f"""
WITH {_LIMITS}
SELECT max({_FREES.format(window="minute", seconds=60, used=_USED.format(window="minute", seconds=60))},
  {_FREES.format(window="hour", seconds=3600, used=_USED_HOUR)},
  {_FREES.format(window="day", seconds=86_400, used=_USED_DAY)}) AS at FROM limits
"""


def reserve(claim_id: str, org_id: str, size: int, per_minute: int | None, now: int) -> Statement:
    """Reserve up to `size` mails from `now` (Unix seconds) on; `per_minute` is the transport's own limit."""
    return Statement(_RESERVE, (claim_id, org_id, now, size, per_minute))


def keep_claimed(claim_id: str) -> Statement:
    """Let go of slots for which the claim found nobody, the latest first."""
    return Statement(_KEEP_CLAIMED, (claim_id,))


def keep_unreleased(worker: str, recipient_ids: str) -> Statement:
    """Let go of the slots of recipients (ids as a JSON array) that are about to be given back."""
    return Statement(_KEEP_UNRELEASED, (recipient_ids, worker))


def slots(claim_id: str) -> Statement:
    """The seconds that a claim may send in, and how many mails in each; no row when the limits leave no room."""
    return Statement(_SLOTS, (claim_id,))


def seconds_of(rows: Sequence[Row]) -> list[int]:
    """The second of each mail, in order."""
    return [as_int(row["second"]) for row in rows for _ in range(as_int(row["number"]))]


def forget_old(org_id: str, now: int) -> Statement:
    """Clear away slots that no window reaches any more."""
    return Statement("DELETE FROM kk_send_slots WHERE org_id = ? AND second < ?", (org_id, now - _KEPT_SECONDS))


async def capacity_returns_at(db: Database, org_id: str, per_minute: int | None, now: int) -> int:
    """When the limits leave room again, Unix seconds; soon, where only the next seconds are taken."""
    # Numbered as for the reservation, which has two parameters more.
    rows = await db.query(_CAPACITY, (None, org_id, now, None, per_minute))
    return max(as_int(rows[0]["at"]), now + _SOON)


async def most_per_domain(db: Database, org_id: str) -> int:
    """How many mails at once one recipient domain may get from a worker; 0 for no such limit."""
    rows = await db.query("SELECT value FROM kk_settings WHERE org_id = ? AND name = 'send.per_domain'", (org_id,))
    value = as_text(rows[0]["value"]) if rows else ""
    return int(value) if value.isascii() and value.isdigit() else 0
