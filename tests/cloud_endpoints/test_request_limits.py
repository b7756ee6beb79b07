"""What is too large or too slow, and the headers that every answer carries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cloud_endpoints.request_limits import MAX_BODY, MAX_HEADERS, MAX_QUERY, RequestLimits
from cloud_endpoints.security_headers import DEFAULTS
from cloud_endpoints.tracking import PIXEL
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, Served, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START

LINKS = Signer(SECRET, ORIGIN)
UNSUBSCRIBE = LINKS.unsubscribe_url("camp_1", "rcpt_1")


def in_endpoints(folder: Path, body: object) -> None:
    async def run() -> None:
        async with served(folder, {"EMAIL_TRACKING_SECRET": SECRET}, START) as endpoints:
            await body(endpoints)  # type: ignore[operator]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "code", "path", "headers"),
    [
        (414, "too_long", f"/api/email/click?u={'a' * MAX_QUERY}", {}),
        (414, "too_long", "/" + "a" * 2000, {}),
        (431, "headers_too_large", "/api/health", {"x-a": "a" * MAX_HEADERS}),
        (413, "too_large", "/api/health", {"content-length": "99999999"}),
        (413, "too_large", "/api/health", {"content-length": "-5"}),
    ],
)
def test_what_is_too_large_is_refused_in_one_form(
    tmp_path: Path, status: int, code: str, path: str, headers: dict[str, str]
) -> None:
    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["requestId"] == answer.headers["x-request-id"]

    in_endpoints(tmp_path, body)


def test_the_picture_is_shown_whatever_was_asked(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.get(f"/api/email/tracking?cid={'a' * MAX_QUERY}")
        assert (answer.status_code, answer.content) == (200, PIXEL)
        assert "no-store" in answer.headers["cache-control"]

    in_endpoints(tmp_path, body)


def test_a_body_that_grows_too_large_is_cut_off(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1000 + 5):
            yield b"a" * 1000

    async def body(endpoints: Served) -> None:
        answer = await endpoints.client.post(UNSUBSCRIBE, content=endless())
        assert answer.status_code == 413
        assert await endpoints.rows("SELECT 1 FROM unsubscribes") == []

    in_endpoints(tmp_path, body)


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def run() -> None:
        never = asyncio.Event()
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            await never.wait()
            return {}

        async def send(message: object) -> None:
            sent.append(message)  # type: ignore[arg-type]

        async def app(_scope: object, receive: object, _send: object) -> None:
            await receive()  # type: ignore[operator]

        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
        await RequestLimits(app, body_seconds=0.01)(scope, receive, send)  # type: ignore[arg-type]
        assert sent[0]["status"] == 408

    asyncio.run(run())


def test_a_body_that_trickles_is_not_waited_for_either() -> None:
    async def run() -> None:
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b"", "more_body": True}

        async def send(message: object) -> None:
            sent.append(message)  # type: ignore[arg-type]

        async def app(_scope: object, receive: object, _send: object) -> None:
            while True:
                await receive()  # type: ignore[operator]

        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
        await RequestLimits(app, body_seconds=0.05)(scope, receive, send)  # type: ignore[arg-type]
        assert sent[0]["status"] == 408

    asyncio.run(run())


@pytest.mark.parametrize(
    "path",
    [
        "/api/health",
        "/nowhere",
        LINKS.open_url("camp_1", "rcpt_1"),
        LINKS.click_url("camp_1", "rcpt_1", "https://kk.example/"),
        UNSUBSCRIBE,
        "/api/unsubscribe",
        "/api/cron/email-jobs",
        f"/{'a' * 2000}",
    ],
)
def test_every_answer_is_safe_to_show(tmp_path: Path, path: str) -> None:
    async def body(endpoints: Served) -> None:
        headers = (await endpoints.client.get(path)).headers
        assert set(DEFAULTS) <= set(headers)
        assert "no-store" in headers["cache-control"]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy.partition("style-src")[0]

    in_endpoints(tmp_path, body)
