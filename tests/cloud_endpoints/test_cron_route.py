"""The scheduler's endpoint sends what is due, for those who may call it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.cloud_endpoints.served import ORIGIN, served

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
