"""How fast a campaign is being sent, how long it still takes, who sends it, and what holds it until when."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.clock import Clock
from kkdesk.model.row import Row, as_int, as_text
from kkdesk.services.company_settings import CompanySettings
from kkdesk.services.queue.home import known_home
from kkdesk.services.queue.who_sends import CLOUD_GONE_SECONDS, CLOUD_SEEN
from kkdesk.services.send_duration import Limit, limits_of
from kkdesk.services.settings import Settings
from kkdesk.store.database import Database

_MINUTE: Final = 60
#: Seconds before a speed is told: the first figures jump.
_SHORTEST: Final = 5
#: A wait that is over sooner is part of sending politely, and nothing to tell people.
_SHORT_WAIT: Final = 10
#: Seconds after which a worker that has not been heard of is gone; idle ones speak every 300.
_FRESH: Final = 660

# `+state`: the index of the time, not that of the state. What was put off is not done; the clocks of workers differ.
_LATELY = """
WITH lately (second, number) AS (
  SELECT settled_at, count(*) FROM kk_sends
  WHERE campaign_id = ?1 AND settled_at > ?2 - 60 AND settled_at <= ?2 + 5
    AND +state IN ('sent', 'failed', 'unconfirmed', 'bounced') GROUP BY 1)
SELECT k.status AS campaign, j.status, j.run_at, j.last_error, w.home,
  (SELECT sum(number) FROM lately) AS number, (SELECT min(second) FROM lately) AS first,
  (SELECT number FROM lately ORDER BY second LIMIT 1) AS at_first,
  EXISTS (SELECT 1 FROM kk_sends s WHERE s.campaign_id = ?1 AND s.settled_at > ?2 - 120 AND s.settled_at <= ?2 - 60)
    AS before,
  (SELECT min(due_at) FROM kk_sends s WHERE s.job_id = j.id AND s.state = 'pending') AS due_at,
  (SELECT count(*) FROM kk_sends s WHERE s.campaign_id = ?1 AND s.state IN ('pending', 'claimed')) AS open,
  (SELECT count(*) FROM kk_workers WHERE beat_at >= ?2 - ?4) AS workers,
  coalesce((SELECT CAST(value AS INTEGER) FROM kk_settings WHERE org_id = ?3 AND name = ?5), 0) AS cloud_seen
FROM email_campaigns k LEFT JOIN email_jobs j ON j.id = (
  SELECT id FROM email_jobs WHERE campaign_id = k.id ORDER BY created_at DESC, id DESC LIMIT 1)
LEFT JOIN kk_workers w ON w.worker = j.locked_by
WHERE k.id = ?1 AND k.org_id = ?3
"""
# What the windows of an hour and of a day hold already, of all campaigns.
_USED = """
SELECT ?2 AS seconds, coalesce(sum(number), 0) AS used, min(second) AS first FROM kk_send_slots
WHERE org_id = ?1 AND second > ?3 - ?2 AND number > 0
"""


class SentBy(StrEnum):
    """Who is busy with a campaign."""

    HERE = "here"
    CLOUD = "cloud"
    ANOTHER = "another"
    #: Nobody at this moment: it waits for its turn.
    WAITING = "waiting"
    #: Nobody, and no worker has been heard of either.
    NOBODY = "nobody"


class HeldBy(StrEnum):
    """What a campaign that is being sent waits for."""

    LIMIT = "limit"
    #: Everybody left was put off by their servers.
    PUT_OFF = "put_off"
    #: No mail could leave; `Progress.last_error` says why.
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Speed:
    """A campaign's speed. Times are Unix seconds."""

    #: Mails a minute over the last minute; None while nobody can tell, or nothing leaves.
    per_minute: float | None
    #: From now to the last mail, under the limits that hold; None until there is a basis.
    remaining_seconds: int | None
    sent_by: SentBy
    held_by: HeldBy | None = None
    #: When it goes on by itself; None when nothing holds it.
    goes_on_at: int | None = None


class SendSpeed:
    """Reads how fast campaigns leave; changes nothing."""

    def __init__(
        self, db: Database, actor: Actor, clock: Clock, settings: Settings, company: CompanySettings, home: Path
    ) -> None:
        """`home` is the folder of this computer's worker (`queue/` of the profile)."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._settings = settings
        self._company = company
        self._home = home

    async def of(self, campaign_id: str) -> Speed | None:
        """The campaign's speed; None when it is not being sent."""
        now, org_id = self._clock(), self._actor.org_id
        rows = await self._db.query(_LATELY, (campaign_id, now, org_id, _FRESH, CLOUD_SEEN))
        if not rows or rows[0]["campaign"] != "sending":
            return None
        row = rows[0]
        company = await self._company.all()
        home = await asyncio.to_thread(known_home, self._home)
        per_minute = speed_of(row, now)
        held_by, goes_on_at = _hold(row, now)
        limits = [limit for limit in limits_of(company, self._settings) if not limit.assumed]
        used = [await self._used(limit, now) for limit in limits]
        left = remaining(as_int(row["open"]), per_minute, limits, used)
        if left is not None and goes_on_at is not None:
            left = max(left, goes_on_at - now)
        return Speed(per_minute, left, _sent_by(row, company, home, now), held_by, goes_on_at)

    async def _used(self, limit: Limit, now: int) -> tuple[int, int]:
        """How many mails the limit's window holds, and how many seconds ago the first of them left."""
        if limit.seconds <= _MINUTE:
            return 0, 0
        row = (await self._db.query(_USED, (self._actor.org_id, limit.seconds, now)))[0]
        return as_int(row["used"]), 0 if row["first"] is None else max(now - as_int(row["first"]), 0)


def speed_of(row: Row | Mapping[str, object], now: int) -> float | None:
    """Mails a minute. Where sending began within the last minute, since then: the first second is where it begins."""
    number, first = row["number"], row["first"]
    if not isinstance(number, int) or not isinstance(first, int) or not number:
        return None
    if row["before"]:
        return float(number)
    at_first = row["at_first"]
    seconds, after = now - first, number - (at_first if isinstance(at_first, int) else 0)
    return 60.0 * after / seconds if seconds >= _SHORTEST and after > 0 else None


def remaining(
    count: int, per_minute: float | None, limits: Sequence[Limit], used: Sequence[tuple[int, int]]
) -> int | None:
    """Seconds for `count` more mails; None when neither the speed nor a limit says.

    `used`: for each limit how many mails its window holds already, and for how many seconds it has been running.
    """
    if not count:
        return None
    short = [limit.number / limit.seconds for limit in limits if limit.seconds <= _MINUTE]
    pace = min([*short, math.inf if per_minute is None else per_minute / 60])
    longest = 0.0 if per_minute is None else count / pace
    for limit, (sent, age) in zip(limits, used, strict=True):
        waits, last = divmod(count + sent - 1, limit.number)
        if limit.seconds > _MINUTE and waits:
            longest = max(longest, waits * limit.seconds - age + (last + 1) / pace)
    return math.ceil(longest) or None


def _hold(row: Row, now: int) -> tuple[HeldBy | None, int | None]:
    if row["status"] != "queued" or row["run_at"] is None:
        return None, None
    run_at = as_int(row["run_at"])
    if run_at - now < _SHORT_WAIT:
        return None, None
    if as_text(row["last_error"]):
        return HeldBy.TROUBLE, run_at
    if row["due_at"] is not None and as_int(row["due_at"]) > now:
        return HeldBy.PUT_OFF, run_at
    return HeldBy.LIMIT, run_at


def _sent_by(row: Row, company: Mapping[str, str], home: str, now: int) -> SentBy:
    cloud_seen = as_int(row["cloud_seen"]) > now - CLOUD_GONE_SECONDS
    if row["status"] != "processing":
        return SentBy.WAITING if as_int(row["workers"]) or cloud_seen else SentBy.NOBODY
    if home and as_text(row["home"]) == home:
        return SentBy.HERE
    # A worker does not say where it is; who may send says it.
    chosen = company["send.by"]
    in_cloud = chosen == "cloud" or (chosen == "auto" and cloud_seen)
    return SentBy.CLOUD if in_cloud else SentBy.ANOTHER
