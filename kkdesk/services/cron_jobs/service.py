"""`CronJobs`: sets up, watches and removes the two jobs that call the company's endpoints.

An account has a hundred requests a day, so nothing is asked twice: a status takes three, setting up three to five.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotAllowed, NotConfigured
from kkdesk.model.rights import Action
from kkdesk.services.cron_jobs.answers import JobList
from kkdesk.services.cron_jobs.client import CronJobOrg, Sleep
from kkdesk.services.cron_jobs.errors import job_elsewhere, not_all_listed
from kkdesk.services.cron_jobs.finding import Found, find
from kkdesk.services.cron_jobs.jobs import JobKind, repair_of, wanted_job
from kkdesk.services.cron_jobs.reach import look_from_here, require_reachable
from kkdesk.services.cron_jobs.report import CronStatus, JobOutcome, JobState, RemovalReport, SetupReport
from kkdesk.services.dns_lookups import Dns
from kkdesk.services.rights import require
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings

_log = structlog.get_logger(__name__)

API_KEY: Final = "CRON_JOB_ORG_API_KEY"
CRON_SECRET: Final = "CRON_SECRET"  # noqa: S105 - its name

#: Looks at an origin from here; see `reach.look_from_here`.
Look = Callable[[str, Dns], Awaitable[tuple[Bilingual, ...]]]


class CronJobs:
    """The jobs of one profile's endpoints. One piece of work at a time, whoever asks.

    Beside what is named, everything raises what `CronJobOrg` does, `NotConfigured` (no key, no public address that can
    be called) and `SecretsUnavailable`.
    """

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        dns: Dns,
        actor: Actor,
        *,
        api: str,
        sleep: Sleep = asyncio.sleep,
        look: Look = look_from_here,
    ) -> None:
        """Touches nothing yet. `api` is where the REST API is; it is no setting, since the key is sent there."""
        self._settings = settings
        self._secrets = secrets
        self._dns = dns
        self._actor = actor
        self._api = api
        self._sleep = sleep
        self._look = look
        self._busy = asyncio.Lock()

    async def setup(self, key: str = "", *, move: bool = False) -> SetupReport:
        """Make both jobs, or mend what of them is otherwise; doing it again changes nothing.

        `key` is used in place of the stored one. A job of ours that calls another host is changed with `move` alone,
        else `JobElsewhere` is raised: it may be another installation's.
        """
        require(self._actor, Action.CHANGE_COMPANY)
        origin = self._origin()
        secret = await self._secret()
        async with self._busy:
            warnings = await self._look(origin, self._dns)
            async with self._account(key or await self._secrets.get(API_KEY), _SET_UP_SO_FAR) as api:
                listed = await api.jobs()
                found = {kind: find(listed.jobs, kind, origin) for kind in JobKind}
                _check(listed, found, move=move)
                outcomes = [await _set_up(api, found[kind], wanted_job(kind, origin, secret)) for kind in JobKind]
                duplicates = tuple(job for kind in JobKind for job in found[kind].duplicates)
                for job in duplicates:
                    await api.delete(job.id)
        _log.info("cron_jobs_set_up", jobs=[one.done for one in outcomes], duplicates=len(duplicates))
        others = tuple(job for kind in JobKind for job in found[kind].others)
        return SetupReport(tuple(outcomes), duplicates, others, warnings)

    async def status(self) -> CronStatus:
        """How both jobs are, with their last calls."""
        origin = self._origin()
        async with self._busy, self._account(await self._secrets.get(API_KEY), _NOTHING_CHANGED) as api:
            listed = await api.jobs()
            found = [find(listed.jobs, kind, origin) for kind in JobKind]
            states = tuple([await _state(api, one, wanted_job(one.kind, origin, "")) for one in found])
        others = tuple(job for one in found for job in one.others)
        return CronStatus(states, others, listed.incomplete)

    async def remove(self) -> RemovalReport:
        """Delete our jobs, duplicates included; jobs that somebody else has made stay."""
        require(self._actor, Action.CHANGE_COMPANY)
        origin = self._origin()
        async with self._busy, self._account(await self._secrets.get(API_KEY), _REMOVED_SO_FAR) as api:
            listed = await api.jobs()
            found = [find(listed.jobs, kind, origin) for kind in JobKind]
            ours = [job for one in found for job in one.here if job.title == one.kind.job_title]
            for job in ours:
                await api.delete(job.id)
            if listed.incomplete:
                raise not_all_listed(_REMOVED_SO_FAR)
        _log.info("cron_jobs_removed", jobs=len(ours))
        return RemovalReport(tuple(ours), tuple(job for one in found for job in one.left(ours)))

    async def has_key(self) -> bool:
        """Whether there is a key of the account. Raises `SecretsUnavailable`."""
        return bool(await self._secrets.get(API_KEY))

    async def has_secret(self) -> bool:
        """Whether there is a CRON_SECRET. Raises `SecretsUnavailable`."""
        return bool(await self._secrets.get(CRON_SECRET))

    async def new_secret(self) -> str:
        """Make a CRON_SECRET and keep it in the keyring; whoever asked gives it to the endpoints.

        The jobs get it when they are set up the next time. Raises `NotAllowed` where the environment sets it, and
        `SecretsUnavailable` when the keyring does not take it.
        """
        require(self._actor, Action.CHANGE_COMPANY)
        if self._settings.from_environment(CRON_SECRET) is not None:
            raise NotAllowed(
                Bilingual(
                    "Το CRON_SECRET ορίζεται από μεταβλητή περιβάλλοντος.",
                    "CRON_SECRET is set by an environment variable.",
                ),
                kept=_NOTHING_CHANGED,
                next_step=Bilingual("Αλλάξτε το εκεί.", "Change it there."),
            )
        return await self._secrets.new(CRON_SECRET)

    def _account(self, key: str, kept: Bilingual) -> CronJobOrg:
        return CronJobOrg(key, kept=kept, api=self._api, sleep=self._sleep)

    def _origin(self) -> str:
        return require_reachable(self._settings.text("NEXTAUTH_URL"))

    async def _secret(self) -> str:
        secret = await self._secrets.get(CRON_SECRET)
        # The endpoints compare what is left of a header without its margins; others get through no header unharmed.
        if secret and secret.isascii() and secret.isprintable() and secret == secret.strip():
            return secret
        raise NotConfigured(
            Bilingual(
                "Λείπει ή δεν χωρά σε κεφαλίδα το κλειδί των κλήσεων (CRON_SECRET).",
                "The key of the calls (CRON_SECRET) is missing, or fits into no header.",
            ),
            kept=_NOTHING_CHANGED,
            next_step=Bilingual(
                "Δώστε το ίδιο που έχει ο διακομιστής, ή φτιάξτε νέο στις Ρυθμίσεις ή με kkdesk cron new-secret.",
                "Give the one that the endpoints have, or make a new one in Settings or by kkdesk cron new-secret.",
            ),
        )


def _check(listed: JobList, found: dict[JobKind, Found], *, move: bool) -> None:
    """Before anything is changed: what is missing must be missing indeed, and what is elsewhere not be taken away."""
    if listed.incomplete and any(one.job is None for one in found.values()):
        raise not_all_listed(_NOTHING_CHANGED)
    elsewhere = [one.job for one in found.values() if one.job is not None and one.moved]
    if elsewhere and not move:
        raise job_elsewhere(elsewhere[0], _NOTHING_CHANGED)


async def _set_up(api: CronJobOrg, found: Found, wanted: dict[str, object]) -> JobOutcome:
    if found.job is None:
        return JobOutcome(found.kind, await api.create(wanted), "created")
    # A list shows neither headers nor notices.
    repair = repair_of(await api.details(found.job.id), wanted, detailed=True)
    if not repair.patch:
        return JobOutcome(found.kind, found.job.id, "kept")
    await api.change(found.job.id, repair.patch)
    return JobOutcome(found.kind, found.job.id, "repaired", repair.parts)


async def _state(api: CronJobOrg, found: Found, wanted: dict[str, object]) -> JobState:
    if found.job is None:
        return JobState(found.kind)
    history = await api.history(found.job.id)
    differs = [Bilingual("διπλή εργασία", "a duplicate")] if found.duplicates else []
    return JobState(found.kind, found.job, history, (*repair_of(found.job, wanted, detailed=False).parts, *differs))


_NOTHING_CHANGED: Final = Bilingual("Δεν άλλαξε τίποτα.", "Nothing was changed.")
_SET_UP_SO_FAR: Final = Bilingual(
    "Ό,τι ρυθμίστηκε μένει· η επόμενη φορά συνεχίζει από εκεί και δεν φτιάχνει τίποτα διπλό.",
    "What has been set up stays; the next time goes on from there and makes nothing twice.",
)
_REMOVED_SO_FAR: Final = Bilingual(
    "Όσες εργασίες δεν διαγράφηκαν μένουν όπως ήταν.", "Jobs that have not been deleted are as they were."
)
