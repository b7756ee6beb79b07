"""Bringing the company's database up to date from outside."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import httpx
import pytest

from cloud_endpoints import migrate
from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from kkdesk.store.migrate import all_migrations
from tests.cloud_endpoints.served import served
from tests.servers.sqld import Sqld

SECRET = {"x-cron-secret": "c"}
LAST = all_migrations()[-1]


def test_only_who_may_call_the_scheduler_and_only_by_post(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {"CRON_SECRET": "c"}) as endpoints:
            assert (await endpoints.client.post("/api/db/migrate")).status_code == 401
            assert (await endpoints.client.get("/api/db/migrate", headers=SECRET)).status_code == 405
            answer = await endpoints.client.post("/api/db/migrate", headers=SECRET)
            assert answer.json() == {
                "ok": True, "ran": [], "version": LAST.number, "webTables": "there",
                "requestId": answer.headers["x-request-id"],
            }  # fmt: skip

    asyncio.run(run())


def test_what_is_missing_is_run_once_although_several_call(tmp_path: Path, sqld: Sqld) -> None:
    env = {"CRON_SECRET": "c", "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk")
        async with app.router.lifespan_context(app), client:
            # Put back to what it was before the last.
            sqld.execute(f"DELETE FROM kk_migrations WHERE number = {LAST.number}")
            calls = [client.post("/api/db/migrate", headers=SECRET) for _ in range(4)]
            answers = [answer.json() for answer in await asyncio.gather(*calls)]
            assert sorted(answer["ran"] for answer in answers) == [[], [], [], [LAST.name]]
            assert sqld.execute("SELECT max(number) FROM kk_migrations") == [[LAST.number]]

    asyncio.run(run())


def test_an_empty_database_in_the_place_of_the_old_is_told(tmp_path: Path, sqld: Sqld) -> None:
    env = {"CRON_SECRET": "c", "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk")
        async with app.router.lifespan_context(app), client:
            sqld.kill()
            shutil.rmtree(sqld.folder / "data")
            sqld.start()
            answers = [(await client.post("/api/db/migrate", headers=SECRET)).json() for _ in range(2)]
            assert [(answer["webTables"], len(answer["ran"])) for answer in answers] == [
                ("made", LAST.number),
                ("there", 0),
            ]

    asyncio.run(run())


def test_a_database_that_stands_still_is_told_in_time(
    tmp_path: Path, sqld: Sqld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "HARD_LIMIT", 0.2)
    env = {"CRON_SECRET": "c", "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk")
        async with app.router.lifespan_context(app), client:
            sqld.stop()
            answer = await client.post("/api/db/migrate", headers=SECRET)
            assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
            sqld.resume()

    asyncio.run(run())


@pytest.mark.logs("failed")
def test_a_newer_database_is_left_alone(tmp_path: Path, sqld: Sqld) -> None:
    env = {"CRON_SECRET": "c", "DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

    async def run() -> None:
        app = create_app(Home(tmp_path, env))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk")
        async with app.router.lifespan_context(app), client:
            sqld.execute("INSERT INTO kk_migrations (number, name, sha256, applied_at) VALUES (9999, 'x', 'x', 0)")
            answer = await client.post("/api/db/migrate", headers=SECRET)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_newer")

    asyncio.run(run())
