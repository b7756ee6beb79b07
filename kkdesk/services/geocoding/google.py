"""Google's Geocoding API (v3). Source: developers.google.com/maps/documentation/geocoding."""

from __future__ import annotations

import asyncio
import random
from typing import Final

import structlog

from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Failed
from kkdesk.services.geocoding.google_answers import Again, read_reply, unreachable
from kkdesk.services.geocoding.quiet_http import NoAnswer, QuietHttp

_log = structlog.get_logger(__name__)

GOOGLE: Final = "https://maps.googleapis.com"
_PATH: Final = "/maps/api/geocode/json"
#: Five at a time stay well below the 50 a second that a project may ask.
_AT_ONCE: Final = 5
#: Seconds that one request may take; it usually takes a fifth of one.
_REQUEST_SECONDS: Final = 6.0
#: No further try is begun with less: silence would then say nothing of the server.
_LEAST_SECONDS: Final = 1.0
#: Requests about one address while the server is in trouble; those that were too fast do not count.
_TRIES: Final = 3
#: Seconds before the second try, and how they grow, as in Google's own clients.
_PAUSE: Final = 0.5
_GROWTH: Final = 1.5


class GoogleGeocoder:
    """Implements `kkdesk.services.geocoding.geocoder.Geocoder`."""

    at_once = _AT_ONCE

    def __init__(self, key: str, *, url: str = GOOGLE) -> None:
        """Connects at the first question. Raises `InvalidInput` for an address that is none, or not encrypted."""
        self._key = key
        self._http = QuietHttp(url, setting="GOOGLE_GEOCODING_URL", guarded=True)

    async def find(self, address: Address, seconds: float) -> Answer:
        """See `Geocoder.find`. What may pass is asked again, within the time there is."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        tries, pause = 0, _PAUSE
        while True:
            said = await self._once(address, min(_REQUEST_SECONDS, until - loop.time()))
            if not isinstance(said, Again):
                break
            tries += not said.limit
            # Spread, so that those who were too fast together do not come back together.
            wait = pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret hangs on it
            if tries == _TRIES or loop.time() + wait + _LEAST_SECONDS > until:
                said = said.at_last
                break
            await asyncio.sleep(wait)
            pause *= _GROWTH
        if isinstance(said, Failed):
            _log.info("geocoder_failed", source="google", reason=said.reason)
        return said

    async def close(self) -> None:
        """See `Geocoder.close`."""
        await self._http.close()

    async def _once(self, address: Address, seconds: float) -> Answer | Again:
        query = {"address": address.question, "language": "el", "key": self._key}
        if address.is_greek:
            # `components` keeps other countries out, `region` only prefers.
            query |= {"components": "country:GR", "region": "gr"}
        try:
            reply = await self._http.get(_PATH, query, seconds)
        except NoAnswer as failure:
            return unreachable() if failure.kind == "unreachable" else Again(Failed(failure.kind))
        return read_reply(reply, address, self._key)
