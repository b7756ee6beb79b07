"""What a run of geocoding did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kkdesk.model.errors import KKDeskError
from kkdesk.services.geocoding.geocoder import StopReason


@dataclass(slots=True)
class GeocodingReport:
    """Figures of customers, and what stopped the run before its limit."""

    limit: int
    #: False: there is no geocoder, and only the cache was looked into.
    configured: bool = True
    #: Customers whose turn it was and came.
    examined: int = 0
    #: Who got a place, and of them those whose address somebody had asked about before.
    found: int = 0
    from_cache: int = 0
    not_found: int = 0
    failed: int = 0
    #: Left to another run, which is asking about their address.
    busy: int = 0
    #: Found, but placed or edited by somebody else meanwhile.
    changed: int = 0
    #: Still to be looked up after this run, and without any address to look up.
    remaining: int = 0
    without_address: int = 0
    stopped: StopReason | None = None
    error: KKDeskError | None = None

    def figures(self) -> dict[str, Any]:
        """As JSON has it; the names are the web CRM's where it has them."""
        return {
            "configured": self.configured,
            "processed": self.examined,
            "updated": self.found,
            "fromCache": self.from_cache,
            "notFound": self.not_found,
            "failed": self.failed,
            "busy": self.busy,
            "changedMeanwhile": self.changed,
            "remaining": self.remaining,
            "skippedNoAddress": self.without_address,
            "limit": self.limit,
            "stopped": self.stopped,
            "error": None if self.error is None else self.error.message("en"),
            "code": None if self.error is None else self.error.code,
        }
