"""What every route works with, opened once when the server starts."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from cloud_endpoints.cron_authorization import is_production
from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.mail.tracking import Verifier
from kkdesk.services.tracking_events import MailRef, TrackingEvents, Visitor
from kkdesk.workspace import Workspace

_MAX_HEADER = 1000


@dataclass(frozen=True, slots=True)
class EndpointState:
    """The open workspace, and what checks links; `verifier` is None while no tracking secret is set.

    `cron_secret` is empty while none is set; `production` then closes the scheduler's endpoints.
    """

    workspace: Workspace
    verifier: Verifier | None
    events: TrackingEvents
    cron_secret: str
    production: bool

    @classmethod
    async def of(cls, workspace: Workspace) -> EndpointState:
        """The state for `workspace`."""
        try:
            verifier = Verifier(await workspace.secrets.require("EMAIL_TRACKING_SECRET"))
        except NotConfigured:
            verifier = None
        environment = {"NODE_ENV": workspace.settings.text("NODE_ENV")}
        return cls(
            workspace,
            verifier,
            TrackingEvents(workspace.db, workspace.clock),
            cron_secret=await _secret(workspace, "CRON_SECRET"),
            production=is_production(environment),
        )


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
    """What the request's headers say of its maker, as the web CRM keeps it, cut to a sane length."""
    address = request.headers.get("x-forwarded-for") or request.headers.get("x-real-ip")
    agent = request.headers.get("user-agent")
    return Visitor(address[:_MAX_HEADER] if address else None, agent[:_MAX_HEADER] if agent else None)
