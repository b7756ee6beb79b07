"""The scheduler's endpoint: who may call it, and what it does."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_authorization import is_authorized
from cloud_endpoints.errors import error_response
from cloud_endpoints.state import state_of

__all__ = ["email_jobs", "is_authorized"]


async def email_jobs(request: Request) -> Response:
    """`GET /api/cron/email-jobs`: send what is due within the time budget, look what came back, and tell.

    Calls that overlap are safe: a job is held by one worker at a time.
    """
    state = state_of(request)
    if not is_authorized(request.headers, request.query_params, state.cron_secret, state.production):
        return error_response(request, 401, "Unauthorized", "unauthorized")
    worker = state.workspace.new_worker(in_the_cloud=True)
    report = await worker.drain()
    body = {
        "ok": report.error is None,
        "jobs": report.jobs,
        "finished": report.finished,
        "sent": report.sent,
        "failed": report.failed,
        "deferred": report.deferred,
        "skipped": report.skipped,
        "unconfirmed": report.unconfirmed,
        "paused": report.paused,
        "error": report.error.what.en if report.error else None,
        "bounces": worker.bounces.figures() if worker.bounces else None,
    }
    return JSONResponse(body, headers={"cache-control": "no-store"})
