"""`POST /api/db/migrate`: brings the database up to date, for those who may call the scheduler's endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_calls import refusal
from cloud_endpoints.errors import error_response, request_id
from cloud_endpoints.hard_limit import within
from cloud_endpoints.state import state_of
from kkdesk.model.errors import KKDeskError

if TYPE_CHECKING:
    from kkdesk.store.database import Database

#: Seconds after which a call ends. Each migration is there whole or not at all; another call runs the rest.
HARD_LIMIT: Final = 25.0

_WEB_TABLES: Final = "SELECT count(*) AS there FROM sqlite_master WHERE type = 'table' AND name = 'organizations'"


async def migrate(request: Request) -> Response:
    """Run what is pending, and tell; nothing is pending on a second call. Several may call at once.

    A server that starts does the same, so this is for a database that was replaced, or migrated back, since.
    `webTables` is `made` where the web CRM's were missing: DATABASE_URL leads to another database than hers, perhaps.
    """
    if refused := refusal(request):
        return refused
    from kkdesk.store.migrate import all_migrations  # for this route alone

    try:
        ran, web_tables = await within(HARD_LIMIT, _migrate(state_of(request).workspace.db))
    except KKDeskError:  # before TimeoutError, which some of ours are, too
        raise
    except TimeoutError:
        return error_response(request, 503, "The database did not answer in time", "too_slow", retry_after=30)
    version = all_migrations()[-1].number
    body = {"ok": True, "ran": ran, "version": version, "webTables": web_tables, "requestId": request_id(request)}
    return JSONResponse(body, headers={"cache-control": "no-store"})


async def _migrate(db: Database) -> tuple[list[str], str]:
    """The names of the migrations that ran here, and what became of the web CRM's tables."""
    from kkdesk.store.remote import RemoteDatabase

    there = (await db.query(_WEB_TABLES))[0]["there"]
    # A file was brought up to date when it was opened, and nobody else can replace it while it is open.
    ran = await db.migrate() if isinstance(db, RemoteDatabase) else []
    return ran, "there" if there else "made"
