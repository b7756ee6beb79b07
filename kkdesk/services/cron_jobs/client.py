"""A thin client of the REST API of cron-job.org.

What it minds: the content type must be exactly `application/json`, the path has neither a slash at its end nor a query,
creating is allowed once a second and five times a minute, everything else five times a second, and all of it a hundred
times a day. There is no idempotency: a creation without an answer may have happened.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, NotFound
from kkdesk.services.cron_jobs.answers import (
    Call,
    Job,
    JobList,
    read_details,
    read_history,
    read_list,
    read_object,
    whole,
)
from kkdesk.services.cron_jobs.errors import is_quota, no_connection, refusal, unreadable

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
U = TypeVar("U")

_log = structlog.get_logger(__name__)

CRON_JOB_ORG: Final = "https://api.cron-job.org"
#: Seconds that one request may take, connecting included.
SECONDS: Final = 30.0
#: Seconds between two creations, one of which is allowed within a second of the server's clock.
CREATE_PAUSE: Final = 1.1
#: Seconds before a request that came too soon is made again.
_AGAIN: Final = (CREATE_PAUSE, 2 * CREATE_PAUSE)
#: An account may have hundreds of jobs; more than this is no answer of the API.
_MOST_BYTES: Final = 4_000_000

#: Waits for seconds.
Sleep = Callable[[float], Awaitable[None]]


class CronJobOrg:
    """One account, for one piece of work: `async with CronJobOrg(key, kept=...) as api`.

    Every method makes one request (another when it came too soon) and raises `SignInNeeded` (the key), `NotFound`,
    `CronRateLimited`, `CronQuotaReached`, `CronJobRefused`, or `Offline` (no connection, no answer, a fault there).
    """

    def __init__(self, key: str, *, kept: Bilingual, api: str = CRON_JOB_ORG, sleep: Sleep = asyncio.sleep) -> None:
        """`kept` says in every error what has become of the work. Raises `NotConfigured` for what cannot be a key."""
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise _no_key()
        self._key = key
        self._kept = kept
        self._api = api
        self._sleep = sleep
        self._created_at: float | None = None
        self._http: httpx.AsyncClient  # from __aenter__ on

    async def __aenter__(self) -> Self:
        # On a thread: importing httpx and reading the trusted certificates takes more than a tenth of a second.
        self._http = await asyncio.to_thread(_open, self._api, self._key)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def jobs(self) -> JobList:
        """All jobs of the account, without their headers and notices."""
        return self._read(read_list, await self._call("GET", "/jobs"))

    async def details(self, identity: int) -> Job:
        """All of one job."""
        return self._read(read_details, await self._call("GET", f"/jobs/{identity}"))

    async def history(self, identity: int) -> tuple[Call, ...]:
        """Its last calls, up to 50, the latest first; none of a job that is gone."""
        try:
            return self._read(read_history, await self._call("GET", f"/jobs/{identity}/history"))
        except NotFound:
            return ()

    async def create(self, job: Mapping[str, Any]) -> int:
        """Make a job; its id. Waits where the last one is less than a second ago."""
        loop = asyncio.get_running_loop()
        if self._created_at is not None:
            await self._sleep(max(0.0, self._created_at + CREATE_PAUSE - loop.time()))
        try:
            answer = await self._call("PUT", "/jobs", {"job": job})
        finally:
            self._created_at = loop.time()
        return whole(answer.get("jobId"))

    async def change(self, identity: int, patch: Mapping[str, Any]) -> None:
        """Change a job's fields; what is not named stays. Headers are replaced by those given."""
        await self._call("PATCH", f"/jobs/{identity}", {"job": patch})

    async def delete(self, identity: int) -> None:
        """Delete a job; one that is gone already is no error."""
        try:
            await self._call("DELETE", f"/jobs/{identity}")
        except NotFound:
            _log.info("cron_job_gone_already")

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        for wait in (*_AGAIN, None):
            status, reason, content = await self._send(method, path, body)
            if status == 200:
                return self._read(read_object, content)
            _log.info("cron_job_org_refused", method=method, status=status, reason=reason)
            if status != 429 or is_quota(reason) or wait is None:
                break
            # Nothing was done: the limits are looked at before the request is.
            await self._sleep(wait)
        raise refusal(status, reason, self._kept)

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, str, bytes]:
        import httpx

        content = None if body is None else json.dumps(body).encode()
        # To the letter: with a charset behind it the body would be ignored.
        headers = {} if content is None else {"Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._http.stream(method, path, content=content, headers=headers) as response,
            ):
                parts: list[bytes] = []
                size = 0
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > _MOST_BYTES:
                        raise unreadable(self._kept)
                    parts.append(part)
                # Of HTTP/1.1, which is what this client speaks; HTTP/2 has no reason phrases.
                return response.status_code, response.reason_phrase[:80], b"".join(parts)
        except httpx.DecodingError as error:
            raise unreadable(self._kept) from error
        except (httpx.HTTPError, TimeoutError) as error:
            _log.info("cron_job_org_unreachable", method=method, error=type(error).__name__)
            raise no_connection(self._kept) from error

    def _read(self, read: Callable[[T], U], answer: T) -> U:
        try:
            return read(answer)
        except ValueError as error:
            raise unreadable(self._kept) from error


def _open(api: str, key: str) -> httpx.AsyncClient:
    import httpx

    headers = {"Authorization": f"Bearer {key}", "User-Agent": "KKDesk", "Accept": "application/json"}
    return httpx.AsyncClient(base_url=api, headers=headers, timeout=SECONDS, follow_redirects=False)


def _no_key() -> NotConfigured:
    return NotConfigured(
        Bilingual(
            "Λείπει ή δεν είναι έγκυρο το κλειδί API του cron-job.org.",
            "The API key of cron-job.org is missing or cannot be one.",
        ),
        kept=Bilingual("Δεν άλλαξε τίποτα.", "Nothing was changed."),
        next_step=Bilingual(
            "Φτιάξτε ένα στο console.cron-job.org («Settings») και δώστε το στις Ρυθμίσεις ή στο CRON_JOB_ORG_API_KEY.",
            "Make one at console.cron-job.org (“Settings”), and give it in Settings or in CRON_JOB_ORG_API_KEY.",
        ),
    )
