"""The stand-in keeps to what is known of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, Failure, cron_job_org

EVERY: dict[str, Any] = {name: [-1] for name in ("hours", "mdays", "minutes", "months", "wdays")}
SCHEDULE = {"timezone": "Europe/Athens", "expiresAt": 0, **EVERY}
JOB = {"url": "https://x.example/", "schedule": SCHEDULE}


class Now:
    """A clock that stands still."""

    def __init__(self, at: float = 1_795_457_560.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def asked(body: Callable[[httpx.AsyncClient, CronJobOrgStandIn, Now], Awaitable[None]]) -> None:
    async def run() -> None:
        now = Now()
        async with (
            cron_job_org(CronJobOrgStandIn(now)) as account,
            httpx.AsyncClient(base_url=account.url, headers={"Authorization": f"Bearer {KEY}"}) as http,
        ):
            await body(http, account, now)

    asyncio.run(run())


def test_checks_run_in_their_order_and_errors_have_no_body() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        wrong = {"Authorization": "Bearer no"}
        for path, headers, status in (
            ("/jobs/", wrong, 404),
            ("/jobs?x=1", wrong, 404),
            ("/jobs", wrong, 401),
            ("/jobs/7", {}, 404),
        ):
            response = await http.get(path, headers=headers)
            assert (response.status_code, response.content) == (status, b"")
            assert "retry-after" not in response.headers
        account.address_allowed = False
        assert (await http.get("/jobs")).status_code == 403
        account.address_allowed = True
        for _ in range(5):
            await http.get("/jobs")
        response = await http.get("/jobs")
        assert (response.status_code, response.reason_phrase) == (429, "Too Many Requests")
        now.at += 1
        account.per_day = 0
        response = await http.put("/jobs", content=b"no json")
        assert (response.status_code, response.reason_phrase) == (429, "Quota Limit Exceeded"), "before the body"

    asked(body)


def test_the_content_type_is_taken_to_the_letter() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        for kind, status in (
            ("application/json", 200),
            ("text/json", 200),
            ("application/json; charset=utf-8", 400),
            ("", 400),
        ):
            now.at += 61
            headers = {"Content-Type": kind}
            response = await http.request("PUT", "/jobs", json={"job": JOB}, headers=headers)
            assert response.status_code == status, kind
        assert len(account.jobs) == 2

    asked(body)


def test_creating_is_limited_by_the_second_and_by_the_minute() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        now.at = 1_795_457_580.0
        statuses = []
        for _ in range(7):
            statuses.append((await http.put("/jobs", json={"job": JOB})).status_code)
            statuses.append((await http.put("/jobs", json={"job": JOB})).status_code)
            now.at += 1
        assert statuses == [200, 429] * 5 + [429] * 4
        now.at += 60
        assert (await http.put("/jobs", json={"job": JOB})).status_code == 200

    asked(body)


def test_a_day_has_a_hundred_requests() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        for _ in range(100):
            now.at += 1
            assert (await http.get("/jobs")).status_code == 200
        now.at += 1
        assert (await http.get("/jobs")).reason_phrase == "Quota Limit Exceeded"
        now.at += 86_400
        assert (await http.get("/jobs")).status_code == 200

    asked(body)


def test_defaults_and_what_is_silently_ignored() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        odd = {**SCHEDULE, "timezone": "Europe/Nowhere", "minutes": [99, 3, 3]}
        made = await http.put("/jobs", json={"job": {"url": " https://x.example/ ", "schedule": odd}})
        job = (await http.get(f"/jobs/{made.json()['jobId']}")).json()["jobDetails"]
        assert job["enabled"] is False and job["nextExecution"] is None
        assert job["schedule"]["timezone"] == "UTC" and job["schedule"]["minutes"] == [3, 59]
        assert job["extendedData"]["headers"] == [], "an empty object of PHP"
        [listed] = (await http.get("/jobs")).json()["jobs"]
        assert not {"auth", "notification", "extendedData"} & set(listed)
        now.at += 1
        assert (await http.put("/jobs", json={"job": {"url": "https://x.example/"}})).status_code == 500

    asked(body)


def test_a_patch_replaces_the_headers_and_leaves_the_rest() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        identity = account.add(url="https://x.example/", title="t", extendedData={"headers": {"a": "1"}, "body": "b"})
        patch = {"job": {"extendedData": {"headers": {"c": "2"}}, "enabled": True}}
        assert (await http.patch(f"/jobs/{identity}", json=patch)).json() == {}
        job = account.jobs[identity]
        assert job["extendedData"] == {"headers": {"c": "2"}, "body": "b"}
        assert job["enabled"] and job["title"] == "t"
        assert job["nextExecution"] == now.at // 60 * 60 + 60
        assert (await http.patch(f"/jobs/{identity}", content=b"{}")).status_code == 400
        assert (await http.delete(f"/jobs/{identity}")).json() == {}
        assert (await http.delete(f"/jobs/{identity}")).status_code == 404

    asked(body)


def test_more_than_fifteen_failures_in_a_row_disable_a_job_and_time_outs_do_not_add_up() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        notices = {"onFailure": True, "onDisable": True}
        identity = account.add(url="https://x.example/", enabled=True, notification=notices)
        for _ in range(40):
            account.note(identity, 5)
        assert account.jobs[identity]["enabled"]
        for _ in range(14):
            account.note(identity, 4, 500)
        assert account.jobs[identity]["enabled"]
        account.note(identity, 1, 200)
        for _ in range(15):
            account.note(identity, 4, 500)
        assert account.jobs[identity]["enabled"]
        account.note(identity, 2)
        assert not account.jobs[identity]["enabled"]
        assert account.notices == [("failed", identity), ("failed", identity), ("disabled", identity)]
        answer = (await http.get(f"/jobs/{identity}/history")).json()
        assert len(answer["history"]) == 50 and answer["history"][0]["status"] == 2
        item = answer["history"][0]["identifier"]
        details = (await http.get(f"/jobs/{identity}/history/{item}")).json()
        assert details["jobHistoryDetails"]["identifier"] == item

    asked(body)


@pytest.mark.parametrize(
    ("path", "status", "http_status"),
    [("/good", 1, 200), ("/moved", 4, 302), ("/wrong", 4, 401), ("/large", 6, 0), ("/slow", 5, 0)],
)
def test_the_executor(path: str, status: int, http_status: int) -> None:
    heads: list[str] = []

    async def site(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        if "/slow" in head:
            with suppress(asyncio.CancelledError):
                await reader.read()
            writer.close()
            return
        answer = {"/good": b"200 OK", "/moved": b"302 Found\r\nLocation: /good", "/wrong": b"401 Unauthorized"}
        size = 65_536 if "/large" in head else 0
        said = next((line for name, line in answer.items() if name in head), b"200 OK")
        writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (said, size) + b"x" * size)
        writer.close()

    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        async with await asyncio.start_server(site, "127.0.0.1", 0) as server:
            account.targets["https://x.example"] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            identity = account.add(
                url=f"https://x.example{path}",
                enabled=True,
                extendedData={"headers": {"x-cron-secret": "s", "User-Agent": "mine"}},
            )
            account.jobs[identity]["requestTimeout"] = 0.2 if path == "/slow" else 30
            item = await account.execute(identity)
        assert item is not None and (item["status"], item["httpStatus"]) == (status, http_status)
        assert account.jobs[identity]["lastStatus"] == status
        assert "x-cron-secret: s" in heads[0] and "mine" not in heads[0]

    asked(body)


@pytest.mark.parametrize(
    ("url", "status"), [("ftp://x.example/", 7), ("https://nobody.example/", 2), ("https://127.0.0.1/", 3)]
)
def test_what_the_executor_does_not_reach(url: str, status: int) -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        identity = account.add(url=url, enabled=True)
        item = await account.execute(identity)
        assert item is not None and item["status"] == status
        account.jobs[identity]["enabled"] = False
        assert await account.execute(identity) is None

    asked(body)


def test_it_fails_as_told() -> None:
    async def body(http: httpx.AsyncClient, account: CronJobOrgStandIn, now: Now) -> None:
        account.failures = {0: Failure(), 1: Failure(cut=True, done=True), 2: Failure(body=b"<html>")}
        assert (await http.put("/jobs", json={"job": JOB})).status_code == 500
        assert not account.jobs
        with pytest.raises(httpx.RemoteProtocolError):
            await http.put("/jobs", json={"job": JOB})
        assert len(account.jobs) == 1
        assert (await http.get("/jobs")).text == "<html>"

    asked(body)
