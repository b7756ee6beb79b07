"""Mails per second: the worker, beside a bare aiosmtplib loop with as many connections to the same sink.

The bare loop sends messages that have been made before, to nobody in particular, and keeps no book. The worker lists
the recipients, checks each, composes, journals, sends and records: in a local file, on a server, and on a server 20 ms
away. All run alone with the sink, one after the other and turn about.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosmtplib

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement
from kkdesk.model.row import Row, SqlValue
from kkdesk.store.database import Database
from kkdesk.workspace import Workspace
from tests.bench import Context
from tests.servers.sqld import sqld_server
from tests.servers.tcp_proxy import tcp_proxy

PLACES = ("local", "sqld", "sqld + 20 ms")

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


class Counted:
    """A database whose round trips are counted: each query and each change is one."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.round_trips = 0

    async def query(self, sql: str, args: Sequence[SqlValue] = ()) -> list[Row]:
        """See `Database.query`."""
        self.round_trips += 1
        return await self._db.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        """See `Database.apply`."""
        self.round_trips += 1
        return await self._db.apply(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


async def send(folder: Path, settings: Mapping[str, str]) -> tuple[float, int, int]:
    """Seconds that a worker takes for the queue of the profile, how many mails that was, and the round trips."""
    workspace = await Workspace.open(folder, settings, at_server=True)
    counted = Counted(workspace.db)
    workspace.db = counted
    try:
        began = time.perf_counter()
        report = await workspace.new_worker().once()
        return time.perf_counter() - began, report.sent, counted.round_trips
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


@contextmanager
def at_server(profile: Path, latency: float) -> Iterator[dict[str, str]]:
    """The profile's database on a server, `latency` seconds away; the settings that lead there."""
    with sqld_server(start=False) as server, tcp_proxy(server.port) as network:
        server.load(profile / "crm.db")
        network.latency = latency / 2
        url = network.url if latency else server.url
        yield {"DATABASE_URL": url, "DATABASE_AUTH_TOKEN": server.token()}


@contextmanager
def place_of(name: str, profile: Path, scratch: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A fresh queue of the profile in one of the places: the folder to open and further settings."""
    if name == "local":
        shutil.copytree(profile, scratch)
        yield scratch, {}
        return
    with at_server(profile, 0.020 if name == "sqld + 20 ms" else 0.0) as settings:
        yield scratch, settings


def measure(
    context: Context, recipients: int = 20_000, connections: int = 10, rounds: int = 3
) -> dict[str, int | float]:
    """Mails per second of both, best of the rounds, and the median of the rounds' ratios; database round trips."""
    results: dict[str, int | float] = {"recipients": recipients, "connections": connections}
    rates: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    with sink_process() as port:
        profile = context.scratch / "queued"
        asyncio.run(make_profile(profile, recipients))
        message = asyncio.run(one_mail(profile, port))
        results["bytes of a mail"] = len(message)
        mails = [(f"c{n}@x{n % 50}.example", message) for n in range(recipients)]
        for number in range(rounds):
            plain = recipients / asyncio.run(bare(port, mails, connections))
            rates.setdefault("bare aiosmtplib", []).append(plain)
            for name in PLACES:
                with place_of(name, profile, context.scratch / f"{name} {number}") as (folder, settings):
                    seconds, sent, trips = asyncio.run(send(folder, environment(port, connections) | settings))
                if sent != recipients:
                    raise RuntimeError(f"the worker sent {sent} of {recipients}")
                rates.setdefault(name, []).append(recipients / seconds)
                ratios.setdefault(name, []).append(recipients / seconds / plain)
                results[f"round trips per 100 mails, {name}"] = round(trips * 100 / sent, 2)
    results |= {f"mails/s, {name}": round(max(found)) for name, found in rates.items()}
    return results | {f"worker of bare, {name}": round(statistics.median(found), 2) for name, found in ratios.items()}
