"""Workers on the company's server: whose time it is, and what a computer's own past does not prove."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kkdesk.model.clock import Clock, system_clock
from kkdesk.workspace import Workspace
from tests.servers.smtp_sink import SmtpSink
from tests.servers.sqld import Sqld
from tests.services.queue.shop import Shop, environment, in_shop


@asynccontextmanager
async def company(folder: Path, sink: SmtpSink, server: Sqld, clock: Clock = system_clock) -> AsyncIterator[Shop]:
    """A profile on the company's database, as a worker opens it."""
    settings = environment(sink.port, DATABASE_URL=server.url, DATABASE_AUTH_TOKEN=server.token())
    workspace = await Workspace.open(folder, settings, clock, at_server=True)
    try:
        yield Shop(workspace, folder, sink)
    finally:
        await workspace.close()


@pytest.mark.parametrize("wrong", [-7200, 7200])
def test_a_worker_whose_clock_is_wrong_goes_by_the_servers(tmp_path: Path, sqld: Sqld, wrong: int) -> None:
    """Else it would take the others for dead, begin too late, or not see what the others have used of a limit."""
    errors = [wrong]

    async def body() -> None:
        async with SmtpSink() as sink, company(tmp_path, sink, sqld, lambda: int(time.time()) + errors[-1]) as shop:
            campaign_id = await shop.queued(2)
            # Put right, or wrong again, while the process lives.
            for error in (wrong, 0, 2 * wrong):
                errors.append(error)
                await shop.worker().drain()
                assert abs(shop.workspace.clock() - time.time()) < 60
            assert await shop.states(campaign_id) == {"sent": 2}
            for column in ("claimed_at", "settled_at", "due_at"):
                assert abs(await shop.value(f"SELECT max({column}) FROM kk_sends") - time.time()) < 60

    asyncio.run(body())


def test_what_a_profile_sent_from_its_own_file_holds_nothing_of_the_database_it_joins(
    tmp_path: Path, sqld: Sqld
) -> None:
    """It knows of later claims than that database does, and that is no sign of a backup."""

    async def queue() -> str:
        async with SmtpSink() as sink, company(tmp_path / "other", sink, sqld) as shop:
            return await shop.queued(3)

    async def try_it_out(shop: Shop) -> None:
        shop.now += 5
        await shop.queued(2)
        assert (await shop.worker().once()).sent == 2

    async def join() -> None:
        async with SmtpSink() as sink, company(tmp_path / "mine", sink, sqld) as shop:
            report = await shop.worker().once()
            assert (report.settled.held, report.sent) == (0, 3)
            assert await shop.campaign_status(campaign_id) == "sent"

    campaign_id = asyncio.run(queue())
    in_shop(tmp_path / "mine", try_it_out)
    asyncio.run(join())
