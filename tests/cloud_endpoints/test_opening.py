"""A server that starts while its database is away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from cloud_endpoints import opening
from cloud_endpoints.app import create_app
from cloud_endpoints.opening import Home
from cloud_endpoints.tracking import PIXEL
from kkdesk.model.errors import SignInNeeded
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN
from tests.cloud_endpoints.test_bad_database import until_tracked
from tests.cloud_endpoints.test_kills import make_profile
from tests.cloud_endpoints.test_unsubscribe import SECRET
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import tcp_proxy

LINKS = Signer(SECRET, ORIGIN)


def home(folder: Path, sqld: Sqld, url: str) -> Home:
    secrets = {"EMAIL_TRACKING_SECRET": SECRET, "CRON_SECRET": "c"}
    return Home(folder, {**secrets, "DATABASE_URL": url, "DATABASE_AUTH_TOKEN": sqld.token()})


@pytest.mark.parametrize("trouble", ["refused", "stalled"])
def test_readers_are_served_and_what_they_did_is_recorded_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(opening, "FIRST_SECONDS", 0.2)
    monkeypatch.setattr(opening, "_RETRY", (0.05, 0.2))
    monkeypatch.setattr("kkdesk.services.tracking.recorder._RETRY", (0.05, 0.2))
    monkeypatch.setattr("kkdesk.services.tracking.recorder.DISK_PATIENCE", 60.0)
    asyncio.run(make_profile(tmp_path / "first"))
    with sqld_server(start=False) as sqld, tcp_proxy(sqld.port) as network:
        sqld.load(tmp_path / "first" / "crm.db")
        if trouble == "refused":
            network.refuse()
        else:
            network.black_hole()

        async def run() -> None:
            app = create_app(home(tmp_path / "second", sqld, network.url))
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
            async with app.router.lifespan_context(app), client:
                picture = await client.get(LINKS.open_url("camp_1", "rcpt_1"))
                page = await client.get(LINKS.click_url("camp_1", "rcpt_2", "https://kk.example/"))
                assert picture.content == PIXEL and page.headers["location"] == "https://kk.example/"
                for path in ("/api/health", "/api/cron/email-jobs?key=c", LINKS.unsubscribe_url("camp_1", "rcpt_1")):
                    assert (await client.get(path)).status_code == 503
                network.passing()
                wanted: set[tuple[str, str | None]] = set()
                if picture.status_code == 200:
                    wanted.add(("rcpt_1", None))
                if page.headers["x-recorded"] == "yes":
                    wanted.add(("rcpt_2", "https://kk.example/"))
                assert wanted
                await asyncio.to_thread(until_tracked, sqld, wanted)
                assert (await client.get("/api/health")).json()["database"] == "ok"

        asyncio.run(run())
    assert "visit_not_recorded" in caplog.messages
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.logs("database_refused")
def test_a_token_that_is_not_taken_is_no_matter_of_waiting(tmp_path: Path) -> None:
    with sqld_server() as sqld, sqld_server() as other:

        async def run() -> None:
            app = create_app(home(tmp_path, other, sqld.url))
            async with app.router.lifespan_context(app):
                pass

        with pytest.raises(SignInNeeded):
            asyncio.run(run())
