"""Calls of the scheduler: who is let in, and the word that each leaves of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from cloud_endpoints.cron_authorization import is_authorized
from cloud_endpoints.errors import error_response, too_many
from cloud_endpoints.rates import UNAUTHORISED
from cloud_endpoints.state import EndpointState, state_of
from kkdesk.model.errors import KKDeskError

#: Seconds that leaving word may take.
_NOTE_SECONDS: Final = 2.0

_log = structlog.get_logger("cloud_endpoints")


def refusal(request: Request) -> Response | None:
    """What to answer a caller without the secret; None for one who may come in.

    Whoever guesses is slowed down; whoever has the secret is not, wherever the guesses come from.
    """
    state = state_of(request)
    if is_authorized(request.headers, request.query_params, state.cron_secret, state.production):
        return None
    if seconds := state.rates.wait(request, UNAUTHORISED):
        return too_many(request, seconds)
    return error_response(request, 401, "Unauthorized", "unauthorized")


async def note(
    state: EndpointState, endpoint: str, began_ms: int, body: Mapping[str, object] | None, *, busy: bool
) -> None:
    """Leave word of a call that answers `body` (None: it failed). That this fails is no reason to answer otherwise."""
    succeeded = body is not None
    try:
        async with asyncio.timeout(_NOTE_SECONDS):
            await state.cron_runs.note(endpoint, began_ms, body or {}, succeeded=succeeded, busy=busy or not succeeded)
    except KKDeskError as error:  # first: some of ours are TimeoutErrors, too
        _log.warning("cron_call_not_noted", code=error.code, error=error.what.en)
    except TimeoutError:
        _log.warning("cron_call_not_noted", code="too_slow")
