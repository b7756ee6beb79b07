"""The client of cron-job.org: what it sends, and what it makes of every answer."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import KKDeskError, NotConfigured, NotFound, Offline, SignInNeeded
from kkdesk.services.cron_jobs.answers import read_details, read_history, read_list, read_object
from kkdesk.services.cron_jobs.client import CREATE_PAUSE, CRON_JOB_ORG, CronJobOrg
from kkdesk.services.cron_jobs.errors import CronJobRefused, CronQuotaReached, CronRateLimited
from kkdesk.services.cron_jobs.jobs import JobKind, wanted_job
from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, Failure
from tests.services.cron_jobs.account import KEPT, ORIGIN, SECRET, Time, with_client

JOB = wanted_job(JobKind.EMAILS, ORIGIN, SECRET)


def test_a_job_lives_and_goes() -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        identity = await api.create(JOB)
        assert identity in account.jobs
        [job] = (await api.jobs()).jobs
        assert (job.id, job.title, job.url, job.enabled) == (identity, JOB["title"], JOB["url"], True)
        assert (job.last_status, job.last_execution, job.next_execution) == (0, 0, int(time.now) // 60 * 60 + 60)
        account.note(identity, 4, 503, at=int(time.now) - 60, duration=80)
        account.note(identity, 1, 200, at=int(time.now))
        newest, oldest = await api.history(identity)
        assert (newest.status, newest.http_status, newest.at) == (1, 200, int(time.now))
        assert (oldest.status, oldest.http_status, oldest.duration) == (4, 503, 80)
        await api.change(identity, {"title": "other"})
        assert (await api.details(identity)).title == "other"
        await api.delete(identity)
        await api.delete(identity)
        assert not account.jobs
        with pytest.raises(NotFound):
            await api.details(identity)
        assert set(account.content_types) == {"", "application/json"}, "to the letter"
        assert all(not path.endswith("/") and "?" not in path for _, path in account.seen)

    with_client(body)


def test_creations_keep_their_distance_and_what_came_too_soon_is_asked_again() -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        for _ in range(2):
            await api.create(JOB)
        assert len(time.waits) == 1 and 0 < time.waits[0] <= CREATE_PAUSE
        assert len(account.seen) == 2, "nothing was refused"
        time.waits.clear()
        for _ in range(6):
            await api.jobs()
        assert time.waits == [CREATE_PAUSE], "the sixth within a second"
        account.failures = dict.fromkeys(range(20), Failure(429, "Too Many Requests"))
        with pytest.raises(CronRateLimited) as raised:
            await api.create(JOB)
        assert "a minute" in raised.value.message("en")

    with_client(body)


@pytest.mark.parametrize(
    ("failure", "kind", "word"),
    [
        (Failure(400, "Bad Request"), CronJobRefused, "does not understand"),
        (Failure(401, "Unauthorized"), SignInNeeded, "does not take the API key"),
        (Failure(403, "Forbidden"), SignInNeeded, "your IP address"),
        (Failure(404, "Not Found"), NotFound, "no longer there"),
        (Failure(409, "Conflict"), CronJobRefused, "a conflict"),
        (Failure(418, "I'm a teapot"), CronJobRefused, "HTTP 418"),
        (Failure(422, "Unprocessable Entity"), CronJobRefused, "the job's values"),
        (Failure(429, "Quota Limit Exceeded"), CronQuotaReached, "100 a day"),
        (Failure(500, "Internal Server Error"), Offline, "HTTP 500"),
        (Failure(503, ""), Offline, "HTTP 503"),
        (Failure(302, "Found"), CronJobRefused, "HTTP 302"),
        (Failure(cut=True), Offline, "does not answer"),
        (Failure(body=b"<html>Sign in to the hotel</html>"), Offline, "not one of cron-job.org"),
        (Failure(body=b"[]"), Offline, "not one of cron-job.org"),
        (Failure(body=b"{}"), Offline, "not one of cron-job.org"),
        (Failure(body=b"[" * 100_000), Offline, "not one of cron-job.org"),
        (Failure(body=b'{"jobs": []' + b" " * 5_000_000 + b"}"), Offline, "not one of cron-job.org"),
    ],
    ids=lambda value: f"{value.status}{value.reason}{value.cut}" if isinstance(value, Failure) else None,
)
def test_every_refusal_has_its_words(failure: Failure, kind: type[KKDeskError], word: str) -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        account.failures = {0: failure}
        with pytest.raises(kind) as raised:
            await api.jobs()
        assert type(raised.value) is kind
        assert word in raised.value.message("en")
        assert raised.value.kept is KEPT and raised.value.next_step is not None
        assert len(account.seen) == 1, "asked once"

    with_client(body)


def test_a_quota_is_not_asked_again_and_a_limit_is() -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        account.per_day = 0
        with pytest.raises(CronQuotaReached):
            await api.jobs()
        assert len(account.seen) == 1 and not time.waits
        account.per_day = 100
        account.failures = {1: Failure(429, "Too Many Requests")}
        await api.jobs()
        assert len(account.seen) == 3

    with_client(body)


def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        account.failures = {0: Failure(hang=True)}
        with pytest.raises(Offline):
            await api.jobs()

    monkeypatch.setattr("kkdesk.services.cron_jobs.client.SECONDS", 0.05)
    with_client(body)


def test_nobody_listens() -> None:
    async def run() -> None:
        async with CronJobOrg(KEY, kept=KEPT, api="http://127.0.0.1:9") as api:
            with pytest.raises(Offline):
                await api.jobs()

    asyncio.run(run())


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "κλειδί", "nul\0"])
def test_what_can_be_no_key_is_not_sent(key: str) -> None:
    with pytest.raises(NotConfigured) as raised:
        CronJobOrg(key, kept=KEPT)
    assert not key or key not in str(raised.value)


def test_it_speaks_to_the_real_one_over_tls() -> None:
    assert CRON_JOB_ORG == "https://api.cron-job.org"


@pytest.mark.parametrize(
    "failure", [Failure(401, "Unauthorized"), Failure(cut=True), Failure(500), Failure(body=b"<html>")]
)
def test_neither_key_nor_secret_is_in_a_log_or_an_error(failure: Failure, caplog: pytest.LogCaptureFixture) -> None:
    async def body(api: CronJobOrg, account: CronJobOrgStandIn, time: Time) -> None:
        await api.create(JOB)
        [job] = (await api.jobs()).jobs
        job = await api.details(job.id)
        account.failures = {3: failure}
        with pytest.raises(KKDeskError) as raised:
            await api.change(job.id, {"extendedData": {"headers": {"x-cron-secret": SECRET}}, "title": "x"})
        told.append("".join(traceback.format_exception(raised.value)))
        told.append(raised.value.message("el") + raised.value.message("en") + repr(raised.value) + repr(job))
        assert job.said["extendedData"]["headers"]["x-cron-secret"] == SECRET, "it was there to be told"

    told: list[str] = []
    caplog.set_level(logging.DEBUG)
    with_client(body)
    told += [f"{record.msg} {record.args} {record.__dict__}" for record in caplog.records]
    assert any("127.0.0.1" in text for text in told), "the log was heard"
    for text in told:
        assert KEY not in text and SECRET not in text


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_FIELDS = ("jobId", "title", "url", "enabled", "type", "lastStatus", "lastExecution", "nextExecution", "schedule")


@given(st.dictionaries(st.sampled_from(_FIELDS), Json), Json)
def test_jobs_are_read_whatever_is_in_them(entry: dict[str, Any], other: Any) -> None:
    found = read_list({"jobs": [entry, other, {"jobId": 7, "title": "good"}], "someFailed": other})
    assert found.jobs[-1].id == 7
    for job in found.jobs:
        assert job.id > 0 and isinstance(job.address, str) and isinstance(job.host, str)
        assert "?" not in job.address


@given(st.lists(st.dictionaries(st.sampled_from(("date", "status", "httpStatus", "duration", "statusText")), Json)))
def test_histories_are_read_whatever_is_in_them(items: list[dict[str, Any]]) -> None:
    calls = read_history({"history": items})
    assert [call.at for call in calls] == sorted((call.at for call in calls), reverse=True)
    assert all(isinstance(call.status, int) and len(call.text) <= 200 for call in calls)


@given(st.binary(max_size=200) | Json.map(lambda value: httpx.Request("PUT", "http://x", json=str(value)).read()))
def test_bytes_are_an_object_or_nothing(content: bytes) -> None:
    try:
        assert isinstance(read_object(content), dict)
    except ValueError:
        return


def test_jobs_of_a_status_page_are_not_ours_to_touch() -> None:
    assert read_list({"jobs": [{"jobId": 3, "type": 1, "title": "KK Desk: e-mail jobs"}]}).jobs == ()
    with pytest.raises(ValueError):
        read_details({"jobDetails": None})


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    [job] = read_list({"jobs": [{"jobId": 3, "url": "https://u:p@x.gr:8/a?cron_secret=hunter2#f"}]}).jobs
    assert (job.address, job.host) == ("https://x.gr:8/a", "x.gr")
    assert "hunter2" not in repr(job)
