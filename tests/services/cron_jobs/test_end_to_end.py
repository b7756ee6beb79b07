"""From setting up to the endpoints being called, and back to what the status says of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx

from kkdesk.services.cron_jobs.report import Standing
from tests.cloud_endpoints.served import served
from tests.servers.cron_job_org import MOST_BYTES, CronJobOrgStandIn, cron_job_org
from tests.services.cron_jobs.account import ORIGIN, SECRET, Time, desk


def test_the_endpoints_are_called_refuse_a_wrong_key_and_are_repaired(tmp_path: Path) -> None:
    async def run() -> None:
        time = Time()
        env = {"CRON_SECRET": SECRET, "NODE_ENV": "production", "EMAIL_TRACKING_SECRET": "x"}
        async with cron_job_org(CronJobOrgStandIn(time)) as account, served(tmp_path / "server", env) as endpoints:
            account.targets[ORIGIN] = endpoints.client._transport
            wrong = desk(tmp_path / "desk", account, time, {"CRON_SECRET": "another"})
            emails = (await wrong.setup()).jobs[0].id
            for _ in range(16):
                await account.execute(emails)
            state = (await wrong.status()).jobs[0]
            assert state.standing is Standing.DISABLED and state.last_http_status == 401
            assert state.advice is not None and "CRON_SECRET" in state.advice.en
            assert await account.execute(emails) is None
            right = desk(tmp_path / "desk", account, time)
            assert {part.en for part in (await right.setup()).jobs[0].parts} == {"switched on", "key of the calls"}
            item = await account.execute(emails)
            assert item is not None and (item["status"], item["httpStatus"]) == (1, 200)
            state = (await right.status()).jobs[0]
            assert state.standing is Standing.WELL

    asyncio.run(run())


def test_the_answer_is_short_and_holds_no_secret(tmp_path: Path) -> None:
    async def run() -> None:
        env = {"CRON_SECRET": SECRET, "EMAIL_TRACKING_SECRET": "x"}
        async with served(tmp_path, env) as endpoints:
            answer: httpx.Response = await endpoints.client.get(
                "/api/cron/email-jobs", headers={"x-cron-secret": SECRET}
            )
        assert answer.status_code == 200
        assert len(answer.content) < MOST_BYTES // 10
        assert SECRET not in json.dumps(answer.json())

    asyncio.run(run())
