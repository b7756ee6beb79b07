"""`POST /api/db/migrate`: brings the database up to date, for those who may call the scheduler's endpoints."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_calls import refusal
from cloud_endpoints.errors import request_id
from cloud_endpoints.state import state_of


async def migrate(request: Request) -> Response:
    """Run what is pending, and tell; nothing is pending on a second call. Several may call at once.

    A server that starts does the same, so this is for a database that was replaced, or migrated back, since.
    """
    if refused := refusal(request):
        return refused
    from kkdesk.store.migrate import all_migrations  # both are for this route alone
    from kkdesk.store.remote import RemoteDatabase

    db = state_of(request).workspace.db
    # A file was brought up to date when it was opened, and nobody else can replace it while it is open.
    ran = await db.migrate() if isinstance(db, RemoteDatabase) else []
    version = all_migrations()[-1].number
    body = {"ok": True, "ran": ran, "version": version, "requestId": request_id(request)}
    return JSONResponse(body, headers={"cache-control": "no-store"})
