"""A server that is told to end while it sends: the mail in flight is finished, the rest waits for the next."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.workspace import Workspace
from tests.servers.endpoints import SECRET, Endpoints
from tests.servers.smtp_sink import SmtpSink

RECIPIENTS = 1500
FILTERS = '{"everyone":true,"cities":[],"tags":[],"segments":[],"categories":[]}'


def environment(port: int) -> dict[str, str]:
    return {
        "EMAIL_TRACKING_SECRET": SECRET,
        "CRON_SECRET": "c",
        "NEXTAUTH_URL": "https://kk.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "SMTP_FROM": "KK <info@kktires.example>",
        "EMAIL_CRON_TIME_BUDGET_MS": "20000",
        "EMAIL_JOB_MAX_ITEMS_PER_RUN": "100000",
    }


async def queue_campaign(folder: Path, env: dict[str, str]) -> None:
    workspace = await Workspace.open(folder, env)
    try:
        customers = Statement(
            "INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES (?, ?, 'Α', ?, 0, 0)",
            many=[(f"cust_{n}", workspace.actor.org_id, f"c{n}@x{n % 7}.example") for n in range(RECIPIENTS)],
        )
        campaign = Statement(
            "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, recipient_filters, created_at, "
            "updated_at) VALUES ('camp_1', ?, '1', 'Θέμα', '<p>Γεια</p>', 'draft', ?, 0, 0)",
            (workspace.actor.org_id, FILTERS),
        )
        await workspace.db.apply(Change(Bilingual("", ""), (customers, campaign)))
        await workspace.send_queue.enqueue("camp_1")
    finally:
        await workspace.close()


def test_the_mail_in_flight_is_finished_and_recorded(tmp_path: Path) -> None:
    async def run() -> tuple[httpx.Response, Counter[str], int]:
        async with SmtpSink() as sink:
            env = environment(sink.port)
            await queue_campaign(tmp_path, env)
            server = await asyncio.to_thread(Endpoints, tmp_path, env)
            taken = 0

            def tell_to_end(_recipients: list[str], _content: bytes) -> None:
                nonlocal taken
                taken += 1
                if taken == 20:
                    # Before it has heard that this mail is taken.
                    os.kill(server.process.pid, signal.SIGTERM)

            sink.behaviour.after_mail = tell_to_end
            async with httpx.AsyncClient(timeout=60) as client:
                answer = await client.get(f"{server.url}/api/cron/email-jobs", headers={"x-cron-secret": "c"})
            code = await asyncio.to_thread(server.process.wait, 60)
            assert server.process.stdout is not None
            server.process.stdout.close()
            return answer, Counter(mail.recipients[0] for mail in sink.mails), code

    answer, mailed, code = asyncio.run(run())
    assert answer.status_code == 200
    assert code in {0, -signal.SIGTERM}
    with closing(sqlite3.connect(tmp_path / "crm.db")) as db:
        states = dict(db.execute("SELECT state, count(*) FROM kk_sends GROUP BY state").fetchall())
        sent = {row[0] for row in db.execute("SELECT address FROM kk_sends WHERE state = 'sent'")}
        job = db.execute("SELECT status, locked_by FROM email_jobs").fetchone()
    assert max(mailed.values()) == 1
    assert sent == set(mailed)
    # It heard of it: much is left, and free for the next.
    assert 20 <= states["sent"] < RECIPIENTS and set(states) == {"sent", "pending"}
    assert answer.json()["sent"] == states["sent"]
    assert job == ("queued", None)
