"""The worker as a child of the window: starts, works, starts again when it dies, ends when it is told or orphaned."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from kkdesk.services import worker_process
from kkdesk.services.worker_process import WorkerProcess, worker_command
from tests.services.queue.shop import Shop, environment, in_shop
from tests.services.queue.test_workers import until


def process_of(shop: Shop) -> WorkerProcess:
    return WorkerProcess(shop.folder, {**os.environ, **environment(shop.sink.port)})


async def mails(shop: Shop, count: int) -> bool:
    return len(shop.received()) >= count


async def at_work(shop: Shop) -> bool:
    return (await shop.workspace.queue_progress.overview()).workers == 1


@pytest.mark.logs("worker_ended")
def test_it_sends_starts_again_when_killed_and_ends_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "_RESTART_SECONDS", (0.0,))

    async def body(shop: Shop) -> None:
        await shop.queued(5)
        process = process_of(shop)
        await process.start()
        await process.start()  # Once is enough.
        await until(lambda: mails(shop, 5))
        first = process.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        await until(lambda: mails(shop, 10))
        assert process.running
        assert process.pid != first
        await process.stop()
        assert (process.running, process.pid) == (False, None)
        await process.stop()
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 2 for n in range(5)})
        assert await shop.value("SELECT count(*) FROM kk_workers") == 0

    in_shop(tmp_path, body)


@pytest.mark.logs("worker_ended", "worker_not_started")
def test_a_program_that_cannot_be_started_for_a_while_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is replaced by its next version, for instance. To end it is no error either."""
    monkeypatch.setattr(worker_process, "_RESTART_SECONDS", (0.0,))
    ends, waits = [sys.executable, "-c", ""], [sys.executable, "-c", "import sys; sys.stdin.read()"]
    commands = iter([ends, [str(tmp_path / "gone")], [str(tmp_path / "gone")]])
    monkeypatch.setattr(worker_process, "worker_command", lambda _profile: next(commands, waits))

    async def body() -> None:
        process = WorkerProcess(tmp_path)
        await process.start()
        first = process.pid

        async def again() -> bool:
            return process.running and process.pid != first

        await until(again)
        await process.stop()
        assert not process.running

    asyncio.run(body())


def test_it_ends_when_the_window_is_gone_however_that_went(tmp_path: Path) -> None:
    """Its standard input closes then; mails in flight are finished."""

    async def body(shop: Shop) -> None:
        await shop.queued(3)
        command = worker_command(shop.folder)
        env = {**os.environ, **environment(shop.sink.port)}
        window = (
            f"import subprocess, sys; worker = subprocess.Popen({list(command)!r}, stdin=subprocess.PIPE)\n"
            "worker.stdin.write(b'{}\\n'); worker.stdin.flush(); sys.stdin.read()"
        )
        pipe = asyncio.subprocess.PIPE
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", window, stdin=pipe, env=env)
        await until(lambda: mails(shop, 3))
        parent.kill()
        await parent.wait()

        async def gone() -> bool:
            return not await at_work(shop)

        await until(gone)
        assert await shop.value("SELECT count(*) FROM kk_workers") == 0
        assert await shop.pairs("SELECT status, count(*) FROM email_campaigns GROUP BY 1") == {"sent": 1}

    in_shop(tmp_path, body)


@pytest.mark.logs("worker_killed")
def test_a_worker_that_does_not_end_in_time_is_ended(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(1)
        shop.sink.behaviour.hang_at = "."
        process = process_of(shop)
        await process.start()

        async def in_flight() -> bool:
            return "DATA" in shop.sink.commands

        await until(in_flight)
        await process.stop(grace=0.05)
        assert not process.running
        shop.sink.behaviour.hang_at = ""
        report = await shop.worker().once()
        assert (report.settled.unconfirmed, report.sent) == (1, 0)

    in_shop(tmp_path, body)


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert worker_command(tmp_path)[:3] == [sys.executable, "-m", "kkdesk"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command(tmp_path) == [sys.executable, "--data", str(tmp_path), "worker", "--while-stdin-open"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_mails_in_flight_finish(tmp_path: Path, number: signal.Signals) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(400)
        env = {**os.environ, **environment(shop.sink.port)}
        command = [sys.executable, "-m", "kkdesk", "--data", str(shop.folder), "worker"]
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.PIPE)
        taken = 0

        def stop(_recipients: list[str], _message: bytes) -> None:
            nonlocal taken
            taken += 1
            if taken == 20:
                process.send_signal(number)

        shop.sink.behaviour.after_mail = stop
        output, _ = await process.communicate()
        assert process.returncode == 0
        sent = len(shop.received())
        assert f"Στάλθηκαν {sent}," in output.decode()
        assert 20 <= sent < 400
        assert await shop.states(campaign_id) == {"sent": sent, "pending": 400 - sent}
        assert list((tmp_path / "queue").glob("*.journal")) == []

    in_shop(tmp_path, body)
