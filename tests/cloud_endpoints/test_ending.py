"""A server that is told to end while it sends: the mails in flight arrive once and are on record, no other is begun."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kkdesk.workspace import Workspace
from tests.servers import smtp_sink
from tests.servers.endpoints import Endpoints, endpoints
from tests.servers.ports import free_port, wait_until_open
from tests.servers.smtp_sink import SmtpSink
from tests.services.queue.shop import Shop, environment
from tests.services.queue.test_hanging_server import meeting

CUSTOMERS = 25
LANES = 3


@contextmanager
def kkdesk_serve(folder: Path, env: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """As an operator runs it."""
    with endpoints(folder, env) as server:
        yield server.process, server.port
        server.end()


@contextmanager
def plain_uvicorn(folder: Path, env: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """As any ASGI server runs it: the signal is uvicorn's, and the lifespan ends after the last request."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "cloud_endpoints.app:app", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, env={**os.environ, **env, "KKDESK_DATA": str(folder)}, text=True)
    try:
        wait_until_open(port, process)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


async def until_closed(port: int) -> None:
    """Wait until nobody listens on `port`: the server has heard that it is to end."""
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)):
                return
        await asyncio.sleep(0.01)  # another process's doing: there is no event to wait for


@pytest.mark.parametrize("run_server", [kkdesk_serve, plain_uvicorn])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_mails_in_flight_are_finished_and_no_other_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_server: object, number: signal.Signals
) -> None:
    in_flight, answers = asyncio.Semaphore(0), asyncio.Event()

    async def meet(_talk: smtp_sink._Conversation, point: str) -> None:
        if point == ".":
            in_flight.release()
            await answers.wait()

    meeting(monkeypatch, meet)

    async def run() -> None:
        async with SmtpSink() as sink:
            more = {"CRON_SECRET": "c", "EMAIL_JOB_CONCURRENCY": str(LANES), "EMAIL_CRON_TIME_BUDGET_MS": "60000"}
            env = environment(sink.port, **more)
            workspace = await Workspace.open(tmp_path, env)
            campaign_id = await Shop(workspace, tmp_path).queued(CUSTOMERS)
            await workspace.close()
            serving = run_server(tmp_path, env)  # type: ignore[operator]
            process, port = await asyncio.to_thread(serving.__enter__)
            try:
                async with httpx.AsyncClient(timeout=60) as client:
                    call = asyncio.create_task(
                        client.get(f"http://127.0.0.1:{port}/api/cron/email-jobs", headers={"x-cron-secret": "c"})
                    )
                    for _ in range(LANES):
                        await in_flight.acquire()
                    process.send_signal(number)
                    await until_closed(port)
                    assert not call.done()
                    answers.set()
                    answer = await call
                code = await asyncio.to_thread(process.wait)
            finally:
                await asyncio.to_thread(serving.__exit__, None, None, None)
            assert (answer.status_code, answer.json()["sent"], answer.json()["error"]) == (200, LANES, None)
            assert code in {0, -number, 128 + number}, "by itself"
            addresses = [address for mail in sink.mails for address in mail.recipients]
            assert Counter(addresses) == Counter(f"c{n}@x.example" for n in range(LANES))
            await everything_is_known(campaign_id, env)

    async def everything_is_known(campaign_id: str, env: Mapping[str, str]) -> None:
        workspace = await Workspace.open(tmp_path, env)
        shop = Shop(workspace, tmp_path)
        try:
            assert await shop.states(campaign_id) == {"pending": CUSTOMERS - LANES, "sent": LANES}
            job = (await shop.rows("SELECT status, locked_by FROM email_jobs"))[0]
            assert tuple(job) == ("queued", None)
            assert await shop.value("SELECT count(*) FROM kk_workers") == 0
            assert not list((tmp_path / "queue").glob("*.journal"))
        finally:
            await workspace.close()

    asyncio.run(run())


def test_in_the_middle_of_many_mails_each_that_was_taken_is_on_record(tmp_path: Path) -> None:
    many = 1500

    async def run() -> None:
        async with SmtpSink() as sink:
            limits = {"EMAIL_CRON_TIME_BUDGET_MS": "60000", "EMAIL_JOB_MAX_ITEMS_PER_RUN": "100000"}
            env = environment(sink.port, CRON_SECRET="c", **limits)
            workspace = await Workspace.open(tmp_path, env)
            campaign_id = await Shop(workspace, tmp_path).queued(many)
            await workspace.close()
            server = await asyncio.to_thread(Endpoints, tmp_path, env)
            taken = 0

            def tell_to_end(_recipients: list[str], _content: bytes) -> None:
                nonlocal taken
                taken += 1
                if taken == 20:
                    # Before it has heard that this mail is taken.
                    server.process.send_signal(signal.SIGTERM)

            sink.behaviour.after_mail = tell_to_end
            async with httpx.AsyncClient(timeout=60) as client:
                answer = await client.get(f"{server.url}/api/cron/email-jobs", headers={"x-cron-secret": "c"})
            assert await asyncio.to_thread(server.end) in {0, -signal.SIGTERM}
            mailed = Counter(mail.recipients[0] for mail in sink.mails)
            assert max(mailed.values()) == 1
            workspace = await Workspace.open(tmp_path, env)
            shop = Shop(workspace, tmp_path)
            try:
                states = await shop.states(campaign_id)
                sent = {str(row[0]) for row in await shop.rows("SELECT address FROM kk_sends WHERE state = 'sent'")}
            finally:
                await workspace.close()
            assert sent == set(mailed)
            # It heard of it: much is left, and free for the next.
            assert 20 <= states["sent"] < many and set(states) == {"sent", "pending"}
            assert answer.json()["sent"] == states["sent"]

    asyncio.run(run())
