"""`CustomerPlaces`: finds places for customers who have none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from kkdesk.model.actor import Actor
from kkdesk.model.clock import Clock
from kkdesk.model.rights import Action
from kkdesk.services.geocoding.due import backlog, due_customers
from kkdesk.services.geocoding.geocoder import Geocoder
from kkdesk.services.geocoding.report import GeocodingReport
from kkdesk.services.geocoding.run import GeocodingRun
from kkdesk.services.rights import require
from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)


class CustomerPlaces:
    """Looks up addresses, fairly to all, and writes what was found.

    Any number may run at once, on any computer: an address is asked about by one of them. A run that was stopped, by
    a limit, a quota or a kill, is gone on with by the next.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        open_geocoder: Callable[[], Awaitable[Geocoder | None]],
        actor: Actor | None = None,
    ) -> None:
        """Of the actor's organisation; without one it is the scheduler's, of all in turn."""
        self._actor = actor
        self._db = db
        self._clock = clock
        self._open_geocoder = open_geocoder
        self._org_id = actor.org_id if actor else None

    async def run(self, limit: int, seconds: float) -> GeocodingReport:
        """Look up to `limit` customers up, beginning with no further address when `seconds` are over.

        What a geocoder refuses is in the report. Raises `InvalidInput` for a bad setting, the `StoreError` family and
        `Offline` for the database; what was written by then stays.
        """
        if self._actor is not None:
            require(self._actor, Action.FIND_PLACES)
        until = asyncio.get_running_loop().time() + seconds
        # A server's answer puts our clock right: what rests, and for how long, is the same for all.
        await self._db.data_version()
        report = GeocodingReport(limit)
        geocoder = await self._open_geocoder()
        report.configured = geocoder is not None
        try:
            customers = await due_customers(self._db, self._org_id, limit, self._clock())
            await GeocodingRun(self._db, self._clock, geocoder, until, report).look_up(customers)
        finally:
            if geocoder is not None:
                await geocoder.close()
        left = await backlog(self._db, self._org_id, self._clock())
        report.remaining, report.without_address = left.due, left.without_address
        _log.info("geocoding_ran", **{**report.figures(), "error": None})
        return report
