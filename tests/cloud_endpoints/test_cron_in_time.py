"""The scheduler's calls on the company's server: over each other, while it stands still, and what they answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloud_endpoints import cron
from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from kkdesk.services import audience_parts, worker
from kkdesk.services.assets.cleaning import AssetCleaning
from kkdesk.services.queue import exchange
from tests.cloud_endpoints.served import served
from tests.servers import smtp_sink
from tests.servers.smtp_sink import Behaviour, SmtpSink
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.services.queue.shop import Shop, environment
from tests.services.queue.test_hanging_server import meeting

CALL: Any = {"url": "/api/cron/email-jobs", "headers": {"x-cron-secret": "c"}}


@pytest.fixture(autouse=True)
def short_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_TO_END_SECONDS", 1.0)
    monkeypatch.setattr(worker, "_TO_RECORD_SECONDS", 0.5)
    monkeypatch.setattr(exchange, "_RECORD_SECONDS", 0.3)
    monkeypatch.setattr(cron, "_SPARE", 0.3)


@asynccontextmanager
async def on_the_server(
    folder: Path, sink: SmtpSink, sqld: Sqld, url: str = "", **more: str
) -> AsyncIterator[tuple[Shop, httpx.AsyncClient]]:
    """The endpoints on the company's database, and a scheduler that calls them."""
    database = {"DATABASE_URL": url or sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    env = environment(sink.port, CRON_SECRET="c", **database, **more)
    app = create_app(Home(folder, env))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kk") as client:
            yield Shop(app.state.endpoints.workspace, folder, sink), client


def test_calls_over_each_other_list_and_mail_everybody_once(
    tmp_path: Path, sqld: Sqld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_parts, "PART_SIZE", 7)

    async def run() -> None:
        # So little time that listing takes many calls, some at the same moment.
        short = {"EMAIL_CRON_TIME_BUDGET_MS": "100", "EMAIL_JOB_MAX_ITEMS_PER_RUN": "9"}
        async with SmtpSink() as sink, on_the_server(tmp_path, sink, sqld, **short) as (shop, client):
            await shop.customers(40, updated_at=0)
            campaign_id = await shop.campaign()
            await shop.workspace.send_queue.enqueue(campaign_id)
            answers: list[dict[str, Any]] = []
            while await shop.campaign_status(campaign_id) != "sent":
                found = await asyncio.gather(*(client.get(**CALL) for _ in range(3)))
                assert [answer.status_code for answer in found] == [200, 200, 200]
                answers += [answer.json() for answer in found]
            assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(40))
            assert sum(answer["sent"] for answer in answers) == 40
            assert sum(answer["finished"] for answer in answers) == 1
            assert not any(answer["error"] or answer["unconfirmed"] for answer in answers)
            listed = "SELECT count(*), count(DISTINCT customer_id) FROM campaign_recipients"
            assert tuple((await shop.rows(listed))[0]) == (40, 40)
            assert await shop.value("SELECT total_recipients FROM email_campaigns") == 40

    asyncio.run(run())


@pytest.mark.logs("cron_call_not_noted")
def test_a_database_that_stands_still_is_told_in_time(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cron, "HARD_LIMIT", 1.0)
    monkeypatch.setattr("cloud_endpoints.cron_calls._NOTE_SECONDS", 0.2)

    async def run() -> None:
        async with SmtpSink() as sink, on_the_server(tmp_path, sink, sqld, network.url) as (shop, client):
            await shop.queued(3)
            before = asyncio.all_tasks()
            network.black_hole()
            answer = await client.get(**CALL)
            assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
            assert answer.headers["retry-after"] == "60"
            assert asyncio.all_tasks() <= before, "nothing goes on behind the answer"
            network.passing()
            monkeypatch.setattr(cron, "HARD_LIMIT", 60.0)
            answer = await client.get(**CALL)
            assert (answer.status_code, answer.json()["sent"]) == (200, 3)

    asyncio.run(run())


@pytest.mark.logs("failed", "cron_call_not_noted")
def test_what_was_sent_while_the_database_stood_still_is_known_to_the_next_call(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cron, "HARD_LIMIT", 3.0)
    monkeypatch.setattr("cloud_endpoints.cron_calls._NOTE_SECONDS", 0.2)

    async def meet(talk: smtp_sink._Conversation, point: str) -> None:
        if point == "DATA" and not talk._sink.mails:
            await asyncio.to_thread(network.black_hole)

    meeting(monkeypatch, meet)

    async def run() -> None:
        async with SmtpSink() as sink, on_the_server(tmp_path, sink, sqld, network.url) as (shop, client):
            campaign_id = await shop.queued(9)
            answer = await client.get(**CALL)
            assert (answer.status_code, answer.json()["code"]) == (503, "offline")
            mailed = Counter(shop.received())
            assert mailed
            sink.behaviour = Behaviour()
            meeting(monkeypatch, nothing)
            monkeypatch.setattr(cron, "HARD_LIMIT", 60.0)
            network.passing()
            answers = [(await client.get(**CALL)).json() for _ in range(2)]
            assert not any(answer["error"] for answer in answers)
            assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(9))
            assert await shop.states(campaign_id) == {"sent": 9}
            assert await shop.campaign_status(campaign_id) == "sent"

    asyncio.run(run())


async def nothing(_talk: smtp_sink._Conversation, _point: str) -> None:
    """What a good server does at each point."""


ENV = {"CRON_SECRET": "c"}
START = """
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES ('cust_1', 'org_kktires', 'Α', 'a@x.example', 0, 0), ('cust_2', 'org_kktires', 'Β', 'b@x.example', 0, 0)
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, recipient_filters, created_at, updated_at) VALUES ('camp_1', 'org_kktires', '1', 'Θέμα', '<p>Γεια</p>', 'draft', '{"cities":[],"tags":[],"segments":[],"categories":[],"everyone":true}', 0, 0)
"""


@pytest.mark.parametrize(
    ("behaviour", "wanted"),
    [
        # Held for what it is; nobody to sign in with; nobody there.
        (Behaviour(answers={".": "554 5.7.1 spam"}), {"ok": True, "paused": 1, "code": None}),
        (Behaviour(answers={"MAIL": "550 5.7.1 no"}), {"ok": False, "paused": 0, "code": "mail_server_refused"}),
        (Behaviour(hang_at="greeting"), {"ok": False, "paused": 0, "code": "offline"}),
    ],
    ids=["held", "refused", "silent"],
)
def test_the_trouble_of_a_campaign_is_told_and_is_no_failure_of_the_call(
    tmp_path: Path, behaviour: Behaviour, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cron, "HARD_LIMIT", 3.0)

    async def run() -> None:
        async with SmtpSink(behaviour) as sink, served(tmp_path, environment(sink.port, **ENV), START) as endpoints:
            await endpoints.workspace.campaign_sending.send("camp_1", confirmed_count=2)
            answer = await endpoints.client.get(**CALL)
            assert answer.status_code == 200
            told = answer.json()
            assert {name: told[name] for name in wanted} == wanted
            assert (told["error"] is None) == told["ok"]
            assert (told["sent"], told["jobs"]) == (0, 1)
            assert len(answer.content) < 2000
            run = (await endpoints.rows("SELECT endpoint, succeeded_ms IS NOT NULL AS well FROM kk_cron_runs"))[0]
            assert run == {"endpoint": "email-jobs", "well": 1}

    asyncio.run(run())


def test_a_setting_that_is_no_use_is_the_servers_trouble(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {**ENV, "EMAIL_CRON_TIME_BUDGET_MS": "soon"}) as endpoints:
            answer = await endpoints.client.get(**CALL)
            assert (answer.status_code, answer.json()["code"]) == (503, "invalid_input")
            assert "EMAIL_CRON_TIME_BUDGET_MS" in answer.json()["error"]

    asyncio.run(run())


@pytest.mark.logs("cleaning_faulty")
def test_whatever_is_wrong_with_the_library_what_was_sent_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_cleaning: AssetCleaning, _seconds: float) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(AssetCleaning, "run", broken)

    async def run() -> None:
        async with SmtpSink() as sink, served(tmp_path, environment(sink.port, **ENV), START) as endpoints:
            await endpoints.workspace.campaign_sending.send("camp_1", confirmed_count=2)
            told = (await endpoints.client.get(**CALL)).json()
            assert (told["ok"], told["sent"]) == (True, 2)
            assert told["assets"] == {"error": "Internal error", "code": "internal"}

    asyncio.run(run())


def test_a_server_that_is_to_end_begins_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with SmtpSink() as sink, served(tmp_path, environment(sink.port, **ENV), START) as endpoints:
            await endpoints.workspace.campaign_sending.send("camp_1", confirmed_count=2)
            endpoints.app.state.endpoints.request_stop()
            told = (await endpoints.client.get(**CALL)).json()
            assert (told["ok"], told["jobs"], told["sent"], told["assets"]) == (True, 0, 0, None)
            assert sink.mails == []

    asyncio.run(run())
