"""Workers killed at every step of sending: nobody gets two copies, nobody is lost in silence."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kkdesk.workspace import Workspace
from tests.servers.smtp_sink import SmtpSink
from tests.servers.sqld import sqld_server
from tests.services.queue.killing import RARE, STEPS
from tests.services.queue.shop import Shop, environment

MAILS = 500
CONNECTIONS = 4
#: How often each step is died at.
TIMES = 2
_CAMPAIGN = re.compile(r"unsubscribe\?cid=([\w-]+)")


@dataclass
class Slaughter:
    """The process that forks the workers."""

    process: asyncio.subprocess.Process

    async def workers(self, orders: Sequence[dict[str, Any]]) -> list[int]:
        """Let workers work at once, until all have ended; their exit codes (-9: killed)."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(orders).encode() + b"\n")
        statuses: list[int] = json.loads(await self.process.stdout.readline())
        return statuses


@asynccontextmanager
async def slaughter(settings: dict[str, str], logs: Path) -> AsyncIterator[Slaughter]:
    command = [sys.executable, "-m", "tests.services.queue.killing", str(logs)]
    pipe = asyncio.subprocess.PIPE
    env = {**os.environ, **settings}
    process = await asyncio.create_subprocess_exec(*command, env=env, stdin=pipe, stdout=pipe, limit=2**20)
    try:
        yield Slaughter(process)
    finally:
        process.kill()
        await process.wait()


@contextmanager
def place(name: str) -> Iterator[dict[str, str]]:
    """Settings that lead to the database."""
    if name == "local":
        yield {}
        return
    with sqld_server() as server:
        yield {"DATABASE_URL": server.url, "DATABASE_AUTH_TOKEN": server.token(), "EMAIL_JOB_LOCK_TIMEOUT_MS": "900000"}


def orders(chance: random.Random, profiles: Sequence[Path], side_by_side: int) -> Iterator[list[dict[str, Any]]]:
    """Each step a few times in random order, so many workers at once."""
    steps = [*STEPS * TIMES]
    chance.shuffle(steps)
    for start in range(0, len(steps), side_by_side):
        yield [
            {
                "profile": str(profiles[number % len(profiles)]),
                "step": step,
                "nth": chance.randrange(1, 3 if step in RARE else 10),
            }
            for number, step in enumerate(steps[start : start + side_by_side])
        ]


@pytest.mark.parametrize("database", ["local", "sqld"])
@pytest.mark.parametrize("side_by_side", [1, 4])
def test_killed_at_every_step_nobody_gets_two_copies_and_nobody_is_lost(
    tmp_path: Path, database: str, side_by_side: int
) -> None:
    seed = random.SystemRandom().randrange(2**32)

    async def body() -> None:
        async with SmtpSink() as sink:
            with place(database) as server:
                settings = environment(sink.port, EMAIL_JOB_CONCURRENCY=str(CONNECTIONS)) | server
                # On a server's database workers have homes of their own: nobody else can read their journals.
                profiles = [tmp_path / name for name in (("a", "b") if server else ("a",))]
                workspace = await Workspace.open(profiles[0], settings, at_server=True)
                try:
                    shop = Shop(workspace, profiles[0], sink)
                    await shop.customers(MAILS // side_by_side)
                    for _ in range(side_by_side):
                        await shop.workspace.send_queue.enqueue(await shop.campaign())
                    async with slaughter(settings, tmp_path / "logs") as workers:
                        await _kill_and_check(shop, workers, random.Random(seed), profiles, side_by_side)
                        await _let_them_finish(shop, workers, profiles)
                finally:
                    await workspace.close()

    try:
        asyncio.run(asyncio.wait_for(body(), 280))
    except BaseException:
        print(f"seed {seed}")
        raise


async def _kill_and_check(
    shop: Shop, workers: Slaughter, chance: random.Random, profiles: Sequence[Path], side_by_side: int
) -> None:
    killed = 0
    for wave in orders(chance, profiles, side_by_side):
        statuses = await workers.workers(wave)
        assert set(statuses) <= {0, -9}, (wave, statuses)
        killed += statuses.count(-9)
        # What is in doubt is at most what was in flight.
        assert len(await shop.workspace.queue_progress.unconfirmed()) <= killed * CONNECTIONS
        assert max(copies(shop).values(), default=1) == 1
    assert killed >= len(STEPS) * TIMES * 0.6, "most did die where they were to"


async def _let_them_finish(shop: Shop, workers: Slaughter, profiles: Sequence[Path]) -> None:
    for _ in range(2):
        for profile in profiles:
            assert await workers.workers([{"profile": str(profile), "step": "", "nth": 0}]) == [0]
    received = copies(shop)
    assert max(received.values()) == 1, "nobody gets two copies"
    rows = await shop.rows(
        "SELECT r.email, r.campaign_id, r.status, s.state FROM campaign_recipients r "
        "LEFT JOIN kk_sends s ON s.recipient_id = r.id"
    )
    assert len(rows) == MAILS
    for row in rows:
        found = received[(str(row["email"]), str(row["campaign_id"]))]
        assert (row["state"], row["status"], found) in {
            ("sent", "sent", 1),
            ("unconfirmed", "failed", 0),
            ("unconfirmed", "failed", 1),
        }, dict(row)
    listed = len(await shop.workspace.queue_progress.unconfirmed())
    assert listed == sum(row["state"] == "unconfirmed" for row in rows), "nobody is lost in silence"
    assert {str(row[0]) for row in await shop.rows("SELECT status FROM email_campaigns")} == {"sent"}
    assert await shop.value("SELECT sum(sent_count) FROM email_campaigns") == MAILS - listed
    assert await shop.value("SELECT count(*) FROM kk_workers") == 0
    assert [file for profile in profiles for file in (profile / "queue").rglob("*.journal")] == []


def copies(shop: Shop) -> Counter[tuple[str, str]]:
    """How often each recipient has got the mail of each campaign."""
    return Counter(
        (recipient, _CAMPAIGN.findall(mail.content.decode())[0])
        for mail in shop.sink.mails
        for recipient in mail.recipients
    )
