"""`GET /api/health`: is the database there, how is the queue, and does the scheduler call?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.errors import error_response, too_many
from cloud_endpoints.rates import REQUESTS
from cloud_endpoints.state import EndpointState, state_of
from kkdesk import __version__
from kkdesk.model.errors import Offline, StoreError
from kkdesk.model.row import Row, as_int
from kkdesk.services.cron_runs import CronRun

#: Seconds that the database has to answer in, and for which its answer is told again: anybody may ask.
DEADLINE: Final = 2.0
FRESH: Final = 3.0

_QUEUE: Final = """
SELECT
  (SELECT count(*) FROM kk_sends WHERE state IN ('pending', 'claimed')) AS mails,
  (SELECT count(*) FROM email_jobs WHERE status IN ('queued', 'processing')) AS jobs,
  (SELECT min(run_at) FROM email_jobs WHERE status = 'queued' AND run_at <= unixepoch()) AS oldest_due,
  unixepoch() AS now
"""


@dataclass(slots=True)
class HealthAnswer:
    """What was told last, and when by `time.monotonic`."""

    body: dict[str, object]
    at: float


async def health(request: Request) -> Response:
    """Figures for a monitor; no secret, no address, no name. 503 when the database does not answer."""
    state = state_of(request)
    if seconds := state.rates.wait(request, REQUESTS):
        return too_many(request, seconds)
    last: HealthAnswer | None = getattr(request.app.state, "health", None)
    if last is None or time.monotonic() - last.at > FRESH:
        try:
            async with asyncio.timeout(DEADLINE):
                last = HealthAnswer(await _figures(state), time.monotonic())
        except (StoreError, Offline) as error:
            return error_response(request, 503, error.what.en, error.code, retry_after=5)
        except TimeoutError:
            return error_response(request, 503, "The database does not answer", "database_busy", retry_after=5)
        request.app.state.health = last
    return JSONResponse(last.body, headers={"cache-control": "no-store"})


async def _figures(state: EndpointState) -> dict[str, object]:
    row = (await state.db.query(_QUEUE))[0]
    runs = await state.cron_runs.last()
    return {
        "status": "ok" if state.verifier else "not_configured",
        "version": __version__,
        "database": "ok",
        "tracking": "ok" if state.verifier else "EMAIL_TRACKING_SECRET is missing",
        "cronSecret": "ok" if state.cron_secret else "CRON_SECRET is missing",
        "desktops": await state.token_broker.missing() or "ok",
        "queue": _queue(row),
        "cron": {run.endpoint: _run(run) for run in runs},
        "clock": {"now": round(time.time()), "database": as_int(row["now"])},
    }


def _queue(row: Row) -> dict[str, object]:
    return {"jobs": row["jobs"], "mails": row["mails"], "oldestDueAt": row["oldest_due"]}


def _run(run: CronRun) -> dict[str, object]:
    return {"lastAt": _seconds(run.ended_ms), "lastSuccessAt": _seconds(run.succeeded_ms), "ok": run.succeeded}


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000
