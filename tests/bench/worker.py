"""Mails per second: the worker, beside a bare aiosmtplib loop with as many connections to the same sink.

The bare loop sends messages that have been made before, to nobody in particular, and keeps no book. The worker lists
the recipients, checks each, composes, journals, sends and records. Both run alone with the sink, one after the other
and turn about.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiosmtplib

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.workspace import Workspace
from tests.bench import Context

_BODY = "".join(
    f'<p>Αγαπητέ {{{{firstName|φίλε πελάτη}}}}, προσφορά {n}: <a href="https://www.kktires.example/offers/{n}">'
    "δείτε ελαστικά τεσσάρων εποχών σε τιμές γνωριμίας</a> ως το τέλος του μήνα.</p>"
    for n in range(8)
)


@contextmanager
def sink_process() -> Iterator[int]:
    """The sink in a process of its own; its port."""
    command = [sys.executable, "-m", "tests.servers.smtp_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def bare(port: int, mails: Sequence[tuple[str, bytes]], connections: int) -> float:
    """Seconds that a bare loop takes for `mails` (recipient, message)."""
    waiting = iter(mails)

    async def lane() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, use_tls=False)
        await client.connect()
        for recipient, message in waiting:
            await client.sendmail("info@kktires.example", [recipient], message)
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(connections)))
    return time.perf_counter() - began


async def make_profile(folder: Path, recipients: int) -> None:
    """A profile with one campaign queued for so many recipients."""
    workspace = await Workspace.open(folder, environment(0, 1))
    try:
        org = workspace.actor.org_id
        rows = [(f"cust_{n:021}", org, f"Όνομα{n}", f"c{n}@x{n % 50}.example") for n in range(recipients)]
        customers = Statement(
            "INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES (?, ?, ?, ?, 0, 0)",
            many=rows,
        )
        campaign = Statement(
            "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, recipient_filters, created_at, "
            "updated_at) VALUES ('camp_bench', ?, 'bench', 'Προσφορά για {{firstName}}', ?, 'draft', "
            '\'{"everyone":true,"cities":[],"tags":[],"segments":[],"categories":[]}\', 0, 0)',
            (org, _BODY),
        )
        await workspace.db.apply(Change(Bilingual("", ""), (customers, campaign)))
        await workspace.send_queue.enqueue("camp_bench")
    finally:
        await workspace.close()


async def send(folder: Path, port: int, connections: int) -> tuple[float, int]:
    """Seconds that a worker takes for the queue of the profile, and how many mails that was."""
    workspace = await Workspace.open(folder, environment(port, connections))
    try:
        began = time.perf_counter()
        report = await workspace.new_worker().once()
        return time.perf_counter() - began, report.sent
    finally:
        await workspace.close()


async def one_mail(folder: Path, port: int) -> bytes:
    """A mail as the worker makes it, for the bare loop to send."""
    from kkdesk.services.queue.records import Addressee, FrozenCampaign

    workspace = await Workspace.open(folder, environment(port, 1))
    try:
        campaign = FrozenCampaign("camp_bench", "", "bench", "Προσφορά για {{firstName}}", _BODY, "", "")
        template = await workspace.composer.compile(campaign)
        customer = (await workspace.db.query("SELECT * FROM customers LIMIT 1"))[0]
        addressee = Addressee("rcpt_bench", "camp_bench", "c@x.example", "<bench@x.example>", customer)
        return template.render(addressee, 0).content
    finally:
        await workspace.close()


def environment(port: int, connections: int) -> dict[str, str]:
    """Settings of the profile."""
    return {
        "NEXTAUTH_URL": "https://crm.example",
        "EMAIL_TRACKING_SECRET": "bench",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "SMTP_FROM": "KK Tires <info@kktires.example>",
        "EMAIL_JOB_CONCURRENCY": str(connections),
    }


def measure(context: Context, recipients: int = 3000, connections: int = 4, rounds: int = 5) -> dict[str, int | float]:
    """Mails per second of both, best of the rounds, and the median of the rounds' ratios."""
    bare_rates, worker_rates = [], []
    with sink_process() as port:
        profile = context.scratch / "queued"
        asyncio.run(make_profile(profile, recipients))
        message = asyncio.run(one_mail(profile, port))
        mails = [(f"c{n}@x{n % 50}.example", message) for n in range(recipients)]
        for number in range(rounds):
            copy = context.scratch / f"sender{number}"
            shutil.copytree(profile, copy)
            bare_rates.append(recipients / asyncio.run(bare(port, mails, connections)))
            seconds, sent = asyncio.run(send(copy, port, connections))
            if sent != recipients:
                raise RuntimeError(f"the worker sent {sent} of {recipients}")
            worker_rates.append(recipients / seconds)
    ratios = [worker / plain for worker, plain in zip(worker_rates, bare_rates, strict=True)]
    return {
        "recipients": recipients,
        "connections": connections,
        "bytes of a mail": len(message),
        "mails/s, worker": round(max(worker_rates)),
        "mails/s, bare aiosmtplib": round(max(bare_rates)),
        "worker of bare": round(statistics.median(ratios), 2),
    }
