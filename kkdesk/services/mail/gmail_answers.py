"""What the Gmail API's refusals say: reason, text, and when an account that sent too much may send again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_TEXT_LENGTH: Final = 500
_LIMIT_REASONS: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})
# There is no Retry-After header: the time stands in the text.
_RETRY_AFTER: Final = re.compile(
    r"retry after\s{1,9}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.IGNORECASE | re.ASCII
)
_RATE_LIMIT: Final = re.compile(r"\buser-rate limit exceeded\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GmailRefusal:
    """An error answer of the API. `reason` is Google's word, empty when there was none that could be read.

    Source: developers.google.com/workspace/gmail/api/guides/handle-errors.
    """

    http_status: int
    reason: str
    text: str

    @property
    def over_the_limit(self) -> bool:
        """Whether the account sent too much for now; Google says so with 403 as well as with 429."""
        if self.http_status == 429:
            return True
        return self.http_status == 403 and (self.reason in _LIMIT_REASONS or bool(_RATE_LIMIT.search(self.text)))

    @property
    def until(self) -> int | None:
        """When the account may send again, Unix seconds (a broken second counts as whole); None when not said."""
        return retry_after(self.text)


def read_refusal(http_status: int, body: bytes) -> GmailRefusal:
    """The refusal in `body`; a body that is no error of Google's (a proxy's page) gives no reason and no text."""
    try:
        error = json.loads(body)["error"]
        text = error["message"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return GmailRefusal(http_status, "", "")
    return GmailRefusal(http_status, _reason(error), text[:_TEXT_LENGTH] if isinstance(text, str) else "")


def retry_after(text: str) -> int | None:
    """The time in "User-rate limit exceeded. Retry after 2026-11-23T18:30:00.000Z (Mail sending)", Unix seconds."""
    if (found := _RETRY_AFTER.search(text)) is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        return None
    # Not a moment too early: Google's fraction of a second is rounded up.
    return int(moment.timestamp()) + ("." in found[0])


def _reason(error: dict[str, object]) -> str:
    listed = error.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return reason if isinstance(reason, str) else ""
