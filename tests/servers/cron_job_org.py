"""A stand-in for the REST API of cron-job.org, errors included, and for the executor that calls the jobs' addresses.

Checks run in the order of the real one: route, key, rate limit, daily quota, body. Errors have an empty body; only the
reason phrase tells the two kinds of 429 apart. Counters of limits belong to a second, a minute and a UTC day by the
wall clock. `execute` calls a job's address as the executor does; `targets` says where an address really is.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import httpx

KEY = "zaX78aqKJuIH4l4RX6njoqADn77MQNJJ"
MOST_FAILURES = 15
MOST_BYTES = 64 * 1024
_ARRAYS = {"hours": (0, 23), "mdays": (1, 31), "minutes": (0, 59), "months": (1, 12), "wdays": (0, 6)}
_DETAILS = frozenset({"auth", "notification", "extendedData"})
_NEVER_SENT = frozenset({"user-agent", "connection", "x-forwarded-for"})
_METHODS = ("GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH")
#: Method, pattern of the whole request URI, name, limits as (requests, seconds).
_ROUTES: tuple[tuple[str, str, str, tuple[tuple[int, int], ...]], ...] = (
    ("GET", r"/jobs", "list", ((5, 1),)),
    ("PUT", r"/jobs", "create", ((1, 1), (5, 60))),
    ("GET", r"/jobs/(\d+)", "details", ((5, 1),)),
    ("PATCH", r"/jobs/(\d+)", "patch", ((5, 1),)),
    ("DELETE", r"/jobs/(\d+)", "delete", ((5, 1),)),
    ("GET", r"/jobs/(\d+)/history", "history", ((5, 1),)),
    ("GET", r"/jobs/(\d+)/history/([\w-]+)", "item", ((5, 1),)),
)

Answer = tuple[int, str, Any]


@dataclass
class Failure:
    """What happens instead of a good answer. `done`: the work is done all the same; `cut`, `hang`: no answer at all."""

    status: int = 500
    reason: str = "Internal Server Error"
    done: bool = False
    cut: bool = False
    hang: bool = False
    #: Answered with 200 in place of what is right.
    body: bytes | None = None


@dataclass
class CronJobOrgStandIn:
    """One account. `jobs` are as `GET /jobs/{id}` shows them, `seen` is what was asked: method and path."""

    clock: Callable[[], float] = time.time
    key: str = KEY
    #: Whether the caller's address may use the key.
    address_allowed: bool = True
    per_day: int = 100
    some_failed: bool = False
    #: For the n-th request, counted from 0.
    failures: dict[int, Failure] = field(default_factory=dict)
    #: Where the executor really connects for an origin: an address of this computer, or an application.
    targets: dict[str, str | httpx.AsyncBaseTransport] = field(default_factory=dict)
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    histories: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    notices: list[tuple[str, int]] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)
    port: int = 0
    _counters: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _failed: dict[int, int] = field(default_factory=dict)
    _last_id: int = 12344
    _last_log: int = 4945
    _serving: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, **given: Any) -> int:
        """A job that somebody made by hand; fields as in `PUT /jobs`."""
        return self._create({"schedule": {name: [-1] for name in _ARRAYS}, **given})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answered(reader, writer):
                    continue
        finally:
            self._serving.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def end(self) -> None:
        """Cut the connections that are open."""
        serving = tuple(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        headers = {name.lower(): text for name, text in _headers(head.decode("latin-1"))}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        failure = self.failures.get(len(self.seen))
        self.seen.append((method, target))
        answer = self._answer(method, target, headers, body) if failure is None or failure.done else None
        if failure is not None and failure.hang:
            await reader.read()  # until the caller gives up
        if failure is not None and (failure.hang or failure.cut):
            writer.transport.abort()
            return False
        writer.write(_written(answer, failure))
        await writer.drain()
        return True

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        found = next(
            (
                (name, match, limits)
                for verb, pattern, name, limits in _ROUTES
                if verb == method and (match := re.fullmatch(pattern, target))
            ),
            None,
        )
        if found is None:
            return 404, "Not Found", None
        name, match, limits = found
        if refusal := self._refused(name, limits, headers):
            return refusal
        given = self._given(headers, body)
        if name == "list":
            return 200, "OK", self._list()
        if name == "create":
            return self._answer_create(given)
        identity = int(match[1])
        if name == "patch" and not isinstance(given.get("job"), dict):
            return 400, "Bad Request", None
        if identity not in self.jobs:
            return 404, "Not Found", None
        if name == "item":
            items = [item for item in self.histories[identity] if item["identifier"] == match[2]]
            return (200, "OK", {"jobHistoryDetails": items[0]}) if items else (404, "Not Found", None)
        return 200, "OK", self._act(name, identity, given)

    def _refused(self, name: str, limits: tuple[tuple[int, int], ...], headers: dict[str, str]) -> Answer | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or key.strip() != self.key:
            return 401, "Unauthorized", None
        if not self.address_allowed:
            return 403, "Forbidden", None
        for most, seconds in limits:
            # A limit that lets a request through has counted it, even if the next one does not.
            if not self._counted((name, seconds, int(self.clock() // seconds)), most):
                return 429, "Too Many Requests", None
        if not self._counted(("day", int(self.clock() // 86_400)), self.per_day):
            return 429, "Quota Limit Exceeded", None
        return None

    def _counted(self, key: tuple[Any, ...], most: int) -> bool:
        if self._counters.get(key, 0) >= most:
            return False
        self._counters[key] = self._counters.get(key, 0) + 1
        return True

    def _given(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        content_type = headers.get("content-type", "")
        self.content_types.append(content_type)
        given = None
        if content_type in {"application/json", "text/json"}:
            with suppress(ValueError):
                given = json.loads(body)
        self.bodies.append(given)
        return given if isinstance(given, dict) else {}

    def _list(self) -> dict[str, Any]:
        listed = [{name: value for name, value in job.items() if name not in _DETAILS} for job in self.jobs.values()]
        listed.sort(key=lambda job: (not job["enabled"], job["lastStatus"], job["url"]))
        return {"jobs": listed, "someFailed": self.some_failed}

    def _answer_create(self, given: dict[str, Any]) -> Answer:
        job = given.get("job")
        if not isinstance(job, dict) or not isinstance(job.get("url"), str):
            return 400, "Bad Request", None
        schedule = job.get("schedule")
        if not isinstance(schedule, dict) or not all(isinstance(schedule.get(name), list) for name in _ARRAYS):
            return 500, "Internal Server Error", None
        return 200, "OK", {"jobId": self._create(job)}

    def _create(self, given: dict[str, Any]) -> int:
        self._last_id += 1
        job: dict[str, Any] = {
            "jobId": self._last_id,
            "enabled": False,
            "title": "",
            "saveResponses": False,
            "url": "",
            "lastStatus": 0,
            "lastDuration": 0,
            "lastExecution": 0,
            "nextExecution": None,
            "type": 0,
            "folderId": 0,
            "requestTimeout": 30,
            "redirectSuccess": False,
            "requestMethod": 0,
            "schedule": {"timezone": "UTC", "expiresAt": 0},
            "auth": {"enable": False, "user": "", "password": ""},
            "notification": {"onFailure": False, "onFailureCount": 1, "onSuccess": False, "onDisable": False},
            "extendedData": {"headers": [], "body": ""},
        }
        self.jobs[self._last_id] = job
        self.histories[self._last_id] = []
        self._patch(job, given)
        return self._last_id

    def _patch(self, job: dict[str, Any], given: dict[str, Any]) -> None:
        for name in ("title", "url"):
            if name in given:
                job[name] = str(given[name]).strip()
        for name in ("enabled", "saveResponses", "redirectSuccess"):
            if name in given:
                job[name] = bool(given[name])
        if "requestMethod" in given:
            job["requestMethod"] = min(8, max(0, int(given["requestMethod"])))
        if "requestTimeout" in given:
            seconds = int(given["requestTimeout"])
            job["requestTimeout"] = 30 if seconds <= 0 else min(30, seconds)
        for part in ("auth", "notification"):
            job[part] |= given.get(part, {})
        if "headers" in (extended := given.get("extendedData", {})):
            # An object that replaces the one before; PHP shows an empty one as a list.
            job["extendedData"]["headers"] = dict(extended["headers"]) or []
        if "body" in extended:
            job["extendedData"]["body"] = str(extended["body"])
        self._patch_schedule(job["schedule"], given.get("schedule", {}))
        job["nextExecution"] = self._next(job)

    def _patch_schedule(self, schedule: dict[str, Any], given: dict[str, Any]) -> None:
        if given.get("timezone") in available_timezones():
            schedule["timezone"] = given["timezone"]
        if "expiresAt" in given:
            schedule["expiresAt"] = int(given["expiresAt"])
        for name, (low, high) in _ARRAYS.items():
            if name in given:
                values = [int(value) for value in given[name]]
                schedule[name] = [-1] if -1 in values else sorted({min(high, max(low, value)) for value in values})

    def _next(self, job: dict[str, Any]) -> int | None:
        """The next minute that fits, within two days."""
        schedule = job["schedule"]
        if not job["enabled"] or schedule["expiresAt"] or any(name not in schedule for name in _ARRAYS):
            return None
        moment = datetime.fromtimestamp(self.clock() // 60 * 60, UTC)
        for _ in range(2 * 24 * 60):
            moment += timedelta(minutes=1)
            local = moment.astimezone(ZoneInfo(schedule["timezone"]))
            now = {"hours": local.hour, "mdays": local.day, "minutes": local.minute, "months": local.month}
            now["wdays"] = local.isoweekday() % 7
            if all(-1 in schedule[name] or value in schedule[name] for name, value in now.items()):
                return int(moment.timestamp())
        return None

    def _act(self, name: str, identity: int, given: dict[str, Any]) -> dict[str, Any]:
        job = self.jobs[identity]
        if name == "details":
            return {"jobDetails": job}
        if name == "history":
            soon = [] if job["nextExecution"] is None else [job["nextExecution"]]
            return {"history": self.histories[identity][:50], "predictions": soon}
        if name == "delete":
            del self.jobs[identity]
        else:
            if given["job"].get("enabled") and not job["enabled"]:
                self._failed[identity] = 0
            self._patch(job, given["job"])
        return {}

    # The executor --------------------------------------------------------------------------------------------

    async def execute(self, identity: int) -> dict[str, Any] | None:
        """Call the job's address as the executor would, and note what came of it; None for a disabled job."""
        job = self.jobs[identity]
        if not job["enabled"]:
            return None
        began = self.clock()
        started = time.monotonic()
        status, http_status, text = await self._called(job)
        duration = int((time.monotonic() - started) * 1000)
        return self.note(identity, status, http_status, text, at=int(began), duration=duration)

    def note(
        self, identity: int, status: int, http_status: int = 0, text: str = "", *, at: int = 0, duration: int = 240
    ) -> dict[str, Any]:
        """A call that ended so; more than 15 failures in a row disable the job, and time-outs do not add up."""
        job, at = self.jobs[identity], at or int(self.clock())
        self._last_log += 1
        item = {
            "jobLogId": self._last_log,
            "jobId": identity,
            "identifier": f"{identity}-{self._last_log}",
            "date": at,
            "datePlanned": at // 60 * 60,
            "jitter": (at % 60) * 1000,
            "url": job["url"],
            "duration": duration,
            "status": status,
            "statusText": text or ("OK" if status == 1 else ""),
            "httpStatus": http_status,
            "headers": False,
            "body": False,
            "stats": {},
        }
        self.histories[identity].insert(0, item)
        job |= {"lastStatus": status, "lastExecution": at, "lastDuration": duration, "nextExecution": self._next(job)}
        self._count_failure(identity, status)
        return item

    def _count_failure(self, identity: int, status: int) -> None:
        job, before = self.jobs[identity], self._failed.get(identity, 0)
        now = 0 if status == 1 else max(before, 1) if status == 5 else before + 1
        self._failed[identity] = now
        if now > MOST_FAILURES:
            job |= {"enabled": False, "nextExecution": None}
            self._failed[identity] = 0
            if job["notification"]["onDisable"]:
                self.notices.append(("disabled", identity))
        elif now == 1 and before == 0 and job["notification"]["onFailure"]:
            self.notices.append(("failed", identity))

    async def _called(self, job: dict[str, Any]) -> tuple[int, int, str]:
        parts = urlsplit(job["url"])
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return 7, 0, "Malformed URL"
        target = self.targets.get(f"{parts.scheme}://{parts.netloc}")
        if target is None:
            return _unreachable(parts.hostname)
        headers = {
            name: text for name, text in dict(job["extendedData"]["headers"]).items() if name.lower() not in _NEVER_SENT
        }
        headers["User-Agent"] = "Mozilla/4.0 (compatible; cron-job.org; http://cron-job.org/abuse/)"
        base, transport = (target, None) if isinstance(target, str) else (f"https://{parts.netloc}", target)
        url = f"{base}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        client = httpx.AsyncClient(verify=False, timeout=None, trust_env=False, transport=transport)
        try:
            async with asyncio.timeout(job["requestTimeout"]), client:
                return await _asked(client, _METHODS[job["requestMethod"]], url, headers, job["redirectSuccess"])
        except TimeoutError:
            return 5, 0, ""
        except httpx.HTTPError as error:
            return 3, 0, f"Could not connect: {type(error).__name__}"


async def _asked(
    client: httpx.AsyncClient, method: str, url: str, headers: dict[str, str], redirect_success: bool
) -> tuple[int, int, str]:
    async with client.stream(method, url, headers=headers) as response:
        size = sum(len(name) + len(text) + 4 for name, text in response.headers.raw)
        async for part in response.aiter_raw():
            size += len(part)
            if size > MOST_BYTES:
                return 6, 0, ""
    good = 200 <= response.status_code < 300 or (redirect_success and response.is_redirect)
    return (1 if good else 4), response.status_code, response.reason_phrase


def _unreachable(host: str) -> tuple[int, int, str]:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return 2, 0, f"Could not resolve host: {host}"
    return 3, 0, "Could not connect: "


def _headers(head: str) -> Iterator[tuple[str, str]]:
    for line in head.split("\r\n")[1:]:
        name, colon, text = line.partition(":")
        if colon:
            yield name, text.strip()


def _written(answer: Answer | None, failure: Failure | None) -> bytes:
    if failure is not None and failure.body is not None:
        status, reason, text = 200, "OK", failure.body
    elif failure is not None:
        status, reason, text = failure.status, failure.reason, b""
    else:
        assert answer is not None
        status, reason, content = answer
        text = b"" if content is None else json.dumps(content).encode()
    kind = b"Content-Type: application/json\r\n" if text else b""
    return b"HTTP/1.1 %d %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, reason.encode(), kind, len(text), text)


@asynccontextmanager
async def cron_job_org(account: CronJobOrgStandIn) -> AsyncIterator[CronJobOrgStandIn]:
    """The account on a port of its own, gone at the end."""
    server = await asyncio.start_server(account.serve, "127.0.0.1", 0, limit=2**20)
    account.port = server.sockets[0].getsockname()[1]
    try:
        yield account
    finally:
        server.close()
        await account.end()
        await server.wait_closed()


@contextmanager
def cron_job_org_beside(account: CronJobOrgStandIn) -> Iterator[CronJobOrgStandIn]:
    """As `cron_job_org`, on a thread of its own: for what runs a loop itself."""
    ready, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with cron_job_org(account):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="cron-job.org")
    thread.start()
    try:
        assert ready.wait(10)
        yield account
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
