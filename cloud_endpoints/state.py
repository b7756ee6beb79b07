"""What every route works with, made when the server starts."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request

from cloud_endpoints.cron_authorization import is_production
from cloud_endpoints.opening import Home, OpeningDatabase
from cloud_endpoints.rates import Rates
from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.cron_runs import CronRuns
from kkdesk.services.mail.tracking import Verifier
from kkdesk.services.secrets import Secrets
from kkdesk.services.token_broker.service import TokenBroker
from kkdesk.services.tracking.recorder import VisitRecorder
from kkdesk.services.tracking.spool import Spool
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visitor import visitor_of as known_visitor
from kkdesk.services.tracking.visits import MailRef
from kkdesk.services.unsubscribing import Unsubscribing
from kkdesk.workspace import Workspace

if TYPE_CHECKING:
    from kkdesk.services.worker import Worker  # which loads all that sends


class EndpointState:
    """The database, also while it is away, and what checks links and callers."""

    def __init__(self, home: Home, verifier: Verifier | None, cron_secret: str) -> None:
        """Use `start`."""
        settings = home.settings
        self.db = OpeningDatabase(home)
        #: None while no tracking secret is set.
        self.verifier = verifier
        #: Empty while none is set; `production` then closes the scheduler's endpoints.
        self.cron_secret = cron_secret
        self.production = is_production({"NODE_ENV": settings.text("NODE_ENV")})
        # A function's disk is gone with it: what is kept there would be lost.
        spool = None if on_a_platform(home.environment) else Spool(home.profile.visits)
        self.recorder = VisitRecorder(self.db, spool)
        self.unsubscribing = Unsubscribing(self.db, self.db.now)
        self.cron_runs = CronRuns(self.db, self.now_ms)
        self.token_broker = TokenBroker(self.db, self._org_id, settings, home.secrets, self.db.now)
        self.rates = Rates(settings.number("VISITS_PER_MINUTE", 1, 1_000_000_000))
        #: The server has been told to end.
        self.ending = False
        self._workers: set[Worker] = set()

    @classmethod
    async def start(cls, home: Home) -> EndpointState:
        """Everything, with the database open unless it is away.

        Raises `InvalidInput`, `SignInNeeded`, `DatabaseNewer`: what waiting does not put right.
        """
        secrets = home.secrets
        try:
            verifier = Verifier(await secrets.require("EMAIL_TRACKING_SECRET"))
        except NotConfigured:
            verifier = None
        state = cls(home, verifier, await _secret(secrets, "CRON_SECRET"))
        try:
            await state.db.start()
        except BaseException:
            await state.db.close()
            raise
        state.recorder.start()
        return state

    @property
    def workspace(self) -> Workspace:
        """The open workspace. Raises `Offline` while there is none."""
        return self.db.require()

    def _org_id(self) -> str:
        return self.workspace.actor.org_id

    def now_ms(self) -> int:
        """Unix milliseconds by the database's clock, which knows whole seconds."""
        ahead = math.ceil(self.db.now() - time.time())
        return time.time_ns() // 1_000_000 + ahead * 1000

    @contextlib.contextmanager
    def working(self, worker: Worker) -> Iterator[None]:
        """For as long as `worker` works: it is told when the server is to end."""
        if self.ending:
            worker.request_stop()
        self._workers.add(worker)
        try:
            yield
        finally:
            self._workers.discard(worker)

    def request_stop(self) -> None:
        """The server is to end: mails in flight are finished, no others begun."""
        self.ending = True
        for worker in self._workers:
            worker.request_stop()

    async def close(self) -> None:
        """Record what is under way, and let go of everything."""
        await self.recorder.close()
        await self.token_broker.close()
        await self.db.close()


def on_a_platform(environment: Mapping[str, str]) -> bool:
    """Whether this is a function of Vercel: its requests come through the platform alone, its disk does not last."""
    return bool(environment.get("VERCEL"))


async def _secret(secrets: Secrets, name: str) -> str:
    try:
        return await secrets.get(name)
    except SecretsUnavailable:
        # A server has an environment and usually no keyring.
        return ""


def state_of(request: Request) -> EndpointState:
    """The state of the application that serves `request`."""
    state: EndpointState = request.app.state.endpoints
    return state


def mail_of(request: Request) -> MailRef:
    """The mail that the link's `cid` and `rid` name; either may be empty."""
    return MailRef(parameter(request, "cid"), parameter(request, "rid"))


def parameter(request: Request, name: str) -> str:
    """A query parameter, the first of its name as in the WHATWG URLSearchParams; empty when there is none."""
    return next(iter(request.query_params.getlist(name)), "")


def visitor_of(request: Request) -> Visitor:
    """What is kept of the request's maker."""
    return known_visitor(request.client.host if request.client else None, request.headers.get("user-agent"))
