"""The endpoints at a glance. `app` is what an ASGI server runs: `uvicorn cloud_endpoints.app:app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from cloud_endpoints import cron, health, tracking, unsubscribe
from cloud_endpoints.errors import RequestLog, http_failure, known_failure, unexpected_failure
from cloud_endpoints.state import EndpointState
from kkdesk.model.errors import KKDeskError
from kkdesk.workspace import Workspace

ROUTES = [
    Route("/api/email/tracking", tracking.open_pixel, methods=["GET", "HEAD"]),
    Route("/api/email/click", tracking.click, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.ask, methods=["GET", "HEAD"]),
    Route("/api/unsubscribe", unsubscribe.act, methods=["POST"]),
    Route("/api/cron/email-jobs", cron.email_jobs, methods=["GET"]),
    Route("/api/health", health.health, methods=["GET"]),
]


def create_app(open_workspace: Callable[[], Coroutine[Any, Any, Workspace]]) -> Starlette:
    """The application; it opens the workspace when it starts and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        workspace = await open_workspace()
        try:
            application.state.endpoints = await EndpointState.of(workspace)
            yield
        finally:
            await workspace.close()

    return Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[Middleware(RequestLog)],
        exception_handlers={
            KKDeskError: known_failure,
            HTTPException: http_failure,
            Exception: unexpected_failure,
        },
    )


async def _from_environment() -> Workspace:
    return await Workspace.open(None, os.environ, at_server=True)


app = create_app(_from_environment)
