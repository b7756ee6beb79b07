"""The company's database on a real server, and a worker's process that is killed while it reads."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from kkdesk.workspace import Workspace
from tests.servers.dovecot import Mailbox
from tests.servers.smtp_sink import SmtpSink
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import tcp_proxy
from tests.services.bounces.reports import BOUNCES
from tests.services.bounces.returned import PaperSession, complaint_on, mail_to, read_through, report_on
from tests.services.queue.shop import Shop, environment, in_shop


def test_what_comes_back_lands_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    async def body() -> None:
        async with SmtpSink() as sink:
            server = {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token(), "BOUNCE_ADDRESS": BOUNCES}
            workspace = await Workspace.open(tmp_path, environment(sink.port, **server), at_server=True)
            shop = Shop(workspace, tmp_path, sink)
            try:
                campaign_id = await shop.queued(4)
                await shop.worker().once()
                mails = [mail_to(shop, f"c{n}@x.example") for n in range(4)]
                messages = [
                    report_on(mails[0]),
                    report_on(mails[1], "550 5.7.1 listed"),
                    complaint_on(mails[2]),
                    report_on(mails[3], "451 4.4.1 later", action="delayed"),
                ]
                for validity in (7, 8):
                    await read_through(shop, PaperSession(messages, validity))
                assert await shop.states(campaign_id) == {"sent": 2, "bounced": 2}
                kinds = await shop.pairs("SELECT email, suppression_type FROM email_suppressions")
                assert kinds == {"c0@x.example": "hard_bounce", "c2@x.example": "complaint"}
                events = await shop.pairs("SELECT event_type, count(*) FROM email_delivery_events GROUP BY 1")
                assert events == {"sent": 4, "bounce": 2, "complaint": 1, "deferred": 1}
                assert await shop.value("SELECT bounce_count FROM email_campaigns") == 2
                assert await shop.value("SELECT uid_validity FROM kk_mailboxes") == 8
            finally:
                await workspace.close()

    asyncio.run(body())


async def worker(shop: Shop, env: dict[str, str]) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "kkdesk", "--data", str(shop.folder), "worker", "--once", "--json"]
    return await asyncio.create_subprocess_exec(*command, env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE)


async def figures(process: asyncio.subprocess.Process) -> dict[str, Any]:
    output, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(output)["bounces"]
    return found


def test_a_worker_killed_while_it_reads_has_done_no_harm(tmp_path: Path, mailbox: Mailbox) -> None:
    """Killed at its sign-in, its search, its fetches; the next one goes on, and nothing is written twice."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(60)
        await shop.worker().once()
        await asyncio.to_thread(mailbox.deliver, *[report_on(mail) for mail in shop.sink.mails])
        env = {**environment(shop.sink.port, BOUNCE_ADDRESS=BOUNCES), **mailbox.environment()}
        with tcp_proxy(mailbox.port) as proxy:
            proxy.rate = 100_000
            killed = 0
            slow = {**env, "BOUNCE_IMAP_PORT": str(proxy.port)}
            # Octets that the mailbox has answered: some 100,000 to the end, most of them the first batch.
            for octets in (500, 4_000, 30_000, 60_000, 80_000, 90_000):
                process = await worker(shop, slow)
                until = proxy.answered + octets
                ended = asyncio.ensure_future(process.wait())
                while proxy.answered < until and not ended.done():
                    await asyncio.sleep(0.002)  # a poll of the proxy's count
                if not ended.done():
                    process.kill()
                await ended
                killed += process.returncode != 0
        assert killed >= 4
        found = await figures(await worker(shop, env))
        assert found["error"] is None
        assert await shop.states(campaign_id) == {"bounced": 60}
        assert await shop.value("SELECT bounce_count FROM email_campaigns") == 60
        assert await shop.value("SELECT count(*) FROM email_delivery_events WHERE event_type = 'bounce'") == 60
        assert await shop.value("SELECT sum(bounce_count) FROM email_suppressions") == 60

    in_shop(tmp_path, body)
