"""The jobs as they should be, what of one is otherwise, and which of an account's are ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.cron_jobs.answers import Job, read_details, read_list
from kkdesk.services.cron_jobs.finding import find
from kkdesk.services.cron_jobs.jobs import JobKind, repair_of, wanted_job
from tests.servers.cron_job_org import CronJobOrgStandIn
from tests.services.cron_jobs.account import NOW, ORIGIN, SECRET

EMAILS, GEOCODING = JobKind.EMAILS, JobKind.GEOCODING
WANTED = wanted_job(EMAILS, ORIGIN, SECRET)
SCHEDULE = WANTED["schedule"]


def as_told(**given: Any) -> Job:
    """The job as cron-job.org gives it back."""
    account = CronJobOrgStandIn(lambda: NOW)
    identity = account.add(**given)
    return read_details({"jobDetails": account.jobs[identity]})


def test_the_wanted_jobs() -> None:
    assert WANTED["url"] == f"{ORIGIN}/api/cron/email-jobs"
    assert SECRET not in WANTED["url"]
    assert WANTED["extendedData"]["headers"] == {"x-cron-secret": SECRET}
    assert (WANTED["enabled"], WANTED["requestMethod"], WANTED["requestTimeout"]) == (True, 0, 30)
    assert (WANTED["redirectSuccess"], WANTED["saveResponses"]) == (False, True)
    assert WANTED["notification"]["onFailure"] and WANTED["notification"]["onDisable"]
    assert SCHEDULE["timezone"] == "Europe/Athens" and SCHEDULE["minutes"] == [-1]
    hourly = wanted_job(GEOCODING, ORIGIN, SECRET)
    assert hourly["url"].endswith("/api/cron/geocode-customers")
    assert hourly["schedule"]["hours"] == [-1] and len(hourly["schedule"]["minutes"]) == 1


@pytest.mark.parametrize("kind", JobKind)
def test_a_job_that_was_made_so_needs_no_repair(kind: JobKind) -> None:
    wanted = wanted_job(kind, ORIGIN, SECRET)
    assert repair_of(as_told(**wanted), wanted, detailed=True).patch == {}


@pytest.mark.parametrize(
    ("given", "part", "patch"),
    [
        ({"url": f"{ORIGIN}/api/cron/email-jobs?cron_secret=x"}, "address", {"url": WANTED["url"]}),
        ({"enabled": False}, "switched on", {"enabled": True}),
        ({"requestMethod": 1}, "method", {"requestMethod": 0}),
        ({"requestTimeout": 5}, "time-out", {"requestTimeout": 30}),
        ({"redirectSuccess": True}, "redirects", {"redirectSuccess": False}),
        ({"saveResponses": False}, "kept answers", {"saveResponses": True}),
        ({"title": "mine"}, "title", {"title": WANTED["title"]}),
        ({"schedule": {**SCHEDULE, "minutes": [0, 30]}}, "schedule", {"schedule": SCHEDULE}),
        ({"schedule": {**SCHEDULE, "timezone": "Europe/Berlin"}}, "schedule", {"schedule": SCHEDULE}),
        ({"schedule": {**SCHEDULE, "expiresAt": 20270101000000}}, "schedule", {"schedule": SCHEDULE}),
        (
            {"extendedData": {"headers": {"X-Cron-Secret": "old"}, "body": "b"}},
            "key of the calls",
            {"extendedData": {"headers": {"x-cron-secret": SECRET}, "body": "b"}},
        ),
        (
            {"extendedData": {"headers": {}}},
            "key of the calls",
            {"extendedData": {"headers": {"x-cron-secret": SECRET}, "body": ""}},
        ),
    ],
)
def test_only_what_differs_is_mended(given: dict[str, Any], part: str, patch: dict[str, Any]) -> None:
    repair = repair_of(as_told(**{**WANTED, **given}), WANTED, detailed=True)
    assert [one.en for one in repair.parts] == [part]
    assert repair.patch == patch


def test_headers_of_others_stay_and_notices_of_taste_too() -> None:
    given = {
        **WANTED,
        "extendedData": {"headers": {"x-host-pass": "p", "X-CRON-SECRET": "old"}},
        "notification": {"onFailure": False, "onFailureCount": 3, "onSuccess": False, "onDisable": True},
    }
    patch = repair_of(as_told(**given), WANTED, detailed=True).patch
    assert patch["extendedData"]["headers"] == {"x-host-pass": "p", "x-cron-secret": SECRET}
    assert patch["notification"] == {"onFailure": True, "onFailureCount": 3, "onSuccess": False, "onDisable": True}
    quiet = {**WANTED, "notification": {"onFailure": True, "onFailureCount": 9, "onSuccess": False, "onDisable": True}}
    assert repair_of(as_told(**quiet), WANTED, detailed=True).patch == {}


def test_a_list_says_nothing_of_headers() -> None:
    account = CronJobOrgStandIn(lambda: NOW)
    account.add(**{**WANTED, "extendedData": {"headers": {}}, "notification": {}})
    [job] = read_list(account._list()).jobs
    assert repair_of(job, WANTED, detailed=False).patch == {}
    assert set(repair_of(job, WANTED, detailed=True).patch) == {"extendedData", "notification"}


_anything = st.none() | st.booleans() | st.integers(-5, 70) | st.text(max_size=5) | st.lists(st.integers(-2, 70))
_odd = st.dictionaries(
    st.sampled_from(sorted(WANTED)),
    _anything | st.dictionaries(st.sampled_from([*SCHEDULE, "headers", "body", "onFailure"]), _anything),
)


@given(_odd)
def test_whatever_is_there_the_patch_mends_it(found: dict[str, Any]) -> None:
    """Nothing that is wrong stays so, and a second repair finds nothing."""
    job = read_details({"jobDetails": {"jobId": 1, **WANTED, **found}})
    repair = repair_of(job, WANTED, detailed=True)
    mended = read_details({"jobDetails": {"jobId": 1, **WANTED, **found, **repair.patch}})
    assert repair_of(mended, WANTED, detailed=True).patch == {}
    assert set(repair.patch) <= set(found), "what was right is left alone"


def job(identity: int, url: str, title: str = "", **more: Any) -> dict[str, Any]:
    return {"jobId": identity, "url": url, "title": title, "enabled": True, **more}


def found(*jobs: dict[str, Any]) -> tuple[int, bool, list[int], list[int]]:
    """The job to keep (0: none), whether it moved, duplicates, others."""
    result = find(read_list({"jobs": list(jobs)}).jobs, EMAILS, ORIGIN)
    return (
        result.job.id if result.job else 0,
        result.moved,
        [one.id for one in result.duplicates],
        [one.id for one in result.others],
    )


URL, TITLE = f"{ORIGIN}/api/cron/email-jobs", EMAILS.job_title


def test_which_job_is_ours() -> None:
    assert found() == (0, False, [], [])
    assert found(job(1, "https://else.gr/", "Backup"), job(2, f"{ORIGIN}/api/health", "x")) == (0, False, [], [])
    assert found(job(1, f"{ORIGIN}/api/cron/geocode-customers", GEOCODING.job_title))[0] == 0
    assert found(job(1, URL, TITLE))[0] == 1
    assert found(job(1, f"{URL}?cron_secret=x", "made by hand")) == (1, False, [], []), "known by its address"
    assert found(job(1, f"http://CRM.example.gr:80{EMAILS.path}/", "made by hand"))[0] == 1
    assert found(job(1, f"{ORIGIN}/old/path", TITLE))[0] == 1, "known by its title"


def test_duplicates_are_those_of_our_title_and_others_those_made_by_hand() -> None:
    assert found(job(9, URL, TITLE), job(3, URL, TITLE)) == (3, False, [9], [])
    assert found(job(3, URL, TITLE, enabled=False), job(9, URL, TITLE)) == (9, False, [3], [])
    assert found(job(3, f"{ORIGIN}/old", TITLE), job(9, URL, TITLE)) == (9, False, [3], [])
    assert found(job(3, URL, "by hand"), job(9, URL, TITLE)) == (9, False, [], [3])
    assert found(job(3, URL, "by hand"), job(4, URL, "too")) == (3, False, [], [4])


def test_what_calls_another_host_may_be_another_installation() -> None:
    there = "https://staging.example.gr/api/cron/email-jobs"
    assert found(job(1, there, TITLE)) == (1, True, [], [])
    assert found(job(1, there, TITLE), job(2, URL, TITLE)) == (2, False, [], [1]), "never a duplicate"
    assert found(job(1, there, "by hand")) == (0, False, [], [])
