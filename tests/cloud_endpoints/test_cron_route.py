"""The scheduler's endpoint sends what is due, for those who may call it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from cloud_endpoints import cron, cron_calls
from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from cloud_endpoints.rates import UNAUTHORISED
from tests.cloud_endpoints.served import ORIGIN, served
from tests.servers.ports import free_port
from tests.servers.sqld import Sqld

ENV = {"EMAIL_TRACKING_SECRET": "s" * 32, "NEXTAUTH_URL": ORIGIN, "CRON_SECRET": "cron-secret-1"}
START = """
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES ('cust_1', 'org_kktires', 'Α', 'a@x.example', 0, 0), ('cust_2', 'org_kktires', 'Β', 'b@x.example', 0, 0)
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, recipient_filters, created_at, updated_at) VALUES ('camp_1', 'org_kktires', '1', 'Θέμα', '<p>Γεια</p>', 'draft', '{"cities":[],"tags":[],"segments":[],"categories":[],"everyone":true}', 0, 0)
"""


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "", 401),
        ({"x-cron-secret": "wrong"}, "", 401),
        ({"authorization": "Bearer cron-secret-1"}, "", 200),
        ({}, "?cron_secret=cron-secret-1", 200),
        ({}, "?key=cron-secret-1", 200),
        ({}, "?token=cron-secret-1", 200),
        ({}, "?secret=cron-secret-1", 401),
    ],
)
def test_only_who_has_the_secret_may_call(tmp_path: Path, headers: dict[str, str], query: str, status: int) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV) as endpoints:
            response = await endpoints.client.get(f"/api/cron/email-jobs{query}", headers=headers)
            assert response.status_code == status

    asyncio.run(run())


def test_without_a_secret_only_outside_production(tmp_path: Path) -> None:
    async def run() -> None:
        open_env = {name: value for name, value in ENV.items() if name != "CRON_SECRET"}
        async with served(tmp_path, open_env) as endpoints:
            assert (await endpoints.client.get("/api/cron/email-jobs")).status_code == 401
        async with served(tmp_path, {**open_env, "NODE_ENV": "development"}) as endpoints:
            assert (await endpoints.client.get("/api/cron/email-jobs")).status_code == 200

    asyncio.run(run())


def test_due_mail_leaves_once_although_calls_overlap(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            workspace = endpoints.workspace
            await workspace.campaign_sending.send("camp_1", confirmed_count=2)
            call = {"headers": {"x-cron-secret": "cron-secret-1"}}
            answers = await asyncio.gather(
                *(endpoints.client.get("/api/cron/email-jobs", headers=call["headers"]) for _ in range(3))
            )
            assert sum(answer.json()["sent"] for answer in answers) == 2
            assert len(list(workspace.profile.mail.glob("*.eml"))) == 2
            assert await endpoints.rows("SELECT status FROM email_campaigns") == [{"status": "sent"}]

    asyncio.run(run())


RIGHT = {"x-cron-secret": "cron-secret-1"}


def test_it_tells_what_it_did_in_a_few_bytes(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            await endpoints.workspace.campaign_sending.send("camp_1", confirmed_count=2)
            answer = await endpoints.client.get("/api/cron/email-jobs", headers=RIGHT)
            said = answer.json()
            assert (said["ok"], said["jobs"], said["finished"], said["sent"]) == (True, 1, 1, 2)
            assert said["assets"]["skipped"] == "no_token"
            assert said["requestId"] == answer.headers["x-request-id"]
            assert len(answer.content) < 2000
            runs = await endpoints.rows("SELECT endpoint, report, succeeded_ms = ended_ms AS well FROM kk_cron_runs")
            assert [(run["endpoint"], run["well"]) for run in runs] == [("email-jobs", 1)]
            assert json.loads(runs[0]["report"])["sent"] == 2

    asyncio.run(run())


def test_a_call_that_finds_nothing_to_do_is_noted_now_and_then(tmp_path: Path) -> None:
    now = 1_790_000_000

    async def run() -> None:
        nonlocal now
        async with served(tmp_path, ENV, START, lambda: now) as endpoints:
            noted = []
            for call in range(9):
                now = 1_790_000_000 + 61 * call
                await endpoints.client.get("/api/cron/email-jobs", headers=RIGHT)
                row = (await endpoints.rows("SELECT (ended_ms / 1000 - 1790000000) / 61 AS call FROM kk_cron_runs"))[0]
                noted.append(row["call"])
            assert noted == [0, 0, 0, 0, 4, 4, 4, 4, 8]

    asyncio.run(run())


def test_a_campaign_in_trouble_is_told_and_no_failure_of_the_call(tmp_path: Path) -> None:
    env = {**ENV, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(free_port()), "SMTP_FROM": "KK <info@kk.example>"}

    async def run() -> None:
        async with served(tmp_path, env, START) as endpoints:
            await endpoints.workspace.campaign_sending.send("camp_1", confirmed_count=2)
            answer = await endpoints.client.get("/api/cron/email-jobs", headers=RIGHT)
            said = answer.json()
            assert (answer.status_code, said["ok"], said["sent"]) == (200, False, 0)
            assert said["error"] and said["code"]
            assert len(answer.content) < 4000

    asyncio.run(run())


def test_who_guesses_is_slowed_down_and_who_knows_is_not(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV) as endpoints:
            paths = ("/api/cron/email-jobs", "/api/cron/geocode-customers")
            found = [
                (await endpoints.client.get(paths[n % 2], headers={"x-api-key": f"guess {n}"})).status_code
                for n in range(UNAUTHORISED.per_minute + 2)
            ]
            assert found == [401] * UNAUTHORISED.per_minute + [429, 429]
            assert (await endpoints.client.post("/api/db/migrate")).status_code == 429
            assert (await endpoints.client.get(paths[0], headers=RIGHT)).status_code == 200

    asyncio.run(run())


@pytest.mark.logs("cron_call_not_noted")
def test_a_database_that_stands_still_does_not_hold_the_call(
    tmp_path: Path, sqld: Sqld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cron, "HARD_LIMIT", 0.3)
    monkeypatch.setattr(cron_calls, "_NOTE_SECONDS", 0.1)
    env = {**ENV, "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
        async with app.router.lifespan_context(app), client:
            sqld.stop()
            answer = await client.get("/api/cron/email-jobs", headers=RIGHT)
            assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
            assert int(answer.headers["retry-after"]) > 0
            sqld.resume()

    asyncio.run(run())
