"""What is logged of a request, by us and by the server that runs us."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
import structlog

from cloud_endpoints.request_log import redact_server_logs
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START

LINKS = Signer(SECRET, ORIGIN)


def test_our_log_has_no_query(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {"EMAIL_TRACKING_SECRET": SECRET, "CRON_SECRET": "s3cret"}, START) as endpoints:
            with structlog.testing.capture_logs() as logs:
                for name in ("cron_secret", "key", "token"):
                    await endpoints.client.get(f"/api/cron/email-jobs?{name}=s3cret")
                await endpoints.client.get(LINKS.open_url("camp_1", "rcpt_1"))
                await endpoints.client.get("/api/email/click?sig=planted&u=%zz")
            requests = [entry for entry in logs if entry["event"] == "request"]
            assert len(requests) == 5
            assert all(entry["path"].startswith("/api/") and entry["request_id"] for entry in requests)
            assert not any(planted in str(logs) for planted in ("s3cret", "sig=", "planted", "rcpt_1"))

    asyncio.run(run())


@pytest.mark.parametrize("name", ["uvicorn.access", "uvicorn.error"])
def test_the_servers_log_has_none_either(caplog: pytest.LogCaptureFixture, name: str) -> None:
    redact_server_logs()
    redact_server_logs()
    logger = logging.getLogger(name)
    assert len(logger.filters) == 1
    with caplog.at_level(logging.INFO, logger=name):
        # As uvicorn writes its access log.
        logger.info('%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", "/api/cron/email-jobs?token=s3cret", "1.1", 200)
        logger.info("asked for /api/cron/email-jobs?token=s3cret and more")
    assert caplog.messages == [
        '1.2.3.4:5 - "GET /api/cron/email-jobs?… HTTP/1.1" 200',
        "asked for /api/cron/email-jobs?… and more",
    ]
