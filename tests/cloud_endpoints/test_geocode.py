"""`GET /api/cron/geocode-customers`: who may call it, how many it looks up, and what it answers whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from cloud_endpoints import geocode
from cloud_endpoints.app import create_app
from cloud_endpoints.geocode import limit_of
from cloud_endpoints.opening import Home
from kkdesk.services.geocoding import google
from tests.cloud_endpoints.served import ORIGIN, Served, served
from tests.servers.google_geocoding import KEY, GoogleGeocoding, google_stand_in, result
from tests.servers.sqld import Sqld

PATH = "/api/cron/geocode-customers"
ENV = {"EMAIL_TRACKING_SECRET": "s" * 32, "NEXTAUTH_URL": ORIGIN, "CRON_SECRET": "cron-secret-1"}
BEARER = {"authorization": "Bearer cron-secret-1"}
CUSTOMER = (
    "INSERT INTO customers (id, org_id, first_name, street, city, created_at, updated_at) "
    "VALUES ('{org}{number}', '{org}', 'Α', 'Οδός {org} {number}', 'Αθήνα', {number}, 0)"
)
SECOND = "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('org_2', '2', '2', 0, 0)"


def customers(**number: int) -> str:
    """One statement a line: so many customers of each organisation."""
    lines = [CUSTOMER.format(org=org, number=n) for org, count in number.items() for n in range(count)]
    return "\n".join([SECOND, *lines])


def with_endpoints(
    folder: Path, project: GoogleGeocoding, start: str, body: Callable[[Served], Awaitable[None]], **env: str
) -> None:
    async def run() -> None:
        async with google_stand_in(project):
            keys = {"GOOGLE_GEOCODING_URL": project.url, "NEXT_PUBLIC_GOOGLE_MAPS_API_KEY": KEY}
            async with served(folder, {**ENV, **keys, **env}, start) as endpoints:
                await body(endpoints)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        *((text, 25) for text in ("", "abc", "-", "+", "NaN", "Infinity", ".5", "\u00bd", "9" * 400, "\0", "٣")),
        *((text, 1) for text in ("0", "-1", "-500", "00", "0x10", "-0")),
        *((text, 100) for text in ("100", "101", "500", "1" + "0" * 308, "99999999999999999999")),
        *((text, 7) for text in ("7", "7.9", "7abc", " 7", "\t+7", "\u00a0007", "7e9", "7,5")),
    ],
)
def test_limits_are_read_as_the_web_crm_reads_them(text: str, limit: int) -> None:
    assert limit_of(text) == limit


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "", 401),
        ({"x-cron-secret": "wrong"}, "", 401),
        (BEARER, "", 200),
        ({"x-api-key": "cron-secret-1"}, "", 200),
        ({}, "?cron_secret=cron-secret-1", 200),
    ],
)
def test_only_who_has_the_secret_may_call(tmp_path: Path, headers: dict[str, str], query: str, status: int) -> None:
    project = GoogleGeocoding(everywhere=result())

    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(f"{PATH}{query}", headers=headers)
        assert (answer.status_code, len(project.asked)) == (status, status == 200)

    with_endpoints(tmp_path, project, customers(org_2=1), body)


def test_all_organisations_in_turn(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(f"{PATH}?limit=4", headers=BEARER)
        assert answer.headers["cache-control"] == "no-store"
        said = answer.json()
        assert said["requestId"] == answer.headers["x-request-id"]
        assert (said["ok"], said["configured"], said["processed"], said["updated"]) == (True, True, 4, 4)
        assert (said["limit"], said["remaining"], said["stopped"]) == (4, 26, None)
        rows = await endpoints.rows("SELECT org_id, count(*) AS n FROM customers WHERE latitude IS NOT NULL GROUP BY 1")
        assert rows == [{"org_id": "org_2", "n": 2}, {"org_id": "org_kktires", "n": 2}]
        assert (await endpoints.client.get(PATH, headers=BEARER)).json()["updated"] == 25

    with_endpoints(tmp_path, GoogleGeocoding(everywhere=result()), customers(org_kktires=20, org_2=10), body)


def test_without_a_geocoder_the_scheduler_is_not_told_off(tmp_path: Path) -> None:
    """cron-job.org gives a job up that answers with errors for long."""
    cached = "INSERT INTO geocode_cache VALUES ('g', 'οδος org_2 1, αθηνα, greece', 38.5, 23.5, NULL, 0)"
    cached += "\nUPDATE customers SET country = NULL"

    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(PATH, headers=BEARER)
        said = answer.json()
        assert (answer.status_code, said["ok"], said["configured"]) == (200, True, False)
        assert (said["updated"], said["fromCache"], said["remaining"]) == (1, 1, 1)

    project = GoogleGeocoding()
    env = {"NEXT_PUBLIC_GOOGLE_MAPS_API_KEY": ""}
    with_endpoints(tmp_path, project, f"{customers(org_2=2)}\n{cached}", body, **env)
    assert project.count == 0


def test_a_refused_key_is_told(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(PATH, headers=BEARER)
        said = answer.json()
        assert (answer.status_code, said["ok"], said["stopped"], said["code"]) == (
            200,
            False,
            "denied",
            "not_configured",
        )
        assert "Billing" in said["error"] and KEY not in answer.text

    with_endpoints(tmp_path, GoogleGeocoding(account="billing_off"), customers(org_2=2), body)


def test_calls_that_overlap_ask_once(tmp_path: Path) -> None:
    project = GoogleGeocoding(everywhere=result(), per_second=10_000)

    async def body(endpoints: Served) -> None:
        calls = (endpoints.client.get(f"{PATH}?limit=100", headers=BEARER) for _ in range(3))
        answers = [answer.json() for answer in await asyncio.gather(*calls)]
        assert sum(said["updated"] for said in answers) == 40
        assert len(project.asked) == len(set(project.asked)) == 40

    with_endpoints(tmp_path, project, customers(org_2=40), body)


def test_the_longest_answer_is_short(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(f"{PATH}?limit=100", headers=BEARER)
        assert answer.json()["failed"] >= 3 and len(answer.content) < 2_000
        assert "Οδός" not in answer.text

    project = GoogleGeocoding(faults=dict.fromkeys(range(1000), "html"))
    with_endpoints(tmp_path, project, customers(org_2=120), body)


def test_a_geocoder_that_is_silent_does_not_hold_the_scheduler_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google, "_REQUEST_SECONDS", 0.05)
    monkeypatch.setattr(google, "_PAUSE", 0.001)

    async def body(endpoints: Served) -> None:
        said = (await endpoints.client.get(PATH, headers=BEARER)).json()
        assert (said["stopped"], said["code"], said["failed"]) == ("unreachable", "offline", 5)

    project = GoogleGeocoding(faults=dict.fromkeys(range(1000), "hang"))
    with_endpoints(tmp_path, project, customers(org_2=20), body)


@pytest.mark.logs("cron_call_not_noted")
def test_a_database_that_is_silent_does_not_either(tmp_path: Path, sqld: Sqld, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token(), "GEOCODE_CRON_TIME_BUDGET_MS": "1000"}

    async def run() -> None:
        app = create_app(Home(tmp_path, {**ENV, **env}))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
        async with app.router.lifespan_context(app), client:
            assert (await client.get(PATH, headers=BEARER)).status_code == 200
            monkeypatch.setattr(geocode, "_TO_FINISH", -0.9)
            sqld.stop()
            answer = await client.get(PATH, headers=BEARER)
            assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
            sqld.resume()

    asyncio.run(run())
