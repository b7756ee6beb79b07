"""The endpoints at a glance. `app` is what an ASGI server runs: `uvicorn cloud_endpoints.app:app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from cloud_endpoints import cron, geocode, health, tracking, unsubscribe
from cloud_endpoints.errors import http_failure, known_failure, unexpected_failure
from cloud_endpoints.proxies import ANYBODY, ForwardedHeaders, TrustedProxies
from cloud_endpoints.request_limits import RequestLimits
from cloud_endpoints.request_log import RequestLog, redact_server_logs
from cloud_endpoints.security_headers import SecurityHeaders
from cloud_endpoints.state import EndpointState, on_a_platform
from kkdesk.log import configure_server_logging
from kkdesk.model.errors import KKDeskError
from kkdesk.workspace import Workspace

PIXEL_PATH = "/api/email/tracking"
ROUTES = [
    Route(PIXEL_PATH, tracking.open_pixel, methods=["GET", "HEAD"]),
    Route("/api/email/click", tracking.click, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.ask, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.act, methods=["POST"]),
    Route("/api/cron/email-jobs", cron.email_jobs, methods=["GET"]),
    Route("/api/cron/geocode-customers", geocode.geocode_customers, methods=["GET"]),
    Route("/api/health", health.health, methods=["GET"]),
]


def create_app(
    open_workspace: Callable[[], Coroutine[Any, Any, Workspace]], environment: Mapping[str, str] = os.environ
) -> Starlette:
    """The application; it opens the workspace when it starts and closes it when it ends.

    `environment` has TRUSTED_PROXIES, and tells on which platform it runs. Raises `InvalidInput` for bad proxies.
    """

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        redact_server_logs()
        workspace = await open_workspace()
        try:
            state = await EndpointState.of(workspace, environment)
            application.state.endpoints = state
            state.recorder.start()
            try:
                yield
            finally:
                await state.recorder.close()
        finally:
            await workspace.close()

    proxies = TrustedProxies(ANYBODY if on_a_platform(environment) else environment.get("TRUSTED_PROXIES", ""))
    return Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(ForwardedHeaders, trusted=proxies),
            Middleware(RequestLimits, instead={PIXEL_PATH: tracking.bare_pixel}),
        ],
        exception_handlers={
            KKDeskError: known_failure,
            HTTPException: http_failure,
            Exception: unexpected_failure,
        },
    )


async def _from_environment() -> Workspace:
    configure_server_logging()
    return await Workspace.open(None, os.environ, at_server=True)


app = create_app(_from_environment)
