"""What a monitor is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from cloud_endpoints import health
from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from cloud_endpoints.rates import REQUESTS
from tests.cloud_endpoints.served import served
from tests.servers.sqld import Sqld

ENV = {"EMAIL_TRACKING_SECRET": "tracking-secret", "CRON_SECRET": "cron-secret"}
NOW = 1_790_000_000


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", -1.0)


def test_queue_and_scheduler(tmp_path: Path) -> None:
    job = (
        "INSERT INTO email_jobs (id, org_id, campaign_id, sender_user_id, status, run_at, created_at, updated_at) "
        "SELECT 'job_1', 'org_kktires', 'camp_1', id, 'queued', 1700000000, 0, 0 FROM users LIMIT 1"
    )
    campaign = (
        "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) "
        "VALUES ('camp_1', 'org_kktires', 'Μυστική', '', '', 'paused', 0, 0)"
    )

    async def run() -> None:
        async with served(tmp_path, ENV, f"{campaign}\n{job}", lambda: NOW) as endpoints:
            before = (await endpoints.client.get("/api/health")).json()
            assert before["queue"] == {"jobs": 1, "mails": 0, "oldestDueAt": 1_700_000_000}
            assert (before["cron"], before["status"], before["cronSecret"]) == ({}, "ok", "ok")
            call = await endpoints.client.get("/api/cron/email-jobs", headers={"x-cron-secret": "cron-secret"})
            assert call.status_code == 200
            said = await endpoints.client.get("/api/health")
            run = said.json()["cron"]["email-jobs"]
            assert run["ok"] and abs(run["lastAt"] - NOW) <= 1 and run["lastSuccessAt"] == run["lastAt"]
            assert not any(secret in said.text for secret in ("tracking-secret", "cron-secret", "Μυστική", "@"))
            assert (await endpoints.client.head("/api/health")).status_code == 200

    asyncio.run(run())


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {}) as endpoints:
            said = (await endpoints.client.get("/api/health")).json()
            assert said["status"] == "not_configured"
            assert "EMAIL_TRACKING_SECRET" in said["tracking"] and "CRON_SECRET" in said["cronSecret"]

    asyncio.run(run())


def test_it_is_cheap_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 60.0)

    async def run() -> None:
        async with served(tmp_path, ENV) as endpoints:
            first = (await endpoints.client.get("/api/health")).json()
            await endpoints.workspace.close()
            assert (await endpoints.client.get("/api/health")).json() == first
            found = {(await endpoints.client.get("/api/health")).status_code for _ in range(REQUESTS.per_minute)}
            assert found == {200, 429}

    asyncio.run(run())


def test_a_database_that_does_not_answer_is_told_soon(
    tmp_path: Path, sqld: Sqld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DEADLINE", 0.2)
    env = {**ENV, "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk")
        async with app.router.lifespan_context(app), client:
            assert (await client.get("/api/health")).status_code == 200
            sqld.stop()
            answer = await client.get("/api/health")
            assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
            sqld.resume()

    asyncio.run(run())
