"""The scheduler's endpoint that finds places for customers."""

from __future__ import annotations

import asyncio
import math
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud_endpoints.cron_calls import note, refusal
from cloud_endpoints.errors import error_response
from cloud_endpoints.request_log import request_id
from cloud_endpoints.state import parameter, state_of
from kkdesk.model.errors import KKDeskError
from kkdesk.model.web_text import WHITE_SPACE

ENDPOINT: Final = "geocode-customers"
#: Customers of one call: the web CRM's numbers.
DEFAULT_LIMIT: Final = 25
MOST: Final = 100
#: Seconds beyond its time that a call may take, to write down what was found; cron-job.org waits for 30 in all.
_TO_FINISH: Final = 4.0
_MOST_MILLISECONDS: Final = 20_000
_WHOLE_NUMBER: Final = re.compile(f"[{WHITE_SPACE}]*([+-]?[0-9]+)")


async def geocode_customers(request: Request) -> Response:
    """`GET /api/cron/geocode-customers?limit`: look customers of all organisations up, in turn, and tell.

    Calls that overlap are safe: an address is asked about by one of them. Without a geocoder what is known already is
    used, and `configured` is false; the web CRM answers 400 then, for which a scheduler would give the job up.
    """
    if refused := refusal(request):
        return refused
    state = state_of(request)
    workspace, began_ms = state.workspace, state.now_ms()
    body: dict[str, object] | None = None
    seconds = workspace.settings.number("GEOCODE_CRON_TIME_BUDGET_MS", 1000, _MOST_MILLISECONDS) / 1000
    try:
        async with asyncio.timeout(seconds + _TO_FINISH):
            report = await workspace.all_customer_places.run(limit_of(parameter(request, "limit")), seconds)
        body = {"ok": report.error is None, **report.figures()}
    except KKDeskError:  # first: some of ours are TimeoutErrors, too
        raise
    except TimeoutError:
        return error_response(request, 503, "The database did not answer in time", "too_slow", retry_after=60)
    finally:
        await note(state, ENDPOINT, began_ms, body, busy=bool(body and (body["processed"] or not body["ok"])))
    return JSONResponse({**body, "requestId": request_id(request)}, headers={"cache-control": "no-store"})


def limit_of(text: str) -> int:
    """How many customers `limit` asks for, as the web CRM reads it: 1 to 100, and 25 for what is no number."""
    found = _WHOLE_NUMBER.match(text)
    # As a float, which is what numbers are there: what is too long is infinite, and none.
    number = float(found[1]) if found else math.inf
    return DEFAULT_LIMIT if math.isinf(number) else int(min(max(number, 1), MOST))
