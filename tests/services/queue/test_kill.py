"""The worker's process is killed at random points of a 2,000-mail send, 20 times, and started again each time."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, environment, in_shop

MAILS = 2000
KILLS = 20
CONNECTIONS = 4


async def start(shop: Shop, *arguments: str) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "kkdesk", "--data", str(shop.folder), "worker", "--once", "--json", *arguments]
    env = {**os.environ, **environment(shop.sink.port)}
    return await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.PIPE)


class Killer:
    """Kills the running worker a moment after the server has taken the n-th mail, before or after it answers."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._taken = 0
        self._at = 0
        self._delay = 0.0
        self.process: asyncio.subprocess.Process | None = None

    def aim(self, process: asyncio.subprocess.Process, mails: int) -> None:
        """Kill `process` when so many further mails have been taken, or somewhere in its beginning if that is earlier."""
        self.process = process
        self._at = self._taken + mails
        # Between two mails lie some milliseconds: now and then the kill hits the very moment before the answer.
        self._delay = 0.0 if self._chance.random() < 0.4 else self._chance.uniform(0, 0.03)
        if self._chance.random() < 0.2:
            asyncio.get_running_loop().call_later(self._chance.uniform(0.0, 1.2), self._kill, process)

    def taken(self, _recipients: list[str], _message: bytes) -> None:
        self._taken += 1
        if self._taken == self._at and self.process is not None:
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._kill, self.process)
            else:
                self._kill(self.process)

    def _kill(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            process.kill()


async def unconfirmed(shop: Shop) -> int:
    return len(await shop.workspace.queue_progress.unconfirmed())


def test_killed_at_random_points_nobody_gets_two_copies_and_nobody_is_lost(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    killer = Killer(random.Random(seed))
    chance = random.Random(seed + 1)

    async def body(shop: Shop) -> None:
        shop.now -= 10
        campaign_id = await shop.queued(MAILS)
        kills = 0
        before = 0
        while kills < KILLS:
            process = await start(shop)
            # On average the kills use up three fifths of the mails, so that all of them strike within the send.
            killer.aim(process, chance.randrange(1, 6 * MAILS // KILLS // 5))
            assert await process.wait() == -9
            kills += 1
            # What a kill leaves in doubt is settled by the next worker; here, by one that then sends nothing.
            await shop.worker().drain(max_jobs=0)
            after = await unconfirmed(shop)
            assert after - before <= CONNECTIONS
            before = after
        process = await start(shop)
        report: dict[str, Any] = json.loads((await process.communicate())[0])
        assert report["error"] is None
        await check(shop, campaign_id)

    try:
        in_shop(tmp_path, body, Behaviour(after_mail=killer.taken))
    except BaseException:
        print(f"seed {seed}")
        raise


async def check(shop: Shop, campaign_id: str) -> None:
    copies = Counter(shop.received())
    assert max(copies.values()) == 1
    rows = await shop.rows(
        "SELECT r.email, r.status, s.state FROM campaign_recipients r LEFT JOIN kk_sends s ON s.recipient_id = r.id"
    )
    assert len(rows) == MAILS
    for row in rows:
        received = copies[str(row["email"])]
        assert (row["state"], row["status"], received) in {
            ("sent", "sent", 1),
            ("unconfirmed", "failed", 0),
            ("unconfirmed", "failed", 1),
        }, dict(row)
    assert await shop.campaign_status(campaign_id) == "sent"
    assert await shop.value("SELECT sent_count FROM email_campaigns") == MAILS - await unconfirmed(shop)
    assert await shop.value("SELECT count(*) FROM email_job_items") == 0
    assert await shop.value("SELECT count(*) FROM kk_workers") == 0
    assert list((shop.folder / "queue").glob("*.journal")) == []
    listed = {one.email for one in await shop.workspace.queue_progress.unconfirmed()}
    assert {f"c{n}@x.example" for n in range(MAILS)} <= copies.keys() | listed
