"""Deployments to look at: the real endpoints on a port, with TLS, and with somebody who meddles with their answers."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import Response

from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from kkdesk.services.dns_lookups import Dns, DnsAnswer, Standing
from kkdesk.services.doctor.asking import trusted_authorities
from kkdesk.services.doctor.check import Examination, State
from kkdesk.services.doctor.installation import Installation
from kkdesk.services.doctor.service import Doctor
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.servers.certificates import ServerCertificate

SECRET = "the-secret-of-all-links"
CRON = "the-secret-of-all-calls"
#: What a server that is well set up has in its environment.
WELL = {"EMAIL_TRACKING_SECRET": SECRET, "CRON_SECRET": CRON}

#: Answers one request in place of the endpoints.
App = Callable[[Any, Any, Any], Awaitable[None]]
#: Changes the head of an answer: its status, and headers by name in lower case.
Head = Callable[[int, dict[str, str]], int]


class Meddler:
    """Stands before the endpoints: answers for them on some paths, and changes heads."""

    def __init__(self, app: App, instead: Mapping[str, App], head: Head | None) -> None:
        self._app = app
        self._instead = instead
        self._head = head
        #: Methods, paths and queries that came, in order.
        self.asked: list[tuple[str, str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.asked.append((scope["method"], scope["path"], scope["query_string"].decode()))
        app = self._instead.get(scope["path"], self._instead.get("*", self._app))

        async def change(message: Any) -> None:
            if message["type"] == "http.response.start" and self._head is not None:
                headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
                message["status"] = self._head(message["status"], headers)
                message["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send(message)

        await app(scope, receive, change)


@asynccontextmanager
async def deployed(
    folder: Path,
    env: Mapping[str, str] = WELL,
    *,
    instead: Mapping[str, App] | None = None,
    head: Head | None = None,
    certificate: ServerCertificate | None = None,
) -> AsyncIterator[tuple[int, Meddler]]:
    """The endpoints on the profile at `folder`; the port, and who stands before them."""
    meddler = Meddler(create_app(Home(folder, env)), instead or {}, head)
    tls = {"ssl_certfile": certificate.chain, "ssl_keyfile": certificate.key} if certificate else {}
    config = uvicorn.Config(
        meddler, ws="none", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1, **tls
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.01)  # a poll: uvicorn says it to nobody
    try:
        yield listening.getsockname()[1], meddler
    finally:
        server.should_exit = True
        await task


class Names:
    """Name servers that know these names."""

    def __init__(self, **known: Iterable[str]) -> None:
        self._known = {name.replace("_", "."): tuple(values) for name, values in known.items()}

    async def ask(self, name: str, kind: str) -> DnsAnswer:
        if name not in self._known:
            return DnsAnswer(Standing.NO_NAME)
        found = tuple(value for value in self._known[name] if (":" in value) == (kind == "AAAA"))
        return DnsAnswer(Standing.FOUND, found) if found else DnsAnswer(Standing.NO_DATA)


class NoServers:
    """Name servers that do not answer."""

    async def ask(self, name: str, kind: str) -> DnsAnswer:
        return DnsAnswer(Standing.UNKNOWN)


def doctor(
    folder: Path,
    env: Mapping[str, str] = WELL,
    dns: Dns | None = None,
    *,
    authority: Path | None = None,
    ahead: float = 0.0,
    seconds: float = 20.0,
) -> Doctor:
    """One whose installation is at `folder`; its clock is `ahead` seconds ahead."""
    profile = Profile(folder)
    settings = Settings(profile, env)
    here = Installation(profile, settings, Secrets(settings, str(folder)))

    def trusted() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(authority)) if authority else trusted_authorities()

    return Doctor(here, dns or Names(), tls=trusted, clock=lambda: time.time() + ahead, seconds=seconds)


def states(examination: Examination) -> dict[str, State]:
    """How each check ended."""
    return {result.name: result.finding.state for result in examination.results}


def found(examination: Examination, name: str) -> str:
    """All that a check says, in English."""
    finding = next(result.finding for result in examination.results if result.name == name)
    return f"{finding.found.en} {finding.next_step.en if finding.next_step else ''}"


def facts(examination: Examination, name: str) -> Mapping[str, Any]:
    """A check's figures."""
    return next(result.finding.facts for result in examination.results if result.name == name)


def answering(status: int, content: str = "", kind: str = "text/html", **headers: str) -> App:
    """Answers everything so; in the names of `headers` underscores are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(content, status, named, kind)


@dataclass(frozen=True)
class Ago:
    """A moment so many seconds before it is told, however long after the tests were collected that is."""

    seconds: int

    def moment(self) -> int:
        return int(time.time()) - self.seconds


def telling(**said: Any) -> App:
    """A health that says this beside what a healthy one says."""
    well = {
        "status": "ok",
        "version": "0.1.0",
        "database": "ok",
        "tracking": "ok",
        "cronSecret": "ok",
        "desktops": "ok",
        "queue": {"jobs": 0, "mails": 0, "oldestDueAt": None},
        "cron": {},
        "clock": {"now": round(time.time()), "database": round(time.time())},
    }
    body = {name: value for name, value in {**well, **said}.items() if value is not ...}
    return answering(200, json.dumps(body, default=Ago.moment), "application/json")
