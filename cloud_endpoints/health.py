"""`GET /api/health`: is the database there, and how is the queue?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.errors import error_response
from cloud_endpoints.state import state_of
from kkdesk import __version__
from kkdesk.model.errors import StoreError

_QUEUE = """
SELECT
  (SELECT count(*) FROM email_job_items WHERE status IN ('pending', 'processing')) AS mails,
  (SELECT count(*) FROM email_jobs WHERE status IN ('queued', 'processing')) AS jobs,
  (SELECT min(run_at) FROM email_jobs WHERE status = 'queued' AND run_at <= ?) AS oldest_due
"""


async def health(request: Request) -> Response:
    """Figures for a monitor; no secret, no address, no name."""
    state = state_of(request)
    try:
        row = (await state.workspace.db.query(_QUEUE, (state.workspace.clock(),)))[0]
    except StoreError as error:
        return error_response(request, 503, error.what.en, error.code)
    body = {
        "status": "ok" if state.verifier else "not_configured",
        "version": __version__,
        "database": "ok",
        "tracking": "ok" if state.verifier else "EMAIL_TRACKING_SECRET is missing",
        "queue": {"jobs": row["jobs"], "mails": row["mails"], "oldestDueAt": row["oldest_due"]},
    }
    return JSONResponse(body, headers={"cache-control": "no-store"})
