"""The scheduler's endpoint that sends: what is due, within the time that the scheduler waits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_calls import note, refusal
from cloud_endpoints.errors import error_response, request_id
from cloud_endpoints.hard_limit import within
from cloud_endpoints.state import EndpointState, state_of
from kkdesk.model.errors import InvalidInput, KKDeskError
from kkdesk.model.faults import fault_place

if TYPE_CHECKING:
    from kkdesk.services.worker import Worker  # which loads all that sends

ENDPOINT: Final = "email-jobs"
#: Seconds after which the work of a call is ended whatever it is doing. What was done is noted after that (two seconds
#: at most); cron-job.org waits for 30 in all.
HARD_LIMIT: Final = 22.0
#: Seconds of these that are left when everything but a database that stands still has ended by itself.
_SPARE: Final = 1.0
#: Seconds for the files that nothing uses, after the mails.
_CLEANING: Final = 3.0

_log = structlog.get_logger("cloud_endpoints")


async def email_jobs(request: Request) -> Response:
    """`GET /api/cron/email-jobs`: send what is due within the time budget, look what came back, clean up, and tell.

    Calls that overlap are safe: a job is held by one worker at a time. A campaign that is held, or a mail server that
    fails, is told in the answer and is no failure of the call: a scheduler gives up a job that fails again and again.
    """
    if refused := refusal(request):
        return refused
    state = state_of(request)
    began_ms = state.now_ms()
    body: dict[str, Any] | None = None
    try:
        body = await within(HARD_LIMIT, _send_and_clean(state))
    except InvalidInput as error:
        # A setting of this server: nothing that the caller could put right.
        return error_response(request, 503, error.what.en, error.code)
    except KKDeskError:  # before TimeoutError, which some of ours are, too
        raise
    except TimeoutError:
        return error_response(request, 503, "The work could not be ended in time", "too_slow", retry_after=60)
    finally:
        await note(state, ENDPOINT, began_ms, body, busy=bool(body and (body["jobs"] or not body["ok"])))
    return JSONResponse({**body, "requestId": request_id(request)}, headers={"cache-control": "no-store"})


async def _send_and_clean(state: EndpointState) -> dict[str, Any]:
    ends = time.monotonic() + HARD_LIMIT - _SPARE
    worker = state.workspace.new_worker(in_the_cloud=True)
    with state.working(worker):
        # What is in flight when this is cancelled is recorded, or left to be settled by the journal.
        await worker.drain(within=HARD_LIMIT - _SPARE)
    return {**_figures(worker), "assets": await _clean(state, min(_CLEANING, ends - time.monotonic()))}


async def _clean(state: EndpointState, seconds: float) -> dict[str, object] | None:
    """What became of the files that nothing uses; None when there was no time for them."""
    if seconds <= 0 or state.ending:
        return None
    try:
        return (await state.workspace.asset_cleaning.run(seconds)).figures()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, what was sent is to be told
        _log.error("cleaning_faulty", fault=fault_place(error))
        return {"error": "Internal error", "code": "internal"}


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
