"""Time as the database keeps it: whole Unix seconds; days are Athens days."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

ATHENS = ZoneInfo("Europe/Athens")

#: Gives "now" in whole Unix seconds. Services take one, so that tests decide what time it is.
Clock = Callable[[], int]


def system_clock() -> int:
    """The computer's own time in whole Unix seconds."""
    return int(time.time())


def athens_time(seconds: int) -> datetime:
    """The moment `seconds` as an aware datetime on an Athens wall clock."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(ATHENS)


def athens_date(seconds: int) -> date:
    """The Athens calendar day in which `seconds` falls."""
    return athens_time(seconds).date()


def athens_midnight(day: date) -> int:
    """Unix seconds of the first moment of `day` in Athens."""
    return int(datetime.combine(day, clock_time.min, tzinfo=ATHENS).timestamp())
