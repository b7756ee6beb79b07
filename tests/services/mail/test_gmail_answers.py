"""Refusals of the Gmail API are read whatever their body looks like."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.mail.gmail_answers import read_refusal, retry_after


def _body(message: object, reason: object = "") -> bytes:
    return json.dumps({"error": {"message": message, "errors": [{"reason": reason}]}}).encode()


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), st.integers(0, 999))
def test_the_time_in_the_text_is_never_early(moment: datetime, thousandth: int) -> None:
    moment = moment.replace(microsecond=thousandth * 1000, tzinfo=UTC)
    said = f"{moment:%Y-%m-%dT%H:%M:%S}.{thousandth:03}Z"
    until = retry_after(f"User-rate limit exceeded.  Retry after {said} (Mail sending)")
    assert until is not None
    assert 0 <= until - moment.timestamp() <= 1


def test_without_a_fraction_it_is_that_second() -> None:
    assert retry_after("Retry after 1970-01-02T00:00:00Z") == 86_400
    assert retry_after("Retry after 2026-13-45T99:00:00Z") is None


@given(st.text())
def test_any_other_text_names_no_time(text: str) -> None:
    assert retry_after(text) is None


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"])
@pytest.mark.parametrize("status", [403, 429])
def test_limits_come_in_both_shapes(status: int, reason: str) -> None:
    assert read_refusal(status, _body("Limit", reason)).over_the_limit


def test_other_refusals_are_no_limits() -> None:
    assert not read_refusal(403, _body("Request had insufficient authentication scopes.")).over_the_limit
    assert not read_refusal(400, _body("x", "rateLimitExceeded")).over_the_limit
    assert read_refusal(403, _body("User-rate limit exceeded. Retry after x")).over_the_limit


@given(st.binary() | st.recursive(st.none() | st.text(), lambda s: st.lists(s) | st.just({})).map(_body))
def test_no_body_is_too_strange(body: bytes) -> None:
    assert read_refusal(403, body).until is None
