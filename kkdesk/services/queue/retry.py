"""When a temporary refusal is tried again: `email_retry_config`, one row for each kind of trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.row import as_int, as_text
from kkdesk.store.database import Database

RetryKind = Literal["soft_bounce", "dns_failure", "rate_limited", "connection_failed", "deferred"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after how many seconds one kind of trouble is tried again."""

    max_retries: int
    initial_delay: int
    multiplier: float
    max_delay: int

    def delay(self, failures: int) -> int | None:
        """Seconds to wait after the `failures`-th failure (1 is the first); None when it is to be given up."""
        if failures > self.max_retries:
            return None
        return self.stop_delay(failures)

    def stop_delay(self, failures: int) -> int:
        """As `delay`, but never given up: for trouble of the server, which no recipient is to blame for."""
        try:
            return int(min(self.initial_delay * self.multiplier ** (failures - 1), self.max_delay))
        except OverflowError:
            # After a long outage, or with a multiplier that nobody meant: the limit was passed long before.
            return self.max_delay


#: What the web CRM seeds; used for kinds that a database has no row of.
DEFAULTS: Mapping[str, RetryPolicy] = {
    "soft_bounce": RetryPolicy(3, 3600, 2.0, 86400),
    "dns_failure": RetryPolicy(2, 86400, 1.0, 86400),
    "rate_limited": RetryPolicy(5, 900, 2.0, 3600),
    "connection_failed": RetryPolicy(3, 300, 2.0, 3600),
    "deferred": RetryPolicy(3, 1800, 1.5, 14400),
}

#: Seconds. A wait beyond it is a slip, and later than any calendar can show.
_LONGEST_DELAY: Final = 30 * 86_400

_CONFIG = """
SELECT failure_reason, max_retries, initial_delay_seconds, backoff_multiplier, max_delay_seconds
FROM email_retry_config WHERE org_id IS NULL OR org_id = ? ORDER BY org_id IS NOT NULL
"""


async def read_policies(db: Database, org_id: str) -> Mapping[str, RetryPolicy]:
    """The policies in force by kind: the organisation's own, else the general ones, else the defaults."""
    policies = dict(DEFAULTS)
    for row in await db.query(_CONFIG, (org_id,)):
        policies[as_text(row["failure_reason"])] = RetryPolicy(
            max(as_int(row["max_retries"]), 0),
            max(as_int(row["initial_delay_seconds"]), 1),
            max(_real(row["backoff_multiplier"]), 1.0),
            min(max(as_int(row["max_delay_seconds"]), 1), _LONGEST_DELAY),
        )
    return policies


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 1.0
