"""An account at the stand-in, a desk that uses it, and a clock that both go by."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.services.cron_jobs.client import CronJobOrg
from kkdesk.services.cron_jobs.service import CronJobs
from kkdesk.services.dns_lookups import NOT_KNOWN, Dns, DnsAnswer, Kind
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, cron_job_org

ORIGIN = "https://crm.example.gr"
SECRET = "secret-of-the-calls"
#: 23 November 2026, 20:12:40 in Athens.
NOW = 1_795_457_560
KEPT = Bilingual("Δεν άλλαξε τίποτα.", "Nothing was changed.")

ACTOR = Actor("u", "org_kktires", "Ε")


class Time:
    """A clock that goes on only when somebody waits; `waits` are the seconds waited."""

    def __init__(self) -> None:
        self.now = float(NOW)
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.now += seconds


class NoNames:
    """A resolver without a network."""

    async def ask(self, name: str, kind: Kind) -> DnsAnswer:
        """Nothing is known."""
        return NOT_KNOWN


async def nothing_seen(_origin: str, _dns: Dns) -> tuple[Bilingual, ...]:
    """How an origin looks where all is well."""
    return ()


def desk(
    folder: Path,
    account: CronJobOrgStandIn,
    time: Time,
    env: Mapping[str, str] | None = None,
    look: Callable[[str, Dns], Awaitable[tuple[Bilingual, ...]]] = nothing_seen,
) -> CronJobs:
    """The service of a profile at `folder`, with keys and address unless `env` says otherwise."""
    given = {"NEXTAUTH_URL": ORIGIN, "CRON_SECRET": SECRET, "CRON_JOB_ORG_API_KEY": KEY} | dict(env or {})
    settings = Settings(Profile(folder), given)
    return CronJobs(settings, Secrets(settings, "test"), NoNames(), ACTOR, api=account.url, sleep=time.sleep, look=look)


def with_desk(
    folder: Path,
    body: Callable[[CronJobs, CronJobOrgStandIn, Time], Awaitable[None]],
    env: Mapping[str, str] | None = None,
) -> None:
    """Run `body` with a desk and its account."""

    async def run() -> None:
        time = Time()
        async with cron_job_org(CronJobOrgStandIn(time)) as account:
            await body(desk(folder, account, time, env), account, time)

    asyncio.run(run())


def with_client(body: Callable[[CronJobOrg, CronJobOrgStandIn, Time], Awaitable[None]], key: str = KEY) -> None:
    """Run `body` with the client alone."""

    async def run() -> None:
        time = Time()
        async with (
            cron_job_org(CronJobOrgStandIn(time)) as account,
            CronJobOrg(key, kept=KEPT, api=account.url, sleep=time.sleep) as api,
        ):
            await body(api, account, time)

    asyncio.run(run())
