"""Servers killed at random under load lose no open and no click that they answered, and count none twice.

Each run kills so many of them; KKDESK_KILLS makes it more for a long soak.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.services.mail.tracking import Signer
from kkdesk.workspace import Workspace
from tests.servers.endpoints import SECRET
from tests.servers.forking_endpoints import ForkingEndpoints, forking_endpoints
from tests.servers.sqld import Sqld, sqld_server

KILLS = int(os.environ.get("KKDESK_KILLS", "40"))
LANES = 12
RECIPIENTS = 400
LINKS = Signer(SECRET, "http://kk.example")

needs_fork = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="forks servers")


@dataclass
class Load:
    """What the clients asked for and were told."""

    #: (recipient, link or None) of each visit that was answered as recorded.
    recorded: set[tuple[str, str | None]] = field(default_factory=set)
    answers: int = 0
    refused: int = 0
    cut: int = 0
    ended: bool = False

    def visits(self) -> Iterator[tuple[str, str | None, str]]:
        """Visits nobody has made before, in no order: recipient, link and what to GET."""
        for number in count():
            recipient = f"rcpt_{number % RECIPIENTS}"
            link = f"https://kk.example/{number}" if number >= RECIPIENTS else None
            url = LINKS.click_url("camp_1", recipient, link) if link else LINKS.open_url("camp_1", recipient)
            yield recipient, link, url.removeprefix("http://kk.example")


async def lane(port: int, load: Load, visits: Iterator[tuple[str, str | None, str]]) -> None:
    """One client that begins anew when its connection breaks, with the next visit."""
    while not load.ended:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            continue
        try:
            while not load.ended:
                await one(reader, writer, load, next(visits))
        except (OSError, EOFError):
            load.cut += 1
        finally:
            writer.close()


async def one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: Load, visit: tuple[str, str | None, str]
) -> None:
    recipient, link, target = visit
    writer.write(f"GET {target} HTTP/1.1\r\nHost: kk\r\nUser-Agent: Firefox\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    load.answers += 1
    kept = head.startswith(b"HTTP/1.1 200") or b"\r\nx-recorded: yes" in head.lower()
    if kept:
        load.recorded.add((recipient, link))
    else:
        load.refused += 1


async def kill_again_and_again(server: ForkingEndpoints, load: Load, kills: int) -> None:
    rng = random.Random(7)
    for _ in range(kills):
        enough = load.answers + rng.randint(1, 60)
        while load.answers < enough:
            await asyncio.sleep(0.002)
        await asyncio.to_thread(server.kill)
    load.ended = True


async def run(server: ForkingEndpoints, kills: int) -> Load:
    load = Load()
    visits = load.visits()
    async with asyncio.timeout(600), asyncio.TaskGroup() as group:
        for _ in range(LANES):
            group.create_task(lane(server.port, load, visits))
        group.create_task(kill_again_and_again(server, load, kills))
    return load


async def make_profile(folder: Path) -> None:
    workspace = await Workspace.open(folder, {})
    try:
        org = workspace.actor.org_id
        customer = (
            "INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) "
            "VALUES ('cust_1', ?, 'Α', 'a@x.example', 0, 0)"
        )
        campaign = (
            "INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) "
            "VALUES ('camp_1', ?, '', '', '', 'sent', 0, 0)"
        )
        recipients = (
            "INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status, sent_at) "
            "VALUES (?, 'camp_1', 'cust_1', 'a@x.example', 'sent', 1)"
        )
        rows: list[tuple[Any, ...]] = [(f"rcpt_{n}",) for n in range(RECIPIENTS)]
        statements = (Statement(customer, (org,)), Statement(campaign, (org,)), Statement(recipients, many=rows))
        await workspace.db.apply(Change(Bilingual("", ""), statements))
    finally:
        await workspace.close()


def check(load: Load, tracked: list[Any], counters: tuple[int, int]) -> None:
    """Everything that was answered is there, once."""
    found = [(recipient, link) for recipient, link in tracked]
    assert load.recorded <= set(found)
    assert len(found) == len(set(found))
    assert counters == (sum(link is None for _, link in found), sum(link is not None for _, link in found))
    # The test has done what it says.
    assert load.cut and len(load.recorded) > KILLS


_TRACKED = "SELECT recipient_id, link_url FROM email_tracking"
_COUNTERS = "SELECT open_count, click_count FROM email_campaigns"


@needs_fork
def test_on_a_file(tmp_path: Path) -> None:
    asyncio.run(make_profile(tmp_path))
    with forking_endpoints(tmp_path, {}) as server:
        load = asyncio.run(run(server, KILLS))
    with closing(sqlite3.connect(tmp_path / "crm.db")) as db:
        check(load, db.execute(_TRACKED).fetchall(), db.execute(_COUNTERS).fetchone())


@needs_fork
def test_on_the_companys_server(tmp_path: Path) -> None:
    asyncio.run(make_profile(tmp_path / "first"))
    with sqld_server(start=False) as sqld:
        sqld.load(tmp_path / "first" / "crm.db")
        with forking_endpoints(tmp_path / "second", environment(sqld)) as server:
            load = asyncio.run(run(server, KILLS))
        opens, clicks = sqld.execute(_COUNTERS)[0]
        check(load, sqld.execute(_TRACKED), (opens, clicks))


def environment(sqld: Sqld) -> Mapping[str, str]:
    return {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}
