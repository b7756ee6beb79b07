"""The scheduler's endpoint that sends: what is due, within the time that the scheduler waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_calls import note, refusal
from cloud_endpoints.errors import error_response, request_id
from cloud_endpoints.state import EndpointState, state_of
from kkdesk.model.errors import KKDeskError

if TYPE_CHECKING:
    from kkdesk.services.worker import Worker  # which loads all that sends

ENDPOINT: Final = "email-jobs"
#: Seconds after which a call is answered whatever it is doing; cron-job.org waits for 30.
HARD_LIMIT: Final = 24.0
#: Seconds for the files that nothing uses, after the mails.
_CLEANING: Final = 3.0


async def email_jobs(request: Request) -> Response:
    """`GET /api/cron/email-jobs`: send what is due within the time budget, look what came back, clean up, and tell.

    Calls that overlap are safe: a job is held by one worker at a time. A campaign that is held, or a mail server that
    fails, is told in the answer and is no failure of the call: a scheduler gives up a job that fails again and again.
    """
    if refused := refusal(request):
        return refused
    state = state_of(request)
    began_ms = state.now_ms()
    body: dict[str, object] | None = None
    try:
        # What is in flight when this cancels it is recorded, or left to be settled by the journal.
        async with asyncio.timeout(HARD_LIMIT):
            body = await _send_and_clean(state)
    except KKDeskError:  # first: some of ours are TimeoutErrors, too
        raise
    except TimeoutError:
        return error_response(request, 503, "The work could not be ended in time", "too_slow", retry_after=60)
    finally:
        await note(state, ENDPOINT, began_ms, body, busy=bool(body and (body["jobs"] or not body["ok"])))
    return JSONResponse({**body, "requestId": request_id(request)}, headers={"cache-control": "no-store"})


async def _send_and_clean(state: EndpointState) -> dict[str, object]:
    began = time.monotonic()
    worker = state.workspace.new_worker(in_the_cloud=True)
    with state.working(worker):
        await worker.drain()
    left = HARD_LIMIT - (time.monotonic() - began)
    assets = await state.workspace.asset_cleaning.run(min(_CLEANING, max(left - 1.0, 0.0)))
    return {**_figures(worker), "assets": assets.figures()}


def _figures(worker: Worker) -> dict[str, object]:
    report = worker.report
    return {
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
        "code": report.error.code if report.error else None,
        "bounces": worker.bounces.figures() if worker.bounces else None,
    }
