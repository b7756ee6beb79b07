"""The endpoints at a glance. `app` is what an ASGI server runs: `uvicorn cloud_endpoints.app:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from cloud_endpoints import cron, db_token, geocode, health, migrate, tracking, unsubscribe
from cloud_endpoints.ending import told_to_end
from cloud_endpoints.errors import http_failure, known_failure, unexpected_failure
from cloud_endpoints.opening import Home
from cloud_endpoints.proxies import ANYBODY, ForwardedHeaders, TrustedProxies
from cloud_endpoints.request_limits import RequestLimits
from cloud_endpoints.request_log import RequestLog, redact_server_logs
from cloud_endpoints.security_headers import SecurityHeaders
from cloud_endpoints.state import EndpointState, on_a_platform
from kkdesk.log import configure_server_logging
from kkdesk.model.errors import KKDeskError

PIXEL_PATH = "/api/email/tracking"
ROUTES = [
    Route(PIXEL_PATH, tracking.open_pixel, methods=["GET", "HEAD"]),
    Route("/api/email/click", tracking.click, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.ask, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.act, methods=["POST"]),
    Route("/api/cron/email-jobs", cron.email_jobs, methods=["GET"]),
    Route("/api/cron/geocode-customers", geocode.geocode_customers, methods=["GET"]),
    Route("/api/auth/db-token", db_token.db_token, methods=["POST"]),
    Route("/api/auth/desktop", db_token.desktop, methods=["GET"]),
    Route("/api/db/migrate", migrate.migrate, methods=["POST"]),
    Route("/api/health", health.health, methods=["GET", "HEAD"]),
]


def create_app(home: Home | None = None) -> Starlette:
    """The application; it opens the workspace at `home` when it starts, and closes it when it ends.

    Without `home` it is the environment's, and the process's log goes where a server's should. TRUSTED_PROXIES and the
    platform are the environment's. Raises `InvalidInput` for bad proxies.
    """
    log_here = home is None
    home = home or Home()

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        if log_here:
            configure_server_logging()
        redact_server_logs()
        application.state.endpoints = state = await EndpointState.start(home)
        try:
            with told_to_end(state.request_stop):
                yield
        finally:
            await state.close()

    trusted = ANYBODY if on_a_platform(home.environment) else home.environment.get("TRUSTED_PROXIES", "")
    return Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(ForwardedHeaders, trusted=TrustedProxies(trusted)),
            Middleware(RequestLimits, instead={PIXEL_PATH: tracking.bare_pixel}),
        ],
        exception_handlers={
            KKDeskError: known_failure,
            HTTPException: http_failure,
            Exception: unexpected_failure,
        },
    )


app = create_app()
