"""`Doctor`: looks at this installation, or at a deployment from outside. For the command, and for the window."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Final

from kkdesk.model.errors import SecretsUnavailable
from kkdesk.services.dns_lookups import Dns
from kkdesk.services.doctor.asking import SECONDS, trusted_authorities
from kkdesk.services.doctor.check import Check, Examination, Heard, examine
from kkdesk.services.doctor.deployment import Deployment
from kkdesk.services.doctor.installation import INSTALLATION_CHECKS, Installation
from kkdesk.services.doctor.links import LINK_CHECKS
from kkdesk.services.doctor.scheduler import SCHEDULER_CHECKS, TRY_CALL
from kkdesk.services.doctor.server import SERVER_CHECKS
from kkdesk.services.mail.tracking import require_origin
from kkdesk.services.secrets import Secrets

CLOUD_CHECKS: Final[tuple[Check[Deployment], ...]] = (*SERVER_CHECKS, *LINK_CHECKS, *SCHEDULER_CHECKS)


class Doctor:
    """Opens nothing before it is asked, and needs no database that works."""

    def __init__(
        self,
        installation: Installation,
        dns: Dns,
        *,
        tls: Callable[[], ssl.SSLContext] = trusted_authorities,
        clock: Callable[[], float] = time.time,
        seconds: float = SECONDS,
    ) -> None:
        """`tls` says which authorities are trusted, `clock` is this computer's, `seconds` what one answer may take."""
        self._here = installation
        self._dns = dns
        self._tls = tls
        self._clock = clock
        self._seconds = seconds

    async def look_here(self, heard: Heard | None = None) -> Examination:
        """What is configured here, and what is missing."""
        return await examine(INSTALLATION_CHECKS, self._here, heard)

    def origin(self, url: str = "") -> str:
        """The origin of `url`, else of NEXTAUTH_URL. Raises `NotConfigured` for what is no web address."""
        return require_origin(url or self._here.settings.text("NEXTAUTH_URL"))

    async def look_at(self, origin: str, heard: Heard | None = None, *, try_call: bool = False) -> Examination:
        """How the endpoints at `origin` look from here. With `try_call` the scheduler's call is made: it sends mail."""
        tracking, cron = await _known(self._here.secrets), await _known(self._here.secrets, "CRON_SECRET")
        checks = (*CLOUD_CHECKS, TRY_CALL) if try_call else CLOUD_CHECKS
        async with Deployment(
            origin,
            self._dns,
            tracking_secret=tracking,
            cron_secret=cron,
            tls=self._tls,
            clock=self._clock,
            seconds=self._seconds,
        ) as deployment:
            return await examine(checks, deployment, heard)


async def _known(secrets: Secrets, name: str = "EMAIL_TRACKING_SECRET") -> str:
    try:
        return await secrets.get(name)
    except SecretsUnavailable:
        return ""
