"""What holds for every route: errors, request ids, methods, logs, and a database that fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DatabaseBusy
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START, Body

ENV = {"EMAIL_TRACKING_SECRET": SECRET}
LINKS = Signer(SECRET, ORIGIN)
OPEN = LINKS.open_url("camp_1", "rcpt_1")
CLICK = LINKS.click_url("camp_1", "rcpt_1", "https://kktires.example/a")


def in_endpoints(folder: Path, body: Body) -> None:
    async def run() -> None:
        async with served(folder, ENV, START) as endpoints:
            await body(endpoints)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "not_found"), ("DELETE", "/api/email/click", 405, "method_not_allowed")],
)
def test_refusals_have_one_form(tmp_path: Path, method: str, path: str, status: int, code: str) -> None:
    async def body(endpoints: object) -> None:
        response = await endpoints.client.request(method, path, headers={"x-request-id": "given-1"})  # type: ignore[attr-defined]
        assert response.status_code == status
        assert response.json() == {"error": response.json()["error"], "code": code, "requestId": "given-1"}
        assert response.headers["x-request-id"] == "given-1"

    in_endpoints(tmp_path, body)


def test_a_request_id_that_could_forge_a_log_line_is_replaced(tmp_path: Path) -> None:
    async def body(endpoints: object) -> None:
        response = await endpoints.client.get("/nowhere", headers={"x-request-id": "a b\tc"})  # type: ignore[attr-defined]
        assert len(response.headers["x-request-id"]) == 32

    in_endpoints(tmp_path, body)


def test_head_shows_nobody_a_picture_and_records_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            assert (await endpoints.client.head(OPEN)).status_code == 200
            assert (await endpoints.client.head(CLICK)).status_code == 302
            assert await endpoints.rows("SELECT 1 FROM email_tracking") == []
            await endpoints.client.get(OPEN)
            await endpoints.client.get(CLICK)
            kinds = await endpoints.rows("SELECT type FROM email_tracking ORDER BY rowid")
            assert [row["type"] for row in kinds] == ["open", "click"]

    asyncio.run(run())


def test_opens_at_once_are_counted_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            await asyncio.gather(*(endpoints.client.get(OPEN) for _ in range(20)))
            assert await endpoints.rows("SELECT open_count FROM email_campaigns") == [{"open_count": 1}]
            assert len(await endpoints.rows("SELECT id FROM email_tracking")) == 1

    asyncio.run(run())


def test_a_reader_gets_on_although_the_database_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_args: object) -> None:
        raise DatabaseBusy(Bilingual("απασχολημένη", "busy"))

    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            monkeypatch.setattr(endpoints.workspace.db, "apply", busy)
            monkeypatch.setattr(endpoints.workspace.db, "query", busy)
            with structlog.testing.capture_logs() as logs:
                opened = await endpoints.client.get(OPEN)
                assert (opened.status_code, opened.headers["content-type"]) == (200, "image/gif")
                assert (await endpoints.client.get(CLICK)).headers["location"] == "https://kktires.example/a"
                unsubscribe = await endpoints.client.post(LINKS.unsubscribe_url("camp_1", "rcpt_1"))
                assert (unsubscribe.status_code, unsubscribe.json()["code"]) == (503, "database_busy")
                assert (await endpoints.client.get("/api/health")).status_code == 503
            # Of the second visit the database is not asked: it has just failed, and the disk keeps it.
            assert [entry["event"] for entry in logs].count("visit_not_recorded") == 1
            assert "sig=" not in str(logs)

    asyncio.run(run())


def test_a_fault_of_ours_tells_the_caller_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError("details of the inside")

    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            monkeypatch.setattr(endpoints.workspace.db, "query", broken)
            with structlog.testing.capture_logs() as logs:
                response = await endpoints.client.get("/api/health")
            assert response.status_code == 500
            assert response.json()["code"] == "internal"
            assert "inside" not in response.text
            assert any(entry["event"] == "unexpected" for entry in logs)

    asyncio.run(run())


def test_health_says_figures_and_no_secret(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            answer = (await endpoints.client.get("/api/health")).json()
            assert answer["status"] == "ok"
            assert answer["queue"] == {"jobs": 0, "mails": 0, "oldestDueAt": None}
            assert SECRET not in str(answer)
        async with served(tmp_path, {}) as endpoints:
            assert (await endpoints.client.get("/api/health")).json()["status"] == "not_configured"

    asyncio.run(run())
