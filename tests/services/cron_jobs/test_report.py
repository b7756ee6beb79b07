"""Jobs in words."""

from __future__ import annotations

import pytest

from kkdesk.services.cron_jobs.answers import Call, Job
from kkdesk.services.cron_jobs.jobs import JobKind
from kkdesk.services.cron_jobs.report import JobState, Standing, outcome


def state(status: int, http_status: int = 0, *, enabled: bool = True) -> JobState:
    job = Job(1, "t", "https://x.gr/", enabled, status, 0, 1, 2, {})
    return JobState(JobKind.EMAILS, job, (Call(1, status, http_status, 5, ""),))


@pytest.mark.parametrize("status", range(10))
def test_every_outcome_has_words_of_its_own(status: int) -> None:
    words = outcome(status)
    assert words.el != words.en
    assert [number for number in range(10) if outcome(number) == words] == [status]


def test_outcomes_that_nobody_knows_yet_are_failures() -> None:
    assert outcome(77) == outcome(9)
    assert state(77).standing is Standing.FAILING
    assert outcome(4, 503).en == "The server answered with an error (503)"


@pytest.mark.parametrize(
    ("status", "http_status", "word"),
    [
        (2, 0, "IPv4 address"),
        (3, 0, "IPv4 connections"),
        (4, 401, "CRON_SECRET"),
        (4, 301, "redirects elsewhere"),
        (4, 404, "no such address"),
        (4, 503, "/api/health"),
        (4, 429, "last calls"),
        (5, 0, "EMAIL_CRON_TIME_BUDGET_MS"),
        (7, 0, "repair it"),
        (9, 0, "last calls"),
    ],
)
def test_every_failure_has_its_advice(status: int, http_status: int, word: str) -> None:
    failing, stopped = state(status, http_status), state(status, http_status, enabled=False)
    assert failing.standing is Standing.FAILING and stopped.standing is Standing.DISABLED
    assert failing.advice is not None and word in failing.advice.en
    assert stopped.stopped_by_failures and stopped.advice is not None
    assert word in stopped.advice.en and "more than 15 times" in stopped.advice.en
    assert "15 φορές" in stopped.advice.el


def test_nothing_is_advised_where_all_is_well() -> None:
    assert state(1).advice is None and state(0).advice is None
    assert not state(1, enabled=False).stopped_by_failures
