"""What every route works with, opened once when the server starts."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from cloud_endpoints.cron_authorization import is_production
from cloud_endpoints.rates import Rates
from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.mail.tracking import Verifier
from kkdesk.services.tracking.recorder import VisitRecorder
from kkdesk.services.tracking.spool import Spool
from kkdesk.services.tracking.visitor import Visitor
from kkdesk.services.tracking.visitor import visitor_of as known_visitor
from kkdesk.services.tracking.visits import MailRef
from kkdesk.services.tracking_events import TrackingEvents
from kkdesk.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EndpointState:
    """The open workspace, and what checks links; `verifier` is None while no tracking secret is set.

    `cron_secret` is empty while none is set; `production` then closes the scheduler's endpoints.
    """

    workspace: Workspace
    verifier: Verifier | None
    events: TrackingEvents
    recorder: VisitRecorder
    rates: Rates
    cron_secret: str
    production: bool

    @classmethod
    async def of(cls, workspace: Workspace, environment: Mapping[str, str] = os.environ) -> EndpointState:
        """The state for `workspace`; `environment` tells on which platform it runs."""
        try:
            verifier = Verifier(await workspace.secrets.require("EMAIL_TRACKING_SECRET"))
        except NotConfigured:
            verifier = None
        # A function's disk is gone with it: what is kept there would be lost.
        spool = None if on_a_platform(environment) else Spool(workspace.profile.visits)
        return cls(
            workspace,
            verifier,
            TrackingEvents(workspace.db, workspace.clock),
            VisitRecorder(workspace.db, spool),
            Rates(workspace.settings.number("VISITS_PER_MINUTE", 1, 1_000_000_000)),
            cron_secret=await _secret(workspace, "CRON_SECRET"),
            production=is_production({"NODE_ENV": workspace.settings.text("NODE_ENV")}),
        )

    def now_ms(self) -> int:
        """Unix milliseconds by the database's clock, which knows whole seconds."""
        ahead = math.ceil(self.workspace.clock() - time.time())
        return time.time_ns() // 1_000_000 + ahead * 1000


def on_a_platform(environment: Mapping[str, str]) -> bool:
    """Whether this is a function of Vercel: its requests come through the platform alone, its disk does not last."""
    return bool(environment.get("VERCEL"))


async def _secret(workspace: Workspace, name: str) -> str:
    try:
        return await workspace.secrets.get(name)
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
