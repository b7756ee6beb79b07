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
from cloud_endpoints.tracking import PIXEL
from kkdesk.store.migrate import all_migrations
from tests.cloud_endpoints.served import served
from tests.cloud_endpoints.test_bad_database import LINKS, until_tracked
from tests.cloud_endpoints.test_kills import make_profile
from tests.servers.endpoints import SECRET as TRACKING
from tests.servers.sqld import Sqld, sqld_server
from tests.services.queue.shop import environment

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


@pytest.mark.logs("visit_not_recorded", "visits_wait")
def test_a_reader_of_a_database_that_is_not_migrated_is_served_and_recorded_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kkdesk.services.tracking.recorder._RETRY", (0.05, 0.2))
    asyncio.run(make_profile(tmp_path / "first"))
    with sqld_server(start=False) as sqld:
        sqld.load(tmp_path / "first" / "crm.db")
        env = {**environment(0), "EMAIL_TRACKING_SECRET": TRACKING, "CRON_SECRET": "c"}
        env |= {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}

        async def run() -> None:
            app = create_app(Home(tmp_path / "second", env))
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kk.example")
            async with app.router.lifespan_context(app), client:
                sqld.execute("DROP TABLE kk_visits")
                sqld.execute("DELETE FROM kk_migrations WHERE number = 9")
                picture = await client.get(LINKS.open_url("camp_1", "rcpt_1"))
                assert picture.content == PIXEL
                assert (await client.post("/api/db/migrate", headers=SECRET)).json()["ran"] == ["kk_cloud"]
                # On a busy machine the disk may have been too slow; then the reader was told so.
                if picture.status_code == 200:
                    await asyncio.to_thread(until_tracked, sqld, {("rcpt_1", None)})
                    assert sqld.execute("SELECT count(*) FROM kk_visits") == [[1]]

        asyncio.run(run())
